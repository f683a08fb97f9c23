//! Guests that flood the host: with small calls, with large ones, with requests that are refused.

use mortise_domain::ports::plugins::Plugins;
use serde_json::{Value, json};

use crate::harness::{Host, context, locate, seen, texts};
use crate::upstream::Upstream;

/// What the operator reads when a guest with these limits floods the host.
async fn flooded(limits: Value, flood: Value) -> String {
    let host = Host::new();
    host.misbehaving(|connection| {
        connection["limits"] = limits;
        connection["grant"] = json!({ "kv-bytes": 10_000, "records": ["products"] });
    })
    .await;
    texts(&host.script(json!([flood])).await)
}

#[tokio::test]
async fn the_store_is_not_asked_without_end() {
    let (limits, kv) = (json!({ "store-calls": 50 }), json!({ "do": "flood", "with": "kv" }));
    insta::assert_snapshot!(flooded(limits.clone(), kv).await, @"");
    insta::assert_snapshot!(flooded(limits, json!({ "do": "flood", "with": "records" })).await, @"");
}

#[tokio::test]
async fn what_is_refused_does_not_reach_the_store() {
    let host = Host::new();
    host.misbehaving(|connection| connection["limits"] = json!({ "store-calls": 0 })).await;
    // Not granted: an ordinary answer, and not counted.
    let called = host.script(json!([{ "do": "kv-get", "key": "a" }, { "do": "products" }])).await;
    assert!(seen(&called)["kv"].contains("not granted") && seen(&called)["products"].contains("not granted"));
}

#[tokio::test]
async fn small_calls_use_up_the_cpu_budget() {
    for with in ["clock", "random", "empty-lines"] {
        let told = flooded(json!({ "cpu-ms": 50 }), json!({ "do": "flood", "with": with })).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @""); }
    }
    let few = json!({ "cpu-ms": 5_000, "host-call-bytes": 2_000 });
    insta::assert_snapshot!(flooded(few, json!({ "do": "flood", "with": "random" })).await, @"");
}

#[tokio::test]
async fn one_call_hands_over_so_much_at_most() {
    let line = json!({ "do": "flood", "with": "line", "bytes": 3 << 20 });
    let limits = json!({ "host-call-bytes": 2 << 20 });
    insta::assert_snapshot!(flooded(limits, line.clone()).await, @"");
    // An answer of nothing, often.
    let empty = json!({ "do": "many-empty", "entries": 400_000 });
    insta::assert_snapshot!(flooded(json!({}), empty).await, @"");
    let host = Host::new();
    host.misbehaving(|_| {}).await;
    let called = host.script(json!([line])).await;
    assert!(called.result.is_ok(), "{called:?}");
    assert_eq!((called.record.log.len(), called.record.log_dropped), (0, 1));
}

#[tokio::test]
async fn refused_requests_leave_a_record_within_its_budget() {
    let host = Host::new();
    host.misbehaving(|connection| connection["limits"] = json!({ "record-bytes": 4_000 })).await;
    let flood = json!({ "do": "flood", "with": "refused", "times": 300, "headers": 90, "bytes": 300 });
    let called = host.script(json!([flood])).await;
    assert!(called.result.is_ok(), "{called:?}");
    let record = serde_json::to_string(&called.record).unwrap();
    assert_eq!(called.record.exchanges.len(), 200);
    assert!(record.len() < 200 * 600 + 4_000, "{}", record.len());
    let first = &called.record.exchanges[0];
    assert_eq!(first.request_headers.last().map(|(name, _)| name.as_str()), Some("…"));
    let flood = json!({ "do": "flood", "with": "refused", "times": 1, "headers": 90, "bytes": 1_000 });
    let called = host.script(json!([flood])).await;
    insta::assert_snapshot!(seen(&called)["error"], @"");
    let flood = json!({ "do": "flood", "with": "refused", "times": 1, "headers": 101, "bytes": 1 });
    insta::assert_snapshot!(seen(&host.script(json!([flood])).await)["error"], @"");
}

#[tokio::test]
async fn addresses_of_any_length() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = upstream.origin.clone();
    host.misbehaving(|connection| {
        connection["settings"] = json!({ "upstream": origin });
        connection["grant"] = json!({ "http": [origin], "private": [origin] });
    })
    .await;
    let error = async |url: String| {
        let called = host.script(json!([crate::harness::send("GET", &url)])).await;
        (seen(&called)["error"].clone(), serde_json::to_string(&called.record).unwrap().len())
    };
    let (told, _) = error(format!("{origin}/{}", "p".repeat(20_000))).await;
    insta::assert_snapshot!(told.replace(&upstream.port.to_string(), "PORT"), @"");
    let (told, record) = error(format!("http://{}.example/", "h".repeat(10_000))).await;
    assert!(told.starts_with("Denied") && told.len() < 500 && record < 1_000, "{record} {told}");
    let (told, _) = error(format!("{origin}/redirect?to=/{}", "p".repeat(16_300))).await;
    assert!(told.starts_with("Denied") || told.starts_with("UnknownOutcome"), "{told}");
    let many = json!({ "do": "flood", "with": "signatures", "times": 1, "bytes": 100_000 });
    host.fill("bad", "signing", "canary-signing-1b2c");
    host.registry.reload_credentials("bad").await.unwrap();
    // Large enough to be signed aside from the executor; the same signature either way.
    let called = host.registry.call("bad", locate(&json!([many])), context()).await;
    assert!(called.result.is_ok(), "{called:?}");
}
