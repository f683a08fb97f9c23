//! Leads: customers to be. What is known of them, where they come from, how far they have come.

pub mod assignment;
pub mod columns;
pub mod details;
pub mod entry;
pub mod identity;
pub mod masks;
pub mod merge;
pub mod phone;
pub mod rules;
pub mod stage;
pub mod task;
pub mod touch;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::LeadId;
use crate::instant::Instant;

pub use details::{Consent, Contact, Details, Profile};
pub use entry::LeadEntry;

/// How promising a lead is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, ToSchema)]
pub enum Grade {
    /// The best.
    A,
    /// Between the two.
    B,
    /// Where every lead begins.
    #[default]
    C,
}

impl Grade {
    /// All grades, the best first.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    /// Its letter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }

    /// The grade of this letter, in either case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.name().eq_ignore_ascii_case(text.trim()))
    }
}

/// A lead as it stands in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Lead {
    /// Its id.
    #[serde(skip)]
    pub id: LeadId,
    /// Unique for ever, such as `LD-00000017`.
    pub number: String,
    /// Rises with every change of it.
    pub version: i64,
    /// Code of the store that looks after it; empty: none yet.
    pub store: String,
    /// Who looks after it, as in stories (`user:<name>`); empty: nobody yet.
    pub owner: String,
    /// Where it came from first, such as `form`, `import`, `wecom`.
    pub source: String,
    /// How promising it is.
    pub grade: Grade,
    /// Code of its stage.
    pub stage: String,
    /// Since when it is in this stage.
    pub stage_at: Instant,
    /// What is known of the person or company.
    #[serde(flatten)]
    pub details: Details,
    /// Its ids in other systems.
    pub external_ids: Vec<String>,
    /// Code of the customer that it became; empty: none yet.
    pub customer: String,
    /// When it was entered.
    pub created_at: Instant,
    /// Who entered it.
    pub created_by: String,
    /// When something last changed.
    pub updated_at: Instant,
    /// When somebody last was in touch with it; null: never.
    pub touched_at: Option<Instant>,
    /// When somebody of ours first answered; null: nobody yet.
    pub answered_at: Option<Instant>,
    /// When it was last given to whoever looks after it; null: they took it themselves, or nobody does.
    pub assigned_at: Option<Instant>,
    /// When its person was forgotten; null: is known.
    pub erased_at: Option<Instant>,
}

/// The number of a lead: `LD-00000017`.
pub fn number(id: LeadId) -> String {
    format!("LD-{:08}", id.0)
}

/// The id within a number; none where it is no number of a lead.
pub fn id_of_number(text: &str) -> Option<LeadId> {
    let id = text.strip_prefix("LD-")?.parse().ok().map(LeadId)?;
    (number(id) == text).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        assert_eq!(id_of_number(&number(LeadId(17))), Some(LeadId(17)));
        for text in ["", "LD-17", "LD-", "SO-00000017", "LD-+0000017", "LD-00000017 "] {
            assert_eq!(id_of_number(text), None, "{text:?}");
        }
        assert_eq!((Grade::parse(" a"), Grade::parse("D")), (Some(Grade::A), None));
    }
}
