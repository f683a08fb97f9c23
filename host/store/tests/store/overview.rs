//! What came in lately and what waits, within reach.

use std::collections::BTreeSet;
use std::time::Duration;

use mortise_domain::access::{Places, Reach};
use mortise_domain::catalog::Store as Shop;
use mortise_domain::delivery::Settlement;
use mortise_domain::hold::HoldKind;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::memory::{Accepted, Deliveries, Orders};
use mortise_store::{OrderCount, Traffic};

use crate::harness::{Harness, acceptance, confirm, done, everything, hold, on_both, reason, settled};

on_both! { orders_are_counted_by_day_and_state, holds_are_counted_by_code, traffic_is_counted_by_connection }

const DAY: u64 = 86_400;

fn store(code: &str) -> Reach {
    Reach::Own(Places { stores: BTreeSet::from([code.to_owned()]), regions: BTreeSet::new() })
}

async fn shops(h: &Harness) {
    let shop =
        |code: &str| Shop { code: code.into(), name: code.into(), region: "EAST".into(), currency: "CNY".into() };
    h.store.put_stores(&[shop("S1"), shop("S2")]).await.unwrap();
}

async fn order_of(h: &Harness, store: &str) -> OrderId {
    let mut acceptance = acceptance(None, &[("A", "1")], h.now());
    acceptance.submission.store = store.into();
    let accepted = h.store.accept(&[acceptance]).await.unwrap();
    let [Accepted::New(id, _)] = accepted.as_slice() else { panic!("{accepted:?}") };
    *id
}

fn counted(day: usize, state: &str, priced: bool, count: i64, gross: i64) -> OrderCount {
    OrderCount { day, state: state.into(), currency: priced.then(|| "CNY".to_owned()), sale: true, count, gross }
}

async fn orders_are_counted_by_day_and_state(h: Harness) {
    shops(&h).await;
    let lines = [("A", "1")];
    // The day before those that are asked for.
    order_of(&h, "S1").await;
    let first = h.advance(DAY);
    let (one, two) = (order_of(&h, "S1").await, order_of(&h, "S2").await);
    let second = h.advance(DAY);
    order_of(&h, "S1").await;
    let decisions = [confirm(one, 1, &lines, "100", h.now()), confirm(two, 1, &lines, "100", h.now())];
    h.store.decide(&decisions).await.unwrap();
    let days = [first, second];
    let all = h.store.orders_by_day(&Reach::All, &days).await.unwrap();
    assert_eq!(all, [counted(0, "confirmed", true, 2, 2_260), counted(1, "received", false, 1, 0)]);
    let own = h.store.orders_by_day(&store("S2"), &days).await.unwrap();
    assert_eq!(own, [counted(0, "confirmed", true, 1, 1_130)]);
    assert_eq!(h.store.orders_by_day(&Reach::All, &[]).await.unwrap(), []);
}

async fn holds_are_counted_by_code(h: Harness) {
    shops(&h).await;
    let began = h.now();
    for shop in ["S1", "S2"] {
        let id = order_of(&h, shop).await;
        let mut reasons = vec![reason("rule", HoldKind::Business)];
        if shop == "S1" {
            reasons.push(reason("place-unavailable", HoldKind::Technical));
        }
        h.store.decide(&[hold(id, 1, reasons, Instant::NEVER, h.now())]).await.unwrap();
        h.advance(60);
    }
    let all = h.store.hold_counts(&Reach::All).await.unwrap();
    let told: Vec<_> = all.iter().map(|one| (one.code.as_str(), one.kind.as_str(), one.count, one.oldest)).collect();
    assert_eq!(told, [("rule", "business", 2, began), ("place-unavailable", "technical", 1, began)]);
    let own = h.store.hold_counts(&store("S2")).await.unwrap();
    assert_eq!(own.iter().map(|one| (one.code.as_str(), one.count)).collect::<Vec<_>>(), [("rule", 1)]);
}

async fn traffic_is_counted_by_connection(h: Harness) {
    shops(&h).await;
    let lines = [("A", "1")];
    let id = order_of(&h, "S1").await;
    h.store.decide(&[confirm(id, 1, &lines, "100", h.now())]).await.unwrap();
    let since = h.now();
    for claimed in h.store.claim(&everything(h.now(), Instant::NEVER, 10)).await.unwrap() {
        let settlement = if claimed.connection == "erp" {
            Settlement::Again { at: h.now().after(Duration::from_secs(5)), ticket: false, counts: true }
        } else {
            done("1")
        };
        let mut settled = settled(&claimed, settlement, h.now());
        if let Some(attempt) = &mut settled.attempt {
            attempt.started_at = h.now();
            attempt.ended_at = h.now().after(Duration::from_millis(20));
        }
        h.store.settle(&[settled]).await.unwrap();
    }
    let of = |connection: &str, traffic: &[Traffic]| traffic.iter().find(|one| one.connection == connection).cloned();
    let all = h.store.traffic(&Reach::All, since).await.unwrap();
    let erp = Traffic {
        connection: "erp".into(),
        pending: 1,
        failing: 1,
        blocked: 1,
        waiting: 0,
        attempts: 1,
        failures: 1,
        average_micros: 20_000,
    };
    let chat = Traffic { connection: "chat".into(), attempts: 1, average_micros: 20_000, ..Traffic::default() };
    assert_eq!((of("erp", &all), of("chat", &all)), (Some(erp), Some(chat)));
    assert_eq!(of("wms", &all).map(|one| (one.blocked, one.attempts)), Some((1, 0)));
    assert_eq!(h.store.traffic(&store("S2"), since).await.unwrap(), []);
    // What ended before is not told again; what is still to be done is.
    let later = h.store.traffic(&Reach::All, since.after(Duration::from_secs(1))).await.unwrap();
    assert_eq!(of("erp", &later).map(|one| (one.pending, one.attempts, one.average_micros)), Some((1, 0, 0)));
}
