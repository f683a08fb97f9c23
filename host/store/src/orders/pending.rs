//! Orders that wait to be judged.

use std::collections::HashMap;

use mortise_domain::evaluation::Pending;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;

use crate::Store;
use crate::database::{Row, Sql};
use crate::fault::Fault;

pub(super) async fn pending(store: &Store, id: OrderId) -> Result<Option<Pending>, Fault> {
    let sql = "SELECT id, number, state, version, submission, placed_at, actor FROM orders \
               WHERE id = $1 AND state IN ('received', 'held')";
    let rows = store.database.all(Sql::new(sql).bind(id.0)).await?;
    let found = rows.into_iter().map(|mut row| order(OrderId(row.take()?), &mut row)).collect::<Result<Vec<_>, _>>()?;
    Ok(complete(store, found).await?.pop())
}

pub(super) async fn claim(
    store: &Store,
    now: Instant,
    lease_until: Instant,
    limit: u32,
) -> Result<Vec<Pending>, Fault> {
    let sql = "WITH picked AS MATERIALIZED (SELECT id FROM orders WHERE evaluate_at <= $1 AND evaluate_at < 9223372036854775807 \
               ORDER BY evaluate_at, id LIMIT $3 /* lock free */) \
               UPDATE orders SET evaluate_at = $2 WHERE id IN (SELECT id FROM picked) \
               RETURNING id, number, state, version, submission, placed_at, actor";
    let rows = store.database.change(Sql::new(sql).bind(now).bind(lease_until).bind(limit)).await?;
    complete(store, rows.into_iter().filter_map(readable).collect()).await
}

/// One that cannot be read holds no other up: it is due again when its lease ends.
fn readable(mut row: Row) -> Option<Pending> {
    let id: i64 = row.take().ok()?;
    match order(OrderId(id), &mut row) {
        Ok(order) => Some(order),
        Err(error) => {
            tracing::error!(order = id, %error, "an order cannot be read and is passed over; the program that wrote it may be newer than this one");
            None
        }
    }
}

/// Adds what stands in other tables, oldest order first.
async fn complete(store: &Store, mut orders: Vec<Pending>) -> Result<Vec<Pending>, Fault> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    orders.sort_by_key(|order| order.id);
    let ids = || orders.iter().map(|order| order.id.0);
    let sql =
        Sql::new("SELECT order_id, 'hold', code, id AS place FROM holds WHERE released_at IS NULL AND order_id IN ")
            .list(ids())
            .push(" UNION ALL SELECT order_id, 'waiver', code, at FROM waivers WHERE order_id IN ")
            .list(ids())
            .push(" UNION ALL SELECT order_id, 'file', name, id FROM attachments WHERE order_id IN ")
            .list(ids())
            .push(" ORDER BY place, code");
    let mut found: HashMap<i64, Vec<(String, String)>> = HashMap::new();
    for mut row in store.database.all(sql).await? {
        found.entry(row.take()?).or_default().push((row.take()?, row.take()?));
    }
    for order in &mut orders {
        for (kind, text) in found.remove(&order.id.0).unwrap_or_default() {
            match kind.as_str() {
                "hold" => order.open_holds.push(text),
                "waiver" => order.waived.push(text),
                _ => order.attachments.push(text),
            }
        }
    }
    Ok(orders)
}

fn order(id: OrderId, row: &mut Row) -> Result<Pending, Fault> {
    Ok(Pending {
        id,
        number: row.take()?,
        state: row.word("order state", OrderState::parse)?,
        version: row.take()?,
        submission: row.json("submission")?,
        placed_at: row.take()?,
        actor: row.take()?,
        waived: Vec::new(),
        open_holds: Vec::new(),
        attachments: Vec::new(),
    })
}
