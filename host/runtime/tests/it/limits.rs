//! Guests that take too much: what stops them, and what the operator reads.

use std::time::{Duration, Instant};

use mortise_domain::call::{Answer, CallContext};
use mortise_domain::ports::plugins::Plugins;
use serde_json::{Value, json};

use crate::files::{encoded, with_manifest};
use crate::harness::{Host, SHORT, context, hello, locate, send, texts};
use crate::registry::price_request;
use crate::upstream::Upstream;

async fn ended(steps: Value) -> String {
    let host = Host::new();
    host.misbehaving(|connection| connection["limits"] = json!({ "cpu-ms": 400, "memory-bytes": 16 << 20 })).await;
    texts(&host.script(steps).await)
}

/// Where a guest was depends on its build: the names of its functions are left out.
fn without_place(text: &str) -> String {
    let cut = |line: &str, begin: &str, end: &str| match (line.find(begin), line.rfind(end)) {
        (Some(from), Some(to)) => format!("{}…{}", &line[..from + begin.len()], &line[to..]),
        _ => line.to_owned(),
    };
    text.lines().map(|line| cut(&cut(line, "（位于 `", "`）"), " in `", "`:")).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_loops_leave_the_others_alone() {
    let host = Host::new();
    host.misbehaving(|connection| connection["limits"] = json!({ "cpu-ms": 400 })).await;
    host.load("good", hello(), |connection| connection["settings"] = json!({ "base-price": "10" })).await;
    let loops: Vec<_> = (0..4)
        .map(|_| {
            let registry = std::sync::Arc::clone(&host.registry);
            tokio::spawn(async move { registry.call("bad", locate(&json!([{ "do": "loop" }])), context()).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut worst = Duration::ZERO;
    let mut waits = Vec::new();
    for _ in 0..50 {
        let begun = Instant::now();
        // A timer of its own too: loops must not starve the executor's clock.
        tokio::time::sleep(Duration::from_millis(1)).await;
        let called = host.registry.call("good", price_request(1), context()).await;
        assert!(matches!(called.result, Ok(Answer::Priced(_))), "{called:?}");
        waits.push(begun.elapsed());
        worst = worst.max(begun.elapsed());
    }
    waits.sort();
    assert!(waits[25] < Duration::from_millis(25), "median {:?}, worst {worst:?}", waits[25]);
    for ended in loops {
        let text = texts(&ended.await.unwrap());
        insta::allow_duplicates! { insta::assert_snapshot!(text, @""); }
    }
}

#[tokio::test]
async fn a_loop_ends_at_the_deadline_too() {
    let host = Host::new();
    host.misbehaving(|connection| connection["limits"] = json!({ "deadline-ms": 60, "cpu-ms": 60_000 })).await;
    let begun = Instant::now();
    let called = host.script(json!([{ "do": "loop" }])).await;
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    insta::assert_snapshot!(texts(&called), @"");
}

#[tokio::test]
async fn memory() {
    insta::assert_snapshot!(ended(json!([{ "do": "memory" }])).await, @"");
}

#[tokio::test]
async fn stack() {
    let host = Host::new();
    let file = with_manifest(&encoded(
        "pricing-plugin",
        r#"(module
            (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            (func $down (export "mortise:plugin/pricing@1.0.0#price") (param i32) (result i32)
                (i32.add (call $down (local.get 0)) (i32.const 1))))"#,
    ));
    host.load("stack", file, |_| {}).await;
    let called = host.registry.call("stack", price_request(1), context()).await;
    insta::assert_snapshot!(without_place(&texts(&called)), @"");
    // A language's own stack in linear memory; where the guest was depends on its build.
    let text = ended(json!([{ "do": "stack" }])).await;
    insta::assert_snapshot!(without_place(&text), @"");
}

#[tokio::test]
async fn trap() {
    let text = ended(json!([{ "do": "trap" }])).await;
    insta::assert_snapshot!(without_place(&text), @"");
}

#[tokio::test]
async fn table() {
    let host = Host::new();
    let file = with_manifest(&encoded(
        "pricing-plugin",
        r#"(module
            (memory (export "memory") 1)
            (table $table 1 funcref)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            (func (export "mortise:plugin/pricing@1.0.0#price") (param i32) (result i32)
                (drop (table.grow $table (ref.null func) (i32.const 1000000)))
                unreachable))"#,
    ));
    host.load("table", file, |_| {}).await;
    let called = host.registry.call("table", price_request(1), context()).await;
    insta::assert_snapshot!(texts(&called), @"");
}

#[tokio::test]
async fn answers_are_bounded() {
    insta::assert_snapshot!(ended(json!([{ "do": "huge-answer" }])).await, @"");
    insta::assert_snapshot!(ended(json!([{ "do": "huge-text" }])).await, @"");
    insta::assert_snapshot!(ended(json!([{ "do": "nul-answer" }])).await, @"");
    let host = Host::new();
    host.misbehaving(|_| {}).await;
    let called = host.registry.call("bad", price_request(2), context()).await;
    insta::assert_snapshot!(texts(&called), @"");
}

#[tokio::test]
async fn log_and_host_calls_are_bounded() {
    let host = Host::new();
    host.misbehaving(|connection| connection["limits"] = json!({ "log-bytes": 2048, "host-call-bytes": 1 << 20 }))
        .await;
    let called = host.script(json!([{ "do": "log-flood" }])).await;
    let bytes: usize = called.record.log.iter().map(|line| line.message.len()).sum();
    assert!(bytes <= 2048 && bytes > 1000, "{bytes}");
    assert_eq!(called.record.log.len() + called.record.log_dropped as usize, 10_000);
    insta::assert_snapshot!(texts(&host.script(json!([{ "do": "host-flood" }])).await), @"");
}

#[tokio::test]
async fn requests_bytes_and_time_are_bounded() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = upstream.origin.clone();
    host.misbehaving(|connection| {
        connection["settings"] = json!({ "upstream": origin });
        connection["grant"] = json!({ "http": [origin], "private": [origin] });
        connection["limits"] =
            json!({ "http-requests": 3, "http-bytes": 50_000, "http-timeout-ms": 150, "deadline-ms": 1_000 });
    })
    .await;
    let mut flood = send("GET", &format!("{}/x", upstream.origin));
    flood["times"] = json!(5);
    let called = host.script(json!([flood])).await;
    assert_eq!(upstream.seen().len(), 3);
    insta::assert_snapshot!(crate::harness::seen(&called)["error"], @r#"Limit("the call has made its 3 requests: raise `limits.http-requests`")"#);
    let called = host.script(json!([send("GET", &format!("{}/big?60000", upstream.origin))])).await;
    insta::assert_snapshot!(crate::harness::seen(&called)["error"], @r#"TooLarge("the answer is larger than the call may still receive: `limits.http-bytes` is 50000 for all requests together; raise it or ask for less")"#);
    let called = host.script(json!([send("GET", &format!("{}/slow", upstream.origin))])).await;
    insta::assert_snapshot!(crate::harness::seen(&called)["error"], @r#"UnknownOutcome("no whole answer came in time (`limits.http-timeout-ms` is 150, the plugin or the call's deadline may want less)")"#);
    assert!(called.record.unknown_outcome);
    assert_eq!(called.record.exchanges.len(), 1);
}

#[tokio::test]
async fn the_deadline_cuts_a_request_in_flight() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = upstream.origin.clone();
    host.misbehaving(|connection| {
        connection["settings"] = json!({ "upstream": origin });
        connection["grant"] = json!({ "http": [origin], "private": [origin] });
    })
    .await;
    let mut context = context();
    context.deadline = Some(SHORT);
    let steps = json!([send("POST", &format!("{}/slow", upstream.origin)), { "do": "loop" }]);
    let called = host.registry.call("bad", locate(&steps), context).await;
    assert!(called.result.is_err());
    assert!(called.record.unknown_outcome, "{called:?}");
    assert_eq!(called.record.exchanges[0].status, None);
}

#[tokio::test]
async fn concurrency_waits_and_then_says_busy() {
    let host = Host::new();
    host.misbehaving(|connection| {
        connection["limits"] = json!({ "concurrency": 1, "deadline-ms": 150, "cpu-ms": 10_000 });
    })
    .await;
    let steps = json!([{ "do": "loop" }]);
    let soon = CallContext { deadline: Some(Duration::from_millis(100)), ..context() };
    let (first, second) = tokio::join!(host.script(steps.clone()), host.registry.call("bad", locate(&json!([])), soon));
    assert!(texts(&first).starts_with("Deadline"));
    insta::assert_snapshot!(texts(&second), @"");
}
