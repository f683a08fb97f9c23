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
    insta::assert_snapshot!(flooded(limits.clone(), kv).await, @"
    HostCalls
    插件在一次调用中访问主机存储超过 50 次：可调高该连接的 limits.store-calls，或请开发者合并读写
    the plugin asked the host's store more often than it may in one call, `limits.store-calls` is 50: raise it for this connection, or have the plugin ask for several things at once
    ");
    insta::assert_snapshot!(flooded(limits, json!({ "do": "flood", "with": "records" })).await, @"
    HostCalls
    插件在一次调用中访问主机存储超过 50 次：可调高该连接的 limits.store-calls，或请开发者合并读写
    the plugin asked the host's store more often than it may in one call, `limits.store-calls` is 50: raise it for this connection, or have the plugin ask for several things at once
    ");
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
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        Cpu
        插件用完了 50 毫秒的 CPU 预算：可能陷入死循环；可调高该连接的 limits.cpu-ms，或联系插件开发者
        the plugin used up its CPU budget, `limits.cpu-ms` is 50: it may be in an endless loop; raise the limit for this connection, or have the plugin do less in one call
        "); }
    }
    let few = json!({ "cpu-ms": 5_000, "host-call-bytes": 2_000 });
    insta::assert_snapshot!(flooded(few, json!({ "do": "flood", "with": "random" })).await, @"
    HostCalls
    插件与主机之间传输的数据超过上限 2000 字节：可调高该连接的 limits.host-call-bytes
    the plugin moved more data between itself and the host than it may, `limits.host-call-bytes` is 2000: raise it for this connection, or have the plugin move less
    ");
}

#[tokio::test]
async fn one_call_hands_over_so_much_at_most() {
    let line = json!({ "do": "flood", "with": "line", "bytes": 3 << 20 });
    let limits = json!({ "host-call-bytes": 2 << 20 });
    insta::assert_snapshot!(flooded(limits, line.clone()).await, @"
    HostCalls
    插件一次与主机交换的数据超过上限 2097152 字节：请开发者分次传输；数据上限取 limits.http-bytes 与 limits.host-call-bytes 中较小者，随机数为固定上限
    the plugin exchanged more than 2097152 bytes with the host at once: its developer has it exchange less; the bound of data follows from `limits.http-bytes` and `limits.host-call-bytes`, whichever is lower, that of randomness is fixed
    ");
    // An answer of nothing, often.
    let empty = json!({ "do": "many-empty", "entries": 400_000 });
    insta::assert_snapshot!(flooded(json!({}), empty).await, @"
    HostCalls
    插件一次与主机交换的数据超过上限 9437184 字节：请开发者分次传输；数据上限取 limits.http-bytes 与 limits.host-call-bytes 中较小者，随机数为固定上限
    the plugin exchanged more than 9437184 bytes with the host at once: its developer has it exchange less; the bound of data follows from `limits.http-bytes` and `limits.host-call-bytes`, whichever is lower, that of randomness is fixed
    ");
    let host = Host::new();
    host.misbehaving(|_| {}).await;
    let called = host.script(json!([line])).await;
    assert!(called.result.is_ok(), "{called:?}");
    assert_eq!((called.record.log.len(), called.record.log_dropped), (0, 1));
}

#[tokio::test]
async fn refused_requests_leave_a_record_within_its_budget() {
    let host = Host::new();
    let limits = json!({ "record-bytes": 4_000, "http-requests": 300 });
    host.misbehaving(|connection| connection["limits"] = limits).await;
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
    insta::assert_snapshot!(seen(&called)["error"], @r#"Denied("the list of headers has 180710 bytes, the most is 65536: send less there")"#);
    let flood = json!({ "do": "flood", "with": "refused", "times": 1, "headers": 101, "bytes": 1 });
    insta::assert_snapshot!(seen(&host.script(json!([flood])).await)["error"], @r#"Denied("the list of headers has 101 headers, the most is 100: send less there")"#);
}

/// Each refused request is judged and recorded at the host's expense.
#[tokio::test]
async fn refused_requests_count_as_requests() {
    let host = Host::new();
    host.misbehaving(|connection| connection["limits"] = json!({ "http-requests": 5 })).await;
    let flood = json!({ "do": "flood", "with": "refused", "times": 300, "headers": 90, "bytes": 300 });
    let called = host.script(json!([flood])).await;
    let errors: Vec<_> = called.record.exchanges.iter().map(|one| one.error.clone().unwrap_or_default()).collect();
    assert_eq!(errors.len(), 6, "the first one beyond is told, the others are not: {errors:?}");
    assert_eq!(errors[5], "the call has made its 5 requests: raise `limits.http-requests`");
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
    insta::assert_snapshot!(told.replace(&upstream.port.to_string(), "PORT"), @r#"Denied("the URL has 20023 bytes, the most is 16384: send less there")"#);
    let (told, record) = error(format!("http://{}.example/", "h".repeat(10_000))).await;
    assert!(told.starts_with("Denied") && told.len() < 500 && record < 1_000, "{record} {told}");
    let (told, _) = error(format!("{origin}/redirect?to=http://{}.example/", "h".repeat(400))).await;
    insta::assert_snapshot!(told, @r#"Denied("after a redirect: the URL's host has 408 bytes, the most is 253: check the URL")"#);
    let many = json!({ "do": "flood", "with": "signatures", "times": 1, "bytes": 100_000 });
    host.fill("bad", "signing", "canary-signing-1b2c");
    host.registry.reload_credentials("bad").await.unwrap();
    // Large enough to be signed aside from the executor; the same signature either way.
    let called = host.registry.call("bad", locate(&json!([many])), context()).await;
    assert!(called.result.is_ok(), "{called:?}");
}
