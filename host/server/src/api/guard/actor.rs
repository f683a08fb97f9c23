//! Who makes the request, and how far they may go with it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mortise_domain::access::{Action, Reach, Rights};
use mortise_domain::user::User;
use mortise_store::Session;
use serde_json::Value;

use super::super::problem::Problem;
use super::visitor::Visitor;
use crate::callers::{By, Caller};

/// Who makes the request. It exists only where the guard allowed the route's action.
#[derive(Debug, Clone)]
pub struct Actor {
    caller: Arc<Caller>,
    reach: Reach,
    visitor: Visitor,
}

impl Actor {
    pub(super) fn new(caller: Arc<Caller>, reach: Reach, visitor: Visitor) -> Self {
        Self { caller, reach, visitor }
    }

    /// How they stand in stories: a token's name, or `user:<name>`.
    pub fn name(&self) -> &str {
        &self.caller.actor
    }

    /// How far they may go with what they do here.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// As they are known.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// What they may do.
    pub fn rights(&self) -> &Rights {
        &self.caller.rights
    }

    /// May they also do this?
    pub fn may(&self, action: Action) -> bool {
        self.caller.rights.may(action)
    }

    /// The person and the session; a token has neither.
    pub fn person(&self) -> Result<(&Session, &User), Problem> {
        match &self.caller.by {
            By::Session(known) => Ok((&known.0, &known.1)),
            By::Token(name) => {
                Err(Problem::conflict(format!("{name} is a token; only people who are signed in have this."))
                    .remedy("Sign in with a name and a password."))
            }
        }
    }

    /// From where they come.
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// Notes a particular for the audit trail. Never a secret.
    pub fn note(&self, name: &str, value: impl Into<Value>) {
        self.visitor.note(name, value);
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Absent only where a route was mounted without the guard, or is open to all.
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::internal)
    }
}
