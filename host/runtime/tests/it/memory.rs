//! What a guest may ask of the host: its call, its key-value space, core data.

use serde_json::{Value, json};

use crate::harness::{Host, seen};

async fn kv(host: &Host, step: Value) -> String {
    seen(&host.script(json!([step])).await)["kv"].clone()
}

#[tokio::test]
async fn the_context_is_the_calls() {
    let host = Host::new();
    host.misbehaving(|_| {}).await;
    let called = host.script(json!([{ "do": "context" }])).await;
    let mut all: Vec<_> = seen(&called).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    all.sort();
    insta::assert_snapshot!(all.join("\n"), @"");
}

#[tokio::test]
async fn a_key_value_space_needs_a_grant_and_has_bounds() {
    let host = Host::new();
    host.misbehaving(|_| {}).await;
    let set = |key: &str, bytes: usize| json!({ "do": "kv-set", "key": key, "text": "v".repeat(bytes) });
    insta::assert_snapshot!(kv(&host, set("a", 1)).await, @"");
    host.misbehaving(|connection| connection["grant"] = json!({ "kv-bytes": 100_000 })).await;
    assert_eq!(kv(&host, set("a", 10)).await, "Ok(())");
    assert_eq!(kv(&host, json!({ "do": "kv-get", "key": "a" })).await, format!("Ok(Some({:?}))", "v".repeat(10)));
    assert_eq!(kv(&host, json!({ "do": "kv-get", "key": "b" })).await, "Ok(None)");
    insta::assert_snapshot!(kv(&host, set(&"k".repeat(257), 1)).await, @"");
    insta::assert_snapshot!(kv(&host, set("big", 70_000)).await, @"");
    assert_eq!(kv(&host, set("half", 60_000)).await, "Ok(())");
    insta::assert_snapshot!(kv(&host, set("more", 60_000)).await, @"");
    insta::assert_snapshot!(kv(&host, set("", 1)).await, @"");
    assert_eq!(kv(&host, json!({ "do": "kv-keys" })).await, r#"Ok(["a", "half"])"#);
}

#[tokio::test]
async fn core_data_needs_wish_and_grant() {
    let host = Host::new();
    host.misbehaving(|connection| connection["grant"] = json!({ "records": ["prices", "codes"] })).await;
    let called = host.script(json!([{ "do": "products" }, { "do": "prices" }])).await;
    insta::assert_snapshot!(seen(&called)["products"], @"");
    insta::assert_snapshot!(seen(&called)["prices"], @"");
    host.misbehaving(|connection| connection["grant"] = json!({ "records": ["products"] })).await;
    assert_eq!(seen(&host.script(json!([{ "do": "products" }])).await)["products"], "Ok([])");
}
