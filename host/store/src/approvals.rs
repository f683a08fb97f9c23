//! Approvals: opened with their hold, decided step by step, reminded of and escalated by timers.

mod decide;
pub(crate) mod open;
mod read;
mod timers;
mod void;

use async_trait::async_trait;
use mortise_domain::approval::{DueTimer, TimerWork};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::approvals::Approvals;
use mortise_domain::user::User;

use crate::Store;

pub use decide::{ApprovalDecided, ApprovalDecision};
pub use read::{ApprovalFilter, ApprovalViewer};
pub(crate) use void::of_holds as void_of_holds;

#[async_trait]
impl Approvals for Store {
    async fn due_timers(&self, now: Instant, limit: u32) -> Result<Vec<DueTimer>, StoreError> {
        Ok(timers::due(self, now, limit).await?)
    }

    async fn next_timer(&self) -> Result<Option<Instant>, StoreError> {
        Ok(timers::next(self).await?)
    }

    async fn work_timer(&self, work: &TimerWork) -> Result<bool, StoreError> {
        Ok(timers::work(self, work).await?)
    }

    async fn approvers(&self) -> Result<Vec<User>, StoreError> {
        Ok(crate::users::alive(self).await?)
    }
}
