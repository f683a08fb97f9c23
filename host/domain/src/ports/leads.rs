//! What the pipeline asks of the store about leads.

use async_trait::async_trait;

use super::StoreError;
use crate::access::Reach;
use crate::ids::LeadId;
use crate::instant::Instant;
use crate::lead::assignment::{Candidate, Scored};
use crate::lead::rules::LeadRules;
use crate::lead::stage::StageMove;
use crate::lead::touch::TouchKind;
use crate::lead::{Grade, Lead, LeadEntry};
use crate::timeline::Entry;

/// The way of what strangers write into the public form.
pub const FORM: &str = "form";

/// An entry that passed its checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// In its normal form.
    pub entry: LeadEntry,
    /// Hash of its content (hex): the same content changes nothing a second time.
    pub fingerprint: String,
    /// By which way it came: `staff`, `import`, `form`, `webhook`.
    pub way: &'static str,
    /// Who brought it.
    pub actor: String,
    /// How far they may see leads, beside those that they look after: only two leads within it are joined by an entry of theirs.
    pub reach: Reach,
    /// When.
    pub at: Instant,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// A new lead.
    Created(LeadId),
    /// Added to a lead that was there.
    Merged(LeadId),
    /// The lead knew all of it.
    Known(LeadId),
}

impl Taken {
    /// The lead that has it now.
    pub const fn lead(self) -> LeadId {
        match self {
            Self::Created(id) | Self::Merged(id) | Self::Known(id) => id,
        }
    }
}

/// What rules are told about one lead, its absorbed records included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The lead.
    pub lead: Lead,
    /// Its last touches, the newest first: kind, when, with a first-call form?
    pub touches: Vec<(TouchKind, Instant, bool)>,
    /// Name, media type and moment of its files.
    pub files: Vec<(String, String, Instant)>,
    /// When its price was approved.
    pub approvals: Vec<Instant>,
    /// How many of its tasks are open.
    pub open_tasks: i64,
}

/// A timer of a lead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timer {
    /// Whose.
    pub lead: LeadId,
    /// Code of its rule.
    pub rule: String,
    /// From when it counts. A timer of the same rule and moment is the same timer.
    pub since: Instant,
    /// When it goes off.
    pub due_at: Instant,
}

/// What the rules say about a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The lead.
    pub lead: LeadId,
    /// The version that was judged; of another version nothing is written.
    pub version: i64,
    /// The new grade, and the code of the rule that raised it.
    pub raised: Option<(Grade, String)>,
    /// All timers that run now; others that wait are stopped.
    pub timers: Vec<Timer>,
    /// When.
    pub at: Instant,
}

/// What a timer does when it goes off.
#[derive(Debug, Clone, PartialEq)]
pub struct Firing {
    /// The timer.
    pub timer: Timer,
    /// The version of the lead for which it was decided; of another version nothing goes off.
    pub version: i64,
    /// A task to note: what, for whom.
    pub task: Option<(String, String)>,
    /// Does whoever looks after the lead lose it?
    pub unassign: bool,
    /// For its story.
    pub entry: Entry,
}

/// Leads, as the pipeline needs them.
#[async_trait]
pub trait Leads: Send + Sync {
    /// Takes entries in; duplicates are merged. Answers each in its place. `ladder`: stages by how far they are, the first one first,
    /// those left out in which leads are lost.
    async fn intake(&self, batch: &[Intake], ladder: &[String]) -> Result<Vec<Taken>, StoreError>;

    /// The rules in force with their version; none: nobody has published any.
    async fn lead_rules(&self) -> Result<Option<(i64, LeadRules)>, StoreError>;

    /// What rules are told about these leads, ascending by id. Absorbed and erased leads are left out.
    async fn lead_facts(&self, leads: &[LeadId]) -> Result<Vec<Facts>, StoreError>;

    /// Leads that have changed since they were judged, or were judged by other rules.
    async fn unjudged_leads(&self, rules: i64, limit: u32) -> Result<Vec<LeadId>, StoreError>;

    /// Writes judgements of these rules. Answers how many still fitted.
    async fn judge_leads(&self, rules: i64, batch: &[Judgement]) -> Result<usize, StoreError>;

    /// Moves a lead to another stage. A conflict where its version is another.
    async fn move_lead(&self, lead: LeadId, change: &StageMove) -> Result<Lead, StoreError>;

    /// Timers that are due, those due first.
    async fn due_lead_timers(&self, now: Instant, limit: u32) -> Result<Vec<Timer>, StoreError>;

    /// Lets a timer go off: marks it and writes what it does, in one transaction, once. Answers whether it still waited, and its lead was
    /// still as it was looked at.
    async fn fire_lead_timer(&self, firing: &Firing) -> Result<bool, StoreError>;

    /// Stops a timer whose reason is gone. `version`: of the lead for which that was found; of another version it is left. None: there
    /// is no such lead any more.
    async fn stop_lead_timer(&self, timer: &Timer, version: Option<i64>) -> Result<(), StoreError>;

    /// Leads that nobody looks after and that are not put off, with their versions, the best grade first. `ended`: codes of the stages
    /// in which leads end.
    async fn unassigned_leads(
        &self,
        now: Instant,
        ended: &[String],
        limit: u32,
    ) -> Result<Vec<(LeadId, i64)>, StoreError>;

    /// Everybody who sells in the store of a lead, or in its region.
    async fn lead_candidates(
        &self,
        lead: LeadId,
        won: &[String],
        ended: &[String],
    ) -> Result<Vec<Candidate>, StoreError>;

    /// Gives a lead of this version to somebody, where nobody looks after it still. Answers whether it was so.
    async fn assign_lead(&self, lead: (LeadId, i64), to: &Scored, at: Instant) -> Result<bool, StoreError>;

    /// Puts a lead off for which nobody was found.
    async fn defer_lead(&self, lead: LeadId, until: Instant) -> Result<(), StoreError>;

    /// When the next timer is due.
    async fn next_lead_timer(&self) -> Result<Option<Instant>, StoreError>;
}
