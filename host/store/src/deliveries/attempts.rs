//! Attempts: one row for every try.

use mortise_domain::delivery::Attempt;
use mortise_domain::ids::DeliveryId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::{Row, Sql};
use crate::fault::Fault;

pub(super) async fn of(store: &Store, delivery: DeliveryId) -> Result<Vec<Attempt>, Fault> {
    let sql =
        "SELECT number, started_at, ended_at, failure, record FROM attempts WHERE delivery_id = $1 ORDER BY number";
    let rows = store.database.all(Sql::new(sql).bind(delivery.0)).await?;
    rows.into_iter().map(|mut row| attempt(&mut row)).collect()
}

fn attempt(row: &mut Row) -> Result<Attempt, Fault> {
    Ok(Attempt {
        number: row.take()?,
        started_at: row.take()?,
        ended_at: row.take()?,
        failure: row.json_if_set("failure")?,
        record: row.json("record of a call")?,
    })
}

impl Store {
    /// Removes attempts that ended before then, at most `limit` at a time, and says how many. Those of deliveries that are not over
    /// stay: they may be all that is known of what was sent.
    pub async fn expire_attempts(&self, before: Instant, limit: u32) -> Result<u64, StoreError> {
        let sql = "DELETE FROM attempts WHERE (delivery_id, number) IN (SELECT delivery_id, number FROM attempts \
                   WHERE ended_at < $1 AND EXISTS (SELECT 1 FROM deliveries d WHERE d.id = attempts.delivery_id \
                   AND d.state IN ('done', 'cancelled')) ORDER BY ended_at LIMIT $2)";
        Ok(self.database.execute(Sql::new(sql).bind(before).bind(limit)).await?)
    }
}
