//! What is asked for every order costs no more when there is much history.

use std::time::{Duration, Instant};

use mortise_domain::access::Reach;
use mortise_domain::evaluation::{Conclusion, Decided};
use mortise_domain::ports::memory::Orders;
use mortise_store::{OrderFilter, PageRequest};

use crate::harness::{Harness, confirm, on_both, reading};

on_both! { promises_that_have_ended_cost_nothing, a_small_store_is_listed_as_quickly_as_a_large_one }

/// The best of several, so that what else the machine does counts little.
async fn best<F: Future>(ask: impl Fn() -> F) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..12 {
        let begun = Instant::now();
        ask().await;
        best = best.min(begun.elapsed());
    }
    best
}

/// Reading all of the history takes tens of milliseconds.
fn assert_alike(found: Duration, baseline: Duration) {
    assert!(found < baseline * 5 + Duration::from_millis(2), "{found:?}, where nothing is to be read {baseline:?}");
}

async fn analyze(h: &Harness) {
    if h.store.engine() == "postgres" {
        h.raw("ANALYZE orders; ANALYZE reservations").await;
    }
}

async fn promises_that_have_ended_cost_nothing(h: Harness) {
    let id = h.accept(&[("A", "2")]).await;
    h.store.decide(&[confirm(id, 1, &[("A", "2")], "100", h.now())]).await.unwrap();
    h.raw(
        "WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 121000) \
         INSERT INTO reservations (order_id, line, warehouse, sku, quantity_micros, zone, created_at, ended_at) \
         SELECT i, 1, 'W1', 'A', 1000000, 'A', i, i FROM n",
    )
    .await;
    analyze(&h).await;
    let (store, now) = (h.store.clone(), h.now());
    let promised = |sku: &'static str| {
        let store = store.clone();
        async move { store.promised(&[sku.to_owned()], now).await.unwrap() }
    };
    assert_eq!(promised("A").await, [(("W1".to_owned(), "A".to_owned()), 2_000_000)].into());
    assert_alike(best(|| promised("A")).await, best(|| promised("Z")).await);
    // The re-check under lock sees the same.
    let second = h.accept(&[("A", "2")]).await;
    let read_at = h.advance(1);
    let mut again = confirm(second, 1, &[("A", "2")], "100", read_at);
    if let Conclusion::Confirm(confirmation) = &mut again.verdict {
        confirmation.readings = vec![reading("W1", "A", "3", read_at)];
    }
    let begun = Instant::now();
    let decided = h.store.decide(&[again]).await.unwrap();
    assert!(matches!(decided[..], [Decided::OutOfStock(_)]), "{decided:?}");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

async fn a_small_store_is_listed_as_quickly_as_a_large_one(h: Harness) {
    for _ in 0..3 {
        h.accept(&[("A", "1")]).await;
    }
    h.raw(
        "WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 101000) \
         INSERT INTO orders (id, number, kind, reference, customer, store, actor, placed_at, received_at, evaluate_at, skus, \
         submission, fingerprint) \
         SELECT i, 'SO-' || i, 'sale', '', 'C9', 'S9', 'shop', i, 1767225600000000 + i, 9223372036854775807, '[]', '{}', '' \
         FROM n",
    )
    .await;
    analyze(&h).await;
    let list = |filter: &OrderFilter| {
        let (store, filter) = (h.store.clone(), filter.clone());
        async move { store.list_orders(&Reach::All, &filter, &PageRequest::default()).await.unwrap().items }
    };
    let small = OrderFilter { store: Some("S1".into()), ..OrderFilter::default() };
    assert_eq!(list(&small).await.len(), 3);
    let none = OrderFilter { reference: Some("nobody's".into()), ..OrderFilter::default() };
    assert_alike(best(|| list(&small)).await, best(|| list(&none)).await);
}
