//! Many at the same time: the last pieces, the last credit, one key.

use mortise_domain::access::Reach;
use mortise_domain::evaluation::Decided;
use mortise_domain::order::OrderState;
use mortise_domain::ports::memory::{Accepted, Orders};

use crate::harness::{Harness, acceptance, confirm, customer, on_both, together};

on_both! {
    fifty_orders_for_the_last_ten_pieces,
    fifty_orders_for_the_last_credit,
    orders_that_lock_each_others_items,
    one_key_at_the_same_time,
}

async fn orders(h: &Harness, count: usize) -> Vec<mortise_domain::ids::OrderId> {
    let batch: Vec<_> = (0..count).map(|_| acceptance(None, &[("A", "1")], h.now())).collect();
    let accepted = h.store.accept(&batch).await.unwrap();
    accepted.into_iter().map(|one| if let Accepted::New(id, _) = one { id } else { panic!("{one:?}") }).collect()
}

async fn fifty_orders_for_the_last_ten_pieces(h: Harness) {
    let ids = orders(&h, 50).await;
    let stores = [h.store.clone(), h.other_node().await];
    let now = h.now();
    let decided = together(50, |at| {
        let (store, id) = (stores[at % 2].clone(), ids[at]);
        async move { store.decide(&[confirm(id, 1, &[("A", "1")], "10", now)]).await.unwrap().remove(0) }
    })
    .await;
    let confirmed = decided.iter().filter(|one| **one == Decided::Written(OrderState::Confirmed)).count();
    let short = decided.iter().filter(|one| matches!(one, Decided::OutOfStock(_))).count();
    assert_eq!((confirmed, short), (10, 40));
    let promised = h.store.promised(&["A".into()], now).await.unwrap();
    assert_eq!(promised.values().copied().collect::<Vec<_>>(), [10_000_000]);
    assert_eq!(h.store.counts(&Reach::All).await.unwrap().deliveries["pending"], 20);
}

async fn fifty_orders_for_the_last_credit(h: Harness) {
    h.store.put_customers(&[customer("C1", Some(10 * 1_130))]).await.unwrap();
    let ids = orders(&h, 50).await;
    let now = h.now();
    let decided = together(50, |at| {
        let (store, id) = (h.store.clone(), ids[at]);
        async move { store.decide(&[confirm(id, 1, &[("A", "1")], "1000", now)]).await.unwrap().remove(0) }
    })
    .await;
    assert_eq!(decided.iter().filter(|one| **one == Decided::Written(OrderState::Confirmed)).count(), 10);
    assert_eq!(decided.iter().filter(|one| matches!(one, Decided::OverCredit { .. })).count(), 40);
    assert_eq!(h.store.account("C1").await.unwrap().unwrap().open_credit, 11_300);
}

async fn orders_that_lock_each_others_items(h: Harness) {
    let ids = orders(&h, 40).await;
    let now = h.now();
    let decided = together(20, |at| {
        let (store, pair) = (h.store.clone(), [ids[at * 2], ids[at * 2 + 1]]);
        async move {
            let lines = if at % 2 == 0 { [("A", "1"), ("B", "1")] } else { [("B", "1"), ("A", "1")] };
            let mut batch = pair.map(|id| confirm(id, 1, &lines, "1000", now));
            if at % 3 == 0 {
                batch.reverse();
            }
            store.decide(&batch).await.unwrap()
        }
    })
    .await;
    assert!(decided.into_iter().flatten().all(|one| one == Decided::Written(OrderState::Confirmed)));
}

async fn one_key_at_the_same_time(h: Harness) {
    let stores = [h.store.clone(), h.other_node().await];
    let now = h.now();
    let accepted = together(20, |at| {
        let store = stores[at % 2].clone();
        async move {
            // The same two keys, in both orders.
            let mut batch = [acceptance(Some("x"), &[("A", "1")], now), acceptance(Some("y"), &[("A", "1")], now)];
            if at % 3 == 0 {
                batch.reverse();
            }
            store.accept(&batch).await.unwrap()
        }
    })
    .await;
    let new = accepted.iter().flatten().filter(|one| matches!(one, Accepted::New(..))).count();
    let known = accepted.iter().flatten().filter(|one| matches!(one, Accepted::Known(..))).count();
    assert_eq!((new, known), (2, 38));
}
