//! What is known of the person or company behind a lead. All personal data of a lead stand here and nowhere else.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::touch::TouchKind;
use crate::instant::Instant;
use crate::text::Attributes;

/// What is known of the person or company.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Details {
    /// Name of the person, or of the shop.
    pub name: String,
    /// Name of the company.
    pub company: String,
    /// How they are reached; the first is the main one.
    pub contacts: Vec<Contact>,
    /// Province.
    pub province: String,
    /// City.
    pub city: String,
    /// District.
    pub district: String,
    /// Street and house, or the whole address as it was written.
    pub address: String,
    /// The five elements.
    pub profile: Profile,
    /// Words to find and assign it by.
    #[schema(value_type = Vec<String>)]
    pub tags: BTreeSet<String>,
    /// Free words.
    pub note: String,
    /// Free fields.
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
    /// On what ground personal data are kept; null: not known.
    pub consent: Option<Consent>,
    /// Kinds of contact that are not recorded, because the person wants it so.
    #[schema(value_type = Vec<TouchKind>)]
    pub unrecorded: BTreeSet<TouchKind>,
}

/// A way to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Contact {
    /// Who.
    pub name: String,
    /// What they are there.
    pub title: String,
    /// Telephone number, in the form `+8613812345678` once it was checked.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Name or id in WeChat.
    pub wechat: String,
}

/// The five elements of a customer's file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = LeadProfile)]
pub struct Profile {
    /// Line of business.
    pub industry: String,
    /// What they buy in a year, as a band such as `50–100 万`.
    pub purchase_band: String,
    /// From whom they buy now.
    pub main_supplier: String,
    /// Rank of whoever decides.
    pub decision_rank: String,
    /// What hurts them most when they buy.
    pub pain: String,
}

/// On what ground personal data are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// How it was given, such as `form checkbox`, `business card`.
    pub source: String,
    /// When; null: not known.
    #[serde(default)]
    pub at: Option<Instant>,
}

impl Profile {
    /// The five with their names.
    pub fn elements(&self) -> [(&'static str, &str); 5] {
        [
            ("industry", &self.industry),
            ("purchase_band", &self.purchase_band),
            ("main_supplier", &self.main_supplier),
            ("decision_rank", &self.decision_rank),
            ("pain", &self.pain),
        ]
    }
}

impl Contact {
    /// Is nothing in it?
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
