//! Timers of approvals: each is worked in the transaction that deletes it, and so once, whatever becomes of workers and clocks.

use mortise_domain::approval::{ApprovalState, DueTimer, StepState, TimerKind, TimerWork};
use mortise_domain::instant::Instant;

use super::read::{by_ids, locked};
use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Sql, Tx, Value, transact};
use crate::deliveries::insert::{Cause, NewRows};
use crate::fault::Fault;
use crate::timeline::Entries;

pub(super) async fn due(store: &Store, now: Instant, limit: u32) -> Result<Vec<DueTimer>, Fault> {
    let sql = "SELECT id, approval_id, step, kind FROM approval_timers WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2";
    let rows = store.database.all(Sql::new(sql).bind(now).bind(limit)).await?;
    let mut found: Vec<(i64, i64, u32, String)> = Vec::with_capacity(rows.len());
    for mut row in rows {
        found.push((row.take()?, row.take()?, row.take()?, row.take()?));
    }
    let approvals = by_ids(store, found.iter().map(|(_, approval, ..)| *approval).collect()).await?;
    let due = found.into_iter().filter_map(|(id, approval, step, kind)| {
        Some(DueTimer { id, step, kind: TimerKind::parse(&kind)?, approval: approvals.get(&approval)?.clone() })
    });
    Ok(due.collect())
}

pub(super) async fn next(store: &Store) -> Result<Option<Instant>, Fault> {
    let row = store.database.first(Sql::new("SELECT MIN(due_at) FROM approval_timers")).await?;
    Ok(row.map(|mut row| row.take()).transpose()?.flatten())
}

#[derive(Clone)]
struct Supply {
    timers: Ids,
    deliveries: Ids,
    entries: Ids,
}

pub(super) async fn work(store: &Store, work: &TimerWork) -> Result<bool, Fault> {
    let supply = Supply {
        timers: store.ids(Counter::Timer, work.timers.len()).await?,
        deliveries: store.ids(Counter::Delivery, work.deliveries.len()).await?,
        entries: store.ids(Counter::Entry, work.story.len()).await?,
    };
    transact!(store.database, tx => work_in(tx, work, supply.clone()))
}

async fn work_in(tx: &mut Tx, work: &TimerWork, mut supply: Supply) -> Result<bool, Fault> {
    // The order's row first, as decisions do.
    let approval = locked(tx, work.approval).await?;
    let sql = Sql::new("DELETE FROM approval_timers WHERE id = $1 RETURNING id").bind(work.timer);
    if tx.first(sql).await?.is_none() {
        return Ok(false);
    }
    let Some(approval) = approval else { return Ok(true) };
    let waits = approval.step(work.step).is_some_and(|step| step.state == StepState::Waiting);
    if approval.state != ApprovalState::Open || !waits {
        return Ok(true);
    }
    if let Some(turn) = work.turn {
        let sql = "UPDATE approval_steps SET escalated = $3, due_at = $4, overdue = $5 WHERE approval_id = $1 AND number = $2";
        let sql = Sql::new(sql).bind(approval.id.0).bind(work.step).bind(turn.escalated).bind(turn.due_at);
        tx.execute(sql.bind(turn.overdue)).await?;
        let asked = approval.terms.escalate.iter().take(usize::try_from(turn.escalated).unwrap_or(usize::MAX));
        let asked: Vec<[Value; 3]> =
            asked.map(|next| [next.to_string().into(), approval.id.0.into(), work.step.into()]).collect();
        let head = "INSERT INTO approval_asked (approver, approval_id, step)";
        tx.insert(head, asked, "ON CONFLICT (approver, approval_id, step) DO NOTHING").await?;
    }
    let mut timers: Vec<[Value; 5]> = Vec::with_capacity(work.timers.len());
    for timer in &work.timers {
        let id = supply.timers.one()?;
        timers.push([id.into(), approval.id.0.into(), work.step.into(), timer.kind.name().into(), timer.due_at.into()]);
    }
    tx.insert("INSERT INTO approval_timers (id, approval_id, step, kind, due_at)", timers, "").await?;
    let mut deliveries = NewRows::default();
    let cause = Cause::new(approval.order, &approval.order_number, work.at);
    deliveries.add(&work.deliveries, cause, &mut supply.deliveries)?;
    deliveries.write(tx).await?;
    let mut entries = Entries::default();
    entries.push_order(&mut supply.entries, approval.order, &work.story)?;
    entries.write(tx).await?;
    Ok(true)
}
