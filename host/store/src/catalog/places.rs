//! Regions, stores and warehouses.

use mortise_domain::catalog::{Region, Store as Shop, Warehouse};
use mortise_domain::collection::Collection;
use mortise_domain::ports::StoreError;

use super::distinct;
use crate::Store;
use crate::database::{Row, Sql, Value, transact};
use crate::fault::Fault;

impl Store {
    /// Adds regions or replaces those of the same code.
    pub async fn put_regions(&self, regions: &[Region]) -> Result<(), StoreError> {
        let rows: Vec<[Value; 2]> = distinct(regions, |region| &region.code)
            .into_iter()
            .map(|Region { code, name }| [code.into(), name.into()])
            .collect();
        let tail = "ON CONFLICT (code) DO UPDATE SET name = excluded.name";
        transact!(self.database, tx => tx.insert("INSERT INTO regions (code, name)", rows.clone(), tail))?;
        Ok(())
    }

    /// All regions, by code.
    pub async fn regions(&self) -> Result<Vec<Region>, StoreError> {
        let rows = self.database.all(Sql::new("SELECT code, name FROM regions ORDER BY code")).await?;
        Ok(rows.into_iter().map(|mut row| region(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// Adds stores or replaces those of the same code.
    pub async fn put_stores(&self, stores: &[Shop]) -> Result<(), StoreError> {
        let rows: Vec<[Value; 4]> = distinct(stores, |store| &store.code)
            .into_iter()
            .map(|Shop { code, name, region, currency }| [code.into(), name.into(), region.into(), currency.into()])
            .collect();
        let head = "INSERT INTO stores (code, name, region, currency)";
        let tail = "ON CONFLICT (code) DO UPDATE SET name = excluded.name, region = excluded.region, \
                    currency = excluded.currency";
        transact!(self.database, tx => tx.insert(head, rows.clone(), tail))?;
        Ok(())
    }

    /// All stores, by code.
    pub async fn stores(&self) -> Result<Vec<Shop>, StoreError> {
        let sql = Sql::new("SELECT code, name, region, currency FROM stores ORDER BY code");
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| shop(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// Adds warehouses or replaces those of the same code.
    pub async fn put_warehouses(&self, warehouses: &[Warehouse]) -> Result<(), StoreError> {
        let rows: Vec<[Value; 4]> = distinct(warehouses, |warehouse| &warehouse.code)
            .into_iter()
            .map(|Warehouse { code, name, region, priority }| {
                [code.into(), name.into(), region.into(), (*priority).into()]
            })
            .collect();
        let head = "INSERT INTO warehouses (code, name, region, priority)";
        let tail = "ON CONFLICT (code) DO UPDATE SET name = excluded.name, region = excluded.region, \
                    priority = excluded.priority";
        transact!(self.database, tx => tx.insert(head, rows.clone(), tail))?;
        Ok(())
    }
}

pub(crate) async fn warehouses(store: &Store) -> Result<Vec<Warehouse>, Fault> {
    let sql = Sql::new("SELECT code, name, region, priority FROM warehouses ORDER BY code");
    store.database.all(sql).await?.into_iter().map(|mut row| warehouse(&mut row)).collect()
}

/// A store and its region, in one look.
/// A store, its region, and what came in there in the newest month.
pub(crate) type ShopAndRegion = (Option<Shop>, Option<Region>, Option<Collection>);

pub(crate) async fn store_and_region(store: &Store, code: &str) -> Result<ShopAndRegion, Fault> {
    let sql = "SELECT s.code, s.name, s.region, s.currency, r.name, c.month, c.due, c.collected FROM stores s \
               LEFT JOIN regions r ON r.code = s.region LEFT JOIN collections c ON c.region = s.region \
               AND c.month = (SELECT MAX(month) FROM collections WHERE region = s.region) WHERE s.code = $1";
    let Some(mut row) = store.database.first(Sql::new(sql).bind(code)).await? else { return Ok((None, None, None)) };
    let shop = shop(&mut row)?;
    let region = row.take::<Option<String>>()?.map(|name| Region { code: shop.region.clone(), name });
    let (month, due, collected): (Option<String>, Option<i64>, Option<i64>) = (row.take()?, row.take()?, row.take()?);
    let collection = match (month, due, collected) {
        (Some(month), Some(due), Some(collected)) => {
            Some(Collection { region: shop.region.clone(), month, due, collected })
        }
        _ => None,
    };
    Ok((Some(shop), region, collection))
}

fn region(row: &mut Row) -> Result<Region, Fault> {
    Ok(Region { code: row.take()?, name: row.take()? })
}

fn shop(row: &mut Row) -> Result<Shop, Fault> {
    Ok(Shop { code: row.take()?, name: row.take()?, region: row.take()?, currency: row.take()? })
}

fn warehouse(row: &mut Row) -> Result<Warehouse, Fault> {
    Ok(Warehouse { code: row.take()?, name: row.take()?, region: row.take()?, priority: row.take()? })
}
