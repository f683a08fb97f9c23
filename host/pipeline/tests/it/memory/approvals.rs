//! Approvals in memory, with the law of the real store: a timer is worked by whoever removes it.

use async_trait::async_trait;
use mortise_domain::approval::{Approval, ApprovalState, DueTimer, Step, StepState, TimerWork};
use mortise_domain::hold::Reason;
use mortise_domain::ids::{ApprovalId, HoldId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::approvals::{Approvals, Links, Ticket};
use mortise_domain::user::User;

use super::{Memory, Tables};

#[async_trait]
impl Approvals for Memory {
    async fn due_timers(&self, now: Instant, _: u32) -> Result<Vec<DueTimer>, StoreError> {
        let tables = self.lock();
        let due = tables.timers.iter().filter(|(_, timer)| timer.3 <= now);
        let due = due.map(|(id, (at, step, kind, _))| DueTimer {
            id: *id,
            step: *step,
            kind: *kind,
            approval: tables.approvals[*at].clone(),
        });
        Ok(due.collect())
    }

    async fn next_timer(&self) -> Result<Option<Instant>, StoreError> {
        Ok(self.lock().timers.values().map(|timer| timer.3).min())
    }

    async fn work_timer(&self, work: &TimerWork) -> Result<bool, StoreError> {
        self.touch("work_timer", |tables| {
            let Some((at, ..)) = tables.timers.remove(&work.timer) else { return Ok(false) };
            let order = tables.approvals[at].order;
            if let Some(turn) = work.turn {
                let step = tables.approvals[at].steps.iter_mut().find(|step| step.number == work.step).unwrap();
                (step.escalated, step.due_at, step.overdue) = (turn.escalated, turn.due_at, turn.overdue);
            }
            for timer in &work.timers {
                tables.timer(at, work.step, timer.kind, timer.due_at);
            }
            tables.cause(order, &work.deliveries, work.at);
            tables.story.extend(work.story.iter().map(|entry| (order, entry.clone())));
            Ok(true)
        })
        .await
    }

    async fn approvers(&self) -> Result<Vec<User>, StoreError> {
        Ok(self.lock().users.clone())
    }
}

impl Tables {
    fn timer(&mut self, at: usize, step: u32, kind: mortise_domain::approval::TimerKind, due: Instant) {
        self.timer_ids += 1;
        self.timers.insert(self.timer_ids, (at, step, kind, due));
    }

    /// Opens the approvals of a new hold.
    pub fn ask(&mut self, order: OrderId, reason: &Reason, now: Instant) {
        let Some(terms) = &reason.approval else { return };
        let row = &self.orders[&order];
        let step = |(number, approver): (u32, &mortise_domain::approval::Approver)| Step {
            number,
            approver: approver.clone(),
            escalated: 0,
            state: StepState::Waiting,
            due_at: Approval::first_timers(terms, now).0,
            overdue: false,
            decided_at: None,
            decided_by: None,
            note: None,
        };
        let approval = Approval {
            id: ApprovalId(i64::try_from(self.approvals.len()).unwrap() + 1),
            hold: HoldId(order.0),
            code: reason.code.clone(),
            reason: reason.text.clone(),
            needs: reason.needs.clone(),
            order,
            order_number: row.number.clone(),
            requester: row.actor.clone(),
            authors: [row.actor.clone()].into(),
            store: row.submission.store.clone(),
            region: "R1".into(),
            files: 0,
            terms: terms.clone(),
            state: ApprovalState::Open,
            opened_at: now,
            closed_at: None,
            steps: (1..).zip(&terms.approvers).map(step).collect(),
        };
        let at = self.approvals.len();
        for step in &approval.steps {
            for timer in Approval::first_timers(terms, now).1 {
                self.timer(at, step.number, timer.kind, timer.due_at);
            }
        }
        self.approvals.push(approval);
    }
}

/// Links that say what they are.
pub struct Address;

impl Links for Address {
    fn deciding(&self, ticket: &Ticket) -> String {
        format!("https://m.example.com/approve#{} {} {}", ticket.approval, ticket.step, ticket.person)
    }

    fn showing(&self) -> String {
        "https://m.example.com/approvals".into()
    }
}
