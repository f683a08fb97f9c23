//! Each way to fail, as the caller and as the vendor see it.

use std::time::{Duration, Instant};

use mortise_upstreams::{Chaos, Fault, Rule};
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::client::{APP, Answer, Sim, order};

async fn add(sim: &Sim, fault: Fault) -> Option<Answer> {
    sim.up.fault(Rule::once(fault, "saleorder/add"));
    let path = sim.u8_path("saleorder/add?biz_id=b&sync=1");
    sim.try_send("POST", &path, &order("S1", "N1").to_string()).await
}

fn orders(sim: &Sim) -> u64 {
    sim.up.state()["saleorders"]["count"].as_u64().unwrap()
}

#[tokio::test]
async fn a_time_out_before_the_commit_leaves_nothing() {
    let sim = Sim::start().await;
    let start = Instant::now();
    assert!(add(&sim, Fault::TimeoutBeforeCommit).await.is_none());
    assert!(start.elapsed() >= Duration::from_millis(150));
    assert_eq!(orders(&sim), 0);
    assert_eq!(sim.up.counters()["faults"]["timeout_before_commit"], 1);
}

#[tokio::test]
async fn a_time_out_after_the_commit_leaves_a_document() {
    let sim = Sim::start().await;
    assert!(add(&sim, Fault::TimeoutAfterCommit).await.is_none());
    assert_eq!(orders(&sim), 1);
    assert_eq!(sim.up.counters()["written_behind_fault"]["timeout_after_commit"], 1);
}

#[tokio::test]
async fn a_late_commit_comes_after_the_connection_closed_and_after_a_look_up() {
    let sim = Sim::start().await;
    assert!(add(&sim, Fault::LateCommit).await.is_none());
    assert_eq!(sim.u8_get("saleorder/get?id=S1").await["errcode"], "20002");
    assert_eq!(sim.up.in_flight(), 1);
    sim.wait_idle().await;
    assert_eq!(sim.u8_get("saleorder/get?id=S1").await["errcode"], "0");
    assert_eq!(sim.up.counters()["written_behind_fault"]["late_commit"], 1);
}

#[tokio::test]
async fn a_late_commit_does_not_need_a_client_that_waits() {
    let sim = Sim::start().await;
    sim.up.configure(&json!({"hang_ms": 60_000})).unwrap();
    sim.up.fault(Rule::once(Fault::LateCommit, "saleorder/add"));
    let body = order("S1", "N1").to_string();
    let path = sim.u8_path("saleorder/add?biz_id=b&sync=1");
    let mut stream = TcpStream::connect(sim.up.address()).await.unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(orders(&sim), 0);
    drop(stream);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(orders(&sim), 0);
    sim.wait_idle().await;
    assert_eq!(orders(&sim), 1);
}

#[tokio::test]
async fn connections_drop_before_and_after_the_commit() {
    let sim = Sim::start().await;
    sim.up.configure(&json!({"hang_ms": 60_000})).unwrap();
    assert!(add(&sim, Fault::Drop).await.is_none());
    assert_eq!(orders(&sim), 0);
    assert!(add(&sim, Fault::DropAfterCommit).await.is_none());
    assert_eq!(orders(&sim), 1);
}

#[tokio::test]
async fn error_pages_may_hide_a_commit() {
    let sim = Sim::start().await;
    let page = add(&sim, Fault::Http502Html).await.unwrap();
    assert_eq!((page.status, orders(&sim)), (502, 0));
    assert!(page.text.starts_with("<html>"));
    assert_eq!(add(&sim, Fault::Http500).await.unwrap().status, 500);
    sim.up.fault(Rule { committed: true, ..Rule::once(Fault::Http502Html, "saleorder/add") });
    let hidden = sim.post(&sim.u8_path("saleorder/add?biz_id=b&sync=1"), &order("S1", "N1")).await;
    assert_eq!((hidden.status, orders(&sim)), (502, 1));
}

#[tokio::test]
async fn a_gateway_may_lose_patience_before_the_commit() {
    let sim = Sim::start().await;
    sim.up.configure(&json!({"late_commit_ms": 3_600_000})).unwrap();
    let page = add(&sim, Fault::Http502LateCommit).await.unwrap();
    assert_eq!((page.status, orders(&sim), sim.up.in_flight()), (502, 0, 1));
    let sim = Sim::start().await;
    sim.up.configure(&json!({"late_commit_ms": 1})).unwrap();
    assert_eq!(add(&sim, Fault::Http502LateCommit).await.unwrap().status, 502);
    sim.wait_idle().await;
    assert_eq!(orders(&sim), 1);
    assert_eq!(add(&sim, Fault::Http503LateCommit).await.unwrap().status, 503);
    sim.wait_idle().await;
    let counters = sim.up.counters();
    assert_eq!(counters["written_behind_fault"]["http_502_late_commit"], 1);
    assert_eq!(counters["written_behind_fault"]["http_503_late_commit"], 1);
}

#[tokio::test]
async fn limits_and_tokens_fail_in_the_vendors_own_words() {
    let sim = Sim::start().await;
    let limited = add(&sim, Fault::RateLimited).await.unwrap();
    assert_eq!((limited.status, limited.json()["errcode"].as_str()), (200, Some("20040")));
    let expired = add(&sim, Fault::TokenExpired).await.unwrap().json();
    assert!(expired["errmsg"].as_str().unwrap().contains("token"));
    let still = sim.u8_get("saleorder/get?id=S1").await;
    assert!(still["errmsg"].as_str().unwrap().contains("token"), "the token stays dead: {still}");
    let sim = Sim { token: sim.new_token().await, ..sim };
    assert_eq!(sim.add_order("S1", "N1").await["errcode"], "0");

    sim.up.fault(Rule::once(Fault::RateLimited, "/amap/"));
    let amap = sim.get("/amap/v3/geocode/geo?key=amap-key&address=x").await.json();
    assert_eq!((&amap["status"], &amap["infocode"]), (&json!("0"), &json!("10021")));
    sim.up.fault(Rule::once(Fault::RateLimited, "/wecom/"));
    assert_eq!(sim.post("/wecom/cgi-bin/webhook/send?key=robot-key", &json!({})).await.json()["errcode"], 45009);
}

#[tokio::test]
async fn half_an_answer_and_a_slow_one_are_committed() {
    let sim = Sim::start().await;
    let half = add(&sim, Fault::BadJson).await.unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&half.text).is_err());
    assert_eq!(orders(&sim), 1);
    let start = Instant::now();
    assert_eq!(add(&sim, Fault::Slow).await.unwrap().json()["id"], "S1");
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn rules_count_skip_and_keep_to_their_vendor() {
    let sim = Sim::start().await;
    let rules = json!([
        {"vendor": "u8", "match": "saleorderlist", "fault": "http_500", "times": 2, "skip": 1},
        {"vendor": "wecom", "match": "", "fault": "http_500", "times": 1}
    ]);
    assert_eq!(sim.post("/__sim/faults", &rules).await.status, 200);
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(sim.get(&sim.u8_path("saleorderlist/batch_get")).await.status);
    }
    assert_eq!(seen, [200, 500, 500, 200]);
    let left = sim.get("/__sim/faults").await.json();
    assert_eq!(left["faults"].as_array().unwrap().len(), 1);
    let wrong = sim.post("/__sim/faults", &json!([{"fault": "meteor"}])).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("meteor"));
    // Reads have no commit: the rule waits for a write.
    sim.up.clear_faults();
    sim.up.fault(Rule::once(Fault::LateCommit, ""));
    assert_eq!(sim.get(&sim.u8_path("saleorderlist/batch_get")).await.status, 200);
}

#[tokio::test]
async fn chaos_fails_its_share_in_every_way() {
    let sim = Sim::start().await;
    sim.up.configure(&json!({"hang_ms": 1, "late_commit_ms": 1, "slow_ms": 1})).unwrap();
    sim.up.chaos(Chaos { rate: 0.5, seed: 7, kinds: vec![], vendors: vec![] });
    let mut sim = sim;
    for n in 0..200 {
        let path = sim.u8_path(&format!("saleorder/add?biz_id=b{n}&sync=1"));
        sim.try_send("POST", &path, &order(&format!("S{n}"), &format!("N{n}")).to_string()).await;
        // As a connector does: with a token that may be over, ask for another.
        if let Some(token) = sim.try_send("GET", &format!("/u8/system/token?{APP}&app_secret=u8-secret"), "").await
            && let Ok(token) = serde_json::from_str::<serde_json::Value>(&token.text)
            && let Some(id) = token["token"]["id"].as_str()
        {
            sim.token = id.to_owned();
        }
    }
    sim.wait_idle().await;
    let counters = sim.up.counters();
    let kinds = counters["faults"].as_object().unwrap();
    assert_eq!(kinds.len(), 13, "{kinds:?}");
    let share = counters["faulted"].as_f64().unwrap() / counters["total"].as_f64().unwrap();
    assert!((0.4..0.6).contains(&share), "{share}");
    assert_eq!(sim.up.state()["saleorders"]["duplicate_count"], 0);
}
