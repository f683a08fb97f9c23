//! Who is asked: a role, a role of a region, or a person.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::access::{Action, Reach, Rights, Role};
use crate::text::Text;

/// Who is asked. As text: `finance`, `supervisor@EAST`, `user:anna`, or `any`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Approver {
    /// Whoever may decide approvals of the order.
    Any,
    /// Whoever has this role and the order within reach: of supervisors that is whoever leads its store or region.
    Role(Role),
    /// Whoever has this role and leads this region, wherever the order comes from.
    RoleOf(Role, String),
    /// This person, by the name to sign in with.
    Person(String),
    /// A word that is no role of ours; an admin decides in its place.
    Word(String),
}

/// Whoever decides.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    /// How they stand in stories: `user:<name>`, or a token's name.
    pub actor: &'a str,
    /// The person behind: `user:<name>`, or the name of a token that speaks for nobody.
    pub person: &'a str,
    /// What they may do.
    pub rights: &'a Rights,
}

impl Decider<'_> {
    pub(super) fn is_admin(&self) -> bool {
        self.rights.roles.contains(&Role::Admin)
    }
}

impl Approver {
    /// The approver of a hold's need; a need without a role asks anybody.
    pub fn of_need(role: &str) -> Self {
        if role.is_empty() { Self::Any } else { role.parse().unwrap_or_else(|_| Self::Word(role.to_owned())) }
    }

    /// Is this who is asked, about an order of this store and region?
    pub fn is(&self, decider: &Decider<'_>, store: &str, region: &str) -> bool {
        let Decider { rights, person, .. } = decider;
        let reaches = || {
            rights.reach(Action::ApprovalsDecide).is_ok_and(|reach| reach == Reach::All || reach.covers(store, region))
        };
        match self {
            Self::Any => reaches(),
            Self::Role(role) => rights.roles.contains(role) && reaches(),
            Self::RoleOf(role, of) => rights.roles.contains(role) && rights.places.regions.contains(of),
            Self::Person(name) => person.strip_prefix("user:") == Some(name.as_str()),
            Self::Word(_) => false,
        }
    }

    /// All by which somebody is asked wherever the order comes from, be it within their reach or not: by name, or with a role as
    /// one who leads a region.
    pub fn everywhere(decider: &Decider<'_>) -> Vec<Self> {
        let Decider { rights, person, .. } = decider;
        let named = person.strip_prefix("user:").map(|name| Self::Person(name.to_owned()));
        let leads = |role| rights.places.regions.iter().map(move |region| Self::RoleOf(role, region.clone()));
        named.into_iter().chain(rights.roles.iter().copied().flat_map(leads)).collect()
    }

    /// For people.
    pub fn title(&self) -> Text {
        match self {
            Self::Any => Text::new("任何有审批权限的人", "anybody who may approve"),
            Self::Role(Role::Supervisor) => Text::new("区域或门店主管", "the supervisor of the region or store"),
            Self::Role(role) => role.title(),
            Self::RoleOf(role, region) => {
                let title = role.title();
                Text::new(format!("{}（{region}）", title.zh), format!("{} of {region}", title.en))
            }
            Self::Person(name) | Self::Word(name) => Text::same(name),
        }
    }
}

impl fmt::Display for Approver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Role(role) => role.fmt(f),
            Self::RoleOf(role, region) => write!(f, "{role}@{region}"),
            Self::Person(name) => write!(f, "user:{name}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

impl FromStr for Approver {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let role = |name: &str| Role::parse(name).ok_or_else(|| unknown(text));
        if text == "any" {
            return Ok(Self::Any);
        }
        if let Some(name) = text.strip_prefix("user:").filter(|name| !name.is_empty() && name.len() <= 64) {
            return Ok(Self::Person(name.to_owned()));
        }
        match text.split_once('@') {
            Some((name, region)) if !region.is_empty() && region.len() <= 64 => {
                Ok(Self::RoleOf(role(name)?, region.to_owned()))
            }
            Some(_) => Err(unknown(text)),
            None => role(text).map(Self::Role),
        }
    }
}

fn unknown(text: &str) -> String {
    let roles = Role::ALL.map(Role::name).join(", ");
    let said: String = text.chars().take(32).collect();
    format!(
        "{said:?} is nobody: write a role ({roles}), a role of a region such as supervisor@EAST, user:<name>, or any"
    )
}

impl Serialize for Approver {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Approver {
    /// Any word is read: what a rule named stays what it named. Routes are checked when they are handed in.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(text.parse().unwrap_or(Self::Word(text)))
    }
}
