//! What the pipeline asks about approvals: of the store their timers, of the server the links in messages.

use async_trait::async_trait;

use super::StoreError;
use crate::approval::{DueTimer, TimerWork};
use crate::ids::ApprovalId;
use crate::instant::Instant;
use crate::user::User;

/// Timers of approvals.
#[async_trait]
pub trait Approvals: Send + Sync + 'static {
    /// Timers that are due, those due first. They stay until they are worked.
    async fn due_timers(&self, now: Instant, limit: u32) -> Result<Vec<DueTimer>, StoreError>;
    /// When the next one is due; none: nothing is.
    async fn next_timer(&self) -> Result<Option<Instant>, StoreError>;
    /// Removes the timer and writes what it led to, in one transaction. Answers false where another worker was first: then
    /// nothing is written.
    async fn work_timer(&self, work: &TimerWork) -> Result<bool, StoreError>;
    /// All users who may come in, to find those who are asked.
    async fn approvers(&self) -> Result<Vec<User>, StoreError>;
}

/// What a link in a message lets a person decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The approval.
    pub approval: ApprovalId,
    /// Number of its step.
    pub step: u32,
    /// The name to sign in with.
    pub person: String,
    /// Until when.
    pub expires_at: Instant,
}

/// Links in messages.
pub trait Links: Send + Sync + 'static {
    /// The address at which this person decides without signing in. The same ticket gives the same address.
    fn deciding(&self, ticket: &Ticket) -> String;
    /// The address at which those who sign in find what waits for them.
    fn showing(&self) -> String;
}
