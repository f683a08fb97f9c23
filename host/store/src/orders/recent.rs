//! Orders of a customer around a time.

use std::time::Duration;

use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::order::{OrderState, RecentOrder};

use crate::Store;
use crate::database::{Row, Sql};
use crate::fault::Fault;

const COLUMNS: &str = "SELECT id, number, placed_at, state, COALESCE(gross, 0), skus FROM orders WHERE customer = ";

/// Newest first, whatever their state: of each side of an instant those nearest to it. What was handed in later than `except` is
/// left out, but for the five seconds by which the clocks of two nodes may differ.
pub(super) async fn around(
    store: &Store,
    customer: &str,
    (at, within): (Instant, Duration),
    except: Option<OrderId>,
    limit: u32,
) -> Result<Vec<RecentOrder>, Fault> {
    let side = |sql: Sql, from: Instant, until: Instant| {
        let sql = sql.push("SELECT * FROM (").push(COLUMNS).push_bind("", customer);
        let sql = sql.push_bind(" AND placed_at >= ", from).push_bind(" AND placed_at <= ", until);
        match except {
            Some(id) => {
                let sql = sql.push_bind(" AND id <> ", id.0);
                let own = " AND received_at <= (SELECT received_at + 5000000 FROM orders WHERE id = ";
                sql.push_bind(own, id.0).push(")")
            }
            None => sql,
        }
    };
    let before = side(Sql::new(""), at.before(within), at);
    let before = before.push_bind(" ORDER BY placed_at DESC, id DESC LIMIT ", limit).push(") AS earlier UNION ALL ");
    let both = side(before, Instant(at.0.saturating_add(1)), at.after(within));
    let both = both.push_bind(" ORDER BY placed_at, id LIMIT ", limit).push(") AS later");
    let mut found = orders(store, both).await?;
    found.sort_by_key(|order| std::cmp::Reverse((order.placed_at, order.id)));
    Ok(found)
}

/// Newest first, rejected and cancelled ones left out.
pub(crate) async fn alive(
    store: &Store,
    customer: &str,
    since: Instant,
    limit: u32,
) -> Result<Vec<RecentOrder>, Fault> {
    let sql = Sql::new(COLUMNS).push_bind("", customer).push_bind(" AND placed_at >= ", since);
    let sql = sql.push(" AND state NOT IN ('rejected', 'cancelled')");
    orders(store, sql.push_bind(" ORDER BY placed_at DESC, id DESC LIMIT ", limit)).await
}

async fn orders(store: &Store, sql: Sql) -> Result<Vec<RecentOrder>, Fault> {
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
