//! Deliveries: one thing to do at one connection because of one event.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::CallRecord;
use crate::failure::Failure;
use crate::ids::{DeliveryId, OrderId};
use crate::instant::Instant;

/// What is done there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Sales order (or return) into the ERP.
    PushOrder,
    /// What the customer owes into the ERP.
    PushReceivable,
    /// Pick task of one wave into the warehouse. Detail: `warehouse`, `zone`, `wave`, `erp` (connection that knows the
    /// order's document), `lines` (each with `line`, `sku`, `quantity` in base units).
    PushPick,
    /// Message to people. Detail: `kind`, such as `order-confirmed`.
    Notify,
    /// Compensation: cancels the order document.
    CancelOrder,
    /// Compensation: takes the receivable back.
    CancelReceivable,
    /// Compensation: takes a pick task back.
    CancelPick,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 7] = [
        Self::PushOrder,
        Self::PushReceivable,
        Self::PushPick,
        Self::Notify,
        Self::CancelOrder,
        Self::CancelReceivable,
        Self::CancelPick,
    ];

    /// The operation as it stands in the store, the API and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PushOrder => "push-order",
            Self::PushReceivable => "push-receivable",
            Self::PushPick => "push-pick",
            Self::Notify => "notify",
            Self::CancelOrder => "cancel-order",
            Self::CancelReceivable => "cancel-receivable",
            Self::CancelPick => "cancel-pick",
        }
    }

    /// The operation of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}

/// Where a delivery is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// Waits for another delivery of the same order.
    Blocked,
    /// Will be tried when due (or is being tried, under a lease).
    Pending,
    /// Done.
    Done,
    /// Will not be tried again until a person replays it.
    Waiting,
    /// Not needed any more.
    Cancelled,
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Blocked, Self::Pending, Self::Done, Self::Waiting, Self::Cancelled];

    /// The state as it stands in the store, the API and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Waiting => "waiting",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A delivery before it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewDelivery {
    /// Name of the connection.
    pub connection: String,
    /// What is done there.
    pub operation: Operation,
    /// Same key, same effect; unique for ever. The order's number and what is done, such as `SO-00000017/pick/W1-A`.
    pub key: String,
    /// Particulars of the operation: the wave of a pick task, the kind of a message.
    pub detail: serde_json::Value,
    /// Position in the same list of the delivery that must be done first.
    pub after: Option<usize>,
}

/// A stored delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// Because of which order.
    pub order: OrderId,
    /// Number of that order.
    pub order_number: String,
    /// Name of the connection.
    pub connection: String,
    /// What is done there.
    pub operation: Operation,
    /// Same key, same effect.
    pub key: String,
    /// Particulars of the operation.
    pub detail: serde_json::Value,
    /// Where it is.
    pub state: DeliveryState,
    /// When it is tried next. While it is being tried: when the lease ends.
    pub due_at: Instant,
    /// Attempts begun, the present one included.
    pub attempts: u32,
    /// How often it was claimed. Never goes back, so that it tells one claim from every other.
    #[serde(skip)]
    pub claims: i64,
    /// Failures since the last success or replay.
    pub failures: u32,
    /// May an earlier attempt have had its effect, unknown to us? True from an attempt of unknown outcome, or one that never
    /// settled because its worker died, until the delivery is done. What is sent meanwhile may be a repeat.
    pub in_doubt: bool,
    /// The upstream's id of what came into being.
    pub external_id: Option<String>,
    /// The last failure.
    pub last_failure: Option<Failure>,
    /// When it was caused.
    pub created_at: Instant,
    /// When it was done.
    pub done_at: Option<Instant>,
}

impl Delivery {
    /// Kind and local name under which the upstream's id of its effect is kept; none where nothing lasting comes into being.
    pub fn external_name(&self) -> Option<(&'static str, &str)> {
        match self.operation {
            Operation::PushOrder => Some(("order", &self.order_number)),
            Operation::PushReceivable => Some(("receivable", &self.order_number)),
            Operation::PushPick => Some(("pick", &self.key)),
            Operation::Notify | Operation::CancelOrder | Operation::CancelReceivable | Operation::CancelPick => None,
        }
    }
}

/// One try of a delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Attempt {
    /// 1 for the first.
    pub number: u32,
    /// When it began.
    pub started_at: Instant,
    /// When it ended.
    pub ended_at: Instant,
    /// Why it failed; none: it succeeded.
    pub failure: Option<Failure>,
    /// What the plugin did: exchanges with secrets redacted, log lines, cost.
    pub record: CallRecord,
}

/// What becomes of a delivery after a try.
#[derive(Debug, Clone, PartialEq)]
pub enum Settlement {
    /// Done, with the upstream's id where it has one.
    Done {
        /// The upstream's id.
        external_id: Option<String>,
    },
    /// Tried again at this time; a ticket is opened where asked for.
    Again {
        /// When.
        at: Instant,
        /// Is this a failure that counts, or merely a wait (rate limit, breaker)?
        counts: bool,
        /// Open a ticket if there is none.
        ticket: bool,
    },
    /// Waits for a person, with a ticket.
    Wait,
}
