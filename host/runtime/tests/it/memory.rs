//! What a guest may ask of the host: its call, its key-value space, core data.

use std::time::Duration;

use mortise_domain::call::CallContext;
use mortise_domain::ports::plugins::Plugins;
use serde_json::{Value, json};

use crate::harness::{Host, context, locate, seen};

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
    insta::assert_snapshot!(all.join("\n"), @r#"
    attempt=1
    call-id=call-1
    connection=bad
    day=2026-01-31
    key=key-1
    locale=zh-CN
    time-limit=30000
    trace=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
    zone=Asia/Shanghai
    "#);
    let hurried = CallContext { deadline: Some(Duration::from_secs(7)), ..context() };
    let called = host.registry.call("bad", locate(&json!([{ "do": "context" }])), hurried).await;
    assert_eq!(seen(&called)["time-limit"], "7000", "what the caller allows is less than the connection's limit");
}

#[tokio::test]
async fn a_key_value_space_needs_a_grant_and_has_bounds() {
    let host = Host::new();
    host.misbehaving(|_| {}).await;
    let set = |key: &str, bytes: usize| json!({ "do": "kv-set", "key": key, "text": "v".repeat(bytes) });
    insta::assert_snapshot!(kv(&host, set("a", 1)).await, @r#"Err(Error::Unauthorized(Text { zh: "未授权使用键值存储:not granted: set `grant.kv-bytes` of the connection `bad`", en: "key-value store not granted: not granted: set `grant.kv-bytes` of the connection `bad`" }))"#);
    host.misbehaving(|connection| connection["grant"] = json!({ "kv-bytes": 100_000 })).await;
    assert_eq!(kv(&host, set("a", 10)).await, "Ok(())");
    assert_eq!(kv(&host, json!({ "do": "kv-get", "key": "a" })).await, format!("Ok(Some({:?}))", "v".repeat(10)));
    assert_eq!(kv(&host, json!({ "do": "kv-get", "key": "b" })).await, "Ok(None)");
    insta::assert_snapshot!(kv(&host, set(&"k".repeat(257), 1)).await, @r#"Err(Error::Invalid(InvalidField { field: "kv", reason: Text { zh: "超出键值存储的限额:the key has 257 bytes, the most is 256", en: "over the bounds of the key-value store: the key has 257 bytes, the most is 256" } }))"#);
    insta::assert_snapshot!(kv(&host, set("big", 70_000)).await, @r#"Err(Error::Invalid(InvalidField { field: "kv", reason: Text { zh: "超出键值存储的限额:the value has 70002 bytes, the most is 65536", en: "over the bounds of the key-value store: the value has 70002 bytes, the most is 65536" } }))"#);
    assert_eq!(kv(&host, set("half", 60_000)).await, "Ok(())");
    insta::assert_snapshot!(kv(&host, set("more", 60_000)).await, @r#"Err(Error::Invalid(InvalidField { field: "kv", reason: Text { zh: "超出键值存储的限额:the space may have 100000 bytes: delete keys, or raise `grant.kv-bytes` of the connection `bad`", en: "over the bounds of the key-value store: the space may have 100000 bytes: delete keys, or raise `grant.kv-bytes` of the connection `bad`" } }))"#);
    insta::assert_snapshot!(kv(&host, set("", 1)).await, @r#"Err(Error::Unauthorized(Text { zh: "未授权使用键值存储:a key is neither empty nor holds NUL", en: "key-value store not granted: a key is neither empty nor holds NUL" }))"#);
    assert_eq!(kv(&host, json!({ "do": "kv-keys" })).await, r#"Ok(["a", "half"])"#);
}

#[tokio::test]
async fn core_data_needs_wish_and_grant() {
    let host = Host::new();
    host.misbehaving(|connection| connection["grant"] = json!({ "records": ["prices", "codes"] })).await;
    let called = host.script(json!([{ "do": "products" }, { "do": "prices" }])).await;
    insta::assert_snapshot!(seen(&called)["products"], @r#"Err(Error::Unauthorized(Text { zh: "未授权读取数据:not granted: add `products` to `grant.records` of the connection `bad`", en: "reading records is not granted: not granted: add `products` to `grant.records` of the connection `bad`" }))"#);
    insta::assert_snapshot!(seen(&called)["prices"], @r#"Err(Error::Unauthorized(Text { zh: "未授权读取数据:the manifest does not wish to read `prices`: the plugin's developer adds it to `wishes.records`", en: "reading records is not granted: the manifest does not wish to read `prices`: the plugin's developer adds it to `wishes.records`" }))"#);
    host.misbehaving(|connection| connection["grant"] = json!({ "records": ["products"] })).await;
    assert_eq!(seen(&host.script(json!([{ "do": "products" }])).await)["products"], "Ok([])");
}
