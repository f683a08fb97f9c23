//! The control endpoints, the log, and what survives.

use std::fs;

use mortise_upstreams::{Config, Fault, Rule, StartError, Upstreams};
use serde_json::{Value, json};

use crate::client::Sim;

#[tokio::test]
async fn the_log_has_every_request_and_answer_as_lines() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("requests.jsonl");
    let sim = Sim::with(Config { log: Some(log.clone()), ..Config::default() }).await;
    sim.up.fault(Rule::once(Fault::DropAfterCommit, "saleorder/add"));
    let path = sim.u8_path("saleorder/add?biz_id=b&sync=1");
    sim.try_send("POST", &path, &crate::client::order("S1", "N1").to_string()).await;
    let text = fs::read_to_string(log).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (request, answer) = (&lines[2], &lines[3]);
    assert_eq!((&request["event"], &request["fault"]), (&json!("request"), &json!("drop_after_commit")));
    assert!(request["body"].as_str().unwrap().contains("\"define1\":\"N1\""));
    assert_eq!((&answer["event"], &answer["wrote"], &answer["told"]), (&json!("answer"), &json!(true), &json!(false)));
    assert_eq!(answer["seq"], request["seq"]);
    assert_eq!(sim.get("/__sim/log?limit=1").await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn everything_can_be_seen_changed_and_reset_over_http() {
    let sim = Sim::start().await;
    let stock = json!({"stock": [{"warehouse": "01", "sku": "A001", "quantity": 5}]});
    assert_eq!(sim.post("/__sim/seed", &stock).await.status, 200);
    assert_eq!(sim.post("/__sim/seed", &json!({"stocks": []})).await.status, 422);
    sim.add_order("S1", "N1").await;
    let shipped = sim.post("/__sim/ship", &json!({"order": "N1"})).await.json();
    assert_eq!(shipped["consignments"].as_array().unwrap().len(), 1);
    let state = sim.get("/__sim/state").await.json();
    assert_eq!((&state["saleorders"]["items"][0]["key"], &state["oversold"]), (&json!("N1"), &json!(1)));
    assert_eq!(sim.post("/__sim/pay", &json!({"receivable": "N1", "amount": 1})).await.status, 422);
    assert_eq!(sim.get("/__sim/inflight").await.json()["count"], 0);
    let counters = sim.get("/__sim/counters").await.json();
    assert_eq!(counters["requests"]["u8"]["POST /api/saleorder/add"], 1);
    assert_eq!(counters["answers"]["u8"]["0"], 2);

    assert_eq!(sim.post("/__sim/config", &json!({"robot_limit": 3})).await.json()["robot_limit"], 3);
    assert_eq!(sim.post("/__sim/config", &json!({"robots": 3})).await.status, 422);
    assert_eq!(sim.post("/__sim/chaos", &json!({"rate": 2})).await.status, 422);
    let chaos = sim.post("/__sim/chaos", &json!({"rate": 0.3, "seed": 1})).await.json();
    assert_eq!(chaos["chaos"]["rate"], 0.3);
    let clock = sim.post("/__sim/clock", &json!({"now": 1_700_000_000})).await.json();
    assert_eq!((clock["now"].as_i64(), clock["frozen"].as_bool()), (Some(1_700_000_000), Some(false)));

    assert_eq!(sim.post("/__sim/reset", &json!({})).await.status, 200);
    let state = sim.get("/__sim/state").await.json();
    assert_eq!((&state["saleorders"]["count"], &state["stock"]), (&json!(0), &json!([])));
    assert_eq!(sim.get("/__sim/config").await.json()["robot_limit"], 20);
    assert_eq!(sim.get("/__sim/faults").await.json()["chaos"], Value::Null);
}

#[tokio::test]
async fn documents_survive_a_restart_and_the_seed_does_not_undo_them() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        state: Some(folder.path().join("state.json")),
        seed: Some(json!({"stock": [{"warehouse": "01", "sku": "A001", "quantity": 100}]})),
        ..Config::default()
    };
    let sim = Sim::with(config.clone()).await;
    sim.add_order("S1", "N1").await;
    sim.up.ship(&json!({"order": "S1"})).unwrap();
    sim.up.stop().await;
    let sim = Sim::with(config).await;
    let state = sim.up.state();
    assert_eq!((&state["saleorders"]["count"], &state["stock"][0]["qty"]), (&json!(1), &json!("90.00")));
    assert_eq!(sim.add_order("S1", "N1").await["id"], "S1", "the biz_id is known after the restart");
}

#[tokio::test]
async fn a_file_without_the_columns_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let addresses = folder.path().join("a.csv");
    fs::write(&addresses, "name,address\nx,y\n").unwrap();
    let started = Upstreams::start(Config { addresses: Some(addresses), ..Config::default() }).await;
    assert!(matches!(started.err(), Some(StartError::Addresses(..))));
}
