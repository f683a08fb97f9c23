//! What goes to the ERP beside the order itself, and what comes back.

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::instant::Instant;
use crate::money::{Amount, Totals};
use crate::order::{Buyer, OrderKind};
use crate::text::Attributes;

/// What a customer owes for an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receivable {
    /// Number of the order.
    pub order: String,
    /// Sale or return.
    pub kind: OrderKind,
    /// The ERP's document of the order.
    pub order_document: String,
    /// Who owes.
    pub customer: Buyer,
    /// ISO 4217 code.
    pub currency: String,
    /// Worth of one unit of it in the company's currency, where they differ.
    pub exchange_rate: Option<Decimal>,
    /// How much.
    #[serde(flatten)]
    pub totals: Totals,
    /// From which the terms count.
    pub business_date: String,
    /// When payment is due.
    pub due_date: String,
    /// Free fields.
    pub attributes: Attributes,
}

/// What came into being at an upstream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The upstream's number.
    pub external_id: String,
    /// What else it told.
    pub attributes: Attributes,
}

/// A kind of change at the upstream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Taken on.
    Accepted,
    /// Shipped so far, per line in the line's unit.
    Shipped {
        /// Line number and quantity.
        lines: Vec<(u32, Decimal)>,
    },
    /// Paid so far.
    Paid {
        /// How much.
        amount: Amount,
        /// ISO 4217 code.
        currency: String,
    },
    /// Taken back.
    Cancelled,
    /// Finished.
    Closed,
    /// The upstream's own word.
    Other {
        /// That word.
        word: String,
    },
}

/// A change at the upstream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Number of the order.
    pub order: String,
    /// The document that changed.
    pub external_id: String,
    /// When.
    pub at: Instant,
    /// What.
    pub what: ChangeKind,
    /// Free fields.
    pub attributes: Attributes,
}

/// A page of changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangePage {
    /// The changes.
    pub items: Vec<Change>,
    /// Where to go on.
    pub cursor: String,
    /// There is more right now.
    pub more: bool,
}
