//! The terms by which orders are found: written after the order, many orders in one transaction, so that acceptance does not wait
//! for them.

use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::search::Findable;
use mortise_domain::submission::Submission;

use crate::Store;
use crate::database::{Row, Sql, Tx, Value, transact};
use crate::fault::Fault;

/// Notes orders whose terms are to be written.
pub(super) async fn queue(tx: &mut Tx, orders: impl IntoIterator<Item = i64>) -> Result<(), Fault> {
    let rows: Vec<[Value; 1]> = orders.into_iter().map(|id| [id.into()]).collect();
    tx.insert("INSERT INTO unindexed_orders (order_id)", rows, "ON CONFLICT (order_id) DO NOTHING").await
}

/// Takes an order's terms back before it is changed; it must be queued afterwards.
pub(super) async fn forget(tx: &mut Tx, order: OrderId) -> Result<(), Fault> {
    tx.execute(Sql::new("DELETE FROM order_terms WHERE order_id = $1").bind(order.0)).await?;
    Ok(())
}

const ORDERS: &str = "SELECT o.id, o.received_at, o.number, COALESCE(c.name, ''), o.submission FROM orders o \
                      LEFT JOIN customers c ON c.code = o.customer";

impl Store {
    /// Writes the terms of at most so many orders that have none yet, the newest first, and says how many.
    pub async fn index_orders(&self, limit: u32) -> Result<usize, StoreError> {
        // Mostly there is none, which costs no writer.
        if self.database.first(Sql::new("SELECT order_id FROM unindexed_orders LIMIT 1")).await?.is_none() {
            return Ok(0);
        }
        Ok(transact!(self.database, tx => index(tx, limit))?)
    }

    /// Orders that search does not find yet.
    pub async fn unindexed_orders(&self) -> Result<i64, StoreError> {
        let row = self.database.first(Sql::new("SELECT COUNT(*) FROM unindexed_orders")).await?;
        Ok(row.map(|mut row| row.take()).transpose()?.unwrap_or_default())
    }
}

async fn index(tx: &mut Tx, limit: u32) -> Result<usize, Fault> {
    let sql = "SELECT order_id FROM unindexed_orders ORDER BY order_id DESC LIMIT $1 /* lock free */";
    let rows = tx.all(Sql::new(sql).bind(limit)).await?;
    let ids = rows.into_iter().map(|mut row| row.take()).collect::<Result<Vec<i64>, _>>()?;
    if ids.is_empty() {
        return Ok(0);
    }
    // The order's row is locked, so that it is not corrected while its old terms are written.
    let sql = Sql::new("SELECT id FROM orders WHERE id IN ").list(ids.iter().copied()).push(" ORDER BY id /* lock */");
    tx.all(sql).await?;
    let mut terms: Vec<[Value; 3]> = Vec::new();
    for mut row in tx.all(Sql::new(ORDERS).push(" WHERE o.id IN ").list(ids.iter().copied())).await? {
        let id: i64 = row.take()?;
        if let Some((at, found)) = readable(id, &mut row) {
            terms.extend(found.into_iter().map(|term| [term.into(), at.into(), id.into()]));
        } else {
            tracing::error!(order = id, "an order cannot be read and is not found by search");
        }
    }
    terms.sort_by_key(|[term, ..]| if let Value::Int(Some(term)) = term { *term } else { 0 });
    tx.insert("INSERT INTO order_terms (term, at, order_id)", terms, "ON CONFLICT (term, at, order_id) DO NOTHING")
        .await?;
    tx.execute(Sql::new("DELETE FROM unindexed_orders WHERE order_id IN ").list(ids.iter().copied())).await?;
    Ok(ids.len())
}

/// One that cannot be read holds no other up.
fn readable(id: i64, row: &mut Row) -> Option<(Instant, Vec<i64>)> {
    let (at, number, name): (Instant, String, String) = (row.take().ok()?, row.take().ok()?, row.take().ok()?);
    let submission: Submission = row.json("submission").ok()?;
    let order = Findable { id, number: &number, customer_name: &name, submission: &submission };
    Some((at, order.terms().into_iter().collect()))
}
