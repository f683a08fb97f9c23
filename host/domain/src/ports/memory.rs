//! What the pipeline asks of the store. Writing methods take many at once, so that concurrent orders share one commit.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use async_trait::async_trait;

use super::StoreError;
use crate::call::Interface;
use crate::catalog::{Customer, Product, Region, Store, Warehouse};
use crate::collection::Collection;
use crate::connection::Pace;
use crate::delivery::{Attempt, Delivery, NewDelivery, Settlement};
use crate::erp::ChangePage;
use crate::evaluation::{Decided, Decision, Pending};
use crate::failure::Failure;
use crate::ids::{DeliveryId, HoldId, OrderId};
use crate::instant::Instant;
use crate::inventory::Reading;
use crate::money::Amount;
use crate::order::{Order, OrderState, RecentOrder};
use crate::submission::Submission;
use crate::timeline::Entry;

/// A submission that passed its checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptance {
    /// What was handed in, with `placed_at` filled in.
    pub submission: Submission,
    /// The key that `actor` chose; the same key of the same one with the same content is the same order.
    pub idempotency_key: Option<String>,
    /// SHA-256 (hex) of the content, to tell a repeat from a mistake.
    pub fingerprint: String,
    /// Who hands it in: a token's name.
    pub actor: String,
    /// When.
    pub at: Instant,
    /// Until when the caller's own evaluation has the order to itself.
    pub lease_until: Instant,
}

/// What became of an acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// Stored under this number.
    New(OrderId, String),
    /// Was stored before under the same key of the same caller.
    Known(OrderId, String),
    /// The key was used for something else.
    KeyReused,
}

/// Standing data that one order needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Standing {
    /// The customer.
    pub customer: Option<Customer>,
    /// What is open of its credit, in the company's currency: confirmed and not yet paid.
    pub open_credit: Amount,
    /// The store.
    pub store: Option<Store>,
    /// Its region.
    pub region: Option<Region>,
    /// What came in of what was due in that region, in the newest month that was entered.
    pub collection: Option<Collection>,
    /// Products by code.
    pub products: HashMap<String, Product>,
}

/// What settles an attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The delivery.
    pub delivery: DeliveryId,
    /// The claim under which it was tried ([`Delivery::claims`]); a settlement of another claim is void.
    pub claim: i64,
    /// Number of the attempt that the claim began.
    pub attempt_number: u32,
    /// The attempt; none where it was only put off (rate limit, breaker), which undoes the claim's count.
    pub attempt: Option<Attempt>,
    /// May the attempt have had its effect although it failed? Puts the delivery in doubt until it is done.
    pub in_doubt: bool,
    /// Until then the upstream may still be working on it: not even a person's replay tries again before.
    pub quiet_until: Instant,
    /// What becomes of it.
    pub settlement: Settlement,
    /// The failure, where there is one.
    pub failure: Option<Failure>,
    /// For the story of its order.
    pub story: Vec<Entry>,
    /// For the story too, but only where this settlement opens the delivery's ticket or closes it, which the store alone knows:
    /// a ticket stays open over a replay, and people close it whenever they like.
    pub ticket: Option<Entry>,
    /// What is to be done because its ticket opens, such as the message `ticket-opened`. A key that exists already is left as
    /// it is.
    pub causes: Vec<NewDelivery>,
    /// When.
    pub at: Instant,
}

/// How much a worker takes of what waits for one connection, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Name of the connection.
    pub connection: String,
    /// At most so many deliveries.
    pub most: u32,
    /// Until when the worker has them to itself.
    pub lease_until: Instant,
}

/// What a worker takes upon itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What is due by then.
    pub now: Instant,
    /// Of these connections; what waits for others is left alone.
    pub shares: Vec<Share>,
    /// At most so many deliveries together, those due first.
    pub limit: u32,
    /// Left alone: the worker has them in hand, although by the clock their lease has run out.
    pub in_hand: Vec<DeliveryId>,
}

/// Orders: acceptance, evaluation, decision.
#[async_trait]
pub trait Orders: Send + Sync + 'static {
    /// Stores submissions under new numbers, each with version [`Pending::FIRST_VERSION`] and the entry `order.received`, all in
    /// one transaction.
    async fn accept(&self, batch: &[Acceptance]) -> Result<Vec<Accepted>, StoreError>;
    /// What was stored before under this caller's key, compared with the content; none: nothing was.
    async fn repeat(&self, actor: &str, key: &str, fingerprint: &str) -> Result<Option<Accepted>, StoreError>;
    /// Where an order is; none: there is none of this id.
    async fn state(&self, id: OrderId) -> Result<Option<OrderState>, StoreError>;
    /// Standing data for an order.
    async fn standing(&self, customer: &str, store: &str, skus: &[String]) -> Result<Standing, StoreError>;
    /// All warehouses.
    async fn warehouses(&self) -> Result<Vec<Warehouse>, StoreError>;
    /// The order, if it still waits to be judged.
    async fn pending(&self, id: OrderId) -> Result<Option<Pending>, StoreError>;
    /// Orders due to be judged, each leased to the caller until `lease_until`.
    async fn claim_pending(&self, now: Instant, lease_until: Instant, limit: u32) -> Result<Vec<Pending>, StoreError>;
    /// Promises that count against readings begun at `read_at`, in millionths of base units, by (warehouse, item).
    async fn promised(&self, skus: &[String], read_at: Instant) -> Result<BTreeMap<(String, String), i64>, StoreError>;
    /// The last reading of each (warehouse, item) that an upstream gave.
    async fn last_readings(&self, skus: &[String]) -> Result<Vec<Reading>, StoreError>;
    /// Orders of the customer that were placed within this time before and after `at`, newest first. Of each side at most `limit`,
    /// those nearest to it. Without `except`, and without those handed in later than that one.
    async fn recent(
        &self,
        customer: &str,
        at: Instant,
        within: Duration,
        except: Option<OrderId>,
        limit: u32,
    ) -> Result<Vec<RecentOrder>, StoreError>;
    /// Writes decisions, each wholly or not at all, all in one transaction. A confirmation re-checks stock (readings less
    /// promises) and credit under lock; holds, deliveries, promises and story are written with the state. The story comes
    /// complete with the decision, the opening and release of holds included.
    async fn decide(&self, batch: &[Decision]) -> Result<Vec<Decided>, StoreError>;
    /// Releases an open hold by a person; when no business hold is left open, the order becomes due to be judged at once.
    /// Answers the order.
    async fn release_hold(&self, hold: HoldId, actor: &str, note: &str, now: Instant) -> Result<OrderId, StoreError>;
    /// The order as it was last judged, with its state.
    async fn order(&self, id: OrderId) -> Result<Option<(Order, OrderState)>, StoreError>;
}

/// A turn to ask an upstream what has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// Name of the connection.
    pub connection: String,
    /// Which of its interfaces.
    pub interface: Interface,
    /// Where the last answer ended; none: from the beginning.
    pub cursor: Option<String>,
    /// Tells this turn from every other; what comes under another one is void.
    pub claim: i64,
    /// Failures in a row before.
    pub failures: u32,
}

/// What comes back from the upstreams.
#[async_trait]
pub trait Returns: Send + Sync + 'static {
    /// Takes the turn to ask an upstream, if it is time. One that was never asked is asked first at `first_at`.
    async fn claim_poll(
        &self,
        connection: &str,
        interface: Interface,
        now: Instant,
        lease_until: Instant,
        first_at: Instant,
    ) -> Result<Option<Poll>, StoreError>;
    /// Applies what an upstream told: shipped and paid quantities that grew, the states and the free credit that follow, the
    /// story, the cursor and when it is asked next, all in one transaction. Answers orders that got another state.
    async fn keep_changes(
        &self,
        poll: &Poll,
        page: &ChangePage,
        due_at: Instant,
        now: Instant,
    ) -> Result<Vec<(String, OrderState)>, StoreError>;
    /// Notes that it did not answer, and when it is asked next.
    async fn poll_failed(
        &self,
        poll: &Poll,
        failure: &Failure,
        due_at: Instant,
        now: Instant,
    ) -> Result<(), StoreError>;
}

/// Deliveries: claim, settle, replay.
#[async_trait]
pub trait Deliveries: Send + Sync + 'static {
    /// Takes due deliveries under a lease and counts the attempt. Rows whose lease has run out are due again, and in doubt:
    /// nobody told how their attempt ended. A row that cannot be read is put off, and holds nothing up.
    async fn claim(&self, claim: &Claim) -> Result<Vec<Delivery>, StoreError>;
    /// Writes outcomes, all in one transaction: attempt rows, state, external ids, unblocked followers, ended promises
    /// (a pick task that is done), tickets opened or closed, story, and what the outcome causes. A settlement of a claim that
    /// was taken over is dropped, as is what it would have caused. The story comes complete with the settlement. Answers the
    /// connections whose deliveries got tickets, each as often.
    async fn settle(&self, batch: &[Settled]) -> Result<Vec<String>, StoreError>;
    /// When the next order, or the next delivery of these connections, becomes due; none: nothing is.
    async fn next_due(&self, connections: &[String]) -> Result<Option<Instant>, StoreError>;
    /// Takes one of the connection's slots at `now`; otherwise says when one becomes free. Survives restarts.
    async fn take_slot(&self, connection: &str, pace: Pace, now: Instant) -> Result<Result<(), Instant>, StoreError>;
    /// The upstream's id of a local thing at a connection, such as (`order`, `SO-00000017`).
    async fn external_id(&self, connection: &str, kind: &str, local: &str) -> Result<Option<String>, StoreError>;
}
