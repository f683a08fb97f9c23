//! What becomes of deliveries after a try.

use mortise_domain::call::{CallRecord, Called, Interface};
use mortise_domain::confirmation::message;
use mortise_domain::connection::{Connection, RouteKey};
use mortise_domain::delivery::{Attempt, Delivery, NewDelivery, Operation, Settlement};
use mortise_domain::failure::Failure;
use mortise_domain::instant::Instant;
use mortise_domain::order::Order;
use mortise_domain::ports::memory::Settled;
use mortise_domain::retry::FailedAttempt;
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::Courier;
use super::parcel::{Parcel, kind};
use super::work::external_id;
use crate::figures;

/// A try that has ended.
pub(super) struct Tried<'a> {
    pub connection: &'a Connection,
    pub started_at: Instant,
    pub called: Called,
    /// Was more done than looking things up? Otherwise nothing can have happened.
    pub wrote: bool,
    /// Of the first delivery.
    pub order: Option<&'a Order>,
}

/// Puts all of a parcel off without counting an attempt.
pub(super) fn put_off(parcel: &Parcel, now: Instant, at: Instant) -> Vec<Settled> {
    let one = |delivery: &Delivery| Settled {
        delivery: delivery.id,
        claim: delivery.claims,
        attempt_number: delivery.attempts,
        attempt: None,
        in_doubt: false,
        quiet_until: Instant(0),
        settlement: Settlement::Again { at, counts: false, ticket: false },
        failure: delivery.last_failure.clone(),
        story: Vec::new(),
        ticket: None,
        causes: Vec::new(),
        at: now,
    };
    parcel.deliveries.iter().map(one).collect()
}

impl Courier {
    /// Settles every delivery of the parcel by how its call ended.
    pub(super) fn judge(&self, parcel: &Parcel, tried: Tried<'_>) -> Vec<Settled> {
        let Tried { connection, started_at, called, wrote, order } = tried;
        let unknown_outcome = wrote && called.record.unknown_outcome;
        let result = called.result.and_then(external_id);
        let in_doubt = wrote && result.as_ref().is_err_and(|failure| called.record.leaves_doubt(failure));
        let mut record = Some(called.record);
        let now = self.calls.clock.now();
        let upstream_timeout = connection.upstream_timeout();
        let quiet_until = if unknown_outcome { now.after(upstream_timeout) } else { Instant(0) };
        let mut settled = Vec::with_capacity(parcel.deliveries.len());
        for delivery in &parcel.deliveries {
            let (settlement, failure) = match &result {
                Ok(external_id) => (Settlement::Done { external_id: external_id.clone() }, None),
                Err(failure) => {
                    let attempt = FailedAttempt {
                        now,
                        failures: delivery.failures.saturating_add(1),
                        unknown_outcome,
                        upstream_timeout,
                        jitter: self.calls.chance.fraction(),
                    };
                    (connection.retry.settle(failure, attempt), Some(failure.clone()))
                }
            };
            let outcome = match &settlement {
                Settlement::Done { .. } => "done",
                Settlement::Again { .. } => "again",
                Settlement::Wait => "waits",
            };
            figures::delivery(delivery.operation.name(), outcome);
            let story = vec![told(delivery, &settlement, failure.as_ref(), now)];
            let causes = match &failure {
                Some(failure) if wants_ticket(&settlement) => self.ticket_messages(delivery, failure, order),
                _ => Vec::new(),
            };
            let ticket = ticket_entry(delivery, &settlement, now);
            // Of messages sent as one, the first keeps the exchanges.
            let kept = record.take().unwrap_or_else(|| CallRecord { unknown_outcome, ..CallRecord::default() });
            // A success in another shape is none that failed.
            let failure = failure.filter(|_| !matches!(settlement, Settlement::Done { .. }));
            let attempt = Attempt {
                number: delivery.attempts,
                started_at,
                ended_at: now,
                failure: failure.clone(),
                record: kept,
            };
            settled.push(Settled {
                delivery: delivery.id,
                claim: delivery.claims,
                attempt_number: delivery.attempts,
                attempt: Some(attempt),
                in_doubt,
                quiet_until,
                settlement,
                failure,
                story,
                ticket,
                causes,
                at: now,
            });
        }
        settled
    }

    /// Tells operations, where a notifier lists the event by name. A notifier that fails is not told about itself, and a
    /// message about a ticket causes no further one.
    fn ticket_messages(&self, delivery: &Delivery, failure: &Failure, order: Option<&Order>) -> Vec<NewDelivery> {
        if delivery.operation == Operation::Notify && kind(delivery) == "ticket-opened" {
            return Vec::new();
        }
        let key = order.map_or_else(RouteKey::default, |order| RouteKey {
            store: &order.store,
            region: &order.region,
            warehouse: "",
            level: &order.customer.level,
        });
        let detail = json!({
            "connection": delivery.connection, "operation": delivery.operation.name(), "failure": failure.text(),
        });
        let notifiers = self.calls.plugins.serving(Interface::Notifier, key);
        notifiers
            .iter()
            .filter(|other| {
                other.name != delivery.connection && other.events.iter().any(|event| event == "ticket-opened")
            })
            .map(|other| NewDelivery {
                key: format!("{}/ticket/{}/{}", delivery.key, delivery.attempts, other.name),
                ..message(&delivery.order_number, &other.name, "ticket-opened", detail.clone())
            })
            .collect()
    }
}

fn told(delivery: &Delivery, settlement: &Settlement, failure: Option<&Failure>, now: Instant) -> Entry {
    let mut data = json!({
        "operation": delivery.operation.name(), "key": delivery.key, "attempt": delivery.attempts,
    });
    let event = match settlement {
        Settlement::Done { external_id } => {
            data["external_id"] = json!(external_id);
            "delivery.done"
        }
        Settlement::Again { at, .. } => {
            data["again_at"] = json!(at);
            "delivery.failed"
        }
        Settlement::Wait => "delivery.failed",
    };
    if let Some(failure) = failure {
        data["class"] = json!(failure.class());
        data["reason"] = json!(failure.text());
    }
    Entry::by(&format!("plugin:{}", delivery.connection), now, event, data)
}

fn wants_ticket(settlement: &Settlement) -> bool {
    matches!(settlement, Settlement::Wait | Settlement::Again { ticket: true, .. })
}

/// What is told of the ticket, should it be opened or closed by this.
fn ticket_entry(delivery: &Delivery, settlement: &Settlement, now: Instant) -> Option<Entry> {
    let data = json!({ "connection": delivery.connection, "key": delivery.key });
    match settlement {
        Settlement::Done { .. } => Some(Entry::host(now, "ticket.closed", data)),
        _ => wants_ticket(settlement).then(|| Entry::host(now, "ticket.opened", data)),
    }
}
