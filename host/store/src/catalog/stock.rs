//! Readings of stock as they are stored, with what is promised of them.

use mortise_domain::decimal::Decimal;
use mortise_domain::inventory::Reading;
use mortise_domain::ports::StoreError;
use serde::Serialize;

use crate::Store;
use crate::database::{Row, Sql, transact};
use crate::fault::Fault;
use crate::orders::promises;

/// The last reading of an item in a warehouse, and what is promised of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StockRow {
    /// What the upstream said.
    #[serde(flatten)]
    pub reading: Reading,
    /// What our orders take of it, in base units.
    pub promised: Decimal,
}

impl Store {
    /// Keeps readings where they are newer than the stored ones.
    pub async fn put_readings(&self, readings: &[Reading]) -> Result<(), StoreError> {
        transact!(self.database, tx => promises::lock(tx, promises::newest(readings, [])))?;
        Ok(())
    }

    /// The last readings of these items with what is promised of them.
    pub async fn stock(&self, skus: &[String]) -> Result<Vec<StockRow>, StoreError> {
        let sql = "SELECT s.warehouse, s.sku, s.available_micros, s.read_at, COALESCE((SELECT CAST(SUM(r.quantity_micros) AS \
                   BIGINT) FROM reservations r WHERE r.sku = s.sku AND r.warehouse = s.warehouse AND \
                   r.ended_at >= s.read_at), 0) FROM stock s WHERE s.read_at >= 0 AND s.sku IN ";
        let rows = self.database.all(Sql::new(sql).list(skus).push(" ORDER BY s.sku, s.warehouse")).await?;
        Ok(rows.into_iter().map(|mut row| stock(&mut row)).collect::<Result<_, Fault>>()?)
    }
}

fn stock(row: &mut Row) -> Result<StockRow, Fault> {
    let (warehouse, sku) = (row.take()?, row.take()?);
    let available = Decimal::from_micros(row.take()?).trimmed();
    let reading = Reading { warehouse, sku, available, read_at: row.take()? };
    Ok(StockRow { reading, promised: Decimal::from_micros(row.take()?).trimmed() })
}
