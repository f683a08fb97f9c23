//! What a person says about a connection beside its settings: let it rest, let it work.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::instant::Instant;
use crate::text::Text;

/// A connection that a person lets rest: nothing is called, what is to be done there waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pause {
    /// Since when.
    pub since: Instant,
    /// Until when; `never`: until somebody resumes it.
    pub until: Instant,
    /// Who: a token's name, or `user:<name>`.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl Pause {
    /// Is it over by itself?
    pub fn is_over(&self, now: Instant) -> bool {
        now >= self.until
    }

    /// What whoever needs the connection is told.
    pub fn text(&self) -> Text {
        if self.until == Instant::NEVER {
            return Text::new(
                format!("该连接已被 {} 暂停：{}", self.by, self.reason),
                format!("the connection was paused by {}: {}", self.by, self.reason),
            );
        }
        Text::new(
            format!("该连接已被 {} 暂停至 {}：{}", self.by, self.until, self.reason),
            format!("the connection was paused by {} until {}: {}", self.by, self.until, self.reason),
        )
    }
}
