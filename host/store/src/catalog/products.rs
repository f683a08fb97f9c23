//! Products and what can stand in for them.

use std::collections::{BTreeSet, HashMap};

use mortise_domain::catalog::Product;
use mortise_domain::ports::StoreError;

use super::{distinct, matching};
use crate::Store;
use crate::database::{Row, Sql, Value, json_text, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};

/// Groups of like products that one statement asks for.
const GROUPS: usize = 50;

const COLUMNS: &str = "SELECT sku, name, category, specification, base_unit, tax_rate, units, service, custom, \
                       lead_time_days, zone, attributes FROM products";

/// Products of these codes; unknown ones are left out.
pub(crate) async fn by_sku(store: &Store, skus: &[String]) -> Result<Vec<Product>, Fault> {
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Sql::new(COLUMNS).push(" WHERE sku IN ").list(skus).push(" ORDER BY sku");
    store.database.all(sql).await?.into_iter().map(|mut row| read(&mut row)).collect()
}

fn read(row: &mut Row) -> Result<Product, Fault> {
    Ok(Product {
        sku: row.take()?,
        name: row.take()?,
        category: row.take()?,
        specification: row.take()?,
        base_unit: row.take()?,
        tax_rate: row.take()?,
        units: row.json("product")?,
        service: row.take()?,
        custom: row.take()?,
        lead_time_days: row.take()?,
        zone: row.take()?,
        attributes: row.json("product")?,
    })
}

fn row(product: &Product) -> Result<[Value; 12], Fault> {
    Ok([
        (&product.sku).into(),
        (&product.name).into(),
        (&product.category).into(),
        (&product.specification).into(),
        (&product.base_unit).into(),
        product.tax_rate.into(),
        json_text(&product.units)?.into(),
        product.service.into(),
        product.custom.into(),
        product.lead_time_days.into(),
        (&product.zone).into(),
        json_text(&product.attributes)?.into(),
    ])
}

impl Store {
    /// Adds products or replaces those of the same code.
    pub async fn put_products(&self, products: &[Product]) -> Result<(), StoreError> {
        let rows = distinct(products, |product| &product.sku);
        let rows = rows.into_iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let head = "INSERT INTO products (sku, name, category, specification, base_unit, tax_rate, units, service, custom, \
                    lead_time_days, zone, attributes)";
        let tail = "ON CONFLICT (sku) DO UPDATE SET name = excluded.name, category = excluded.category, \
                    specification = excluded.specification, base_unit = excluded.base_unit, \
                    tax_rate = excluded.tax_rate, units = excluded.units, service = excluded.service, \
                    custom = excluded.custom, lead_time_days = excluded.lead_time_days, zone = excluded.zone, \
                    attributes = excluded.attributes";
        transact!(self.database, tx => tx.insert(head, rows.clone(), tail))?;
        Ok(())
    }

    /// Categories that products have, the first 200 by name.
    pub async fn product_categories(&self) -> Result<Vec<String>, StoreError> {
        let sql = Sql::new("SELECT DISTINCT category FROM products WHERE category <> '' ORDER BY category LIMIT 200");
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| row.take()).collect::<Result<_, Fault>>()?)
    }

    /// A product.
    pub async fn product(&self, sku: &str) -> Result<Option<Product>, StoreError> {
        Ok(by_sku(self, &[sku.to_owned()]).await?.pop())
    }

    /// Products whose code or name contains these words, by code.
    pub async fn product_page(&self, search: &str, page: &PageRequest) -> Result<Page<Product>, StoreError> {
        let mut sql = matching(Sql::new(COLUMNS).push(" WHERE 1 = 1"), ["sku", "name"], search);
        if let Some(after) = &page.after {
            sql = sql.push_bind(" AND sku > ", &after.code);
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY sku"))).await?;
        Ok(page.page(rows, read, |product| Cursor::of_code(&product.sku))?)
    }

    /// Other products of the same category and specification, for each of these at most `each`: pairs (instead of, product), by
    /// code.
    pub async fn substitutes(&self, skus: &[String], each: u32) -> Result<Vec<(String, Product)>, StoreError> {
        let mut short = by_sku(self, skus).await?;
        short.retain(|product| !product.category.is_empty());
        let groups: BTreeSet<(&str, &str)> = short.iter().map(kind).collect();
        let mut alike: HashMap<(String, String), Vec<Product>> = HashMap::new();
        let groups: Vec<_> = groups.into_iter().collect();
        for groups in groups.chunks(GROUPS) {
            let mut sql = Sql::new("");
            for (at, (category, specification)) in groups.iter().enumerate() {
                sql = sql
                    .push(if at == 0 { "" } else { " UNION ALL " })
                    .push("SELECT * FROM (")
                    .push(COLUMNS)
                    .push_bind(" WHERE category = ", *category)
                    .push_bind(" AND specification = ", *specification)
                    // One more: the short one itself may be among them.
                    .push_bind(" ORDER BY sku LIMIT ", each.saturating_add(1))
                    .push(") AS alike");
            }
            for mut row in self.database.all(sql).await? {
                let product = read(&mut row)?;
                let (category, specification) = kind(&product);
                alike.entry((category.to_owned(), specification.to_owned())).or_default().push(product);
            }
        }
        let mut found = Vec::new();
        for one in &short {
            let (category, specification) = kind(one);
            let all = alike.get(&(category.to_owned(), specification.to_owned())).into_iter().flatten();
            let others = all.filter(|other| other.sku != one.sku).take(usize::try_from(each).unwrap_or(usize::MAX));
            found.extend(others.map(|other| (one.sku.clone(), other.clone())));
        }
        Ok(found)
    }
}

/// What products must have in common to stand in for each other.
fn kind(product: &Product) -> (&str, &str) {
    (&product.category, &product.specification)
}
