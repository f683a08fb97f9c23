//! Claims: due deliveries are taken under a lease, each by one worker.

use mortise_domain::delivery::Delivery;
use mortise_domain::failure::Failure;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::text::Text;

use super::read::{COLUMNS, delivery};
use crate::Store;
use crate::counters::Counter;
use crate::database::{Sql, json_text, transact};
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
               WHERE id IN (SELECT id FROM picked) RETURNING id, ";
    let sql = Sql::new(sql).push(COLUMNS).bind(now).bind(lease_until).bind(limit);
    let mut claimed = Vec::new();
    for mut row in store.database.change(sql).await? {
        let id: i64 = row.take()?;
        match delivery(&mut row) {
            Ok(delivery) => claimed.push(delivery),
            // The others do not wait for it. Where even that fails, it is claimed again when its lease ends.
            Err(fault) => {
                if let Err(error) = park(store, id, &fault.into(), now).await.map_err(StoreError::from) {
                    tracing::error!(delivery = id, %error, "it could not be set aside");
                }
            }
        }
    }
    claimed.sort_by_key(|delivery| delivery.id);
    Ok(claimed)
}

/// A row that cannot be read waits for a person, with a ticket that says why. Nothing was tried.
async fn park(store: &Store, id: i64, error: &StoreError, now: Instant) -> Result<(), Fault> {
    tracing::error!(delivery = id, %error, "a delivery cannot be read; it waits for a person");
    let reason = Text::new(
        format!(
            "投递记录无法读取（{error}）：如由更新版本的主机写入，请升级本主机，否则请从备份恢复该记录；然后重新投递"
        ),
        format!(
            "the delivery cannot be read ({error}): if a newer version of the host wrote it, upgrade this one, otherwise restore that record from a backup; then replay it"
        ),
    );
    let failure = json_text(&Failure::NotFound { reason })?;
    let mut ids = store.ids(Counter::Ticket, 1).await?;
    let ticket = ids.one()?;
    transact!(store.database, tx => async {
        let sql = "UPDATE deliveries SET state = 'waiting', due_at = 9223372036854775807, claimed = FALSE, \
                   attempts = attempts - 1, failures = failures + 1, last_failure = $2 WHERE id = $1";
        tx.execute(Sql::new(sql).bind(id).bind(failure.clone())).await?;
        let sql = "INSERT INTO tickets (id, delivery_id, order_id, order_number, connection, failure, opened_at) \
                   SELECT $2, id, order_id, order_number, connection, $3, $4 FROM deliveries WHERE id = $1 \
                   ON CONFLICT (delivery_id) WHERE closed_at IS NULL DO NOTHING";
        tx.execute(Sql::new(sql).bind(id).bind(ticket).bind(failure.clone()).bind(now)).await
    })?;
    Ok(())
}

pub(super) async fn next_due(store: &Store) -> Result<Option<Instant>, Fault> {
    let sql = "SELECT MIN(due) FROM (SELECT MIN(due_at) AS due FROM deliveries WHERE state = 'pending' UNION ALL \
               SELECT MIN(evaluate_at) FROM orders WHERE evaluate_at < 9223372036854775807) AS dues";
    let Some(mut row) = store.database.first(Sql::new(sql)).await? else { return Ok(None) };
    Ok(row.take::<Option<Instant>>()?.filter(|due| *due < Instant::NEVER))
}
