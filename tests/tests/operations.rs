//! What operations do with orders that have gone out: take them back, let connections rest, see what comes back.

#![expect(clippy::unwrap_used, reason = "an answer of another form is a failed test")]

use std::time::Duration;

use mortise_tests::{Engine, House};
use mortise_upstreams::{Fault, Rule};
use serde_json::{Value, json};

macro_rules! on_both {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use super::*;
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() { super::$name(Engine::Sqlite).await; }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() { super::$name(Engine::Postgres).await; }
        }
    )*};
}

on_both![
    an_exported_order_is_taken_back_everywhere,
    an_order_whose_push_is_lost_is_taken_back_once,
    a_paused_connection_is_not_called,
    what_is_shipped_and_paid_comes_back,
    a_region_that_collects_too_little_gets_no_new_credit,
];

const HOUR: Duration = Duration::from_hours(1);

async fn listed(house: &House, number: &str) -> Vec<(String, String)> {
    let listed = house.get(&format!("/deliveries?order={number}&limit=500")).await.ok();
    let text = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
    let mut all: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|one| (text(one, "operation"), text(one, "state"))).collect();
    all.sort_unstable();
    all
}

async fn an_exported_order_is_taken_back_everywhere(engine: Engine) {
    let house = House::open(engine).await;
    let number = house.accepted(&house.order()).await;
    house.run_until_idle(HOUR).await;
    let open = async || house.get("/catalog/customers/C1").await.ok()["open_credit"].as_i64().unwrap();
    assert_eq!(open().await, 18_833);
    let cancelled = house.post(&format!("/orders/{number}/cancel"), json!({ "reason": "客户取消" })).await;
    assert_eq!((cancelled.status, &cancelled.body["state"]), (200, &json!("cancelled")), "{}", cancelled.body);
    assert_eq!(open().await, 0);
    house.run_until_idle(HOUR).await;
    let undone: Vec<_> =
        listed(&house, &number).await.into_iter().filter(|(name, _)| name.starts_with("cancel")).collect();
    let done = |name: &str| (name.to_owned(), "done".to_owned());
    assert_eq!(undone, [done("cancel-order"), done("cancel-pick"), done("cancel-pick"), done("cancel-receivable")]);
    let state = house.upstreams.state();
    assert_eq!(
        (&state["receivables"]["count"], &state["saleorders"]["duplicate_count"]),
        (&json!(0), &json!(0)),
        "{state:#}"
    );
    let closed = |kind: &str| {
        let items = state[kind]["items"].as_array().unwrap();
        items.iter().filter(|one| one["state"] == "Closed").count()
    };
    assert_eq!((closed("saleorders"), closed("consignments")), (1, 2), "{state:#}");
    let messages = house.upstreams.messages();
    let texts: Vec<&str> =
        messages["items"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    assert_eq!(texts.iter().filter(|text| text.contains("订单已取消")).count(), 1, "{texts:#?}");
    house.close().await;
}

/// The ERP writes the order although the answer is lost; it is cancelled before anybody has looked.
async fn an_order_whose_push_is_lost_is_taken_back_once(engine: Engine) {
    let house = House::open(engine).await;
    house.upstreams.configure(&json!({"biz_id_dedupe": false, "u8_own_numbers": true})).unwrap();
    house.upstreams.fault(Rule::once(Fault::LateCommit, "saleorder/add"));
    let number = house.accepted(&house.order()).await;
    house.running.app.pipeline().run_until_idle().await.unwrap();
    house.post(&format!("/orders/{number}/cancel"), json!({ "reason": "twice" })).await.ok();
    house.running.app.pipeline().run_until_idle().await.unwrap();
    let before = listed(&house, &number).await;
    assert!(before.contains(&("cancel-order".into(), "pending".into())), "the ERP may still be writing: {before:?}");
    while house.upstreams.in_flight() > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    house.run_until_idle(HOUR).await;
    let after = listed(&house, &number).await;
    assert!(after.contains(&("cancel-order".into(), "done".into())), "{after:?}");
    assert!(after.contains(&("push-order".into(), "cancelled".into())), "{after:?}");
    let state = house.upstreams.state();
    let items = state["saleorders"]["items"].as_array().unwrap();
    assert_eq!(items.iter().map(|one| one["state"].as_str().unwrap()).collect::<Vec<_>>(), ["Closed"], "{state:#}");
    assert_eq!((&state["receivables"]["count"], &state["consignments"]["count"]), (&json!(0), &json!(0)));
    house.close().await;
}

async fn a_paused_connection_is_not_called(engine: Engine) {
    let house = House::open(engine).await;
    let first = house.accepted(&house.order()).await;
    let paused = house.post("/connections/u8/pause", json!({ "reason": "月结" })).await.ok();
    assert_eq!((&paused["health"], &paused["paused"]["reason"]), (&json!("paused"), &json!("月结")));
    house.run_until_idle(Duration::from_mins(10)).await;
    let state = house.upstreams.state();
    assert_eq!(state["saleorders"]["count"], 0, "{state:#}");
    let queues = house.get("/queues").await.ok();
    let u8 = queues["items"].as_array().unwrap().iter().find(|one| one["connection"] == "u8").unwrap();
    assert_eq!((&u8["pending"], &u8["blocked"], &u8["open_tickets"]), (&json!(1), &json!(3), &json!(0)), "{queues:#}");
    // A new order asks nobody either, and waits.
    let mut other = house.order();
    other["customer"] = json!("K1");
    let second = house.submit(&other).await.body;
    assert_eq!(second["state"], "held", "{second:#}");
    assert!(second["holds"][0]["text"]["zh"].as_str().unwrap().contains("月结"), "{second:#}");
    house.post("/connections/u8/resume", json!({})).await.ok();
    house.run_until_idle(HOUR).await;
    assert_eq!(house.shown(&first).await["deliveries"][0]["state"], "done");
    assert_eq!(house.shown(second["number"].as_str().unwrap()).await["state"], "confirmed");
    house.running.app.keep_figures().await.unwrap();
    let figures = house.get("/connections/u8/figures").await.ok();
    let stock = figures["items"].as_array().unwrap().iter().find(|row| row["function"] == "stock").unwrap();
    assert!(
        stock["calls"].as_i64().unwrap() >= 2 && stock["failures"] == 0 && stock["p95_micros"].as_i64().unwrap() > 0,
        "{figures:#}"
    );
    let opened =
        house.post("/connections/u8/breaker", json!({ "state": "open", "seconds": 30, "reason": "test" })).await.ok();
    assert_eq!(opened["health"], "paused");
    house.clock.advance(Duration::from_secs(31));
    assert_eq!(house.get("/connections/u8/status").await.ok()["health"], "ready", "it ends by itself");
    house.close().await;
}

/// Asks the upstreams what has changed, as often as they have more to tell.
async fn poll(house: &House) {
    // The first look only makes an upstream's turn known.
    house.running.app.pipeline().ask_for_changes().await.unwrap();
    for _ in 0..3 {
        house.clock.advance(Duration::from_secs(301));
        house.running.app.pipeline().ask_for_changes().await.unwrap();
    }
}

async fn what_is_shipped_and_paid_comes_back(engine: Engine) {
    let house = House::open(engine).await;
    let number = house.accepted(&house.order()).await;
    house.run_until_idle(HOUR).await;
    let open = async || house.get("/catalog/customers/C1").await.ok()["open_credit"].as_i64().unwrap();
    let ship = |lines: Value| house.upstreams.ship(&json!({ "order": number, "lines": lines })).unwrap();
    ship(json!([{ "sku": "T-100", "quantity": "4" }]));
    poll(&house).await;
    let partly = house.shown(&number).await;
    assert_eq!(partly["state"], "confirmed", "{partly:#}");
    assert_eq!(
        partly["progress"]["lines"],
        json!([
            { "line": 1, "ordered": "10", "shipped": "4", "open": "6" }, { "line": 2, "ordered": "2", "shipped": "0", "open": "2" }
        ])
    );
    let refused = house.post(&format!("/orders/{number}/cancel"), json!({ "reason": "too late" })).await;
    assert_eq!(refused.status, 409, "{refused:?}");
    house.upstreams.pay(&json!({ "receivable": number, "amount": "100.00" })).unwrap();
    poll(&house).await;
    // 100.00 of 188.33.
    assert_eq!(open().await, 18_833 - 10_000);
    ship(json!([]));
    poll(&house).await;
    let shipped = house.shown(&number).await;
    assert_eq!(
        (&shipped["state"], &shipped["progress"]["all_shipped"]),
        (&json!("shipped"), &json!(true)),
        "{shipped:#}"
    );
    house.upstreams.pay(&json!({ "receivable": number, "amount": "88.33" })).unwrap();
    poll(&house).await;
    let completed = house.shown(&number).await;
    assert_eq!(
        (&completed["state"], &completed["progress"]["paid"]),
        (&json!("completed"), &json!(18_833)),
        "{completed:#}"
    );
    assert_eq!(open().await, 0);
    // Told again, nothing happens again.
    let story = async || {
        house.get(&format!("/orders/{number}/timeline?limit=500")).await.ok()["items"].as_array().unwrap().len()
    };
    let before = story().await;
    poll(&house).await;
    assert_eq!(story().await, before);
    house.close().await;
}

async fn a_region_that_collects_too_little_gets_no_new_credit(engine: Engine) {
    let house = House::open(engine).await;
    let stores = house.get("/catalog/stores").await.ok();
    let region =
        stores["items"].as_array().unwrap().iter().find(|one| one["code"] == "sh-01").unwrap()["region"].clone();
    let enter = async |month: &str, collected: i64| {
        let month = json!({ "region": region, "month": month, "due": 1_000_000, "collected": collected });
        house.put("/collections", json!({ "items": [month] })).await.ok();
    };
    enter("2026-01", 990_000).await;
    enter("2026-02", 919_999).await;
    let held = house.submit(&house.order()).await.body;
    assert_eq!((&held["state"], &held["holds"][0]["code"]), (&json!("held"), &json!("credit-frozen")), "{held:#}");
    assert!(held["holds"][0]["text"]["en"].as_str().unwrap().contains("91.9 %"), "{held:#}");
    let listed = house.get("/collections").await.ok();
    assert_eq!(
        (&listed["items"][0]["freezes"], &listed["items"][1]["freezes"]),
        (&json!(true), &json!(false)),
        "{listed:#}"
    );
    enter("2026-02", 920_000).await;
    house.run_until_idle(Duration::from_secs(1)).await;
    assert_eq!(house.shown(held["number"].as_str().unwrap()).await["state"], "confirmed", "it was made up");
    house.close().await;
}
