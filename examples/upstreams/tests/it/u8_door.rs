//! Tokens, one-time ids, replays, asynchronous writes.

use mortise_upstreams::{Config, Settings};
use serde_json::{Value, json};

use crate::client::{APP, Sim, order};

#[tokio::test]
async fn tokens_need_the_secret_and_end() {
    let sim = Sim::start().await;
    let wrong = sim.get(&format!("/u8/system/token?{APP}&app_secret=guess")).await;
    assert_eq!(wrong.status, 200);
    assert_ne!(wrong.json()["errcode"], "0");
    assert_eq!(sim.token.len(), 32);

    assert_eq!(sim.add_order("S1", "N1").await["errcode"], "0");
    sim.up.advance_clock(7201);
    let late = sim.u8_get("saleorder/get?id=S1").await;
    assert!(late["errmsg"].as_str().unwrap().contains("token"), "{late}");
    let fresh = Sim { token: sim.new_token().await, ..sim };
    assert_eq!(fresh.u8_get("saleorder/get?id=S1").await["saleorder"]["code"], "S1");
}

#[tokio::test]
async fn a_newer_token_ends_the_older_only_where_so_set() {
    let settings = Settings { u8_single_token: true, ..Settings::default() };
    let sim = Sim::with(Config { settings, ..Config::default() }).await;
    sim.new_token().await;
    let answer = sim.u8_get("saleorderlist/batch_get").await;
    assert!(answer["errmsg"].as_str().unwrap().contains("token"));
}

#[tokio::test]
async fn a_write_takes_exactly_one_of_trade_id_and_biz_id() {
    let sim = Sim::start().await;
    let body = order("S1", "N1");
    for ids in ["sync=1", "sync=1&biz_id=b&tradeid=t", "sync=1&tradeid=unknown"] {
        let answer = sim.post(&sim.u8_path(&format!("saleorder/add?{ids}")), &body).await.json();
        assert!(answer["errmsg"].as_str().unwrap().contains("tradeid"), "{answer}");
    }
    let trade = sim.get(&format!("/u8/system/tradeid?{APP}&token={}", sim.token)).await.json();
    let trade = trade["trade"]["id"].as_str().unwrap();
    let path = sim.u8_path(&format!("saleorder/add?sync=1&tradeid={trade}"));
    let done = sim.post(&path, &body).await.json();
    assert_eq!(done, json!({"errcode": "0", "errmsg": "", "id": "S1", "tradeid": trade}));
    let again = sim.post(&path, &order("S2", "N2")).await.json();
    assert!(again["errmsg"].as_str().unwrap().contains("已使用"), "{again}");
}

#[tokio::test]
async fn a_biz_id_replays_unless_switched_off() {
    let sim = Sim::start().await;
    let without_code = json!({"saleorder": {"custcode": "C1", "define1": "N1",
        "entry": [{"inventorycode": "A", "quantity": 1, "taxunitprice": 1}]}});
    let first = sim.u8_post("saleorder/add", "B1", &without_code).await;
    let second = sim.u8_post("saleorder/add", "B1", &without_code).await;
    assert_eq!(first["id"], second["id"]);
    assert_eq!(sim.up.counters()["u8_replays"], 1);

    sim.up.configure(&json!({"biz_id_dedupe": false})).unwrap();
    let third = sim.u8_post("saleorder/add", "B1", &without_code).await;
    assert_ne!(third["id"], first["id"]);
    let state = sim.up.state();
    assert_eq!(state["saleorders"]["duplicate_count"], 1);
    assert_eq!(state["saleorders"]["duplicates"][0]["key"], "N1");

    // A code of the caller's own is unique all the same.
    assert_eq!(sim.add_order("S9", "N9").await["errcode"], "0");
    let taken = sim.add_order("S9", "N9").await;
    assert!(taken["errmsg"].as_str().unwrap().contains("已存在"), "{taken}");

    // Unless the installation numbers documents itself: then it has the order twice.
    sim.up.configure(&json!({"u8_own_numbers": true})).unwrap();
    assert_eq!(sim.add_order("S9", "N9").await["errcode"], "0");
    assert_eq!(sim.up.state()["saleorders"]["duplicate_count"], 2);
}

#[tokio::test]
async fn an_asynchronous_write_is_polled() {
    let sim = Sim::start().await;
    let path = sim.u8_path("saleorder/add?biz_id=B1");
    let accepted = sim.post(&path, &order("S1", "N1")).await.json();
    let url = accepted["url"].as_str().unwrap();
    let path = &url[url.find("/u8/").unwrap()..];
    let processing = sim.get(path).await.json();
    assert_eq!((&processing["errmsg"], &processing["id"]), (&json!("processing"), &Value::Null));
    assert_eq!(sim.get(path).await.json()["id"], "S1");
    // The error of a refused one comes the same way.
    let accepted = sim.post(&sim.u8_path("saleorder/add?biz_id=B2"), &order("S1", "N1")).await.json();
    let url = accepted["url"].as_str().unwrap().to_owned();
    let path = &url[url.find("/u8/").unwrap()..];
    sim.get(path).await;
    assert!(sim.get(path).await.json()["errmsg"].as_str().unwrap().contains("已存在"));
}

#[tokio::test]
async fn business_calls_fail_while_the_agent_is_offline() {
    let sim = Sim::start().await;
    sim.up.configure(&json!({"agent_offline": true})).unwrap();
    assert!(!sim.new_token().await.is_empty());
    let answer = sim.u8_get("saleorderlist/batch_get").await;
    let text = answer["errmsg"].as_str().unwrap();
    assert!(text.contains("offline") && !text.contains("token"), "{answer}");
}

#[tokio::test]
async fn unknown_interfaces_and_bad_bodies_are_errors_in_a_200() {
    let sim = Sim::start().await;
    let unknown = sim.get(&sim.u8_path("saleorder/frobnicate")).await;
    assert_eq!((unknown.status, unknown.json()["errcode"].as_str()), (200, Some("20004")));
    let path = sim.u8_path("saleorder/add?biz_id=1&sync=1");
    let bad = sim.try_send("POST", &path, "{").await.unwrap().json();
    assert!(bad["errmsg"].as_str().unwrap().contains("JSON"));
}
