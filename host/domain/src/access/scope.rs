//! Bounds of a token within what its roles allow.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Action, Kind};

/// Bounds of a token. The default bounds nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// Nothing may be changed.
    pub read_only: bool,
    /// Only these nouns of actions, such as `orders`; null: all.
    pub nouns: Option<BTreeSet<String>>,
}

impl Scope {
    /// Is the action within these bounds? Whoever hands out rights could hand himself more than a bounded token has, so that
    /// needs an unbounded one.
    pub fn allows(&self, action: Action) -> bool {
        if *self == Self::default() {
            return true;
        }
        let named = self.nouns.as_ref().is_none_or(|nouns| nouns.contains(action.noun()));
        let changes = action.kind() != Kind::Reads;
        named && !(changes && (self.read_only || action.hands_out_rights()))
    }
}
