//! How long things are kept that nobody needs for ever.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::submission::FieldError;

/// Days that things are kept. Orders, their stories, tickets and the audit trail are kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Records of delivery attempts with request and answer.
    pub attempt_days: u32,
    /// Figures of plugin calls.
    pub figure_days: u32,
}

impl Retention {
    /// What is out of range.
    pub fn faults(&self) -> Vec<FieldError> {
        let ranges = [("attempt_days", self.attempt_days), ("figure_days", self.figure_days)];
        let wrong = ranges.into_iter().filter(|(_, days)| !(1..=3_650).contains(days));
        wrong.map(|(field, days)| FieldError::new(field, format!("{days} is not between 1 and 3650"))).collect()
    }
}
