//! Parcels: what is delivered by one call. Messages of one kind that wait for the same notifier become one.

use mortise_domain::delivery::{Delivery, Operation};
use mortise_domain::ports::clock::Fence;

/// One delivery, or several messages that are sent as one.
#[derive(Debug)]
pub(super) struct Parcel {
    /// Never empty.
    pub deliveries: Vec<Delivery>,
    /// When its lease ends.
    pub lease: Fence,
}

impl Parcel {
    pub fn connection(&self) -> &str {
        self.deliveries.first().map_or("", |first| first.connection.as_str())
    }

    /// Each of its deliveries alone.
    pub fn singles(self) -> impl Iterator<Item = Self> {
        let lease = self.lease;
        self.deliveries.into_iter().map(move |delivery| Self { deliveries: vec![delivery], lease })
    }

    /// The highest attempt number in it.
    pub fn attempt(&self) -> u32 {
        self.deliveries.iter().map(|delivery| delivery.attempts).max().unwrap_or(1)
    }
}

/// Groups claimed deliveries; `merge` says how many messages of a connection become one, `lease` when a lease ends.
pub(super) fn parcels(
    claimed: Vec<Delivery>,
    lease: impl Fn(&Delivery) -> Fence,
    merge: impl Fn(&str) -> usize,
) -> Vec<Parcel> {
    let mut parcels: Vec<Parcel> = Vec::with_capacity(claimed.len());
    for delivery in claimed {
        let open = match delivery.operation {
            Operation::Notify => parcels.iter_mut().find(|parcel| joins(parcel, &delivery, &merge)),
            _ => None,
        };
        match open {
            Some(parcel) => parcel.deliveries.push(delivery),
            None => parcels.push(Parcel { lease: lease(&delivery), deliveries: vec![delivery] }),
        }
    }
    parcels
}

fn joins(parcel: &Parcel, delivery: &Delivery, merge: impl Fn(&str) -> usize) -> bool {
    parcel.deliveries.first().is_some_and(|first| {
        first.operation == Operation::Notify
            && first.connection == delivery.connection
            && kind(first) == kind(delivery)
            && !asks(first)
            && !asks(delivery)
            && parcel.deliveries.len() < merge(&delivery.connection)
    })
}

/// Does it ask for a decision? Its link and its recipients are of that one alone.
fn asks(delivery: &Delivery) -> bool {
    delivery.detail.get("approval").is_some()
}

/// Kind of a message.
pub(super) fn kind(delivery: &Delivery) -> &str {
    delivery.detail.get("kind").and_then(serde_json::Value::as_str).unwrap_or("note")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use mortise_domain::instant::Instant;
    use mortise_domain::ports::clock::Clock;
    use serde_json::json;

    use super::*;

    struct Standing;

    impl Clock for Standing {
        fn now(&self) -> Instant {
            Instant(0)
        }
    }

    fn delivery(id: i64, connection: &str, operation: &str, kind: &str) -> Delivery {
        serde_json::from_value(json!({
            "id": id, "order": id, "order_number": format!("SO-{id}"), "connection": connection, "operation": operation,
            "key": format!("SO-{id}/x"), "detail": { "kind": kind }, "state": "pending", "due_at": "2026-01-31T08:00:00Z",
            "attempts": 1, "failures": 0, "in_doubt": false, "external_id": null, "last_failure": null, "created_at": "2026-01-31T08:00:00Z",
            "done_at": null,
        }))
        .unwrap()
    }

    #[test]
    fn each_request_for_approval_is_a_message_of_its_own() {
        let asking = |id, person: Option<&str>| {
            let mut one = delivery(id, "robot", "notify", "approval-requested");
            one.detail["approval"] = json!(id);
            if let Some(person) = person {
                one.detail["person"] = json!(person);
            }
            one
        };
        // To one person, to all, to all: none of the latter may go out under another's link.
        let claimed = vec![asking(1, Some("anna")), asking(2, None), asking(3, None), asking(4, Some("anna"))];
        let lease = Fence::after(&Standing, Duration::ZERO);
        assert_eq!(parcels(claimed, |_| lease, |_| 9).len(), 4);
    }

    #[test]
    fn only_messages_of_one_kind_and_channel_are_merged() {
        let claimed = vec![
            delivery(1, "robot", "notify", "order-confirmed"),
            delivery(2, "u8", "push-order", ""),
            delivery(3, "robot", "notify", "order-confirmed"),
            delivery(4, "mail", "notify", "order-confirmed"),
            delivery(5, "robot", "notify", "order-held"),
            delivery(6, "robot", "notify", "order-confirmed"),
            delivery(7, "u8", "push-order", ""),
        ];
        let lease = Fence::after(&Standing, Duration::ZERO);
        let groups: Vec<Vec<i64>> = parcels(claimed, |_| lease, |_| 2)
            .iter()
            .map(|parcel| parcel.deliveries.iter().map(|one| one.id.0).collect())
            .collect();
        assert_eq!(groups, [vec![1, 3], vec![2], vec![4], vec![5], vec![6], vec![7]]);
    }
}
