//! The append-only story: who did what, when, with which outcome. Persons are referenced, never copied.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::instant::Instant;

/// An entry before it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// When it happened.
    pub at: Instant,
    /// Who did it: a token's name, `user:<name>`, `host`, or `plugin:<connection>`.
    pub actor: String,
    /// What happened, such as `order.received`, `order.confirmed`, `hold.opened`, `delivery.done`.
    pub event: String,
    /// Particulars.
    pub data: serde_json::Value,
}

impl Entry {
    /// By the host itself.
    pub fn host(at: Instant, event: &str, data: serde_json::Value) -> Self {
        Self { at, actor: "host".into(), event: event.into(), data }
    }

    /// By someone.
    pub fn by(actor: &str, at: Instant, event: &str, data: serde_json::Value) -> Self {
        Self { at, actor: actor.into(), event: event.into(), data }
    }
}
