//! Whether an earlier attempt may have had its effect: kept from the first doubt until the delivery is done.

use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::delivery::{Delivery, DeliveryState, Settlement};
use mortise_domain::ids::DeliveryId;
use mortise_domain::ports::memory::{Deliveries, Orders, Settled};
use mortise_store::Replay;

use crate::harness::{Harness, confirm, done, everything, on_both, settled};

on_both! {
    a_doubt_lasts_until_it_is_done,
    a_replay_leaves_the_upstream_its_time,
    a_claim_that_never_settled_is_in_doubt,
    a_replay_does_not_forget_a_dead_worker,
}

const LEASE: Duration = Duration::from_secs(30);

/// The first claim of an order's first delivery.
async fn first_claim(h: &Harness) -> Delivery {
    let id = h.accept(&[("A", "1")]).await;
    h.store.decide(&[confirm(id, 1, &[("A", "1")], "1", h.now())]).await.unwrap();
    h.store.claim(&everything(h.now(), h.now().after(LEASE), 1)).await.unwrap().remove(0)
}

/// All that is due is claimed, this one with it.
async fn claim(h: &Harness, id: DeliveryId) -> Delivery {
    let claimed = h.store.claim(&everything(h.now(), h.now().after(LEASE), 10)).await.unwrap();
    claimed.into_iter().find(|one| one.id == id).unwrap()
}

async fn in_doubt(h: &Harness, id: DeliveryId) -> bool {
    h.store.delivery(id, &Reach::All).await.unwrap().unwrap().0.in_doubt
}

/// Due again at once.
fn again(h: &Harness, delivery: &Delivery, in_doubt: bool) -> Settled {
    let settlement = Settlement::Again { at: h.now(), counts: true, ticket: false };
    Settled { in_doubt, ..settled(delivery, settlement, h.now()) }
}

fn put_off(h: &Harness, delivery: &Delivery) -> Settled {
    Settled { attempt: None, ..again(h, delivery, false) }
}

async fn a_doubt_lasts_until_it_is_done(h: Harness) {
    let first = first_claim(&h).await;
    assert!(!first.in_doubt);
    h.store.settle(&[again(&h, &first, false)]).await.unwrap();
    let sure = claim(&h, first.id).await;
    assert!(!sure.in_doubt, "a definite no");
    h.store.settle(&[again(&h, &sure, true)]).await.unwrap();
    let later: [fn(&Harness, &Delivery) -> Settled; 3] =
        [put_off, |h, one| again(h, one, false), |h, one| settled(one, Settlement::Wait, h.now())];
    for settlement in later {
        let next = claim(&h, first.id).await;
        assert!(next.in_doubt, "what comes later does not undo the doubt");
        h.store.settle(&[settlement(&h, &next)]).await.unwrap();
        assert!(in_doubt(&h, first.id).await);
    }
    assert_eq!(h.store.replay(&Replay::One(first.id), "ann").await.unwrap(), 1);
    let last = claim(&h, first.id).await;
    assert!(last.in_doubt);
    h.store.settle(&[settled(&last, done("U8-1"), h.now())]).await.unwrap();
    assert!(!in_doubt(&h, first.id).await);
}

async fn a_claim_that_never_settled_is_in_doubt(h: Harness) {
    let first = first_claim(&h).await;
    assert!(!in_doubt(&h, first.id).await, "its worker may yet settle");
    h.advance(30);
    let taken_over = claim(&h, first.id).await;
    assert_eq!((taken_over.attempts, taken_over.in_doubt), (2, true));
    h.store.settle(&[put_off(&h, &taken_over)]).await.unwrap();
    assert!(in_doubt(&h, first.id).await, "not tried now, but perhaps before");
    let next = claim(&h, first.id).await;
    assert_eq!((next.attempts, next.in_doubt), (2, true));
}

async fn a_replay_leaves_the_upstream_its_time(h: Harness) {
    let first = first_claim(&h).await;
    let quiet_until = h.now().after(Duration::from_secs(40));
    let unknown = Settled { quiet_until, ..settled(&first, Settlement::Wait, h.now()) };
    h.store.settle(&[unknown]).await.unwrap();
    assert_eq!(h.store.replay(&Replay::One(first.id), "ann").await.unwrap(), 1);
    assert_eq!(h.store.delivery(first.id, &Reach::All).await.unwrap().unwrap().0.due_at, quiet_until);
    h.advance(40);
    let again = claim(&h, first.id).await;
    // A later attempt of known outcome does not lengthen it, and nothing shortens it.
    h.store.settle(&[settled(&again, Settlement::Wait, h.now())]).await.unwrap();
    let later = h.advance(1);
    assert_eq!(h.store.replay(&Replay::One(first.id), "ann").await.unwrap(), 1);
    assert_eq!(h.store.delivery(first.id, &Reach::All).await.unwrap().unwrap().0.due_at, later);
}

async fn a_replay_does_not_forget_a_dead_worker(h: Harness) {
    let first = first_claim(&h).await;
    h.advance(30);
    assert_eq!(h.store.replay(&Replay::One(first.id), "ann").await.unwrap(), 1);
    let (stored, _) = h.store.delivery(first.id, &Reach::All).await.unwrap().unwrap();
    assert_eq!((stored.state, stored.in_doubt), (DeliveryState::Pending, true));
    // A claim that was given back is no such thing.
    let sure = h.store.claim(&everything(h.now(), h.now().after(LEASE), 10)).await.unwrap();
    let sure = sure.into_iter().find(|one| one.id != first.id).unwrap();
    h.store.settle(&[put_off(&h, &sure)]).await.unwrap();
    assert_eq!(h.store.replay(&Replay::One(sure.id), "ann").await.unwrap(), 1);
    assert!(!in_doubt(&h, sure.id).await);
}
