//! Stages: how far a lead has come. They are labels of the company's own; what the host knows of them is how they end.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::instant::Instant;
use crate::text::Text;

/// How a lead ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// It buys.
    Won,
    /// It does not.
    Lost,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// By which rules and lists name it.
    pub code: String,
    /// What people read.
    pub title: Text,
    /// Does a lead end here?
    #[serde(default)]
    pub ending: Option<Ending>,
}

/// A change of stage that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageMove {
    /// The stage that the lead is believed to be in, by its version: another version refuses the change.
    pub version: i64,
    /// Code of the new stage.
    pub to: String,
    /// Why.
    pub note: String,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Instant,
}

/// A stay in a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stay {
    /// Code of the stage.
    pub stage: String,
    /// Since when.
    pub entered_at: Instant,
    /// Until when; null: is there still.
    pub left_at: Option<Instant>,
    /// Who moved it there.
    pub actor: String,
    /// Why.
    pub note: String,
}
