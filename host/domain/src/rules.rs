//! Rules as data: where a version is, and what a check of rules finds.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::Text;

/// Where a version of rules is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleState {
    /// Not in force; may still be changed.
    Draft,
    /// In force.
    Published,
    /// Was in force, and can be again.
    Retired,
}

impl RuleState {
    /// As it stands in the store and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Retired].into_iter().find(|state| state.name() == name)
    }
}

/// Where a trial of rules is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TrialState {
    /// It goes on.
    Running,
    /// It came to its end.
    Done,
    /// Somebody stopped it.
    Stopped,
    /// It broke off; the result says why.
    Failed,
}

impl TrialState {
    /// As it stands in the store and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Running, Self::Done, Self::Stopped, Self::Failed].into_iter().find(|state| state.name() == name)
    }
}

/// Something that a check of rules found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleFault {
    /// Path of the field within the rules, such as `rules[2].when`.
    pub field: String,
    /// Where in the expression; 1 for the first line. None: not known.
    pub line: Option<u32>,
    /// 1 for the first character of the line.
    pub column: Option<u32>,
    /// It cannot be published as it is; otherwise it is a doubt that people look at.
    pub prevents: bool,
    /// What is wrong and what to do.
    pub message: Text,
}
