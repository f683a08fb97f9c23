//! Claims: due deliveries are taken under a lease, each by one worker.

use mortise_domain::delivery::Delivery;
use mortise_domain::instant::Instant;

use super::read::{COLUMNS, delivery};
use crate::Store;
use crate::database::Sql;
use crate::fault::Fault;

pub(super) async fn claim(
    store: &Store,
    now: Instant,
    lease_until: Instant,
    limit: u32,
) -> Result<Vec<Delivery>, Fault> {
    // A claim that is still standing never settled: its worker died, and what it did nobody knows.
    let sql = "WITH picked AS MATERIALIZED (SELECT id FROM deliveries WHERE state = 'pending' AND due_at <= $1 \
               ORDER BY due_at, id LIMIT $3 /* lock free */) \
               UPDATE deliveries SET due_at = $2, attempts = attempts + 1, in_doubt = in_doubt OR claimed, claimed = TRUE \
               WHERE id IN (SELECT id FROM picked) RETURNING ";
    let sql = Sql::new(sql).push(COLUMNS).bind(now).bind(lease_until).bind(limit);
    let rows = store.database.change(sql).await?;
    let mut claimed = rows.into_iter().map(|mut row| delivery(&mut row)).collect::<Result<Vec<_>, _>>()?;
    claimed.sort_by_key(|delivery| delivery.id);
    Ok(claimed)
}

pub(super) async fn next_due(store: &Store) -> Result<Option<Instant>, Fault> {
    let sql = "SELECT MIN(due) FROM (SELECT MIN(due_at) AS due FROM deliveries WHERE state = 'pending' UNION ALL \
               SELECT MIN(evaluate_at) FROM orders WHERE evaluate_at < 9223372036854775807) AS dues";
    let Some(mut row) = store.database.first(Sql::new(sql)).await? else { return Ok(None) };
    Ok(row.take::<Option<Instant>>()?.filter(|due| *due < Instant::NEVER))
}
