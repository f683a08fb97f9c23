//! Who looks after which lead: who could, who does, and why.

use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::assignment::{Candidate, Scored};
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde::Serialize;
use serde_json::json;

use super::FAMILY;
use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, json_text, transact};
use crate::fault::Fault;
use crate::reach::store_within;
use crate::timeline::{Entries, LEAD};

/// What somebody was given in a period, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Code of the store.
    pub store: String,
    /// Who.
    pub owner: String,
    /// Leads that they were given.
    pub assigned: i64,
    /// Of them, those that they were the first of ours to answer.
    pub answered: i64,
    /// Seconds from the assignment to the first answer, all together.
    pub answer_seconds: i64,
    /// Of them, those that were taken away again.
    pub lost: i64,
    /// How many of them by their score, not by a person.
    pub scored: i64,
    /// Points of their scores, all together.
    pub score: i64,
}

/// Leads that nobody looks after, the best grade first, of each those that wait longest. `ended`: stages in which leads end.
pub(super) async fn unassigned(
    store: &Store,
    now: Instant,
    ended: &[String],
    limit: u32,
) -> Result<Vec<(LeadId, i64)>, Fault> {
    let ended = ended.iter().map(String::as_str).chain([""]);
    let sql = Sql::new(
        "SELECT id, version FROM leads WHERE owner = '' AND store <> '' AND merged_into IS NULL AND erased_at IS NULL \
                        AND stage NOT IN ",
    );
    let sql = sql.list(ended).push_bind(" AND assign_at <= ", now);
    let sql = sql.push_bind(" ORDER BY grade, created_at, id LIMIT ", limit);
    store.database.all(sql).await?.into_iter().map(|mut row| Ok((LeadId(row.take()?), row.take()?))).collect()
}

/// Everybody who sells in the store of a lead, or in its region.
pub(super) async fn candidates(
    store: &Store,
    lead: LeadId,
    won: &[String],
    ended: &[String],
) -> Result<Vec<Candidate>, Fault> {
    let sql = "SELECT s.code, s.region FROM leads l JOIN stores s ON s.code = l.store WHERE l.id = $1";
    let Some(mut row) = store.database.first(Sql::new(sql).bind(lead.0)).await? else { return Ok(Vec::new()) };
    let (shop, region): (String, String) = (row.take()?, row.take()?);
    let sql = "SELECT name, stores, regions FROM users WHERE disabled = FALSE AND erased_at IS NULL \
               AND roles LIKE '%\"sales\"%' ORDER BY name";
    let mut found = Vec::new();
    for mut row in store.database.all(Sql::new(sql)).await? {
        let name: String = row.take()?;
        let (stores, regions): (Vec<String>, Vec<String>) = (row.json("user")?, row.json("user")?);
        let own_store = stores.contains(&shop);
        if own_store || regions.contains(&region) {
            let actor = format!("user:{name}");
            let (load, won, ended) = weights(store, &actor, won, ended).await?;
            let sql = "SELECT MAX(at) FROM lead_assignments WHERE owner = $1";
            let last = store.database.first(Sql::new(sql).bind(&actor)).await?;
            let last_at = last.map(|mut row| row.take::<Option<Instant>>()).transpose()?.flatten();
            let sql =
                Sql::new("SELECT id FROM lead_assignments WHERE owner = $2 AND ended_at IS NOT NULL AND lead_id IN ");
            let sql = sql.push(FAMILY).push(" LIMIT 1").bind(lead.0).bind(&actor);
            let missed = store.database.first(sql).await?.is_some();
            found.push(Candidate { actor, own_store, load, won, ended, last_at, missed });
        }
    }
    Ok(found)
}

async fn weights(store: &Store, actor: &str, won: &[String], ended: &[String]) -> Result<(i64, i64, i64), Fault> {
    let named = |codes: &[String]| codes.iter().cloned().chain([String::new()]).collect::<Vec<_>>();
    let sql = Sql::new("SELECT COUNT(CASE WHEN stage NOT IN ")
        .list(named(ended))
        .push(" THEN 1 END), COUNT(CASE WHEN stage IN ");
    let sql = sql.list(named(won)).push(" THEN 1 END), COUNT(CASE WHEN stage IN ").list(named(ended));
    let sql = sql.push_bind(" THEN 1 END) FROM leads WHERE merged_into IS NULL AND owner = ", actor);
    let row = store.database.first(sql).await?;
    let mut row = row.ok_or_else(|| Fault::inconsistent("count", "no row came back"))?;
    Ok((row.take()?, row.take()?, row.take()?))
}

/// Gives a lead of this version to somebody, where nobody looks after it still. Answers whether it was so.
pub(super) async fn assign(store: &Store, lead: (LeadId, i64), to: &Scored, at: Instant) -> Result<bool, Fault> {
    let part = store.ids(Counter::LeadPart, 1).await?.one()?;
    let ids = store.ids(Counter::Entry, 1).await?;
    transact!(store.database, tx => assign_in(tx, lead, to, at, (part, ids.clone())))
}

async fn assign_in(
    tx: &mut Tx,
    (lead, version): (LeadId, i64),
    to: &Scored,
    at: Instant,
    (part, mut ids): (i64, Ids),
) -> Result<bool, Fault> {
    let sql = "UPDATE leads SET owner = $2, assigned_at = $3, updated_at = $3, version = version + 1 \
               WHERE id = $1 AND owner = '' AND merged_into IS NULL AND erased_at IS NULL AND version = $4";
    // The score was made for the lead as it was; meanwhile it may have gone to another store.
    if tx.execute(Sql::new(sql).bind(lead.0).bind(&to.actor).bind(at).bind(version)).await? == 0 {
        return Ok(false);
    }
    let sql = "INSERT INTO lead_assignments (id, lead_id, store, owner, at, score, parts) \
               SELECT $2, id, store, owner, $3, $4, $5 FROM leads WHERE id = $1";
    let sql = Sql::new(sql).bind(lead.0).bind(part).bind(at).bind(to.score).bind(json_text(&to.parts)?);
    tx.execute(sql).await?;
    let data = json!({ "owner": to.actor, "score": to.score, "parts": to.parts });
    let mut entries = Entries::default();
    entries.push(&mut ids, LEAD, lead.to_string(), &Entry::host(at, "lead.assigned", data))?;
    entries.write(tx).await?;
    Ok(true)
}

pub(super) async fn defer(store: &Store, lead: LeadId, until: Instant) -> Result<(), Fault> {
    let sql = Sql::new("UPDATE leads SET assign_at = $2 WHERE id = $1").bind(lead.0).bind(until);
    store.database.execute(sql).await?;
    Ok(())
}

/// Whoever looks after a lead loses it; that they did stands with what they were given.
pub(super) async fn take_away(tx: &mut Tx, lead: LeadId, at: Instant) -> Result<(), Fault> {
    // What was absorbed may have brought them along.
    let sql = "UPDATE lead_assignments SET lost = TRUE, ended_at = $2 WHERE ended_at IS NULL \
               AND owner = (SELECT owner FROM leads WHERE id = $1) AND lead_id IN ";
    tx.execute(Sql::new(sql).push(FAMILY).bind(lead.0).bind(at)).await?;
    let sql = "UPDATE leads SET owner = '', assigned_at = NULL, assign_at = 0, updated_at = $2, version = version + 1 WHERE id = $1";
    tx.execute(Sql::new(sql).bind(lead.0).bind(at)).await?;
    Ok(())
}

/// A person has given a lead to whoever looks after it by now, or to nobody: whoever had it before has it no more, and the time in which
/// the new one is to answer begins now. Nobody is timed who took it themselves.
pub(super) async fn hand_over(tx: &mut Tx, lead: LeadId, actor: &str, part: i64, at: Instant) -> Result<(), Fault> {
    let sql = Sql::new("UPDATE lead_assignments SET ended_at = $2 WHERE ended_at IS NULL AND lead_id IN ");
    tx.execute(sql.push(FAMILY).bind(lead.0).bind(at)).await?;
    let sql =
        "UPDATE leads SET assigned_at = CASE WHEN owner IN ('', $3) THEN NULL ELSE $2 END, assign_at = 0 WHERE id = $1";
    tx.execute(Sql::new(sql).bind(lead.0).bind(at).bind(actor)).await?;
    let sql = "INSERT INTO lead_assignments (id, lead_id, store, owner, at, parts) \
               SELECT $2, id, store, owner, $3, '[]' FROM leads WHERE id = $1 AND owner NOT IN ('', $4)";
    tx.execute(Sql::new(sql).bind(lead.0).bind(part).bind(at).bind(actor)).await?;
    Ok(())
}

impl Store {
    /// Who within reach was given how many leads since then, and how they were answered.
    pub async fn lead_shares(
        &self,
        reach: &mortise_domain::access::Reach,
        since: Instant,
    ) -> Result<Vec<Share>, StoreError> {
        // What was absorbed is answered where it is read.
        let sql = "SELECT store, owner, COUNT(*), COUNT(seconds), CAST(COALESCE(SUM(seconds), 0) AS BIGINT), \
                   COUNT(CASE WHEN lost = TRUE THEN 1 END), COUNT(score), CAST(COALESCE(SUM(score), 0) AS BIGINT) FROM \
                   (SELECT a.store, a.owner, a.lost, a.score, CASE WHEN h.answered_at >= a.at AND a.lost = FALSE \
                   AND (a.ended_at IS NULL OR h.answered_at <= a.ended_at) THEN (h.answered_at - a.at) / 1000000 END AS seconds \
                   FROM lead_assignments a JOIN leads l ON l.id = a.lead_id JOIN leads h ON h.id = COALESCE(l.merged_into, l.id) \
                   WHERE a.at >= $1";
        let sql = store_within(Sql::new(sql).bind(since), "a.store", reach);
        let rows = self.database.all(sql.push(") AS x GROUP BY store, owner ORDER BY store, owner")).await?;
        let share = |mut row: Row| {
            Ok(Share {
                store: row.take()?,
                owner: row.take()?,
                assigned: row.take()?,
                answered: row.take()?,
                answer_seconds: row.take()?,
                lost: row.take()?,
                scored: row.take()?,
                score: row.take()?,
            })
        };
        Ok(rows.into_iter().map(share).collect::<Result<_, Fault>>()?)
    }
}
