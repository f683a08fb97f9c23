//! Replay: a person has deliveries tried again at once.

use mortise_domain::ids::{DeliveryId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde_json::json;

use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Sql, Tx, transact};
use crate::fault::Fault;
use crate::timeline::Entries;

/// What is tried again, at once or as soon as the upstream cannot be working any more on an attempt of unknown outcome. Deliveries that are done, blocked, cancelled or being tried right now are left as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// This one.
    One(DeliveryId),
    /// These.
    Many(Vec<DeliveryId>),
    /// Those that wait for a person or have failed, and were caused from then on.
    Since {
        /// From then on.
        at: Instant,
        /// At this connection only.
        connection: Option<String>,
    },
}

/// One transaction replays at most so many.
const AT_ONCE: usize = 500;

const MAY: &str = "(state = 'waiting' OR state = 'pending' AND (NOT claimed OR due_at <= $1))";

impl Store {
    /// Makes deliveries due, with no failures counted, and says how many. Their tickets are closed by their success.
    pub async fn replay(&self, replay: &Replay, actor: &str) -> Result<u64, StoreError> {
        let now = self.now();
        let chosen = match replay {
            Replay::One(id) => vec![id.0],
            Replay::Many(ids) => ids.iter().map(|id| id.0).collect(),
            Replay::Since { at, connection } => since(self, now, *at, connection.as_deref()).await?,
        };
        let mut count = 0;
        for chunk in chosen.chunks(AT_ONCE) {
            let ids = self.ids(Counter::Entry, chunk.len()).await?;
            count += transact!(self.database, tx => run(tx, chunk, actor, now, ids.clone()))?;
        }
        Ok(count)
    }
}

async fn since(store: &Store, now: Instant, at: Instant, connection: Option<&str>) -> Result<Vec<i64>, Fault> {
    let sql = Sql::new("SELECT id FROM deliveries WHERE ").push(MAY).bind(now);
    let mut sql = sql.push_bind(" AND (state = 'waiting' OR failures > 0) AND created_at >= ", at);
    if let Some(connection) = connection {
        sql = sql.push_bind(" AND connection = ", connection);
    }
    let rows = store.database.all(sql.push(" ORDER BY id")).await?;
    rows.into_iter().map(|mut row| row.take()).collect()
}

async fn run(tx: &mut Tx, chosen: &[i64], actor: &str, now: Instant, mut ids: Ids) -> Result<u64, Fault> {
    // The claim of a worker that died is taken from it here, and what it did stays unknown.
    let head = "UPDATE deliveries SET state = 'pending', due_at = CASE WHEN quiet_until > $1 THEN quiet_until ELSE $1 END, \
                failures = 0, in_doubt = in_doubt OR claimed, claimed = FALSE WHERE ";
    let sql = Sql::new(head)
        .push(MAY)
        .bind(now)
        .push(" AND id IN ")
        .list(chosen.iter().copied())
        .push(" RETURNING id, order_id");
    let mut entries = Entries::default();
    let mut count = 0;
    for mut row in tx.all(sql).await? {
        let (delivery, order) = (DeliveryId(row.take()?), OrderId(row.take()?));
        let entry = Entry::by(actor, now, "delivery.replayed", json!({ "delivery": delivery }));
        entries.push_order(&mut ids, order, &[entry])?;
        count += 1;
    }
    entries.write(tx).await?;
    Ok(count)
}
