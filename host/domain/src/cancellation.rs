//! What follows at the connections when an order is taken back: a pure decision over the deliveries that it caused.

use serde_json::json;

use crate::confirmation::message;
use crate::delivery::{Delivery, DeliveryState, NewDelivery, Operation};
use crate::ids::DeliveryId;
use crate::instant::Instant;
use crate::text::Text;

/// A delivery of the order, under lock.
#[derive(Debug, Clone, PartialEq)]
pub struct Caused {
    /// As it stands.
    pub delivery: Delivery,
    /// Is it being tried, or did its worker die?
    pub claimed: bool,
    /// Until when the upstream may still be working on an attempt.
    pub quiet_until: Instant,
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Undoing {
    /// Deliveries that are not wanted any more.
    pub cancelled: Vec<DeliveryId>,
    /// What takes back that which was done, or may have been: pick tasks, then the receivable, then the order; each after the one
    /// before.
    pub compensations: Vec<NewDelivery>,
    /// No compensation is tried before: until then an attempt may still have its effect.
    pub not_before: Instant,
    /// Messages to those who were told of the order, or may have been.
    pub messages: Vec<NewDelivery>,
    /// No message is sent before: it would be read before the one that it takes back.
    pub messages_not_before: Instant,
}

impl Caused {
    /// Has it had its effect, or may it have had, or have it yet?
    fn may_have_had_effect(&self) -> bool {
        self.delivery.state == DeliveryState::Done || self.claimed || self.delivery.in_doubt
    }

    fn is_open(&self) -> bool {
        matches!(self.delivery.state, DeliveryState::Blocked | DeliveryState::Pending | DeliveryState::Waiting)
    }

    /// Does it tell people that the order was confirmed?
    fn is_confirmation(&self) -> bool {
        let kind = self.delivery.detail.get("kind").and_then(serde_json::Value::as_str);
        self.delivery.operation == Operation::Notify && kind == Some("order-confirmed")
    }
}

/// What is to be done for an order of this number that is taken back for this reason.
pub fn undo(number: &str, caused: &[Caused], reason: &Text) -> Undoing {
    let open = caused.iter().filter(|one| one.is_open());
    let cancelled = open.clone().map(|one| one.delivery.id).collect();
    let barrier = |one: &Caused| {
        let lease = if one.claimed { one.delivery.due_at } else { Instant(0) };
        lease.max(one.quiet_until)
    };
    let last = |of: &dyn Fn(&Caused) -> bool| {
        let touched = open.clone().filter(|one| one.may_have_had_effect() && of(one));
        touched.map(barrier).max().unwrap_or(Instant(0))
    };
    let not_before = last(&|one| compensation(one.delivery.operation).is_some());
    let messages_not_before = last(&Caused::is_confirmation);
    let mut compensations: Vec<NewDelivery> = Vec::new();
    for pushed in [Operation::PushPick, Operation::PushReceivable, Operation::PushOrder] {
        for one in caused.iter().filter(|one| one.delivery.operation == pushed && one.may_have_had_effect()) {
            let Some(operation) = compensation(pushed) else { continue };
            let key = &one.delivery.key;
            let what = key.strip_prefix(number).and_then(|rest| rest.strip_prefix('/')).unwrap_or(key);
            compensations.push(NewDelivery {
                connection: one.delivery.connection.clone(),
                operation,
                key: format!("{number}/cancel/{what}"),
                detail: json!({ "of": key, "reason": reason }),
                after: compensations.len().checked_sub(1),
            });
        }
    }
    let told = caused.iter().filter(|one| one.is_confirmation() && one.may_have_had_effect());
    let taken_back =
        |one: &Caused| message(number, &one.delivery.connection, "order-cancelled", json!({ "reasons": [reason] }));
    let messages = told.map(taken_back).collect();
    Undoing { cancelled, compensations, not_before, messages, messages_not_before }
}

/// What takes the effect of an operation back.
const fn compensation(pushed: Operation) -> Option<Operation> {
    match pushed {
        Operation::PushOrder => Some(Operation::CancelOrder),
        Operation::PushReceivable => Some(Operation::CancelReceivable),
        Operation::PushPick => Some(Operation::CancelPick),
        Operation::Notify | Operation::CancelOrder | Operation::CancelReceivable | Operation::CancelPick => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn caused(id: i64, operation: &str, key: &str, state: &str, more: &Value) -> Caused {
        let mut delivery = json!({
            "id": id, "order": 1, "order_number": "SO-1", "connection": "c", "operation": operation, "key": format!("SO-1/{key}"),
            "detail": { "kind": "order-confirmed" }, "state": state, "due_at": "2026-01-31T08:00:00Z", "attempts": 0, "failures": 0,
            "in_doubt": false, "external_id": null, "last_failure": null, "created_at": "2026-01-31T08:00:00Z", "done_at": null,
        });
        delivery.as_object_mut().unwrap().extend(more["delivery"].as_object().cloned().unwrap_or_default());
        Caused {
            delivery: serde_json::from_value(delivery).unwrap(),
            claimed: more["claimed"] == true,
            quiet_until: Instant(more["quiet"].as_i64().unwrap_or_default()),
        }
    }

    fn shown(undoing: &Undoing) -> Vec<String> {
        let line = |new: &NewDelivery| format!("{} after {:?}", new.key, new.after);
        undoing.compensations.iter().chain(&undoing.messages).map(line).collect()
    }

    #[test]
    fn what_never_went_out_is_only_cancelled() {
        let none = json!({});
        let all = [
            caused(1, "push-order", "order", "pending", &none),
            caused(2, "push-receivable", "receivable", "blocked", &none),
            caused(3, "push-pick", "pick/W1-A", "blocked", &none),
            caused(4, "notify", "notify/robot/order-confirmed", "pending", &none),
        ];
        let undoing = undo("SO-1", &all, &Text::same("why"));
        assert_eq!(undoing.cancelled, [1, 2, 3, 4].map(DeliveryId));
        assert_eq!((shown(&undoing), undoing.not_before), (vec![], Instant(0)));
    }

    #[test]
    fn what_was_done_is_taken_back_in_the_opposite_order() {
        let none = json!({});
        let all = [
            caused(1, "push-order", "order", "done", &none),
            caused(2, "push-receivable", "receivable", "done", &none),
            caused(3, "push-pick", "pick/W1-A", "done", &none),
            caused(4, "push-pick", "pick/W1-B", "waiting", &none),
            caused(5, "notify", "notify/robot/order-confirmed", "done", &none),
        ];
        let undoing = undo("SO-1", &all, &Text::same("why"));
        assert_eq!(undoing.cancelled, [DeliveryId(4)]);
        assert_eq!(
            shown(&undoing),
            [
                "SO-1/cancel/pick/W1-A after None",
                "SO-1/cancel/receivable after Some(0)",
                "SO-1/cancel/order after Some(1)",
                "SO-1/notify/c/order-cancelled after None",
            ]
        );
        assert_eq!(undoing.compensations[0].detail["of"], "SO-1/pick/W1-A");
    }

    #[test]
    fn what_may_still_happen_is_waited_for() {
        let lease = json!({ "claimed": true, "delivery": { "due_at": "1970-01-01T00:00:09Z" } });
        let doubt = json!({ "delivery": { "in_doubt": true }, "quiet": 12_000_000 });
        let all = [
            caused(1, "push-order", "order", "pending", &lease),
            caused(2, "push-pick", "pick/W1-A", "waiting", &doubt),
        ];
        let undoing = undo("SO-1", &all, &Text::same("why"));
        assert_eq!(undoing.cancelled, [DeliveryId(1), DeliveryId(2)]);
        assert_eq!(shown(&undoing), ["SO-1/cancel/pick/W1-A after None", "SO-1/cancel/order after Some(0)"]);
        assert_eq!((undoing.not_before, undoing.messages_not_before), (Instant(12_000_000), Instant(0)));
    }

    #[test]
    fn nobody_reads_the_confirmation_last() {
        let lease = json!({ "claimed": true, "delivery": { "due_at": "1970-01-01T00:00:09Z" } });
        let all = [
            caused(1, "push-order", "order", "done", &json!({})),
            caused(2, "notify", "notify/robot/order-confirmed", "pending", &lease),
        ];
        let undoing = undo("SO-1", &all, &Text::same("why"));
        assert_eq!((undoing.messages.len(), undoing.messages_not_before), (1, Instant(9_000_000)));
        assert_eq!(undoing.not_before, Instant(0), "the ERP waits for no message");
    }
}
