//! Holds: why an order waits, and for whom or what.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::approval::Terms;
use crate::ids::{HoldId, OrderId};
use crate::instant::Instant;
use crate::text::Text;

/// Who or what releases a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HoldKind {
    /// Waits for a person.
    Business,
    /// A plugin or upstream does not answer; releases itself when it does.
    Technical,
}

/// What a hold waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Need {
    /// `attachment`, `approval`, `review` or `correction`.
    pub kind: String,
    /// Role that may release it; empty: whoever may release holds.
    #[serde(default)]
    pub role: String,
    /// For people.
    pub text: Text,
}

/// A reason to wait, before it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// Stable code: the rule's, or one of the host's (`place-vague`, `short-stock`, `credit-exceeded`, `price-unavailable`, …).
    pub code: String,
    /// Who or what releases it.
    pub kind: HoldKind,
    /// For people.
    pub text: Text,
    /// What it waits for.
    pub needs: Vec<Need>,
    /// Particulars: candidates of a place, substitutes of an item.
    #[serde(default)]
    pub detail: serde_json::Value,
    /// Who must agree, by when; none: one person releases it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Terms>,
}

/// A stored hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// Whose it is.
    pub order: OrderId,
    /// Why.
    #[serde(flatten)]
    pub reason: Reason,
    /// Since when.
    pub opened_at: Instant,
    /// Until when; none: still open.
    pub released_at: Option<Instant>,
    /// Who released it: a token's name, or `host`.
    pub released_by: Option<String>,
    /// What that person noted.
    pub note: Option<String>,
}
