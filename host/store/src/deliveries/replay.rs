//! Replay: a person has deliveries tried again at once.

use mortise_domain::ids::{DeliveryId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde::Serialize;
use serde_json::json;

use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, json_text, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};
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

/// A replay that a person asked for, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplayJob {
    /// Its id.
    pub id: i64,
    /// Who asked for it.
    pub actor: String,
    /// When.
    pub created_at: Instant,
    /// When all its deliveries had been looked at; those made due may still be under way. None: it goes on.
    pub ended_at: Option<Instant>,
    /// Deliveries that were chosen.
    pub total: i64,
    /// Of these, not looked at yet.
    pub left: i64,
    /// Made due.
    pub replayed: i64,
    /// Left as they were, because they were done, cancelled, blocked or being tried.
    pub passed_over: i64,
    /// Of those made due: done by now.
    pub done: i64,
    /// Failed again by now; tried again, or waiting for a person.
    pub failed: i64,
}

/// One transaction replays at most so many.
const AT_ONCE: u32 = 500;

const MAY: &str = "(state = 'waiting' OR state = 'pending' AND (NOT claimed OR due_at <= $1))";

impl Store {
    /// Makes deliveries due, with no failures counted, and says how many. Their tickets are closed by their success.
    pub async fn replay(&self, replay: &Replay, actor: &str) -> Result<u64, StoreError> {
        let job = self.begin_replay(replay, actor).await?;
        while !self.go_on_with_replay(job).await? {}
        let job = self.replay_job(job).await?;
        Ok(job.map_or(0, |job| u64::try_from(job.replayed).unwrap_or_default()))
    }

    /// Chooses the deliveries, all at this moment, and answers the job's id. Nothing is replayed yet.
    pub async fn begin_replay(&self, replay: &Replay, actor: &str) -> Result<i64, StoreError> {
        let id = self.ids(Counter::Replay, 1).await?.one()?;
        let now = self.now();
        Ok(transact!(self.database, tx => begin(tx, id, replay, (actor, now)))?)
    }

    /// Replays the next of a job's deliveries; answers whether that was all.
    pub async fn go_on_with_replay(&self, job: i64) -> Result<bool, StoreError> {
        let ids = self.ids(Counter::Entry, AT_ONCE as usize).await?;
        let now = self.now();
        Ok(transact!(self.database, tx => go_on(tx, job, now, ids.clone()))?)
    }

    /// Jobs that have not looked at all their deliveries: their node may have died.
    pub async fn open_replays(&self) -> Result<Vec<i64>, StoreError> {
        let rows = self.database.all(Sql::new("SELECT id FROM replays WHERE ended_at IS NULL ORDER BY id")).await?;
        Ok(rows.into_iter().map(|mut row| row.take()).collect::<Result<_, Fault>>()?)
    }

    /// A replay and how far it is.
    pub async fn replay_job(&self, id: i64) -> Result<Option<ReplayJob>, StoreError> {
        let sql = jobs(Sql::new("")).push(" WHERE r.id = $1").bind(id);
        Ok(self.database.first(sql).await?.map(|mut row| job(&mut row)).transpose()?)
    }

    /// Replays and how far they are, the newest first.
    pub async fn list_replays(&self, page: &PageRequest) -> Result<Page<ReplayJob>, StoreError> {
        let rows = self.database.all(page.newest_first(jobs(Sql::new("")).push(" WHERE 1 = 1"))).await?;
        Ok(page.page(rows, job, |job| Cursor::of(0, job.id))?)
    }
}

fn jobs(sql: Sql) -> Sql {
    let count = |sql: Sql, condition: &'static str| {
        sql.push(", (SELECT COUNT(*) FROM replay_items i WHERE i.replay_id = r.id").push(condition).push(")")
    };
    let outcome = |sql: Sql, condition: &'static str| {
        sql.push(
            ", (SELECT COUNT(*) FROM replay_items i JOIN deliveries d ON d.id = i.delivery_id \
             WHERE i.replay_id = r.id AND i.replayed",
        )
        .push(condition)
        .push(")")
    };
    let sql = count(sql.push("SELECT r.id, r.actor, r.created_at, r.ended_at"), "");
    let sql = count(count(count(sql, " AND i.replayed IS NULL"), " AND i.replayed"), " AND NOT i.replayed");
    let sql = outcome(sql, " AND d.state = 'done'");
    outcome(sql, " AND (d.state = 'waiting' OR d.state = 'pending' AND d.failures > 0)").push(" FROM replays r")
}

fn job(row: &mut Row) -> Result<ReplayJob, Fault> {
    Ok(ReplayJob {
        id: row.take()?,
        actor: row.take()?,
        created_at: row.take()?,
        ended_at: row.take()?,
        total: row.take()?,
        left: row.take()?,
        replayed: row.take()?,
        passed_over: row.take()?,
        done: row.take()?,
        failed: row.take()?,
    })
}

async fn begin(tx: &mut Tx, id: i64, replay: &Replay, (actor, now): (&str, Instant)) -> Result<i64, Fault> {
    let request = match replay {
        Replay::One(delivery) => json!({ "ids": [delivery] }),
        Replay::Many(deliveries) => json!({ "ids": deliveries }),
        Replay::Since { at, connection } => json!({ "since": at, "connection": connection }),
    };
    let sql = "INSERT INTO replays (id, actor, request, created_at) VALUES ($1, $2, $3, $4)";
    tx.execute(Sql::new(sql).bind(id).bind(actor).bind(json_text(&request)?).bind(now)).await?;
    match replay {
        Replay::One(delivery) => choose(tx, id, &[*delivery]).await?,
        Replay::Many(deliveries) => choose(tx, id, deliveries).await?,
        Replay::Since { at, connection } => {
            let sql = Sql::new(
                "INSERT INTO replay_items (replay_id, delivery_id) SELECT CAST($2 AS BIGINT), id FROM deliveries WHERE ",
            );
            let sql = sql.push(MAY).bind(now).bind(id);
            let mut sql = sql.push_bind(" AND (state = 'waiting' OR failures > 0) AND created_at >= ", *at);
            if let Some(connection) = connection {
                sql = sql.push_bind(" AND connection = ", connection);
            }
            tx.execute(sql).await?;
        }
    }
    Ok(id)
}

async fn choose(tx: &mut Tx, job: i64, deliveries: &[DeliveryId]) -> Result<(), Fault> {
    // What there is not is not chosen.
    for chunk in deliveries.chunks(AT_ONCE as usize) {
        let sql = "INSERT INTO replay_items (replay_id, delivery_id) SELECT CAST($1 AS BIGINT), id FROM deliveries WHERE id IN ";
        let sql = Sql::new(sql).bind(job).list(chunk.iter().map(|id| id.0));
        tx.execute(sql.push(" ON CONFLICT (replay_id, delivery_id) DO NOTHING")).await?;
    }
    Ok(())
}

async fn go_on(tx: &mut Tx, job: i64, now: Instant, mut ids: Ids) -> Result<bool, Fault> {
    let sql = "SELECT actor FROM replays WHERE id = $1 AND ended_at IS NULL /* lock */";
    let Some(mut row) = tx.first(Sql::new(sql).bind(job)).await? else { return Ok(true) };
    let actor: String = row.take()?;
    let sql =
        "SELECT delivery_id FROM replay_items WHERE replay_id = $1 AND replayed IS NULL ORDER BY delivery_id LIMIT $2";
    let rows = tx.all(Sql::new(sql).bind(job).bind(AT_ONCE)).await?;
    let chosen = rows.into_iter().map(|mut row| row.take()).collect::<Result<Vec<i64>, _>>()?;
    if !chosen.is_empty() {
        let replayed = run(tx, &chosen, &actor, now, &mut ids).await?;
        let sql =
            Sql::new("UPDATE replay_items SET replayed = COALESCE(delivery_id IN ").list(replayed).push(", FALSE)");
        let sql = sql.push_bind(" WHERE replay_id = ", job).push(" AND delivery_id IN ").list(chosen.iter().copied());
        tx.execute(sql).await?;
    }
    let ended = chosen.len() < AT_ONCE as usize;
    if ended {
        tx.execute(Sql::new("UPDATE replays SET ended_at = $2 WHERE id = $1").bind(job).bind(now)).await?;
    }
    Ok(ended)
}

async fn run(tx: &mut Tx, chosen: &[i64], actor: &str, now: Instant, ids: &mut Ids) -> Result<Vec<i64>, Fault> {
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
    let mut replayed = Vec::new();
    for mut row in tx.all(sql).await? {
        let (delivery, order) = (DeliveryId(row.take()?), OrderId(row.take()?));
        let entry = Entry::by(actor, now, "delivery.replayed", json!({ "delivery": delivery }));
        entries.push_order(ids, order, &[entry])?;
        replayed.push(delivery.0);
    }
    entries.write(tx).await?;
    Ok(replayed)
}
