//! What a worker takes on, and what it leaves alone.

use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::delivery::{Delivery, Operation, Settlement};
use mortise_domain::ports::memory::{Claim, Deliveries, Orders, Settled, Share};

use crate::harness::{Harness, confirm, done, everything, on_both, settled};

on_both! {
    a_connection_has_its_own_share_and_lease,
    what_is_in_hand_stays_in_hand,
    a_repeated_put_off_leaves_the_next_claim_alone,
    a_delivery_that_cannot_be_read_holds_nothing_up,
    an_order_that_cannot_be_read_holds_nothing_up,
}

const LEASE: Duration = Duration::from_secs(30);

/// So many orders, each with a delivery to `erp` and one to `chat` that are due.
async fn confirmed(h: &Harness, orders: usize) {
    for _ in 0..orders {
        let id = h.accept(&[("A", "1")]).await;
        h.store.decide(&[confirm(id, 1, &[("A", "1")], "100", h.now())]).await.unwrap();
    }
}

async fn claim(h: &Harness) -> Vec<Delivery> {
    h.store.claim(&everything(h.now(), h.now().after(LEASE), 100)).await.unwrap()
}

async fn a_connection_has_its_own_share_and_lease(h: Harness) {
    confirmed(&h, 3).await;
    let now = h.now();
    let (short, long) = (now.after(LEASE), now.after(LEASE * 100));
    let share = |connection: &str, most, lease_until| Share { connection: connection.into(), most, lease_until };
    let of = |shares, limit| Claim { now, shares, limit, in_hand: vec![] };
    let both = || vec![share("erp", 2, long), share("chat", 1, short)];
    assert_eq!(h.store.claim(&of(vec![], 9)).await.unwrap(), []);
    assert_eq!(h.store.claim(&of(vec![share("map", 9, short)], 9)).await.unwrap(), []);
    let first = h.store.claim(&of(both(), 9)).await.unwrap();
    let seen: Vec<_> = first.iter().map(|one| (one.connection.as_str(), one.due_at)).collect();
    assert_eq!(seen, [("erp", long), ("chat", short), ("erp", long)]);
    assert_eq!(h.store.claim(&of(both(), 1)).await.unwrap().len(), 1, "no more than there is room for");
    assert_eq!(h.store.claim(&of(vec![share("erp", 9, long)], 9)).await.unwrap().len(), 1, "the last of its own");
    // The next that can be worked: not what waits for others.
    for (names, due) in [(&["chat", "erp"][..], Some(now)), (&["erp"], Some(long)), (&["map"], None), (&[], None)] {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(h.store.next_due(&names).await.unwrap(), due, "{names:?}");
    }
}

async fn what_is_in_hand_stays_in_hand(h: Harness) {
    confirmed(&h, 1).await;
    let mine = claim(&h).await;
    let (first, second) = (&mine[0], &mine[1]);
    // The clock jumps: by it both leases have ended, yet the worker still calls for one of them.
    let now = h.advance(180);
    let wanted = Claim { in_hand: vec![first.id], ..everything(now, now.after(LEASE), 10) };
    let again = h.store.claim(&wanted).await.unwrap();
    assert_eq!(again.iter().map(|one| (one.id, one.attempts)).collect::<Vec<_>>(), [(second.id, 2)]);
    h.store.settle(&[settled(first, done("first"), now)]).await.unwrap();
    assert_eq!(h.store.delivery(first.id, &Reach::All).await.unwrap().unwrap().0.external_id.as_deref(), Some("first"));
}

async fn a_repeated_put_off_leaves_the_next_claim_alone(h: Harness) {
    confirmed(&h, 1).await;
    let first = claim(&h).await.remove(0);
    let again = Settlement::Again { at: h.now(), counts: false, ticket: false };
    let put_off = Settled { attempt: None, ..settled(&first, again, h.now()) };
    h.store.settle(std::slice::from_ref(&put_off)).await.unwrap();
    let second = claim(&h).await.into_iter().find(|one| one.id == first.id).unwrap();
    assert_eq!((first.attempts, second.attempts), (1, 1), "it was not tried, so the number comes again");
    // The acknowledgement was lost, so the first worker says it once more.
    h.store.settle(&[put_off]).await.unwrap();
    assert_eq!(claim(&h).await, [], "the second one has it to itself");
    h.store.settle(&[settled(&second, done("second"), h.now())]).await.unwrap();
    assert_eq!(
        h.store.delivery(first.id, &Reach::All).await.unwrap().unwrap().0.external_id.as_deref(),
        Some("second")
    );
}

async fn a_delivery_that_cannot_be_read_holds_nothing_up(h: Harness) {
    confirmed(&h, 2).await;
    h.raw("UPDATE deliveries SET operation = 'teleport' WHERE order_id = 1 AND operation = 'push-order'").await;
    let claimed = claim(&h).await;
    assert_eq!(claimed.iter().filter(|one| one.operation == Operation::PushOrder).count(), 1);
    assert_eq!(claimed.len(), 3, "all others");
    let batch: Vec<Settled> = claimed.iter().map(|one| settled(one, done("x"), h.now())).collect();
    h.store.settle(&batch).await.unwrap();
    let fresh = claim(&h).await;
    assert!(fresh.iter().all(|one| one.operation != Operation::PushOrder));
    // A program that can read it finds it as it was: never tried, and in no doubt.
    h.raw("UPDATE deliveries SET operation = 'push-order' WHERE operation = 'teleport'").await;
    assert!(claim(&h).await.is_empty(), "not again and again");
    h.advance(60);
    let read = claim(&h).await.into_iter().find(|one| one.operation == Operation::PushOrder).unwrap();
    assert_eq!((read.attempts, read.in_doubt), (1, false));
}

async fn an_order_that_cannot_be_read_holds_nothing_up(h: Harness) {
    let (first, second) = (h.accept(&[("A", "1")]).await, h.accept(&[("A", "1")]).await);
    h.raw("UPDATE orders SET submission = '{\"kind\":\"barter\"}' WHERE id = 1").await;
    assert_eq!(first.0, 1);
    let now = h.advance(30);
    let claimed = h.store.claim_pending(now, now.after(LEASE), 10).await.unwrap();
    assert_eq!(claimed.iter().map(|order| order.id).collect::<Vec<_>>(), [second]);
    assert!(h.store.pending(first).await.is_err(), "who asks for it is told");
    assert_eq!(h.store.next_due(&[]).await.unwrap(), Some(now.after(LEASE)), "it is tried again");
}
