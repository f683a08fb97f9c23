//! Claims: due deliveries are taken under a lease, each by one worker.

use std::time::Duration;

use mortise_domain::delivery::Delivery;
use mortise_domain::instant::Instant;
use mortise_domain::ports::memory::{Claim, Share};

use super::read::{COLUMNS, delivery};
use crate::Store;
use crate::database::Sql;
use crate::fault::Fault;

/// Connections of one statement; SQLite joins at most 500 parts.
const AT_ONCE: usize = 200;

/// For how long a row is put off that cannot be read: a newer program may read it.
const UNREADABLE: Duration = Duration::from_mins(1);

pub(super) async fn claim(store: &Store, claim: &Claim) -> Result<Vec<Delivery>, Fault> {
    let mut claimed = Vec::new();
    let mut unreadable = Vec::new();
    for shares in claim.shares.chunks(AT_ONCE) {
        let taken = u32::try_from(claimed.len() + unreadable.len()).unwrap_or(u32::MAX);
        let left = claim.limit.saturating_sub(taken);
        if left == 0 {
            break;
        }
        let rows = match store.database.change(statement(claim, shares, left)).await {
            Ok(rows) => rows,
            // What is claimed already is not lost with it.
            Err(error) if !claimed.is_empty() => {
                tracing::warn!(%error, "not all that is due could be claimed; tried again");
                break;
            }
            Err(error) => return Err(error),
        };
        for mut row in rows {
            let id: i64 = row.take()?;
            match delivery(&mut row) {
                Ok(delivery) => claimed.push(delivery),
                Err(error) => {
                    tracing::error!(delivery = id, %error, "a delivery cannot be read and is put off; the program that wrote it may be newer than this one");
                    unreadable.push(id);
                }
            }
        }
    }
    if !unreadable.is_empty()
        && let Err(error) = give_back(store, unreadable, claim.now.after(UNREADABLE)).await
    {
        tracing::warn!(%error, "what cannot be read could not be put off; it is claimed again when its lease ends");
    }
    claimed.sort_by_key(|delivery: &Delivery| delivery.id);
    Ok(claimed)
}

/// Of each connection what is due first, of these all that are due first.
fn statement(claim: &Claim, shares: &[Share], limit: u32) -> Sql {
    let mut sql = Sql::new("WITH picked AS MATERIALIZED (SELECT picked_id, lease FROM (");
    for (at, Share { connection, most, lease_until }) in shares.iter().enumerate() {
        // The lock stands in a part of its own: PostgreSQL has none in the parts of a union.
        sql = sql.push(if at == 0 { "" } else { " UNION ALL " });
        sql = sql.push_bind("SELECT * FROM (SELECT id AS picked_id, due_at AS was_due, ", *lease_until);
        sql = sql.push_bind(" AS lease FROM deliveries WHERE state = 'pending' AND connection = ", connection);
        sql = sql.push_bind(" AND due_at <= ", claim.now);
        if !claim.in_hand.is_empty() {
            sql = sql.push(" AND id NOT IN ").list(claim.in_hand.iter().map(|id| id.0));
        }
        sql = sql.push_bind(" ORDER BY due_at, id LIMIT ", (*most).min(limit)).push(" /* lock free */) AS share");
    }
    // A claim that is still standing never settled: its worker died, and what it did nobody knows.
    sql.push_bind(") AS due ORDER BY was_due, picked_id LIMIT ", limit)
        .push(
            ") UPDATE deliveries SET due_at = lease, attempts = attempts + 1, claims = claims + 1, \
             in_doubt = in_doubt OR claimed, claimed = TRUE FROM picked WHERE id = picked_id RETURNING id, ",
        )
        .push(COLUMNS)
}

/// They were not tried. One whose worker died stays in doubt.
async fn give_back(store: &Store, ids: Vec<i64>, due_at: Instant) -> Result<(), Fault> {
    let sql = "UPDATE deliveries SET due_at = $1, attempts = attempts - 1, claimed = FALSE WHERE claimed AND id IN ";
    store.database.execute(Sql::new(sql).bind(due_at).list(ids)).await?;
    Ok(())
}

/// Of these connections; none: of all.
pub(crate) async fn next_due(store: &Store, connections: Option<&[String]>) -> Result<Option<Instant>, Fault> {
    let mut sql = Sql::new(
        "SELECT MIN(due) FROM (SELECT MIN(evaluate_at) AS due FROM orders WHERE evaluate_at < 9223372036854775807",
    );
    match connections {
        None => sql = sql.push(" UNION ALL SELECT MIN(due_at) FROM deliveries WHERE state = 'pending'"),
        Some(connections) => {
            for connection in connections.iter().take(2 * AT_ONCE) {
                let part = " UNION ALL SELECT MIN(due_at) FROM deliveries WHERE state = 'pending' AND connection = ";
                sql = sql.push_bind(part, connection);
            }
        }
    }
    let Some(mut row) = store.database.first(sql.push(") AS dues")).await? else { return Ok(None) };
    Ok(row.take::<Option<Instant>>()?.filter(|due| *due < Instant::NEVER))
}
