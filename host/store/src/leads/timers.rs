//! Judgements of leads, and the timers that they set. A timer goes off once for each moment from which it counts: its row stays, so
//! that neither a restart nor a clock that is set back lets it go off again.

use std::collections::BTreeSet;

use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::task::{NewTask, Task};
use mortise_domain::ports::leads::{Firing, Judgement, Timer};
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::{assign, tasks};
use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, transact};
use crate::fault::Fault;
use crate::timeline::{Entries, LEAD};

pub(super) async fn unjudged(store: &Store, rules: i64, limit: u32) -> Result<Vec<LeadId>, Fault> {
    let mut found = BTreeSet::new();
    // Two statements, each by an index of its own; what cannot be judged any more is judged by the next rules as nothing.
    for sql in [
        Sql::new("SELECT id FROM leads WHERE judged < version AND merged_into IS NULL AND erased_at IS NULL ORDER BY id"),
        // Those judged longest ago first: what is done already is not walked over again with each batch.
        Sql::new(
            "SELECT id FROM leads WHERE judged_by < $1 AND merged_into IS NULL AND erased_at IS NULL ORDER BY judged_by, id",
        )
        .bind(rules),
    ] {
        for mut row in store.database.all(sql.push_bind(" LIMIT ", limit)).await? {
            found.insert(LeadId(row.take()?));
        }
    }
    Ok(found.into_iter().take(limit as usize).collect())
}

pub(super) async fn judge(store: &Store, rules: i64, batch: &[Judgement]) -> Result<usize, Fault> {
    let ids = store.ids(Counter::Entry, batch.len()).await?;
    transact!(store.database, tx => judge_in(tx, rules, batch, ids.clone()))
}

async fn judge_in(tx: &mut Tx, rules: i64, batch: &[Judgement], mut ids: Ids) -> Result<usize, Fault> {
    let mut sorted: Vec<&Judgement> = batch.iter().collect();
    sorted.sort_by_key(|judgement| judgement.lead);
    let (mut fitted, mut story) = (0, Entries::default());
    for Judgement { lead, version, raised, timers, at } in sorted {
        let now_at = if raised.is_some() { version + 1 } else { *version };
        let sql = "UPDATE leads SET judged = $3, version = $3, judged_by = $4, grade = COALESCE($5, grade) \
                   WHERE id = $1 AND version = $2 AND merged_into IS NULL AND erased_at IS NULL";
        let grade = raised.as_ref().map(|(grade, _)| grade.name());
        let sql = Sql::new(sql).bind(lead.0).bind(*version).bind(now_at).bind(rules).bind(grade);
        if tx.execute(sql).await? == 0 {
            continue;
        }
        fitted += 1;
        if let Some((grade, rule)) = raised {
            let entry = Entry::host(*at, "lead.graded", json!({ "grade": grade, "rule": rule }));
            story.push(&mut ids, LEAD, lead.to_string(), &entry)?;
        }
        set(tx, *lead, timers).await?;
    }
    story.write(tx).await?;
    Ok(fitted)
}

/// Exactly these timers of the lead wait afterwards; those that have gone off stay as they are.
async fn set(tx: &mut Tx, lead: LeadId, timers: &[Timer]) -> Result<(), Fault> {
    let sql = "SELECT lead_id, rule, since, due_at FROM lead_timers WHERE lead_id = $1 AND fired_at IS NULL";
    let waiting = tx.all(Sql::new(sql).bind(lead.0)).await?;
    let waiting = waiting.into_iter().map(|mut row| read(&mut row)).collect::<Result<BTreeSet<_>, _>>()?;
    let wanted: BTreeSet<Timer> = timers.iter().cloned().collect();
    for gone in waiting.difference(&wanted) {
        let sql = "DELETE FROM lead_timers WHERE lead_id = $1 AND rule = $2 AND since = $3 AND fired_at IS NULL";
        tx.execute(Sql::new(sql).bind(lead.0).bind(&gone.rule).bind(gone.since)).await?;
    }
    let rows = wanted.difference(&waiting);
    let rows = rows.map(|timer| [lead.0.into(), (&timer.rule).into(), timer.since.into(), timer.due_at.into()]);
    let head = "INSERT INTO lead_timers (lead_id, rule, since, due_at)";
    tx.insert(head, rows.collect(), "ON CONFLICT (lead_id, rule, since) DO NOTHING").await
}

pub(super) async fn due(store: &Store, now: Instant, limit: u32) -> Result<Vec<Timer>, Fault> {
    let sql = "SELECT lead_id, rule, since, due_at FROM lead_timers WHERE fired_at IS NULL AND due_at <= $1 \
               ORDER BY due_at, lead_id LIMIT $2";
    let rows = store.database.all(Sql::new(sql).bind(now).bind(limit)).await?;
    rows.into_iter().map(|mut row| read(&mut row)).collect()
}

pub(super) async fn next(store: &Store) -> Result<Option<Instant>, Fault> {
    let sql = "SELECT due_at FROM lead_timers WHERE fired_at IS NULL ORDER BY due_at LIMIT 1";
    store.database.first(Sql::new(sql)).await?.map(|mut row| row.take()).transpose()
}

/// Stops a timer whose reason is gone, unless the lead has changed since that was found.
pub(super) async fn stop(store: &Store, timer: &Timer, version: Option<i64>) -> Result<(), Fault> {
    transact!(store.database, tx => async {
        // The lead's row first, as everywhere.
        let row = tx.first(Sql::new("SELECT version FROM leads WHERE id = $1 /* lock */").bind(timer.lead.0)).await?;
        let present: Option<i64> = row.map(|mut row| row.take()).transpose()?;
        if version.is_none() || version == present {
            let sql = "DELETE FROM lead_timers WHERE lead_id = $1 AND rule = $2 AND since = $3 AND fired_at IS NULL";
            tx.execute(Sql::new(sql).bind(timer.lead.0).bind(&timer.rule).bind(timer.since)).await?;
        }
        Ok::<_, Fault>(())
    })
}

pub(super) async fn fire(store: &Store, firing: &Firing) -> Result<bool, Fault> {
    let part = store.ids(Counter::LeadPart, 1).await?.one()?;
    let ids = store.ids(Counter::Entry, 2).await?;
    transact!(store.database, tx => fire_in(tx, firing, part, ids.clone()))
}

async fn fire_in(tx: &mut Tx, firing: &Firing, part: i64, mut ids: Ids) -> Result<bool, Fault> {
    let Firing { timer, version, task, unassign, entry } = firing;
    // The lead's row first, as everywhere. What has happened since it was looked at may be just what the timer waited for.
    let sql = "SELECT version FROM leads WHERE id = $1 AND merged_into IS NULL AND erased_at IS NULL /* lock */";
    let row = tx.first(Sql::new(sql).bind(timer.lead.0)).await?;
    if row.map(|mut row| row.take::<i64>()).transpose()? != Some(*version) {
        return Ok(false);
    }
    let sql =
        "UPDATE lead_timers SET fired_at = $4 WHERE lead_id = $1 AND rule = $2 AND since = $3 AND fired_at IS NULL";
    let sql = Sql::new(sql).bind(timer.lead.0).bind(&timer.rule).bind(timer.since).bind(entry.at);
    if tx.execute(sql).await? == 0 {
        return Ok(false);
    }
    if let Some((action, assignee)) = task {
        let what =
            NewTask { action: action.clone(), due_at: entry.at, obstacle: String::new(), assignee: assignee.clone() };
        let task = Task {
            id: part,
            what,
            created_at: entry.at,
            created_by: entry.actor.clone(),
            done_at: None,
            done_by: None,
        };
        tasks::insert(tx, timer.lead, &task, &mut ids).await?;
    }
    // The version stays where nothing changed that rules are told of.
    if *unassign {
        assign::take_away(tx, timer.lead, entry.at).await?;
    } else if task.is_some() {
        tx.execute(Sql::new("UPDATE leads SET version = version + 1 WHERE id = $1").bind(timer.lead.0)).await?;
    }
    let mut entries = Entries::default();
    entries.push(&mut ids, LEAD, timer.lead.to_string(), entry)?;
    entries.write(tx).await?;
    Ok(true)
}

fn read(row: &mut Row) -> Result<Timer, Fault> {
    Ok(Timer { lead: LeadId(row.take()?), rule: row.take()?, since: row.take()?, due_at: row.take()? })
}
