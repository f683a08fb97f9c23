//! Timers of approvals: rows with a due time. Each is worked once, in the transaction that removes it, so that neither a restart
//! nor a step of the clock skips or repeats one.

use std::time::Duration;

use serde_json::json;

use super::{Approval, ApprovalState, Approver, Step, StepState};
use crate::delivery::NewDelivery;
use crate::ids::ApprovalId;
use crate::instant::Instant;
use crate::timeline::Entry;

/// What a timer does when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimerKind {
    /// Asks those who must agree.
    Ask,
    /// Reminds them.
    Remind,
    /// Asks the next one too.
    Expire,
}

impl TimerKind {
    /// As it stands in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Remind => "remind",
            Self::Expire => "expire",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Ask, Self::Remind, Self::Expire].into_iter().find(|kind| kind.name() == name)
    }
}

/// A timer before it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewTimer {
    /// What it does.
    pub kind: TimerKind,
    /// When.
    pub due_at: Instant,
}

/// A timer that is due, with what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct DueTimer {
    /// Its id.
    pub id: i64,
    /// Number of the step.
    pub step: u32,
    /// What it does.
    pub kind: TimerKind,
    /// The approval; none: it cannot be read.
    pub approval: Approval,
}

/// How a step goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// How many of the route's `escalate` are asked beside its own approver.
    pub escalated: u32,
    /// When the next one is asked.
    pub due_at: Instant,
    /// There is nobody left to ask.
    pub overdue: bool,
}

/// All that is written when a timer was worked.
#[derive(Debug, Clone, PartialEq)]
pub struct TimerWork {
    /// The timer. Where it is gone already, nothing of the rest is written.
    pub timer: i64,
    /// The approval.
    pub approval: ApprovalId,
    /// Number of the step. Where it is decided already, the timer goes and nothing else is written.
    pub step: u32,
    /// How the step goes on; none: as before.
    pub turn: Option<Turn>,
    /// What comes next.
    pub timers: Vec<NewTimer>,
    /// Who is told by which message; the pipeline makes deliveries of it.
    pub deliveries: Vec<NewDelivery>,
    /// For the order's story.
    pub story: Vec<Entry>,
    /// When it was worked.
    pub at: Instant,
}

fn hours(count: u32) -> Duration {
    Duration::from_secs(u64::from(count) * 3_600)
}

impl Approval {
    /// The timers of a new step, and when its deadline is.
    pub fn first_timers(terms: &super::Terms, now: Instant) -> (Instant, [NewTimer; 3]) {
        let due_at = now.after(hours(terms.deadline_hours));
        let timers = [
            NewTimer { kind: TimerKind::Ask, due_at: now },
            NewTimer { kind: TimerKind::Remind, due_at: now.after(hours(terms.remind_hours)) },
            NewTimer { kind: TimerKind::Expire, due_at },
        ];
        (due_at, timers)
    }
}

/// What a due timer leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Ring {
    /// How the step goes on; none: as before.
    pub turn: Option<Turn>,
    /// What comes next.
    pub timers: Vec<NewTimer>,
    /// Kind of the message that is sent, and to whom.
    pub message: Option<(&'static str, Vec<Approver>)>,
    /// For the order's story.
    pub story: Vec<Entry>,
}

impl DueTimer {
    /// What the timer leads to at this time; none: it is of no use any more.
    pub fn ring(&self, now: Instant) -> Option<Ring> {
        let approval = &self.approval;
        let step = approval.step(self.step)?;
        if approval.state != ApprovalState::Open || step.state != StepState::Waiting {
            return None;
        }
        Some(match self.kind {
            TimerKind::Ask => Ring {
                turn: None,
                timers: Vec::new(),
                message: Some(("approval-requested", approval.terms.asked(step).cloned().collect())),
                story: Vec::new(),
            },
            TimerKind::Remind => Ring {
                turn: None,
                timers: Vec::new(),
                message: Some(("approval-reminder", approval.terms.asked(step).cloned().collect())),
                story: vec![self.told(step, now, "approval.reminded", step.due_at)],
            },
            TimerKind::Expire => self.expire(step, now),
        })
    }

    /// The next one is asked too, with a whole deadline from now. When all are asked, they are reminded once each deadline.
    fn expire(&self, step: &Step, now: Instant) -> Ring {
        let terms = &self.approval.terms;
        let due_at = now.after(hours(terms.deadline_hours));
        let next = usize::try_from(step.escalated).ok().and_then(|at| terms.escalate.get(at));
        let mut timers = vec![NewTimer { kind: TimerKind::Expire, due_at }];
        let Some(next) = next else {
            let turn = Turn { escalated: step.escalated, due_at, overdue: true };
            // Said once; those who come later see it in the list.
            let story = if step.overdue { Vec::new() } else { vec![self.told(step, now, "approval.overdue", due_at)] };
            let everybody = terms.asked(step).cloned().collect();
            return Ring { turn: Some(turn), timers, message: Some(("approval-overdue", everybody)), story };
        };
        timers.push(NewTimer { kind: TimerKind::Remind, due_at: now.after(hours(terms.remind_hours)) });
        let mut entry = self.told(step, now, "approval.escalated", due_at);
        entry.data["to"] = json!(next);
        Ring {
            turn: Some(Turn { escalated: step.escalated + 1, due_at, overdue: false }),
            timers,
            message: Some(("approval-escalated", vec![next.clone()])),
            story: vec![entry],
        }
    }

    fn told(&self, step: &Step, now: Instant, event: &str, due_at: Instant) -> Entry {
        let data = json!({
            "approval": self.approval.id, "code": self.approval.code, "step": step.number, "approver": step.approver,
            "due_at": due_at,
        });
        Entry::host(now, event, data)
    }
}
