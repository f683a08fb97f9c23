//! Why a connection became what it is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a connection was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// It was written as a whole.
    Configured,
    /// Another version of its plugin took over.
    Upgraded,
    /// An earlier state came back.
    RolledBack,
    /// It was switched on.
    Enabled,
    /// It was switched off.
    Disabled,
}

impl Cause {
    const ALL: [Self; 5] = [Self::Configured, Self::Upgraded, Self::RolledBack, Self::Enabled, Self::Disabled];

    /// As it stands in the store and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Upgraded => "upgraded",
            Self::RolledBack => "rolled-back",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }

    /// The cause of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.name() == name)
    }
}
