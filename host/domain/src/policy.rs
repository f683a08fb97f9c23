//! Questions to and answers of order policies.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::hold::Need;
use crate::money::Amount;
use crate::order::{Order, RecentOrder};
use crate::place::Located;
use crate::text::{Attributes, Text};

/// The customer's credit in the order's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Credit {
    /// None: no limit.
    pub limit: Option<Amount>,
    /// Confirmed and not yet paid, without this order.
    pub open: Amount,
}

/// All that is known when an order is judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The order, priced.
    pub order: Order,
    /// Credit.
    pub credit: Credit,
    /// Where it goes.
    pub located: Option<Located>,
    /// The customer's orders handed in before this one that were placed in the seven days before and after it, newest first; of
    /// each side at most the 400 nearest to it.
    pub recent: Vec<RecentOrder>,
    /// Names of attached files.
    pub attachments: Vec<String>,
    /// Free fields. `recent-hours`: for so many hours before and after the order `recent` is complete. `discount`: the largest
    /// discount of a line off its list price, as a share. `check-rules`: all mistakes of the rules are asked for in place of a
    /// judgement, each as a verdict that names its `field`, and `line` and `column` where they are known.
    pub attributes: Attributes,
}

/// A decision of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing to say.
    Allow,
    /// Goes on with a mark.
    Flag {
        /// The mark.
        text: Text,
    },
    /// Waits for a person.
    Hold {
        /// Why.
        reason: Text,
        /// For what.
        needs: Vec<Need>,
    },
    /// Is rejected.
    Block {
        /// Why.
        text: Text,
    },
}

/// What one rule says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    /// Code of the rule.
    pub rule: String,
    /// Its title.
    pub title: Text,
    /// Its decision.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What it looked at.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
}
