//! What was found out about an order, and what follows from it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::delivery::NewDelivery;
use crate::hold::Reason;
use crate::ids::OrderId;
use crate::instant::Instant;
use crate::inventory::{Reading, Reservation};
use crate::money::Amount;
use crate::order::{Order, OrderState};
use crate::place::Located;
use crate::policy::Verdict;
use crate::pricing::LinePrice;
use crate::submission::Submission;
use crate::text::Text;
use crate::timeline::Entry;

/// A call of a plugin during evaluation, as it is kept in the order's story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepRecord {
    /// `price`, `stock`, `place`, `credit`, `policy`.
    pub step: String,
    /// Name of the connection; empty for the host's own steps.
    pub connection: String,
    /// The plugin version that was called: its name, version and the beginning of its digest; empty: none was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plugin: String,
    /// Wall clock, in microseconds.
    pub micros: u64,
    /// `ok`, or the class of the failure.
    pub outcome: String,
    /// What was answered, in short.
    pub answer: serde_json::Value,
}

/// All that was found out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Evaluation {
    /// Prices with their explanations.
    pub prices: Vec<LinePrice>,
    /// Version of price list and rules.
    pub price_version: String,
    /// Where it goes.
    pub located: Option<Located>,
    /// What the rules said.
    pub verdicts: Vec<Verdict>,
    /// Marks that people see.
    pub flags: Vec<Text>,
    /// The calls that were made.
    pub steps: Vec<StepRecord>,
}

/// An order as it waits to be judged, with what the store knows about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// Its id.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// Its state: received or held.
    pub state: OrderState,
    /// Version of the row; a decision made on another version is stale.
    pub version: i64,
    /// What was handed in.
    pub submission: Submission,
    /// When it was placed.
    pub placed_at: Instant,
    /// Who handed it in: a token's name.
    pub actor: String,
    /// Codes of holds that a person has released; rules that ask for them again are satisfied.
    pub waived: Vec<String>,
    /// Codes of holds that are open.
    pub open_holds: Vec<String>,
    /// Names of attached files.
    pub attachments: Vec<String>,
}

impl Evaluation {
    /// Was a connection's plugin replaced while the order was judged, so that two versions of it had their say?
    pub fn is_mixed(&self) -> bool {
        let named = || self.steps.iter().filter(|step| !step.plugin.is_empty());
        named().any(|step| named().any(|other| step.connection == other.connection && step.plugin != other.plugin))
    }
}

impl Pending {
    /// Version of a row that has just been accepted.
    pub const FIRST_VERSION: i64 = 1;
}

/// A decision about an order, to be written in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The order.
    pub order_id: OrderId,
    /// Version that it was judged at.
    pub version: i64,
    /// The order as judged; absent where it could not be priced.
    pub order: Option<Box<Order>>,
    /// All that was found out.
    pub evaluation: Box<Evaluation>,
    /// What follows.
    pub verdict: Conclusion,
    /// When it was decided.
    pub at: Instant,
    /// For the story.
    pub story: Vec<Entry>,
}

/// What follows from an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub enum Conclusion {
    /// Confirm it, if stock and credit are still there.
    Confirm(Box<Confirmation>),
    /// Hold it for these reasons, open holds with other codes being released.
    Hold {
        /// Why.
        reasons: Vec<Reason>,
        /// When it is judged again by itself; [`Instant::NEVER`]: when a person releases it.
        again_at: Instant,
        /// Messages about it; written with it.
        deliveries: Vec<NewDelivery>,
    },
    /// Reject it.
    Reject {
        /// Why.
        reason: Text,
    },
}

/// What is written together with a confirmation.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirmation {
    /// Readings of stock that the promises rest on.
    pub readings: Vec<Reading>,
    /// Promises of stock.
    pub reservations: Vec<Reservation>,
    /// Credit that the order takes, in the company's currency; 0 for returns.
    pub credit: Amount,
    /// A person has released `credit-exceeded`: the credit is taken whatever the limit says.
    pub credit_waived: bool,
    /// What is to be done at the connections.
    pub deliveries: Vec<NewDelivery>,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// Written.
    Written(OrderState),
    /// Not written: others took the stock of these (warehouse, item) in the meantime.
    OutOfStock(Vec<(String, String)>),
    /// Not written: the customer's credit was taken in the meantime. In the company's currency.
    OverCredit {
        /// What is open now.
        open: Amount,
        /// The limit.
        limit: Amount,
    },
    /// Not written: someone else changed the order.
    Stale,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_versions_of_one_connection_are_mixed() {
        let step = |connection: &str, plugin: &str| StepRecord {
            step: "price".into(),
            connection: connection.into(),
            plugin: plugin.into(),
            micros: 0,
            outcome: "ok".into(),
            answer: serde_json::Value::Null,
        };
        let mixed = |steps: &[(&str, &str)]| {
            let steps = steps.iter().map(|(connection, plugin)| step(connection, plugin)).collect();
            Evaluation { steps, ..Evaluation::default() }.is_mixed()
        };
        assert!(!mixed(&[("erp", "u8 1"), ("erp", "u8 1"), ("map", "amap 1"), ("", ""), ("erp", "")]));
        assert!(!mixed(&[("erp", "u8 1"), ("wms", "u8 2")]), "each connection has its own");
        assert!(mixed(&[("erp", "u8 1"), ("map", "amap 1"), ("erp", "u8 2")]));
    }
}
