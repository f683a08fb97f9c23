//! Guests that take too much: what stops them, and what the operator reads.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use mortise_domain::call::{Answer, CallContext};
use mortise_domain::ports::clock::Fence;
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
        insta::allow_duplicates! { insta::assert_snapshot!(text, @"
        Cpu
        插件用完了 400 毫秒的 CPU 预算：可能陷入死循环；可调高该连接的 limits.cpu-ms，或联系插件开发者
        the plugin used up its CPU budget, `limits.cpu-ms` is 400: it may be in an endless loop; raise the limit for this connection, or have the plugin do less in one call
        "); }
    }
}

#[tokio::test]
async fn a_loop_ends_at_the_deadline_too() {
    let host = Host::new();
    host.misbehaving(|connection| connection["limits"] = json!({ "deadline-ms": 60, "cpu-ms": 60_000 })).await;
    let begun = Instant::now();
    let called = host.script(json!([{ "do": "loop" }])).await;
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    insta::assert_snapshot!(texts(&called), @"
    Deadline
    连接“bad”的调用超过了 60 毫秒的时限：对方系统可能过慢，或插件卡住；可调高该连接的 limits.deadline-ms
    the call of `bad` took longer than its deadline of 60 ms: the upstream may be slow, or the plugin stuck; the bound is `limits.deadline-ms` (60) or what the caller asked for
    ");
}

#[tokio::test]
async fn memory() {
    insta::assert_snapshot!(ended(json!([{ "do": "memory" }])).await, @"
    Memory
    插件需要 17170432 字节内存，上限为 16777216：可调高该连接的 limits.memory-bytes，或请开发者减少内存占用
    the plugin wanted 17170432 bytes of memory, `limits.memory-bytes` is 16777216: raise it for this connection, or have the plugin use less
    ");
}

#[tokio::test]
async fn memory_of_all_guests_together() {
    let host = Host::with(|config| config.guest_bytes = 8 << 20);
    host.misbehaving(|_| {}).await;
    let told = texts(&host.script(json!([{ "do": "memory" }])).await);
    insta::assert_snapshot!(told, @"
    unavailable
    主机分配给插件的内存暂时用尽，将自动重试；如经常发生，请降低各连接的 limits.concurrency 或 limits.memory-bytes
    the host's memory for plugins is used up for now: it is tried again by itself; if it stays so, lower `limits.concurrency` or `limits.memory-bytes` of connections, or raise `guest-bytes`
    ");
    // What it had was given back: the same again, and a call that needs little.
    assert_eq!(texts(&host.script(json!([{ "do": "memory" }])).await), told);
    assert!(host.script(json!([])).await.result.is_ok());
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
    insta::assert_snapshot!(without_place(&texts(&called)), @"
    Stack
    插件的调用栈溢出（位于 `…`）：请联系插件开发者检查递归
    the plugin's stack overflowed in `…`: its developer looks for endless recursion
    ");
    // A language's own stack in linear memory; where the guest was depends on its build.
    let text = ended(json!([{ "do": "stack" }])).await;
    insta::assert_snapshot!(without_place(&text), @"
    Trap
    插件访问了其内存之外的地址：常见原因是无限递归；请联系插件开发者
    the plugin reached outside its memory, most often by endless recursion: its developer looks for that, or for unsafe code
    ");
}

#[tokio::test]
async fn trap() {
    let text = ended(json!([{ "do": "trap" }])).await;
    insta::assert_snapshot!(without_place(&text), @"
    Trap
    插件崩溃（执行了 unreachable 指令，通常是插件自身的 panic）：请查看本次调用的日志，并联系插件开发者
    the plugin crashed (wasm trap: wasm `unreachable` instruction executed): see the call's log for its last words, and tell its developer
    ");
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
    insta::assert_snapshot!(texts(&called), @"
    Table
    插件需要 1000001 个表元素，上限为 100000：可调高该连接的 limits.table-elements
    the plugin wanted 1000001 table elements, `limits.table-elements` is 100000: raise it for this connection, or have the plugin use fewer
    ");
}

#[tokio::test]
async fn answers_are_bounded() {
    insta::assert_snapshot!(ended(json!([{ "do": "huge-answer" }])).await, @"
    Answer
    插件的回答不符合接口约定（attributes：有 2000 个自定义字段，上限为 1000）：请联系插件开发者修正
    the plugin's answer breaks the contract (attributes: 2000 free fields, the most is 1000): its developer corrects the plugin
    ");
    insta::assert_snapshot!(ended(json!([{ "do": "huge-text" }])).await, @"
    Answer
    插件的回答不符合接口约定（attributes：自定义字段过长）：请联系插件开发者修正
    the plugin's answer breaks the contract (attributes: a free field is too long): its developer corrects the plugin
    ");
    insta::assert_snapshot!(ended(json!([{ "do": "nul-answer" }])).await, @"
    Answer
    插件的回答不符合接口约定（attributes：自定义字段含有 NUL 字符）：请联系插件开发者修正
    the plugin's answer breaks the contract (attributes: a free field holds a NUL character): its developer corrects the plugin
    ");
    let host = Host::new();
    host.misbehaving(|_| {}).await;
    let called = host.registry.call("bad", price_request(2), context()).await;
    insta::assert_snapshot!(texts(&called), @"
    Answer
    插件的回答不符合接口约定（lines：答复的行与请求不一致，每行必须且只能定价一次）：请联系插件开发者修正
    the plugin's answer breaks the contract (lines: the answer prices lines [], the request has [1, 2]: price every line once): its developer corrects the plugin
    ");
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
    insta::assert_snapshot!(texts(&host.script(json!([{ "do": "host-flood" }])).await), @"
    HostCalls
    插件与主机之间传输的数据超过上限 1048576 字节：可调高该连接的 limits.host-call-bytes
    the plugin moved more data between itself and the host than it may, `limits.host-call-bytes` is 1048576: raise it for this connection, or have the plugin move less
    ");
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
    let told = crate::harness::seen(&called)["error"].replace(&upstream.origin, "ORIGIN");
    insta::assert_snapshot!(told, @r#"UnknownOutcome("no whole answer came from `ORIGIN` in time (`limits.http-timeout-ms` is 150, the plugin or the call's deadline may want less)")"#);
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
async fn nothing_leaves_once_another_may_have_taken_over() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = upstream.origin.clone();
    host.misbehaving(|connection| {
        connection["settings"] = json!({ "upstream": origin });
        connection["grant"] = json!({ "http": [origin], "private": [origin] });
    })
    .await;
    let steps = json!([send("POST", &format!("{}/x", upstream.origin))]);
    let mut context = context();
    context.send_until = Some(Fence::after(&*host.clock, Duration::from_mins(1)));
    let sent = host.registry.call("bad", locate(&steps), context.clone()).await;
    assert_eq!((upstream.seen().len(), sent.record.exchanges[0].status), (1, Some(200)));
    // As after a suspension: the call is young, but the time is over.
    host.clock.0.fetch_add(61_000_000, Ordering::Relaxed);
    let refused = host.registry.call("bad", locate(&steps), context).await;
    assert_eq!(upstream.seen().len(), 1);
    assert!(!refused.record.unknown_outcome && refused.record.exchanges[0].status.is_none());
    let told = refused.record.exchanges[0].error.as_deref().unwrap();
    assert!(told.contains("another worker may have taken it over"), "{told}");
    assert!(crate::harness::seen(&refused)["error"].starts_with("NotSent("), "{refused:?}");
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
    insta::assert_snapshot!(texts(&second), @"
    unavailable
    连接“bad”正忙（同时最多 1 个调用，等待了 100 毫秒），将自动重试
    the connection `bad` is busy: `limits.concurrency` allows 1 calls at the same time and none ended within 100 ms; it is tried again by itself
    ");
}
