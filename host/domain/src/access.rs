//! Who may do what. The table of roles and actions stands in [`action`]; the guard of the doors decides by [`Rights::reach`] and
//! by nothing else, and `host/ACCESS.md` shows the same table. What the table does not allow is refused.

mod action;
mod places;
mod role;
mod scope;

pub use action::{Action, Extent, Kind};
pub use places::{Places, Reach};
pub use role::{Role, Roles};
pub use scope::Scope;

use crate::hold::Need;
use crate::user::User;

/// What someone may do: roles, the places that "own" means, and the bounds of the token that speaks for them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// Of all of them together.
    pub roles: Roles,
    /// Stores and regions that they belong to.
    pub places: Places,
    /// Bounds of a token; a session has none.
    pub scope: Scope,
}

/// Why something is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// No role allows it.
    #[error("none of the roles allows {}", .0.name())]
    Role(Action),
    /// A role would, the token's scope does not.
    #[error("the scope of the token does not allow {}", .0.name())]
    Scope(Action),
}

impl Rights {
    /// Of a person who is signed in.
    pub fn of(user: &User) -> Self {
        Self { roles: user.profile.roles.clone(), places: user.profile.places(), scope: Scope::default() }
    }

    /// Of a token that speaks for a person: never more than the person may now, in the person's places.
    #[must_use]
    pub fn on_behalf_of(self, owner: &User) -> Self {
        let roles = if owner.disabled { Roles::new() } else { &self.roles & &owner.profile.roles };
        Self { roles, places: owner.profile.places(), scope: self.scope }
    }

    /// How far this action may reach.
    pub fn reach(&self, action: Action) -> Result<Reach, Denied> {
        let extent = self.roles.iter().map(|role| action.extent(*role)).max().unwrap_or(Extent::No);
        if extent != Extent::No && !self.scope.allows(action) {
            return Err(Denied::Scope(action));
        }
        match extent {
            Extent::No => Err(Denied::Role(action)),
            Extent::Own => Ok(Reach::Own(self.places.clone())),
            Extent::All => Ok(Reach::All),
        }
    }

    /// May they do it at all?
    pub fn may(&self, action: Action) -> bool {
        self.reach(action).is_ok()
    }

    /// The first role that a hold names and that they lack; none: they may release it. An admin lacks none. A word that is no
    /// role of ours is lacked by everybody else.
    pub fn lacks_for<'a>(&self, needs: &'a [Need]) -> Option<&'a str> {
        let holds = |role: &str| Role::parse(role).is_some_and(|role| self.roles.contains(&role));
        let mut named = needs.iter().map(|need| need.role.as_str()).filter(|role| !role.is_empty());
        if self.roles.contains(&Role::Admin) { None } else { named.find(|role| !holds(role)) }
    }
}

#[cfg(test)]
mod tests;
