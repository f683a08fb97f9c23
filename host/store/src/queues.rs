//! What waits for each connection, and for how long already.

use std::collections::BTreeMap;

use mortise_domain::delivery::DeliveryState;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use serde::Serialize;

use crate::Store;
use crate::database::Sql;

/// Deliveries of one connection that are not done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Queue {
    /// Will be tried when due.
    pub pending: i64,
    /// Of these, due by now (being tried ones are not).
    pub due: i64,
    /// Of the pending ones, those that failed before.
    pub failing: i64,
    /// Wait for another delivery of their order.
    pub blocked: i64,
    /// Wait for a person.
    pub waiting: i64,
    /// When the oldest pending one was caused.
    pub oldest_pending: Option<Instant>,
    /// When the oldest one that waits for a person was caused.
    pub oldest_waiting: Option<Instant>,
    /// When the next one is tried.
    pub next_due: Option<Instant>,
    /// Open tickets.
    pub tickets: i64,
}

impl Store {
    /// Queues by connection; connections for which nothing waits are left out.
    pub async fn queues(&self) -> Result<BTreeMap<String, Queue>, StoreError> {
        let now = self.now();
        let sql = Sql::new(
            "SELECT connection, state, COUNT(*), CAST(SUM(CASE WHEN due_at <= $1 THEN 1 ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN failures > 0 THEN 1 ELSE 0 END) AS BIGINT), MIN(created_at), MIN(due_at) FROM deliveries \
             WHERE state IN ('pending', 'blocked', 'waiting') GROUP BY connection, state \
             UNION ALL SELECT connection, 'ticket', COUNT(*), 0, 0, MIN(opened_at), MIN(opened_at) FROM tickets \
             WHERE closed_at IS NULL GROUP BY connection",
        );
        let mut queues: BTreeMap<String, Queue> = BTreeMap::new();
        for mut row in self.database.all(sql.bind(now)).await? {
            let queue = queues.entry(row.take()?).or_default();
            let (state, count): (String, i64) = (row.take()?, row.take()?);
            let (due, failing): (i64, i64) = (row.take()?, row.take()?);
            let (oldest, next): (Option<Instant>, Option<Instant>) = (row.take()?, row.take()?);
            match DeliveryState::parse(&state) {
                Some(DeliveryState::Pending) => {
                    (queue.pending, queue.due, queue.failing) = (count, due, failing);
                    (queue.oldest_pending, queue.next_due) = (oldest, next);
                }
                Some(DeliveryState::Blocked) => queue.blocked = count,
                Some(DeliveryState::Waiting) => (queue.waiting, queue.oldest_waiting) = (count, oldest),
                _ => queue.tickets = count,
            }
        }
        Ok(queues)
    }
}
