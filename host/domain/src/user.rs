//! The people who sign in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Places, Role, Roles};
use crate::ids::UserId;
use crate::instant::Instant;
use crate::submission::FieldError;

/// Begins the actor of a person in stories, so that no token can be taken for one.
const ACTOR: &str = "user:";

/// Languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Chinese, simplified.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// As it stands in the store and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Zh, Self::En].into_iter().find(|language| language.name() == name)
    }
}

/// What an admin says about a user. It can be erased; the name cannot, for it stands in stories.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name for people.
    pub display_name: String,
    /// Where messages go; null: nowhere.
    #[serde(default)]
    pub email: Option<String>,
    /// What they are in the company; several add up.
    #[serde(default)]
    #[schema(value_type = Vec<Role>)]
    pub roles: Roles,
    /// Codes of the stores that they belong to.
    #[serde(default)]
    pub stores: BTreeSet<String>,
    /// Codes of the regions that they belong to, with all their stores.
    #[serde(default)]
    pub regions: BTreeSet<String>,
    /// In which they read.
    #[serde(default)]
    pub language: Language,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct User {
    /// Its id.
    #[serde(skip)]
    pub id: UserId,
    /// With which they sign in; never changes, is never given to somebody else, and stands in stories as `user:<name>`.
    pub name: String,
    /// What an admin says about them.
    #[serde(flatten)]
    pub profile: Profile,
    /// May not come in.
    pub disabled: bool,
    /// Has a password been set by an invitation?
    pub has_password: bool,
    /// Since when.
    pub created_at: Instant,
    /// When they last signed in.
    pub last_login_at: Option<Instant>,
}

impl Profile {
    /// Stores and regions.
    pub fn places(&self) -> Places {
        Places { stores: self.stores.clone(), regions: self.regions.clone() }
    }

    /// All faults at once. Whether stores and regions exist is another question.
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let length = self.display_name.trim().chars().count();
        if !(1..=100).contains(&length) || self.display_name.chars().any(char::is_control) {
            let message = "must have 1 to 100 characters without control characters";
            faults.push(FieldError::new("display_name", message));
        }
        if self.email.as_deref().is_some_and(|email| !is_email(email)) {
            faults
                .push(FieldError::new("email", "must be an address such as anna@example.com; leave it out if unknown"));
        }
        for (field, codes) in [("stores", &self.stores), ("regions", &self.regions)] {
            if codes.len() > 1_000 {
                faults.push(FieldError::new(field, "has more than 1,000 entries; name the region instead"));
            }
        }
        faults
    }
}

impl User {
    /// How they stand in stories.
    pub fn actor(&self) -> String {
        format!("{ACTOR}{}", self.name)
    }
}

/// A name to sign in with: as it is typed, without the differences that nobody means.
pub fn tidy_name(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

/// What is wrong with a new name; none: nothing.
pub fn name_fault(name: &str) -> Option<&'static str> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let fits = (2..=64).contains(&name.len()) && begins && name.bytes().all(plain);
    (!fits).then_some(
        "must have 2 to 64 lower-case letters, digits, hyphens, dots and underscores, a letter or digit first; it stays for ever, \
         so a staff number serves better than a name that changes",
    )
}

/// Enough to tell a slip of the pen; whether it arrives only a message can tell.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;:\"()[]\\".contains(c);
    text.len() <= 254 && !local.is_empty() && host.contains('.') && !host.starts_with('.') && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_the_field() {
        let mut profile = Profile { display_name: " ".into(), email: Some("anna".into()), ..Profile::default() };
        let fields = |profile: &Profile| profile.faults().into_iter().map(|fault| fault.field).collect::<Vec<_>>();
        assert_eq!(fields(&profile), ["display_name", "email"]);
        profile.display_name = "安娜".into();
        for good in [None, Some("anna@example.com"), Some("安娜@例子.公司")] {
            profile.email = good.map(Into::into);
            assert_eq!(profile.faults(), [], "{good:?}");
        }
        for bad in ["@a.b", "a@b", "a b@c.d", "a@.b", "a@b.c\r\nBcc: x@y.z", "<a@b.c>"] {
            profile.email = Some(bad.into());
            assert_eq!(fields(&profile), ["email"], "{bad:?}");
        }
    }

    #[test]
    fn names_are_plain() {
        for good in ["s1", "zhang.wei", "1024", "a-b_c"] {
            assert_eq!(name_fault(good), None, "{good:?}");
        }
        for bad in ["", "a", "Anna", "-x", "a:b", "a b", "张伟", "user:x", &"a".repeat(65)] {
            assert!(name_fault(bad).is_some(), "{bad:?}");
        }
        assert_eq!(tidy_name(" Anna\n"), "anna");
    }
}
