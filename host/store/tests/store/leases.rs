//! What happens when a worker dies or is slow: its lease runs out and another takes over.

use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::delivery::{DeliveryState, Settlement};
use mortise_domain::evaluation::Decided;
use mortise_domain::order::OrderState;
use mortise_domain::ports::memory::{Deliveries, Orders};

use crate::harness::{Harness, confirm, done, everything, on_both, settled, together};

on_both! {
    an_order_is_taken_over,
    a_delivery_is_taken_over,
    a_slow_worker_cannot_use_a_number_given_back,
    nothing_is_claimed_twice,
}

const LEASE: Duration = Duration::from_secs(30);

async fn an_order_is_taken_over(h: Harness) {
    let id = h.accept(&[("A", "1")]).await;
    let node = h.other_node().await;
    assert_eq!(node.claim_pending(h.now(), h.now().after(LEASE), 10).await.unwrap(), [], "its caller judges it");
    let now = h.advance(30);
    let claimed = node.claim_pending(now, now.after(LEASE), 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(h.store.claim_pending(now, now.after(LEASE), 10).await.unwrap(), []);
    // Both had it; whoever is first is right, the other is stale.
    let decision = confirm(id, claimed[0].version, &[("A", "1")], "1", now);
    let first = h.store.decide(std::slice::from_ref(&decision)).await.unwrap();
    let second = node.decide(&[decision]).await.unwrap();
    assert_eq!((first, second), (vec![Decided::Written(OrderState::Confirmed)], vec![Decided::Stale]));
}

async fn a_delivery_is_taken_over(h: Harness) {
    let id = h.accept(&[("A", "1")]).await;
    h.store.decide(&[confirm(id, 1, &[("A", "1")], "1", h.now())]).await.unwrap();
    let slow = h.store.claim(&everything(h.now(), h.now().after(LEASE), 1)).await.unwrap().remove(0);
    let now = h.advance(30);
    let node = h.other_node().await;
    let quick = node.claim(&everything(now, now.after(LEASE), 10)).await.unwrap();
    let quick = quick.into_iter().find(|one| one.id == slow.id).unwrap();
    assert_eq!((slow.attempts, quick.attempts), (1, 2));
    h.store.settle(&[settled(&slow, done("slow"), now)]).await.unwrap();
    let (stored, attempts) = h.store.delivery(slow.id, &Reach::All).await.unwrap().unwrap();
    assert_eq!((stored.state, stored.external_id, attempts.len()), (DeliveryState::Pending, None, 0));
    node.settle(&[settled(&quick, done("quick"), now)]).await.unwrap();
    let (stored, attempts) = h.store.delivery(slow.id, &Reach::All).await.unwrap().unwrap();
    assert_eq!((stored.state, stored.external_id.as_deref()), (DeliveryState::Done, Some("quick")));
    assert_eq!(attempts.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [2]);
}

async fn a_slow_worker_cannot_use_a_number_given_back(h: Harness) {
    let id = h.accept(&[("A", "1")]).await;
    h.store.decide(&[confirm(id, 1, &[("A", "1")], "1", h.now())]).await.unwrap();
    let slow = h.store.claim(&everything(h.now(), h.now().after(LEASE), 1)).await.unwrap().remove(0);
    let now = h.advance(30);
    let quick = h.store.claim(&everything(now, now.after(LEASE), 10)).await.unwrap();
    let quick = quick.into_iter().find(|one| one.id == slow.id).unwrap();
    let mut put_off = settled(&quick, Settlement::Again { at: now.after(LEASE), counts: false, ticket: false }, now);
    put_off.attempt = None;
    h.store.settle(&[put_off]).await.unwrap();
    assert_eq!(h.store.delivery(slow.id, &Reach::All).await.unwrap().unwrap().0.attempts, slow.attempts);
    h.store.settle(&[settled(&slow, done("slow"), now)]).await.unwrap();
    assert_eq!(h.store.delivery(slow.id, &Reach::All).await.unwrap().unwrap().0.state, DeliveryState::Pending);
}

async fn nothing_is_claimed_twice(h: Harness) {
    let mut batch = Vec::new();
    for _ in 0..30 {
        let id = h.accept(&[]).await;
        batch.push(confirm(id, 1, &[], "1", h.now()));
    }
    h.store.decide(&batch).await.unwrap();
    let stores = [h.store.clone(), h.other_node().await];
    let now = h.now();
    let claims = together(16, |at| {
        let store = stores[at % 2].clone();
        async move { store.claim(&everything(now, now.after(LEASE), 7)).await.unwrap() }
    })
    .await;
    // What one looks at is passed over by the others, taken in the end or not; the next look finds it.
    let rest = h.store.claim(&everything(now, now.after(LEASE), 100)).await.unwrap();
    let mut ids: Vec<_> = claims.into_iter().flatten().chain(rest).map(|delivery| delivery.id).collect();
    let claimed = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), claimed), (60, 60));
}
