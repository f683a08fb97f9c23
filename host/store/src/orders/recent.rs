//! Earlier orders of a customer.

use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::order::{OrderState, RecentOrder};

use crate::Store;
use crate::database::{Row, Sql};
use crate::fault::Fault;

const COLUMNS: &str = "SELECT id, number, placed_at, state, COALESCE(gross, 0), skus FROM orders \
                       WHERE customer = $1 AND placed_at >= $2";

/// Newest first, whatever their state.
pub(super) async fn recent(
    store: &Store,
    customer: &str,
    since: Instant,
    except: Option<OrderId>,
    limit: u32,
) -> Result<Vec<RecentOrder>, Fault> {
    let sql = Sql::new(COLUMNS).bind(customer).bind(since);
    let sql = match except {
        Some(id) => sql.push_bind(" AND id <> ", id.0),
        None => sql,
    };
    read(store, sql, limit).await
}

/// Newest first, rejected and cancelled ones left out.
pub(crate) async fn alive(
    store: &Store,
    customer: &str,
    since: Instant,
    limit: u32,
) -> Result<Vec<RecentOrder>, Fault> {
    let sql = Sql::new(COLUMNS).bind(customer).bind(since).push(" AND state NOT IN ('rejected', 'cancelled')");
    read(store, sql, limit).await
}

async fn read(store: &Store, sql: Sql, limit: u32) -> Result<Vec<RecentOrder>, Fault> {
    let sql = sql.push_bind(" ORDER BY placed_at DESC, id DESC LIMIT ", limit);
    store.database.all(sql).await?.into_iter().map(|mut row| order(&mut row)).collect()
}

fn order(row: &mut Row) -> Result<RecentOrder, Fault> {
    Ok(RecentOrder {
        id: OrderId(row.take()?),
        number: row.take()?,
        placed_at: row.take()?,
        state: row.word("order state", OrderState::parse)?,
        gross: row.take()?,
        skus: row.json("items of an order")?,
    })
}
