//! Promises of stock: how much of each reading is already given away.

use std::collections::BTreeMap;

use mortise_domain::decimal::Decimal;
use mortise_domain::instant::Instant;
use mortise_domain::inventory::Reading;

use crate::database::{Database, Row, Sql, Tx, Value, rows_per_statement};
use crate::fault::Fault;

/// `read_at` of a row of `stock` that no upstream has given: it is only there to be locked.
const NEVER_READ: Instant = Instant(-1);

/// (item, warehouse): the order in which rows of stock are locked, everywhere.
pub(crate) type Place = (String, String);

/// A quantity in millionths; at the bounds where an upstream tells more than fits.
pub(crate) fn micros(quantity: Decimal) -> i64 {
    quantity.to_micros().unwrap_or(if quantity.is_positive() { i64::MAX } else { i64::MIN })
}

pub(super) async fn promised(
    database: &Database,
    skus: &[String],
    read_at: Instant,
) -> Result<BTreeMap<(String, String), i64>, Fault> {
    let sql =
        Sql::new("SELECT warehouse, sku, CAST(SUM(quantity_micros) AS BIGINT) FROM reservations WHERE ended_at >= $1")
            .bind(read_at)
            .push(" AND sku IN ")
            .list(skus)
            .push(" GROUP BY warehouse, sku");
    let mut promised = BTreeMap::new();
    for mut row in database.all(sql).await? {
        promised.insert((row.take()?, row.take()?), row.take()?);
    }
    Ok(promised)
}

pub(crate) async fn last_readings(database: &Database, skus: &[String]) -> Result<Vec<Reading>, Fault> {
    let sql = Sql::new("SELECT sku, warehouse, available_micros, read_at FROM stock WHERE read_at >= 0 AND sku IN ")
        .list(skus)
        .push(" ORDER BY sku, warehouse");
    let rows = database.all(sql).await?;
    rows.into_iter().map(|mut row| reading(&mut row)).collect()
}

fn reading(row: &mut Row) -> Result<Reading, Fault> {
    let (sku, warehouse) = (row.take()?, row.take()?);
    let available = Decimal::from_micros(row.take()?).trimmed();
    Ok(Reading { warehouse, sku, available, read_at: row.take()? })
}

/// The newest of these readings of each place, and each of these `places` without one.
pub(crate) fn newest<'a>(
    readings: impl IntoIterator<Item = &'a Reading>,
    places: impl IntoIterator<Item = Place>,
) -> BTreeMap<Place, (i64, Instant)> {
    let mut newest: BTreeMap<Place, (i64, Instant)> =
        places.into_iter().map(|place| (place, (0, NEVER_READ))).collect();
    for reading in readings {
        let kept = newest.entry((reading.sku.clone(), reading.warehouse.clone())).or_insert((0, NEVER_READ));
        if reading.read_at > kept.1 {
            *kept = (micros(reading.available), reading.read_at);
        }
    }
    newest
}

/// Keeps the readings where they are newer than the stored ones, locks all of these rows, and answers what is free of each:
/// the newest reading less the promises that count against it.
pub(crate) async fn lock(
    tx: &mut Tx,
    readings: BTreeMap<Place, (i64, Instant)>,
) -> Result<BTreeMap<Place, i64>, Fault> {
    if readings.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = readings.into_iter().map(|((sku, warehouse), (available, read_at))| {
        [sku.into(), warehouse.into(), available.into(), read_at.into()]
    });
    let head = "INSERT INTO stock (sku, warehouse, available_micros, read_at)";
    let tail = "ON CONFLICT (sku, warehouse) DO UPDATE SET \
                available_micros = CASE WHEN excluded.read_at > stock.read_at \
                THEN excluded.available_micros ELSE stock.available_micros END, \
                read_at = CASE WHEN excluded.read_at > stock.read_at THEN excluded.read_at ELSE stock.read_at END \
                RETURNING sku, warehouse, available_micros, read_at";
    let mut free = BTreeMap::new();
    let mut stored: Vec<[Value; 3]> = Vec::new();
    for mut row in tx.insert_returning(head, rows.collect(), tail).await? {
        let (sku, warehouse): (String, String) = (row.take()?, row.take()?);
        let available: i64 = row.take()?;
        stored.push([(&sku).into(), (&warehouse).into(), row.take::<Instant>()?.into()]);
        free.insert((sku, warehouse), available);
    }
    for chunk in stored.chunks(rows_per_statement(3)) {
        let sql = Sql::new("SELECT r.sku, r.warehouse, CAST(SUM(r.quantity_micros) AS BIGINT) FROM (")
            .values(chunk.iter().cloned())
            .push(
                ") AS v JOIN reservations r ON r.sku = v.column1 AND r.warehouse = v.column2 AND r.ended_at >= v.column3 \
                 GROUP BY r.sku, r.warehouse",
            );
        for mut row in tx.all(sql).await? {
            let place = (row.take()?, row.take()?);
            let promised: i64 = row.take()?;
            if let Some(free) = free.get_mut(&place) {
                *free = free.saturating_sub(promised);
            }
        }
    }
    Ok(free)
}
