//! Roles.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::Text;

/// What somebody is in the company. Several are allowed; they add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Configures everything and says who may do what.
    Admin,
    /// Keeps connections and deliveries healthy.
    Operator,
    /// Leads stores or regions and approves their orders.
    Supervisor,
    /// Approves and keeps credit and prices.
    Finance,
    /// Enters orders for a store.
    Sales,
    /// Writes plugins.
    Developer,
}

/// The roles of someone.
pub type Roles = BTreeSet<Role>;

impl Role {
    /// All roles, in the order of the table's columns.
    pub const ALL: [Self; 6] =
        [Self::Admin, Self::Operator, Self::Supervisor, Self::Finance, Self::Sales, Self::Developer];

    /// The role as it stands in the store, the API and the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Supervisor => "supervisor",
            Self::Finance => "finance",
            Self::Sales => "sales",
            Self::Developer => "developer",
        }
    }

    /// The role of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// For people.
    pub fn title(self) -> Text {
        match self {
            Self::Admin => Text::new("管理员", "Admin"),
            Self::Operator => Text::new("运维", "Operator"),
            Self::Supervisor => Text::new("主管", "Supervisor"),
            Self::Finance => Text::new("财务", "Finance"),
            Self::Sales => Text::new("销售", "Sales"),
            Self::Developer => Text::new("插件开发", "Developer"),
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
