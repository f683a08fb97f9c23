//! Approvals: several people who must agree before a hold is released. Which they are is settled when the hold is opened
//! ([`Terms`]); who may decide, and what a due timer does, are pure decisions over the stored [`Approval`].

mod approver;
mod refusal;
mod route;
mod timer;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::hold::Need;
use crate::ids::{ApprovalId, HoldId, OrderId};
use crate::instant::Instant;
use crate::text::Text;

pub use approver::{Approver, Decider};
pub use refusal::Refusal;
pub use route::{ApprovalRoutes, Route, Scene};
pub use timer::{DueTimer, NewTimer, Ring, TimerKind, TimerWork, Turn};

/// Kind of a need that several people agree to.
pub const APPROVAL: &str = "approval";
/// Kind of a need that a file of the order satisfies.
pub const ATTACHMENT: &str = "attachment";
/// The event under which a notifier asks for all messages about approvals.
pub const EVENT: &str = "approval-requested";

/// What a hold waits for, as it stood in the routes when the hold was opened. Later changes of the routes do not touch it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Terms {
    /// Code of the route.
    pub route: String,
    /// Its title.
    pub title: Text,
    /// One step each; all must agree.
    #[schema(value_type = Vec<String>)]
    pub approvers: Vec<Approver>,
    /// Who is asked beside them, one after the other, whenever a deadline has passed.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub escalate: Vec<Approver>,
    /// Hours until the next one is asked.
    pub deadline_hours: u32,
    /// Hours after which a step is reminded of.
    pub remind_hours: u32,
    /// Nobody may agree before a file is attached to the order.
    #[serde(default)]
    pub attachment: bool,
}

macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$text:meta])* $state:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$text])* $state,)*
        }

        impl $name {
            /// As it stands in the store and the API.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$state => $word,)* }
            }

            /// The state of this name.
            pub fn parse(name: &str) -> Option<Self> {
                [$(Self::$state),*].into_iter().find(|state| state.name() == name)
            }
        }
    };
}

states! {
    /// Where an approval is.
    ApprovalState {
        /// Somebody has yet to decide.
        Open "open",
        /// All have agreed; the hold is released.
        Approved "approved",
        /// Somebody has refused; the order is rejected.
        Rejected "rejected",
        /// Nobody needs to decide any more: the hold went another way.
        Void "void",
    }
}

states! {
    /// Where a step is.
    StepState {
        /// Nobody has decided.
        Waiting "waiting",
        /// Agreed.
        Approved "approved",
        /// Refused.
        Rejected "rejected",
        /// Nobody needs to decide any more.
        Void "void",
    }
}

/// A step: one of those who must agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Step {
    /// 1 for the first.
    pub number: u32,
    /// Who is asked.
    #[schema(value_type = String)]
    pub approver: Approver,
    /// How many of the route's `escalate` are asked beside them by now.
    pub escalated: u32,
    /// Where it is.
    pub state: StepState,
    /// When the next one is asked.
    pub due_at: Instant,
    /// A deadline has passed and there is nobody left to ask.
    pub overdue: bool,
    /// When it was decided.
    pub decided_at: Option<Instant>,
    /// By whom: `user:<name>`, or the name of a token that speaks for nobody.
    pub decided_by: Option<String>,
    /// What they noted.
    pub note: Option<String>,
}

/// A request for approval with all that a decision about it looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// The hold that it releases.
    pub hold: HoldId,
    /// Code of the hold.
    pub code: String,
    /// Why the order waits.
    pub reason: Text,
    /// All that the hold waits for.
    pub needs: Vec<Need>,
    /// The order.
    pub order: OrderId,
    /// Its number.
    pub order_number: String,
    /// Who handed the order in.
    pub requester: String,
    /// Who handed the order in or has corrected it, and the people behind their tokens. They decide nothing about it.
    pub authors: BTreeSet<String>,
    /// Code of the order's store.
    pub store: String,
    /// Code of the store's region.
    pub region: String,
    /// How many files are attached to the order.
    pub files: u32,
    /// As they stood in the routes.
    pub terms: Terms,
    /// Where it is.
    pub state: ApprovalState,
    /// Since when.
    pub opened_at: Instant,
    /// Until when.
    pub closed_at: Option<Instant>,
    /// Those who must agree.
    pub steps: Vec<Step>,
}

impl Terms {
    /// Of a step that is as far: who may decide it.
    pub fn asked<'a>(&'a self, step: &'a Step) -> impl Iterator<Item = &'a Approver> {
        let escalated = usize::try_from(step.escalated).unwrap_or(usize::MAX);
        std::iter::once(&step.approver).chain(self.escalate.iter().take(escalated))
    }
}

impl Approval {
    /// Must a file be attached before anybody may agree?
    pub fn needs_file(&self) -> bool {
        self.terms.attachment || self.needs.iter().any(|need| need.kind == ATTACHMENT)
    }

    /// Is a file asked for, and none there?
    pub fn lacks_file(&self) -> bool {
        self.needs_file() && self.files == 0
    }

    /// The step of this number.
    pub fn step(&self, number: u32) -> Option<&Step> {
        self.steps.iter().find(|step| step.number == number)
    }

    /// The step that this person decides; `wanted`: that one and no other. Agreeing needs a file where one is asked for.
    pub fn decidable(
        &self,
        decider: &Decider<'_>,
        wanted: Option<u32>,
        agrees: bool,
        files: usize,
    ) -> Result<&Step, Refusal> {
        if self.state != ApprovalState::Open {
            return Err(Refusal::Closed(self.state));
        }
        if [decider.person, decider.actor].iter().any(|name| self.authors.contains(*name)) {
            return Err(Refusal::Own);
        }
        if agrees && files == 0 && self.needs_file() {
            return Err(Refusal::NoFile);
        }
        let waiting = || self.steps.iter().filter(|step| step.state == StepState::Waiting);
        let wanted_step = |step: &&Step| wanted.is_none_or(|number| step.number == number);
        let mine =
            |step: &&Step| self.terms.asked(step).any(|approver| approver.is(decider, &self.store, &self.region));
        if waiting().find(wanted_step).is_none() {
            return Err(Refusal::Decided);
        }
        let found = waiting().filter(wanted_step).find(mine).or_else(|| {
            // In the place of whoever is asked.
            waiting().find(wanted_step).filter(|_| decider.is_admin())
        });
        let step = found.ok_or_else(|| Refusal::NotAsked(self.open_approvers()))?;
        // Four eyes: whoever has agreed for one does not agree for another. To refuse, one pair suffices.
        let decided = |step: &Step| step.decided_by.as_deref().is_some_and(|by| by == decider.person);
        if agrees && self.steps.iter().any(decided) {
            return Err(Refusal::Twice);
        }
        Ok(step)
    }

    /// Who is still asked, each once.
    pub fn open_approvers(&self) -> BTreeSet<Approver> {
        let waiting = self.steps.iter().filter(|step| step.state == StepState::Waiting);
        waiting.flat_map(|step| self.terms.asked(step)).cloned().collect()
    }
}

#[cfg(test)]
mod tests;
