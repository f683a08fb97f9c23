//! Why a plugin call did not do what was asked, sorted by who must act.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::Text;

/// The eight cases of the contract's `error`, and the host's own ninth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "class", rename_all = "kebab-case")]
pub enum Failure {
    /// The business says no: a person is shown the reason.
    Rejected {
        /// Why.
        reason: Text,
    },
    /// Input or settings are wrong: a person corrects the field.
    Invalid {
        /// Path of the field.
        field: String,
        /// Why.
        reason: Text,
    },
    /// A passing fault.
    Retry {
        /// Not before this many milliseconds.
        after_ms: Option<u64>,
    },
    /// The upstream asks for fewer calls.
    RateLimited {
        /// Not before this many milliseconds.
        after_ms: Option<u64>,
    },
    /// The upstream refuses our credential: an admin acts.
    Unauthorized {
        /// Why.
        reason: Text,
    },
    /// The effect exists already: a success.
    Duplicate {
        /// The upstream's id of it.
        external_id: String,
    },
    /// What was asked about does not exist.
    NotFound {
        /// What.
        reason: Text,
    },
    /// The upstream cannot work now.
    Unavailable {
        /// Why.
        reason: Text,
    },
    /// The plugin trapped, exceeded a limit or answered nonsense: its developer acts.
    Broken {
        /// Which bound or rule was broken.
        kind: Breakage,
        /// What happened, why, and what to do.
        reason: Text,
    },
}

/// How a plugin broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Breakage {
    /// It trapped.
    Trap,
    /// It used more CPU than its budget.
    Cpu,
    /// The call took longer than its deadline.
    Deadline,
    /// It wanted more memory than it may have.
    Memory,
    /// Its stack overflowed.
    Stack,
    /// It wanted larger tables than it may have.
    Table,
    /// It copied more bytes through host calls than it may.
    HostCalls,
    /// Its answer breaks the contract.
    Answer,
    /// No such connection, or it does not export the interface.
    Missing,
}

impl Failure {
    /// An upstream or plugin that may answer later: a hold because of it releases itself, a delivery is tried again.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Retry { .. }
                | Self::RateLimited { .. }
                | Self::Unavailable { .. }
                | Self::Unauthorized { .. }
                | Self::Broken { .. }
        )
    }

    /// How long the upstream asked us to wait.
    pub fn asked_to_wait(&self) -> Option<Duration> {
        match self {
            Self::Retry { after_ms } | Self::RateLimited { after_ms } => after_ms.map(Duration::from_millis),
            _ => None,
        }
    }

    /// The class as it stands in metrics and filters.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Rejected { .. } => "rejected",
            Self::Invalid { .. } => "invalid",
            Self::Retry { .. } => "retry",
            Self::RateLimited { .. } => "rate-limited",
            Self::Unauthorized { .. } => "unauthorized",
            Self::Duplicate { .. } => "duplicate",
            Self::NotFound { .. } => "not-found",
            Self::Unavailable { .. } => "unavailable",
            Self::Broken { .. } => "broken",
        }
    }

    /// A sentence for a person.
    pub fn text(&self) -> Text {
        match self {
            Self::Rejected { reason }
            | Self::Unauthorized { reason }
            | Self::NotFound { reason }
            | Self::Unavailable { reason }
            | Self::Broken { reason, .. } => reason.clone(),
            Self::Invalid { field, reason } => {
                Text::new(format!("{field}：{}", reason.zh), format!("{field}: {}", reason.en))
            }
            Self::Retry { .. } => Text::new("暂时性故障，将自动重试", "a passing fault; it is tried again by itself"),
            Self::RateLimited { .. } => {
                Text::new("对方系统限流，将自动重试", "the upstream limits our calls; it is tried again by itself")
            }
            Self::Duplicate { external_id } => Text::new(
                format!("对方已存在单据 {external_id}"),
                format!("the upstream has it already as {external_id}"),
            ),
        }
    }
}
