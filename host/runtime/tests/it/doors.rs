//! One policy, two doors: the contract's `http` and `wasi:http` refuse and allow the same things.

use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mortise_domain::call::{Answer, Called};
use mortise_domain::ports::clock::Fence;
use mortise_domain::ports::plugins::Plugins;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::harness::{Host, context, fetching, locate, misbehaving, seen, send};
use crate::upstream::Upstream;

/// The guests behind the doors: connections of these names.
const DOORS: [&str; 2] = ["http", "wasi"];

/// Wished, granted, granted although private, requested, and what comes of it.
type Row<'a> = (&'a str, &'a [&'a str], &'a [&'a str], String, Fate);

/// What became of a request, whichever door it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered(u16),
    Denied,
    NotSent,
    UnknownOutcome,
    TooLarge,
    Limit,
}
use Fate::{Answered, Denied, Limit, NotSent, TooLarge, UnknownOutcome};

fn outcome(seen: &std::collections::HashMap<String, String>) -> Fate {
    if let Some(status) = seen.get("status") {
        return Answered(status.parse().unwrap());
    }
    let error = seen["error"].replace("ErrorCode::", "").replace("HeaderError::", "");
    let name = error.split(['(', ' ']).next().unwrap();
    match name {
        // `wasi:http` refuses names of headers and methods when they are set.
        "Denied" | "HttpRequestDenied" | "Forbidden" | "InvalidSyntax" | "the" => Denied,
        "NotSent" | "DestinationUnavailable" => NotSent,
        "UnknownOutcome" | "ConnectionTerminated" => UnknownOutcome,
        "TooLarge" | "HttpResponseBodySize" => TooLarge,
        "Limit" | "ConnectionLimitReached" => Limit,
        other => panic!("{other}: {error}"),
    }
}

/// Loads both guests with the same configuration.
async fn doors(host: &Host, settings: &Value, grant: &Value, limits: &Value) {
    for (name, file) in DOORS.into_iter().zip([misbehaving(), fetching()]) {
        host.load(name, file, |connection| {
            connection["settings"] = settings.clone();
            connection["grant"] = grant.clone();
            connection["limits"] = limits.clone();
        })
        .await;
    }
}

async fn through(host: &Host, door: &str, steps: Value) -> Called {
    host.registry.call(door, locate(&steps), context()).await
}

/// Sends by both doors and expects the same of both.
async fn both(host: &Host, step: Value, expected: Fate) {
    for door in DOORS {
        let called = through(host, door, json!([step])).await;
        assert_eq!(outcome(&seen(&called)), expected, "{door}: {step} {called:?}");
        let exchange = called.record.exchanges.first();
        assert_eq!(exchange.and_then(|exchange| exchange.status), status(expected), "{door}: {step}");
        let doubtful = matches!(expected, UnknownOutcome | TooLarge);
        assert_eq!(called.record.unknown_outcome, doubtful, "{door}: {step}");
    }
}

fn status(outcome: Fate) -> Option<u16> {
    if let Answered(status) = outcome { Some(status) } else { None }
}

fn with(mut step: Value, name: &str, value: Value) -> Value {
    step[name] = value;
    step
}

#[tokio::test]
async fn the_same_places_are_allowed() {
    let (host, upstream, other) = (Host::new(), Upstream::start().await, Upstream::start().await);
    let (origin, port) = (upstream.origin.as_str(), upstream.port);
    let address = |text: &str| vec![vec![text.parse::<IpAddr>().unwrap()]];
    for (name, at) in
        [("erp.test", "127.0.0.1"), ("meta.test", "169.254.169.254"), ("mapped.test", "::ffff:169.254.169.254")]
    {
        host.names.0.lock().unwrap().insert(name.into(), address(at));
    }
    let erp = format!("http://erp.test:{port}");
    let numeric = format!("http://2130706433:{port}");
    // What is wished (`upstream`, `other`), granted, granted although private, requested; and what comes of it.
    let table: &[Row<'_>] = &[
        (origin, &[], &[], format!("{origin}/x"), Denied),
        (origin, &[origin], &[], format!("{origin}/x"), Denied),
        (origin, &[origin], &[origin], format!("{origin}/x?a=1#fragment"), Answered(200)),
        (origin, &[origin], &[origin], format!("{}/x", other.origin), Denied),
        (origin, &[origin], &[origin], "https://elsewhere.example/x".into(), Denied),
        (origin, &[origin], &[origin], format!("{numeric}/x"), Answered(200)),
        (origin, &[origin], &[], format!("{numeric}/x"), Denied),
        (origin, &[origin], &[origin], format!("http://user:word@127.0.0.1:{port}/x"), Denied),
        (origin, &[origin], &[origin], "file://127.0.0.1/etc/passwd".into(), Denied),
        (origin, &[origin], &[origin], "http://169.254.169.254/latest/meta-data".into(), Denied),
        (&erp, &[&erp], &[], format!("{erp}/x"), Denied),
        (&erp, &[&erp], &[&erp], format!("{erp}/x"), Answered(200)),
        ("http://meta.test", &["http://meta.test"], &["http://meta.test"], "http://meta.test/x".into(), Denied),
        ("http://mapped.test", &["http://mapped.test"], &["http://mapped.test"], "http://mapped.test/x".into(), Denied),
        ("http://nowhere.test", &["http://nowhere.test"], &[], "http://nowhere.test/x".into(), NotSent),
    ];
    for (wished, granted, private, url, expected) in table {
        let settings = json!({ "upstream": wished });
        doors(&host, &settings, &json!({ "http": granted, "private": private }), &json!({})).await;
        both(&host, send("GET", url), *expected).await;
    }
    assert!(other.seen().is_empty());
    let allowed = table.iter().filter(|(.., expected)| status(*expected).is_some()).count();
    assert_eq!(upstream.seen().len(), allowed * DOORS.len());
    for got in upstream.seen() {
        assert_eq!(got.headers["traceparent"], context().trace_parent);
        assert_eq!(got.headers["accept-encoding"], "identity");
        assert!(!got.target.contains('#'), "{}", got.target);
    }
}

/// Both guests may reach the upstream.
async fn granted(host: &Host, upstream: &Upstream, limits: Value) {
    let origin = &upstream.origin;
    let grant = json!({ "http": [origin], "private": [origin] });
    doors(host, &json!({ "upstream": origin }), &grant, &limits).await;
}

#[tokio::test]
async fn the_same_methods_and_headers_are_allowed() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    granted(&host, &upstream, json!({})).await;
    let url = format!("{}/x", upstream.origin);
    for method in ["CONNECT", "TRACE", "G E T"] {
        both(&host, send(method, &url), Denied).await;
    }
    let refused =
        ["Host", "connection", "Transfer-Encoding", "te", "upgrade", "proxy-authorization", "keep-alive", "bad name"];
    for name in refused {
        both(&host, with(send("GET", &url), "headers", json!([[name, "x"]])), Denied).await;
    }
    assert!(upstream.seen().is_empty());
    for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"] {
        both(&host, send(method, &url), Answered(200)).await;
    }
    let step =
        with(send("POST", &url), "headers", json!([["x-one", "1"], ["user-agent", "mine"], ["traceparent", "x"]]));
    both(&host, with(step, "body", json!("body")), Answered(200)).await;
    for got in upstream.seen().iter().rev().take(2) {
        assert_eq!((got.headers["x-one"].as_bytes(), got.body.as_str()), (b"1".as_slice(), "body"));
        assert!(got.headers["user-agent"].to_str().unwrap().starts_with("mortise/"));
        assert_eq!(got.headers["traceparent"], context().trace_parent);
    }
}

#[tokio::test]
async fn the_same_bounds_hold() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let url = |path: &str| format!("{}{path}", upstream.origin);
    granted(&host, &upstream, json!({ "http-requests": 3, "http-bytes": 50_000, "http-timeout-ms": 150 })).await;
    both(&host, send("GET", &url("/big?40000")), Answered(200)).await;
    both(&host, send("GET", &url("/big?60000")), TooLarge).await;
    both(&host, send("GET", &url("/slow")), UnknownOutcome).await;
    let before = upstream.seen().len();
    both(&host, with(send("POST", &url("/x")), "body", json!("b".repeat(60_000))), Limit).await;
    assert_eq!(upstream.seen().len(), before);
    for door in DOORS {
        let called = through(&host, door, json!([with(send("GET", &url("/x")), "times", json!(5))])).await;
        assert_eq!(called.record.exchanges.iter().filter(|exchange| exchange.status == Some(200)).count(), 3, "{door}");
        assert_eq!(called.record.exchanges.len(), 4, "{door}: of those beyond the first is told");
    }
    assert_eq!(upstream.seen().len() - before, 6);
}

#[tokio::test]
async fn the_same_faults_are_told_apart() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let dropping = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dropper = format!("http://{}", dropping.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = dropping.accept().await {
            let mut some = [0; 64];
            let _ = socket.read(&mut some).await;
        }
    });
    let grant = json!({ "http": [closed, dropper], "private": [closed, dropper] });
    doors(&host, &json!({ "upstream": closed, "other": dropper }), &grant, &json!({})).await;
    both(&host, send("POST", &format!("{closed}/x")), NotSent).await;
    both(&host, send("POST", &format!("{dropper}/x")), UnknownOutcome).await;
    granted(&host, &upstream, json!({})).await;
    both(&host, send("GET", &format!("{}/gzip", upstream.origin)), UnknownOutcome).await;
}

#[tokio::test]
async fn credentials_go_the_same_way() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let elsewhere = Upstream::start().await;
    let (origin, other) = (upstream.origin.as_str(), elsewhere.origin.as_str());
    let grant = json!({ "http": [origin, other], "private": [origin, other] });
    doors(&host, &json!({ "upstream": origin, "other": other }), &grant, &json!({})).await;
    let keyed = |url: &str| with(send("POST", url), "headers", json!([["x-key", "<key>"]]));
    // Not to a host that the slot does not name, and not in a place that it does not name.
    both(&host, keyed(&format!("{other}/x")), Denied).await;
    for door in DOORS {
        host.fill(door, "narrow", "canary-narrow-77");
        host.registry.reload_credentials(door).await.unwrap();
    }
    both(&host, send("GET", &format!("{origin}/x?key=<narrow>")), Denied).await;
    assert!(upstream.seen().is_empty() && elsewhere.seen().is_empty());
    for door in DOORS {
        let step = with(keyed(&format!("{origin}/parrot?key=<key>")), "body", json!("key=<key>"));
        let called = through(&host, door, json!([step])).await;
        let got = upstream.last();
        assert_eq!(got.headers["x-key"], "canary-credential-5f1c", "{door}");
        assert_eq!(got.target, "/parrot?key=canary-credential-5f1c", "{door}");
        assert_eq!(got.body, "key=canary-credential-5f1c", "{door}");
        // Neither what the guest sees nor what is recorded holds it, in whatever spelling the upstream says it again.
        let told = format!("{called:?}");
        assert_eq!(outcome(&seen(&called)), Answered(200), "{told}");
        assert!(!told.contains("canary-credential"), "{door}: {told}");
        let login = through(&host, door, json!([send("GET", &format!("{origin}/login"))])).await;
        assert!(!format!("{login:?}").contains("canary-token"), "{door}: {login:?}");
        let with_token =
            with(send("GET", &format!("{origin}/x")), "headers", json!([["authorization", "Bearer <token>"]]));
        through(&host, door, json!([with_token])).await;
        assert_eq!(upstream.last().headers["authorization"], "Bearer canary-token-9a7e", "{door}");
    }
}

#[tokio::test]
async fn a_redirect_is_followed_by_the_one_and_handed_over_by_the_other() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    granted(&host, &upstream, json!({})).await;
    let step = send("GET", &format!("{}/redirect?to=%2Fthere", upstream.origin));
    let followed = seen(&through(&host, "http", json!([step])).await);
    assert_eq!((followed["status"].as_str(), followed["body"].as_str()), ("200", "GET /there "));
    let handed = seen(&through(&host, "wasi", json!([step])).await);
    assert_eq!(handed["status"], "307");
    assert!(handed["headers"].contains(r#"("location", "/there")"#), "{handed:?}");
    // What the guest then sends is a request of its own.
    both(&host, send("GET", "http://169.254.169.254/latest/meta-data"), Denied).await;
}

#[tokio::test]
async fn a_refusal_by_wasi_http_is_told_in_the_log() {
    let host = Host::new();
    doors(&host, &json!({ "upstream": "https://erp.example" }), &json!({}), &json!({})).await;
    let called = through(&host, "wasi", json!([send("GET", "https://erp.example/x")])).await;
    let lines: Vec<_> = called.record.log.iter().map(|line| (line.level.as_str(), line.message.as_str())).collect();
    insta::assert_debug_snapshot!(lines, @r#"
    [
        (
            "warn",
            "`https://erp.example:443` is not granted: an admin adds it to `grant.http` of the connection `wasi`",
        ),
    ]
    "#);
}

#[tokio::test]
async fn a_request_that_is_left_alone_is_a_doubt() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    granted(&host, &upstream, json!({})).await;
    let left = with(send("GET", &format!("{}/slow", upstream.origin)), "leave", json!(true));
    // A second one that is awaited: the first has left by then.
    let called = through(&host, "wasi", json!([left, send("GET", &format!("{}/x", upstream.origin))])).await;
    assert_eq!(outcome(&seen(&called)), Answered(200));
    assert!(called.record.unknown_outcome, "{called:?}");
    let open = called.record.exchanges.iter().find(|exchange| exchange.url.ends_with("/slow")).unwrap();
    assert_eq!(open.error.as_deref(), Some("the call ended before the answer came"));
}

#[tokio::test]
async fn nothing_leaves_by_either_once_another_may_have_taken_over() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    granted(&host, &upstream, json!({})).await;
    let steps = json!([send("POST", &format!("{}/x", upstream.origin))]);
    let mut late = context();
    late.send_until = Some(Fence::after(&*host.clock, Duration::from_mins(1)));
    host.clock.0.fetch_add(61_000_000, Ordering::Relaxed);
    for door in DOORS {
        let called = host.registry.call(door, locate(&steps), late.clone()).await;
        assert_eq!(outcome(&seen(&called)), NotSent, "{door}");
        assert!(!called.record.unknown_outcome, "{door}");
        let told = called.record.exchanges[0].error.as_deref().unwrap();
        assert!(told.contains("another worker may have taken it over"), "{door}: {told}");
    }
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn bodies_that_are_never_finished_share_one_bound() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    granted(&host, &upstream, json!({ "http-bytes": 50_000 })).await;
    let open = |bytes: usize| {
        let step = with(send("POST", &format!("{}/x", upstream.origin)), "body", json!("b".repeat(bytes)));
        with(step, "open", json!(true))
    };
    let taken = async |steps: Value| {
        let called = through(&host, "wasi", steps).await;
        let Ok(Answer::Located(located)) = called.result else { panic!("{called:?}") };
        located.attributes.into_iter().map(|(_, taken)| taken).collect::<Vec<_>>()
    };
    assert_eq!(taken(json!([open(30_000)])).await, ["true"]);
    assert_eq!(taken(json!([open(30_000), open(45_000)])).await, ["true", "false"]);
    // Nothing of them has left, and nothing is in doubt.
    assert!(upstream.seen().is_empty());
}
