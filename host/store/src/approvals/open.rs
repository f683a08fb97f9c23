//! New approvals, written with their holds.

use mortise_domain::approval::{Approval, ApprovalState, StepState, Terms};
use mortise_domain::evaluation::{Conclusion, Decision};
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;

use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Tx, Value, json_text};
use crate::fault::Fault;

/// Timers of a step when it begins.
const TIMERS: usize = 3;

/// Ids enough for the approvals of a batch of decisions.
#[derive(Debug, Clone)]
pub(crate) struct Supply {
    approvals: Ids,
    timers: Ids,
}

/// Approvals collected for one statement a table.
#[derive(Debug, Default)]
pub(crate) struct NewRows {
    approvals: Vec<[Value; 6]>,
    steps: Vec<[Value; 5]>,
    asked: Vec<[Value; 3]>,
    timers: Vec<[Value; 5]>,
}

impl Supply {
    pub(crate) async fn take(store: &Store, batch: &[Decision]) -> Result<Self, Fault> {
        let terms = || batch.iter().flat_map(terms);
        let steps: usize = terms().map(|terms| terms.approvers.len()).sum();
        Ok(Self {
            approvals: store.ids(Counter::Approval, terms().count()).await?,
            timers: store.ids(Counter::Timer, steps * TIMERS).await?,
        })
    }
}

fn terms(decision: &Decision) -> impl Iterator<Item = &Terms> {
    let reasons = if let Conclusion::Hold { reasons, .. } = &decision.verdict { reasons.as_slice() } else { &[] };
    reasons.iter().filter_map(|reason| reason.approval.as_ref())
}

impl NewRows {
    pub(crate) fn add(
        &mut self,
        (hold, order): (i64, OrderId),
        terms: &Terms,
        at: Instant,
        supply: &mut Supply,
    ) -> Result<(), Fault> {
        let id = supply.approvals.one()?;
        let state = ApprovalState::Open.name();
        self.approvals.push([
            id.into(),
            hold.into(),
            order.0.into(),
            json_text(terms)?.into(),
            state.into(),
            at.into(),
        ]);
        for (number, approver) in (1_i64..).zip(&terms.approvers) {
            let (due_at, timers) = Approval::first_timers(terms, at);
            let (approver, state) = (approver.to_string(), StepState::Waiting.name());
            self.asked.push([approver.as_str().into(), id.into(), number.into()]);
            self.steps.push([id.into(), number.into(), approver.into(), state.into(), due_at.into()]);
            for timer in timers {
                let row = [supply.timers.one()?.into(), id.into(), number.into()];
                let [first, second, third] = row;
                self.timers.push([first, second, third, timer.kind.name().into(), timer.due_at.into()]);
            }
        }
        Ok(())
    }

    pub(crate) async fn write(self, tx: &mut Tx) -> Result<(), Fault> {
        let head = "INSERT INTO approvals (id, hold_id, order_id, terms, state, opened_at)";
        tx.insert(head, self.approvals, "").await?;
        let head = "INSERT INTO approval_steps (approval_id, number, approver, state, due_at)";
        tx.insert(head, self.steps, "").await?;
        tx.insert("INSERT INTO approval_asked (approver, approval_id, step)", self.asked, "").await?;
        tx.insert("INSERT INTO approval_timers (id, approval_id, step, kind, due_at)", self.timers, "").await
    }
}
