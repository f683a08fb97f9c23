//! Tasks: what is done next about a lead, until when, and what stands in the way.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::instant::Instant;
use crate::submission::FieldError;

/// A task before it is noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    /// What is to be done.
    pub action: String,
    /// Until when.
    pub due_at: Instant,
    /// What stands in the way.
    #[serde(default)]
    pub obstacle: String,
    /// Who does it (`user:<name>`); empty: whoever looks after the lead.
    #[serde(default)]
    pub assignee: String,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Task {
    /// Its id.
    pub id: i64,
    /// What, until when, by whom.
    #[serde(flatten)]
    pub what: NewTask,
    /// When it was noted.
    pub created_at: Instant,
    /// Who noted it: `host` where a rule did.
    pub created_by: String,
    /// When it was done; null: is open.
    pub done_at: Option<Instant>,
    /// Who did it.
    pub done_by: Option<String>,
}

impl NewTask {
    /// All faults at once.
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let length = self.action.trim().chars().count();
        if !(1..=500).contains(&length) {
            faults.push(FieldError::new("action", "must say in 1 to 500 characters what is to be done"));
        }
        if self.obstacle.chars().count() > 1_000 {
            faults.push(FieldError::new("obstacle", "has more than 1,000 characters"));
        }
        if self.due_at == Instant::NEVER {
            faults.push(FieldError::new("due_at", "must be a point in time"));
        }
        faults
    }
}
