//! The museum: plugins compiled for each version of the contract, called as they were called when they were new. See
//! `tests/museum/README.md`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "an exhibit that cannot be read is a failed test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mortise_domain::call::{CallContext, Called, Request};
use mortise_domain::ports::plugins::Plugins as _;
use mortise_tests::{Engine, House, exhibit::Upstream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What stands beside each piece.
#[derive(Deserialize, Serialize)]
struct Label {
    /// SHA-256 of the piece: it is never rebuilt.
    #[serde(default)]
    sha256: String,
    calls: Vec<Call>,
}

/// A call, what the plugin saw of it, and what the host understood of the answer.
#[derive(Deserialize, Serialize)]
struct Call {
    what: String,
    /// What the plugin answers, in the contract's own words.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    answers: Value,
    request: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    seen: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    answer: Value,
}

fn museum() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("museum")
}

/// All pieces: files `<contract>/<name>.wasm`.
fn pieces() -> Vec<PathBuf> {
    let rooms = std::fs::read_dir(museum()).unwrap().map(|entry| entry.unwrap().path());
    let mut pieces: Vec<PathBuf> = rooms
        .filter_map(|room| std::fs::read_dir(room).ok())
        .flat_map(|room| room.map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "wasm"))
        .collect();
    pieces.sort();
    pieces
}

fn context() -> CallContext {
    CallContext {
        call_id: "call-1".into(),
        idempotency_key: "key-1".into(),
        attempt: 2,
        locale: "zh-CN".into(),
        trace_parent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into(),
        deadline: None,
        send_until: None,
    }
}

/// A house in which every exhibit has what it may ask for.
async fn house() -> (House, Upstream) {
    let (house, upstream) = (House::bare(Engine::Sqlite).await, Upstream::start().await);
    for (noun, items) in mortise_tests::catalog::catalog() {
        house.put(&format!("/catalog/{noun}"), json!({ "items": items })).await.ok();
    }
    house.post("/price-lists", mortise_tests::catalog::price_list()).await.ok();
    (house, upstream)
}

async fn call(house: &House, upstream: &Upstream, digest: &str, call: &Call) -> Called {
    let origin = &upstream.origin;
    let settings =
        if call.answers.is_null() { json!({ "base-url": origin }) } else { json!({ "answers": call.answers }) };
    let connection = json!({
        "name": "exhibit", "plugin": digest, "settings": settings,
        "grant": { "http": [origin], "private": [origin], "kv-bytes": 4096, "reveal": ["key"],
                   "records": ["products", "prices", "customers", "orders", "codes"] },
    });
    house.put("/connections/exhibit", connection).await.ok();
    if call.answers.is_null() {
        house.put("/connections/exhibit/credentials/key", json!({ "value": "s3cr3t-of-the-exhibit" })).await.ok();
        house
            .put("/catalog/codes/exhibit/sku", json!({ "items": [{ "ours": "T-100", "theirs": "REMOTE" }] }))
            .await
            .ok();
    }
    let request: Request =
        serde_json::from_value(call.request.clone()).unwrap_or_else(|error| panic!("{}: {error}", call.what));
    house.running.app.connections.call("exhibit", request, context()).await
}

/// What the plugin noted of what it received.
fn seen(called: &Called) -> Value {
    let fields = called.record.log.iter().flat_map(|line| &line.fields);
    let received = fields.filter(|(name, _)| name == "received").map(|(_, text)| text.as_str()).next();
    received.map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
}

/// A label as it lies in the museum.
fn written(label: &Label) -> Vec<u8> {
    let mut text = Vec::new();
    let form = serde_json::ser::PrettyFormatter::with_indent(b" ");
    label.serialize(&mut serde_json::Serializer::with_formatter(&mut text, form)).unwrap();
    text.push(b'\n');
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn every_exhibit_does_what_it_always_did() {
    let fill_in = std::env::var_os("MUSEUM_FILL_IN").is_some();
    let (house, upstream) = house().await;
    for piece in pieces() {
        let name = piece.strip_prefix(museum()).unwrap().display().to_string();
        let label_file = piece.with_extension("json");
        let mut label: Label = serde_json::from_slice(&std::fs::read(&label_file).unwrap()).unwrap();
        let bytes = std::fs::read(&piece).unwrap();
        let sha256 = hex::encode(Sha256::digest(&bytes));
        if fill_in && label.sha256.is_empty() {
            label.sha256.clone_from(&sha256);
        }
        assert_eq!(label.sha256, sha256, "{name} is another file than it was: exhibits are never rebuilt");
        let digest = house.install(bytes).await;
        for expected in &mut label.calls {
            let called = call(&house, &upstream, &digest, expected).await;
            let (seen, answer) = (seen(&called), serde_json::to_value(&called.result).unwrap());
            if fill_in && expected.answer.is_null() {
                (expected.seen, expected.answer) = (seen, answer);
                continue;
            }
            let what = format!("{name}: {}", expected.what);
            assert_eq!(seen, expected.seen, "{what}: what the plugin sees has changed");
            assert_eq!(answer, expected.answer, "{what}: what the host understands has changed");
        }
        if fill_in {
            std::fs::write(&label_file, written(&label)).unwrap();
        }
    }
    house.close().await;
}

/// Every function of the contract is called in every room.
#[test]
fn no_function_is_left_out() {
    let mut rooms: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for piece in pieces() {
        let label: Label = serde_json::from_slice(&std::fs::read(piece.with_extension("json")).unwrap()).unwrap();
        let called = label.calls.iter().map(|call| call.request["function"].as_str().unwrap().to_owned());
        rooms.entry(piece.parent().unwrap().to_owned()).or_default().extend(called);
    }
    assert!(!rooms.is_empty(), "the museum is empty");
    for (room, called) in rooms {
        for function in FUNCTIONS {
            assert!(called.iter().any(|name| name == function), "{}: nobody calls {function}", room.display());
        }
    }
}

/// As the domain names them.
const FUNCTIONS: [&str; 21] = [
    "find-order",
    "push-order",
    "change-order",
    "cancel-order",
    "find-receivable",
    "push-receivable",
    "cancel-receivable",
    "erp-changes",
    "stock",
    "reserve",
    "release",
    "find-pick",
    "push-pick",
    "cancel-pick",
    "inventory-changes",
    "locate",
    "reverse",
    "price",
    "send",
    "read-receipts",
    "judge",
];
