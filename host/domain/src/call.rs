//! A call of a plugin: what is asked, what is answered, what is recorded.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::erp::{ChangePage, Document, Receivable};
use crate::failure::Failure;
use crate::instant::Instant;
use crate::inventory::{PickTask, StockLevel, StockQuery, UpstreamReservation};
use crate::notification::{Message, ReadReceipt, Receipt};
use crate::order::Order;
use crate::place::{Located, PlaceQuery, Point};
use crate::policy::{Facts, Verdict};
use crate::ports::clock::Fence;
use crate::pricing::{PriceRequest, Priced};
use crate::text::{Attributes, Text};

/// An interface of the contract that a plugin may export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Interface {
    /// Sales orders and receivables.
    Erp,
    /// Stock and picking.
    Inventory,
    /// Addresses on the map.
    Geocoder,
    /// Prices.
    Pricing,
    /// Channels to people.
    Notifier,
    /// Judgement of orders.
    OrderPolicy,
}

impl Interface {
    /// All interfaces of this version of the contract.
    pub const ALL: [Self; 6] =
        [Self::Erp, Self::Inventory, Self::Geocoder, Self::Pricing, Self::Notifier, Self::OrderPolicy];

    /// Those without which orders are held: where to, what for, from where and who keeps the books.
    pub const NEEDED: [Self; 4] = [Self::Pricing, Self::Inventory, Self::Geocoder, Self::Erp];

    /// The name in the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Erp => "erp",
            Self::Inventory => "inventory",
            Self::Geocoder => "geocoder",
            Self::Pricing => "pricing",
            Self::Notifier => "notifier",
            Self::OrderPolicy => "order-policy",
        }
    }
}

/// One function of the contract with its arguments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "function", content = "arguments", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each case is the function of the same name in the contract")]
pub enum Request {
    FindOrder { number: String },
    PushOrder { order: Box<Order> },
    ChangeOrder { external_id: String, order: Box<Order> },
    CancelOrder { external_id: String, reason: Text },
    FindReceivable { number: String },
    PushReceivable { receivable: Box<Receivable> },
    CancelReceivable { external_id: String, reason: Text },
    ErpChanges { since: Option<String>, limit: u32 },
    Stock { queries: Vec<StockQuery> },
    Reserve { reservation: UpstreamReservation },
    Release { external_id: String },
    FindPick { key: String },
    PushPick { task: Box<PickTask> },
    CancelPick { external_id: String, reason: Text },
    InventoryChanges { since: Option<String>, limit: u32 },
    Locate { query: PlaceQuery },
    Reverse { point: Point },
    Price { request: PriceRequest },
    Send { message: Message },
    ReadReceipts { external_ids: Vec<String> },
    Judge { facts: Box<Facts> },
}

impl Request {
    /// The interface that has this function.
    pub const fn interface(&self) -> Interface {
        match self {
            Self::FindOrder { .. }
            | Self::PushOrder { .. }
            | Self::ChangeOrder { .. }
            | Self::CancelOrder { .. }
            | Self::FindReceivable { .. }
            | Self::PushReceivable { .. }
            | Self::CancelReceivable { .. }
            | Self::ErpChanges { .. } => Interface::Erp,
            Self::Stock { .. }
            | Self::Reserve { .. }
            | Self::Release { .. }
            | Self::FindPick { .. }
            | Self::PushPick { .. }
            | Self::CancelPick { .. }
            | Self::InventoryChanges { .. } => Interface::Inventory,
            Self::Locate { .. } | Self::Reverse { .. } => Interface::Geocoder,
            Self::Price { .. } => Interface::Pricing,
            Self::Send { .. } | Self::ReadReceipts { .. } => Interface::Notifier,
            Self::Judge { .. } => Interface::OrderPolicy,
        }
    }

    /// The function's name in the contract.
    pub const fn function(&self) -> &'static str {
        match self {
            Self::FindOrder { .. } => "find-order",
            Self::PushOrder { .. } => "push-order",
            Self::ChangeOrder { .. } => "change-order",
            Self::CancelOrder { .. } => "cancel-order",
            Self::FindReceivable { .. } => "find-receivable",
            Self::PushReceivable { .. } => "push-receivable",
            Self::CancelReceivable { .. } => "cancel-receivable",
            Self::ErpChanges { .. } | Self::InventoryChanges { .. } => "changes",
            Self::Stock { .. } => "stock",
            Self::Reserve { .. } => "reserve",
            Self::Release { .. } => "release",
            Self::FindPick { .. } => "find-pick",
            Self::PushPick { .. } => "push-pick",
            Self::CancelPick { .. } => "cancel-pick",
            Self::Locate { .. } => "locate",
            Self::Reverse { .. } => "reverse",
            Self::Price { .. } => "price",
            Self::Send { .. } => "send",
            Self::ReadReceipts { .. } => "read-receipts",
            Self::Judge { .. } => "judge",
        }
    }
}

/// What a function answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each case is the result type of the contract's functions")]
pub enum Answer {
    Document(Document),
    Found(Option<Document>),
    Changes(ChangePage),
    Stock(Vec<StockLevel>),
    Located(Box<Located>),
    Priced(Priced),
    Sent(Receipt),
    ReadReceipts(Vec<ReadReceipt>),
    Verdicts(Vec<Verdict>),
}

/// Circumstances of a call, which the plugin may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallContext {
    /// Unique; stands in logs and the story.
    pub call_id: String,
    /// Same key, same effect; empty for calls that only read.
    pub idempotency_key: String,
    /// 1 for the first attempt of a key.
    pub attempt: u32,
    /// Language of whoever reads the outcome.
    pub locale: String,
    /// W3C `traceparent`; empty: none.
    pub trace_parent: String,
    /// Wall-clock bound; none: the connection's setting.
    pub deadline: Option<Duration>,
    /// No request leaves after it: by then somebody else may have taken the work over. None: the work is nobody's.
    pub send_until: Option<Fence>,
}

/// An exchange with an upstream, secrets redacted, bodies cut to the record's byte budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exchange {
    /// When the request left.
    pub at: Instant,
    /// `GET`, `POST`, …
    pub method: String,
    /// Redacted.
    pub url: String,
    /// Redacted.
    pub request_headers: Vec<(String, String)>,
    /// Redacted; lossy text.
    pub request_body: String,
    /// None: no answer came.
    pub status: Option<u16>,
    /// Redacted.
    pub response_headers: Vec<(String, String)>,
    /// Redacted; lossy text.
    pub response_body: String,
    /// Why there is no answer.
    pub error: Option<String>,
    /// How long it took, in microseconds.
    pub micros: u64,
}

/// A line of the plugin's log, secrets blotted out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogLine {
    /// `trace` to `error`.
    pub level: String,
    /// The message.
    pub message: String,
    /// Its fields.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub fields: Attributes,
}

/// What a call did and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct CallRecord {
    /// Name, version and the beginning of the digest of the plugin that was called; empty: none was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plugin: String,
    /// Wall clock, in microseconds.
    pub micros: u64,
    /// Largest memory, in bytes.
    pub memory: u64,
    /// Exchanges with upstreams.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<Exchange>,
    /// Log lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<LogLine>,
    /// Log lines dropped for their size.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub log_dropped: u32,
    /// Did a request leave whose outcome is unknown (time-out, lost connection, a gateway's answer)? The upstream may still be
    /// working on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown_outcome: bool,
}

impl CallRecord {
    /// May the call have had its effect although it failed like this?
    ///
    /// * A request of unknown outcome: yes, whatever the plugin made of it.
    /// * Nothing reached an upstream (connection refused, denied, no request at all): no.
    /// * An upstream answered, and the plugin reads a refusal in it: no.
    /// * An upstream answered, but the plugin can name no reason (half an answer, an error page) or broke before it could: yes.
    ///   The upstream has ended then, so that nothing need be waited for.
    pub fn leaves_doubt(&self, failure: &Failure) -> bool {
        let answered = || self.exchanges.iter().any(|exchange| exchange.status.is_some());
        self.unknown_outcome || matches!(failure, Failure::Retry { .. } | Failure::Broken { .. }) && answered()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// The outcome of a call with its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    /// What came out.
    pub result: Result<Answer, Failure>,
    /// What happened on the way.
    pub record: CallRecord,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Breakage;

    fn record(status: Option<u16>, unknown_outcome: bool) -> CallRecord {
        let exchange = Exchange {
            at: Instant(0),
            method: "POST".into(),
            url: "https://erp.example/orders".into(),
            request_headers: vec![],
            request_body: String::new(),
            status,
            response_headers: vec![],
            response_body: String::new(),
            error: None,
            micros: 1,
        };
        CallRecord { exchanges: vec![exchange], unknown_outcome, ..CallRecord::default() }
    }

    #[test]
    fn doubt_is_left_by_what_may_have_happened() {
        let reason = || Text::same("why");
        let refusals = [
            Failure::Rejected { reason: reason() },
            Failure::Invalid { field: "lines".into(), reason: reason() },
            Failure::RateLimited { after_ms: None, reason: reason() },
            Failure::Unauthorized { reason: reason() },
            Failure::NotFound { reason: reason() },
            Failure::Unavailable { after_ms: None, reason: reason() },
        ];
        let vague = [
            Failure::Retry { after_ms: None, reason: reason() },
            Failure::Broken { kind: Breakage::Trap, reason: reason() },
        ];
        for failure in refusals.iter().chain(&vague) {
            assert!(!CallRecord::default().leaves_doubt(failure), "no request at all: {failure:?}");
            assert!(!record(None, false).leaves_doubt(failure), "connection refused: {failure:?}");
            assert!(record(None, true).leaves_doubt(failure), "no answer: {failure:?}");
            assert!(record(Some(502), true).leaves_doubt(failure), "a gateway's answer: {failure:?}");
            assert_eq!(record(Some(200), false).leaves_doubt(failure), vague.contains(failure), "{failure:?}");
        }
    }
}
