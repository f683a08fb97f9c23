//! Decisions: everything is locked and checked in memory first, then what holds is written. So each decision is written wholly
//! or not at all, without savepoints, and a batch needs few statements.

mod judge;
mod locks;
mod write;

use mortise_domain::evaluation::{Conclusion, Decided, Decision};

use super::restored;
use crate::Store;
use crate::approvals::open;
use crate::counters::{Counter, Ids};
use crate::database::{Tx, transact};
use crate::fault::Fault;

/// Ids enough for everything that a batch may write.
#[derive(Clone)]
struct Supply {
    holds: Ids,
    deliveries: Ids,
    entries: Ids,
    approvals: open::Supply,
    /// For orders that a restored backup knew as undecided and that are rejected now; none: the batch rejects nothing.
    undoing: Option<restored::Supply>,
}

pub(super) async fn decide(store: &Store, batch: &[Decision]) -> Result<Vec<Decided>, Fault> {
    let count = |of: fn(&Decision) -> usize| batch.iter().map(of).sum();
    let rejections = count(|decision| usize::from(matches!(decision.verdict, Conclusion::Reject { .. })));
    let supply = Supply {
        holds: store.ids(Counter::Hold, count(reasons)).await?,
        deliveries: store.ids(Counter::Delivery, count(deliveries)).await?,
        // One more where an order goes on at once because of what has come back of it.
        entries: store.ids(Counter::Entry, count(|decision| decision.story.len() + 1)).await?,
        approvals: open::Supply::take(store, batch).await?,
        undoing: if rejections == 0 { None } else { Some(restored::Supply::take(store, rejections * 16).await?) },
    };
    transact!(store.database, tx => run(tx, batch, supply.clone()))
}

async fn run(tx: &mut Tx, batch: &[Decision], supply: Supply) -> Result<Vec<Decided>, Fault> {
    let mut locked = locks::take(tx, batch).await?;
    let mut answers = Vec::with_capacity(batch.len());
    let mut accepted = Vec::new();
    for decision in batch {
        let answer = locked.judge(decision);
        if let Decided::Written(state) = answer {
            accepted.push((decision, state));
        }
        answers.push(answer);
    }
    if !locked.outdated.is_empty() {
        write::ask_again(tx, &locked.outdated, batch).await?;
    }
    if !accepted.is_empty() {
        write::write(tx, &accepted, &locked, supply).await?;
    }
    Ok(answers)
}

fn reasons(decision: &Decision) -> usize {
    if let Conclusion::Hold { reasons, .. } = &decision.verdict { reasons.len() } else { 0 }
}

fn deliveries(decision: &Decision) -> usize {
    match &decision.verdict {
        Conclusion::Confirm(confirmation) => confirmation.deliveries.len(),
        Conclusion::Hold { deliveries, .. } => deliveries.len(),
        Conclusion::Reject { .. } => 0,
    }
}
