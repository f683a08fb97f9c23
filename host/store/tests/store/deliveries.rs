//! Deliveries: claims, settlements, tickets, replay.

use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::connection::Pace;
use mortise_domain::delivery::{Delivery, DeliveryState, NewDelivery, Operation, Settlement};
use mortise_domain::failure::Failure;
use mortise_domain::ids::{DeliveryId, OrderId, TicketId};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Deliveries, Orders, Settled};
use mortise_domain::text::Text;
use mortise_domain::timeline::Entry;
use mortise_store::{DeliveryFilter, PageRequest, Replay, TicketFilter};
use serde_json::json;

use crate::harness::{CONNECTIONS, Harness, confirm, done, everything, failure, on_both, settled, together};

on_both! {
    followers_wait_for_their_turn,
    success_keeps_ids_and_ends_promises,
    failures_open_one_ticket_and_success_closes_it,
    tickets_are_told_when_they_open_and_close,
    failures_of_before_they_had_reasons_are_read,
    a_put_off_claim_does_not_count,
    outcomes_may_cause_more,
    replay_one_many_and_since,
    attempts_expire,
    rates_hold_over_restarts,
}

async fn confirmed(h: &Harness) -> OrderId {
    let lines = [("A", "2"), ("B", "1")];
    let id = h.accept(&lines).await;
    h.store.decide(&[confirm(id, 1, &lines, "100", h.now())]).await.unwrap();
    id
}

async fn claim(h: &Harness) -> Vec<Delivery> {
    h.store.claim(&everything(h.now(), h.now().after(Duration::from_mins(1)), 100)).await.unwrap()
}

fn all() -> Vec<String> {
    CONNECTIONS.map(Into::into).into()
}

async fn get(h: &Harness, id: DeliveryId) -> Delivery {
    h.store.delivery(id, &Reach::All).await.unwrap().unwrap().0
}

fn operations(deliveries: &[Delivery]) -> Vec<Operation> {
    deliveries.iter().map(|delivery| delivery.operation).collect()
}

async fn followers_wait_for_their_turn(h: Harness) {
    let order = confirmed(&h).await;
    assert_eq!(h.store.next_due(&all()).await.unwrap(), Some(h.now()));
    let one = h.store.claim(&everything(h.now(), h.now().after(Duration::from_mins(1)), 1)).await.unwrap();
    assert_eq!(operations(&one), [Operation::PushOrder]);
    let expected = Delivery {
        id: one[0].id,
        order,
        order_number: format!("SO-{:08}", order.0),
        connection: "erp".into(),
        operation: Operation::PushOrder,
        key: format!("{order}/push-order"),
        detail: json!({ "n": 1 }),
        state: DeliveryState::Pending,
        due_at: h.now().after(Duration::from_mins(1)),
        attempts: 1,
        claims: 1,
        failures: 0,
        in_doubt: false,
        external_id: None,
        last_failure: None,
        created_at: h.now(),
        done_at: None,
    };
    assert_eq!(one, [expected]);
    assert_eq!(operations(&claim(&h).await), [Operation::Notify]);
    assert_eq!(claim(&h).await, []);
    let now = h.advance(5);
    h.store.settle(&[settled(&one[0], done("U8-1"), now)]).await.unwrap();
    let followers = claim(&h).await;
    assert_eq!(operations(&followers), [Operation::PushReceivable, Operation::PushPick]);
    let (stored, attempts) = h.store.delivery(one[0].id, &Reach::All).await.unwrap().unwrap();
    assert_eq!((stored.state, stored.done_at, stored.due_at), (DeliveryState::Done, Some(now), Instant::NEVER));
    assert_eq!(attempts.len(), 1);
    assert_eq!(attempts[0], settled(&one[0], done("U8-1"), now).attempt.unwrap());
}

async fn success_keeps_ids_and_ends_promises(h: Harness) {
    let order = confirmed(&h).await;
    let number = format!("SO-{:08}", order.0);
    for external in ["first", "second"] {
        let now = h.advance(10);
        let batch: Vec<Settled> = claim(&h).await.iter().map(|one| settled(one, done(external), now)).collect();
        assert_eq!(batch.len(), 2);
        h.store.settle(&batch).await.unwrap();
    }
    let ended = h.now();
    let id = async |connection, kind, local: &str| h.store.external_id(connection, kind, local).await.unwrap();
    assert_eq!(id("erp", "order", &number).await.as_deref(), Some("first"));
    assert_eq!(id("erp", "receivable", &number).await.as_deref(), Some("second"));
    assert_eq!(id("wms", "pick", &format!("{order}/push-pick")).await.as_deref(), Some("second"));
    assert_eq!(id("wms", "order", &number).await, None);
    let skus = ["A".to_owned(), "B".to_owned()];
    assert_eq!(
        h.store.promised(&skus, ended).await.unwrap().len(),
        2,
        "a reading of that moment may not know the dispatch"
    );
    assert_eq!(h.store.promised(&skus, Instant(ended.0 + 1)).await.unwrap().len(), 0);
    assert_eq!(h.store.next_due(&all()).await.unwrap(), None);
    assert_eq!(h.store.counts(&Reach::All).await.unwrap().deliveries["done"], 4);
}

async fn failures_open_one_ticket_and_success_closes_it(h: Harness) {
    let order = confirmed(&h).await;
    let first = claim(&h).await.remove(0);
    let again = |at, ticket| Settlement::Again { at, counts: true, ticket };
    let soon = h.now().after(Duration::from_secs(2));
    h.store.settle(&[settled(&first, again(soon, false), h.now())]).await.unwrap();
    let stored = get(&h, first.id).await;
    assert_eq!((stored.failures, stored.attempts, stored.due_at), (1, 1, soon));
    assert_eq!(stored.last_failure, Some(failure()));
    for expected in 2..=3 {
        h.advance(5);
        let claimed = claim(&h).await.remove(0);
        assert_eq!((claimed.id, claimed.attempts), (first.id, expected));
        h.store.settle(&[settled(&claimed, again(h.now(), true), h.now())]).await.unwrap();
    }
    let open = TicketFilter { open: Some(true), connection: Some("erp".into()), ..TicketFilter::default() };
    let tickets = h.store.list_tickets(&Reach::All, &open, &PageRequest::default()).await.unwrap().items;
    assert_eq!(tickets.len(), 1);
    assert_eq!((tickets[0].delivery, tickets[0].order, &tickets[0].failure), (first.id, order, &failure()));
    let claimed = claim(&h).await.remove(0);
    h.store.settle(&[settled(&claimed, Settlement::Wait, h.now())]).await.unwrap();
    assert_eq!(get(&h, first.id).await.state, DeliveryState::Waiting);
    assert_eq!(h.store.list_tickets(&Reach::All, &open, &PageRequest::default()).await.unwrap().items, tickets);
    assert_eq!(h.store.replay(&Replay::One(first.id), "ann").await.unwrap(), 1);
    let claimed = claim(&h).await.remove(0);
    assert_eq!((claimed.id, claimed.failures, claimed.attempts), (first.id, 0, 5));
    h.store.settle(&[settled(&claimed, done("x"), h.now())]).await.unwrap();
    let closed = h.store.ticket(tickets[0].id, &Reach::All).await.unwrap().unwrap();
    assert_eq!((closed.closed_at, closed.closed_by.as_deref()), (Some(h.now()), Some("host")));
    assert_eq!(get(&h, first.id).await.last_failure, None);
    assert_eq!(h.store.delivery(first.id, &Reach::All).await.unwrap().unwrap().1.len(), 5);
    let conflict = h.store.close_ticket(closed.id, "ann").await.unwrap_err();
    assert!(matches!(conflict, StoreError::Conflict(_)));
    let missing = h.store.close_ticket(TicketId(4_711), "ann").await.unwrap_err();
    assert!(matches!(missing, StoreError::NotFound(_)));
    let other = claim_one(&h, Operation::PushPick).await;
    h.store.settle(&[settled(&other, Settlement::Wait, h.now())]).await.unwrap();
    let second =
        h.store.list_tickets(&Reach::All, &TicketFilter::default(), &PageRequest::default()).await.unwrap().items;
    h.store.close_ticket(second[0].id, "ann").await.unwrap();
    assert_eq!(h.store.ticket(second[0].id, &Reach::All).await.unwrap().unwrap().closed_by.as_deref(), Some("ann"));
}

async fn claim_one(h: &Harness, operation: Operation) -> Delivery {
    claim(h).await.into_iter().find(|one| one.operation == operation).unwrap()
}

async fn failures_of_before_they_had_reasons_are_read(h: Harness) {
    confirmed(&h).await;
    let first = claim(&h).await.remove(0);
    let slow = Settlement::Again { at: h.now(), counts: true, ticket: true };
    h.store.settle(&[settled(&first, slow, h.now())]).await.unwrap();
    let open = TicketFilter { open: Some(true), ..TicketFilter::default() };
    h.raw(
        r#"UPDATE deliveries SET last_failure = '{"class":"retry","after_ms":null}' WHERE last_failure IS NOT NULL;
           UPDATE attempts SET failure = '{"class":"rate-limited","after_ms":60000}';
           UPDATE tickets SET failure = '{"class":"unavailable","reason":{"zh":"离线","en":"offline"}}'"#,
    )
    .await;
    let (delivery, attempts) = h.store.delivery(first.id, &Reach::All).await.unwrap().unwrap();
    let ticket = h.store.list_tickets(&Reach::All, &open, &PageRequest::default()).await.unwrap().items.remove(0);
    let expected = [
        Failure::Retry { after_ms: None, reason: Text::default() },
        Failure::RateLimited { after_ms: Some(60_000), reason: Text::default() },
        Failure::Unavailable { after_ms: None, reason: Text::new("离线", "offline") },
    ];
    assert_eq!([delivery.last_failure.unwrap(), attempts[0].failure.clone().unwrap(), ticket.failure], expected);
}

async fn a_put_off_claim_does_not_count(h: Harness) {
    confirmed(&h).await;
    let first = claim(&h).await.remove(0);
    let at = h.now().after(Duration::from_secs(3));
    let put_off = Settled {
        attempt: None,
        failure: None,
        ..settled(&first, Settlement::Again { at, counts: false, ticket: false }, h.now())
    };
    h.store.settle(&[put_off.clone(), put_off.clone()]).await.unwrap();
    let (stored, attempts) = h.store.delivery(first.id, &Reach::All).await.unwrap().unwrap();
    assert_eq!((stored.attempts, stored.failures, stored.due_at, attempts.len()), (0, 0, at, 0));
    h.store.settle(&[settled(&first, done("late"), h.now())]).await.unwrap();
    assert_eq!(get(&h, first.id).await.state, DeliveryState::Pending, "the claim was given back");
    h.advance(3);
    let again = claim(&h).await.remove(0);
    assert_eq!((again.id, again.attempts), (first.id, 1));
}

/// A replay counts failures anew while the ticket stays open, and people close tickets: only the ticket's row knows.
async fn tickets_are_told_when_they_open_and_close(h: Harness) {
    let order = confirmed(&h).await;
    let first = claim(&h).await.remove(0);
    let fail = async |delivery: &Delivery| {
        let slow = Settlement::Again { at: h.now(), counts: true, ticket: true };
        let told = Entry::host(h.now(), "ticket.opened", json!({}));
        let message = NewDelivery {
            connection: "chat".into(),
            operation: Operation::Notify,
            key: format!("ticket/{}", delivery.attempts),
            detail: json!({}),
            after: None,
        };
        let settled = Settled { ticket: Some(told), causes: vec![message], ..settled(delivery, slow, h.now()) };
        h.store.settle(&[settled]).await.unwrap()
    };
    let again = async || claim(&h).await.into_iter().find(|one| one.id == first.id).unwrap();
    assert_eq!(fail(&first).await, std::slice::from_ref(&first.connection));
    assert_eq!(h.store.replay(&Replay::One(first.id), "ann").await.unwrap(), 1);
    assert_eq!(fail(&again().await).await, [""; 0], "it is open already");
    let ticket =
        h.store.list_tickets(&Reach::All, &TicketFilter::default(), &PageRequest::default()).await.unwrap().items[0].id;
    h.store.close_ticket(ticket, "ann").await.unwrap();
    assert_eq!(fail(&again().await).await, std::slice::from_ref(&first.connection), "it is another one");
    assert_eq!(h.store.replay(&Replay::One(first.id), "ann").await.unwrap(), 1);
    let told = Entry::host(h.now(), "ticket.closed", json!({}));
    let end = Settled { ticket: Some(told.clone()), ..settled(&again().await, done("x"), h.now()) };
    assert_eq!(h.store.settle(&[end]).await.unwrap(), [""; 0]);
    let never = claim(&h).await;
    let smooth: Vec<_> =
        never.iter().map(|one| Settled { ticket: Some(told.clone()), ..settled(one, done("y"), h.now()) }).collect();
    h.store.settle(&smooth).await.unwrap();
    let story = h.store.timeline("order", &order.to_string(), &PageRequest::default()).await.unwrap().items;
    let events: Vec<_> =
        story.iter().map(|entry| entry.event.as_str()).filter(|event| event.starts_with("ticket")).collect();
    // A person closed the first one.
    assert_eq!(events, ["ticket.opened", "ticket.closed", "ticket.opened", "ticket.closed"]);
    let filter = DeliveryFilter { connection: Some("chat".into()), ..DeliveryFilter::default() };
    let messages = h.store.list_deliveries(&Reach::All, &filter, &PageRequest::default()).await.unwrap().items;
    let keys: Vec<_> = messages.iter().map(|one| one.key.as_str()).filter(|key| key.starts_with("ticket")).collect();
    assert_eq!(keys, ["ticket/3", "ticket/1"]);
}

async fn outcomes_may_cause_more(h: Harness) {
    let order = confirmed(&h).await;
    let claimed = claim(&h).await;
    let message = |key: &str, after| NewDelivery {
        connection: "chat".into(),
        operation: Operation::Notify,
        key: key.into(),
        detail: json!({ "kind": "ticket-opened" }),
        after,
    };
    let mut first = settled(&claimed[0], Settlement::Wait, h.now());
    first.causes = vec![message("m1", None), message("m2", Some(0))];
    let mut second = settled(&claimed[1], done("c"), h.now());
    second.causes = vec![message("m1", None)];
    let mut void = settled(&claimed[1], done("c"), h.now());
    void.causes = vec![message("m3", None)];
    h.store.settle(&[first, second, void]).await.unwrap();
    let filter = DeliveryFilter {
        operation: Some(Operation::Notify),
        connection: Some("chat".into()),
        ..DeliveryFilter::default()
    };
    let found = h.store.list_deliveries(&Reach::All, &filter, &PageRequest::default()).await.unwrap().items;
    let keys: Vec<_> = found.iter().map(|one| (one.key.clone(), one.state, one.order)).collect();
    assert_eq!(
        keys,
        [
            ("m2".into(), DeliveryState::Blocked, order),
            ("m1".into(), DeliveryState::Pending, order),
            (format!("{order}/notify"), DeliveryState::Done, order)
        ]
    );
}

async fn replay_one_many_and_since(h: Harness) {
    confirmed(&h).await;
    let first = claim(&h).await;
    let wait: Vec<_> = first.iter().map(|one| settled(one, Settlement::Wait, h.now())).collect();
    h.store.settle(&wait).await.unwrap();
    let early = h.now();
    let later = h.advance(100);
    confirmed(&h).await;
    let second = claim(&h).await;
    let failed = Settlement::Again { at: Instant(i64::MAX - 1), counts: true, ticket: false };
    h.store.settle(&[settled(&second[0], failed, h.now())]).await.unwrap();
    let since = |at, connection: Option<&str>| Replay::Since { at, connection: connection.map(Into::into) };
    assert_eq!(h.store.replay(&since(later, Some("chat")), "ann").await.unwrap(), 0, "it is being tried");
    assert_eq!(h.store.replay(&since(later, None), "ann").await.unwrap(), 1);
    assert_eq!(get(&h, second[0].id).await.due_at, h.now());
    assert_eq!(h.store.replay(&since(early, Some("chat")), "ann").await.unwrap(), 1);
    let all: Vec<DeliveryId> = (0..2_000).map(DeliveryId).collect();
    assert_eq!(h.store.replay(&Replay::Many(all), "ann").await.unwrap(), 3, "blocked ones and the one under way stay");
    assert_eq!(claim(&h).await.len(), 3);
    let story = h.store.timeline("order", &first[0].order.to_string(), &PageRequest::default()).await.unwrap();
    assert_eq!(story.items.iter().filter(|entry| entry.event == "delivery.replayed").count(), 3);
    h.store.settle(&[settled(&second[1], done("m"), h.now())]).await.unwrap();
    assert_eq!(h.store.replay(&Replay::One(second[1].id), "ann").await.unwrap(), 0, "done is done");
    assert_eq!(h.store.replay(&Replay::Many(vec![]), "ann").await.unwrap(), 0);
}

async fn attempts_expire(h: Harness) {
    confirmed(&h).await;
    let claimed = claim(&h).await;
    let batch: Vec<_> = claimed.iter().map(|one| settled(one, done("x"), h.now())).collect();
    h.store.settle(&batch).await.unwrap();
    assert_eq!(h.store.expire_attempts(h.now(), 10).await.unwrap(), 0);
    h.advance(1);
    assert_eq!(h.store.expire_attempts(h.now(), 1).await.unwrap(), 1);
    assert_eq!(h.store.expire_attempts(h.now(), 10).await.unwrap(), 1);
    assert_eq!(h.store.delivery(claimed[0].id, &Reach::All).await.unwrap().unwrap().1, []);
    // What waits for a person keeps what is known of it.
    confirmed(&h).await;
    let claimed = claim(&h).await;
    h.store.settle(&[settled(&claimed[0], Settlement::Wait, h.now())]).await.unwrap();
    h.advance(1);
    assert_eq!(h.store.expire_attempts(h.now(), 10).await.unwrap(), 0);
    assert_eq!(h.store.delivery(claimed[0].id, &Reach::All).await.unwrap().unwrap().1.len(), 1);
}

async fn rates_hold_over_restarts(h: Harness) {
    let pace = Pace { calls: 3, span: Duration::from_secs(10) };
    let start = h.now();
    for _ in 0..2 {
        assert_eq!(h.store.take_slot("erp", pace, h.advance(1)).await.unwrap(), Ok(()));
    }
    let other = h.other_node().await;
    assert_eq!(other.take_slot("erp", pace, h.advance(1)).await.unwrap(), Ok(()));
    let free = start.after(Duration::from_secs(11));
    assert_eq!(h.store.take_slot("erp", pace, h.advance(1)).await.unwrap(), Err(free));
    assert_eq!(h.store.take_slot("wms", pace, h.now()).await.unwrap(), Ok(()));
    assert_eq!(other.take_slot("erp", pace, free).await.unwrap(), Ok(()));
    let stores = [h.store.clone(), other];
    let now = h.now();
    let taken = together(20, |at| {
        let store = stores[at % 2].clone();
        async move { store.take_slot("map", pace, now).await.unwrap().is_ok() }
    })
    .await;
    assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 3);
}
