//! Where requests may go, and what is told where they may not.

use std::net::IpAddr;

use mortise_domain::failure::Failure;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::harness::{Host, seen, send};
use crate::upstream::Upstream;

/// The guest `bad` with these settings and grants.
async fn guest(host: &Host, upstream: &str, other: &str, granted: &[&str], private: &[&str]) {
    host.misbehaving(|connection| {
        connection["settings"] = json!({ "upstream": upstream, "other": other });
        connection["grant"] = json!({ "http": granted, "private": private });
        connection["limits"] = json!({ "http-timeout-ms": 3_000 });
    })
    .await;
}

async fn error(host: &Host, step: Value) -> String {
    let called = host.script(json!([step])).await;
    let seen = seen(&called);
    assert_eq!(seen.get("status"), None, "{seen:?}");
    assert_eq!(called.record.unknown_outcome, seen["error"].starts_with("UnknownOutcome"), "{called:?}");
    seen["error"].clone()
}

fn addresses(all: &[&[&str]]) -> Vec<Vec<IpAddr>> {
    all.iter().map(|answer| answer.iter().map(|address| address.parse().unwrap()).collect()).collect()
}

#[tokio::test]
async fn only_what_is_wished_and_granted() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = upstream.origin.as_str();
    guest(&host, origin, "", &[], &[]).await;
    let port = upstream.port.to_string();
    let tell = |text: String| text.replace(&port, "PORT");
    insta::assert_snapshot!(tell(error(&host, send("GET", &format!("{origin}/x"))).await), @r#"Denied("`http://127.0.0.1:PORT` is not granted: an admin adds it to `grant.http` of the connection `bad`")"#);
    insta::assert_snapshot!(tell(error(&host, send("GET", "https://elsewhere.example/x")).await), @r#"Denied("`https://elsewhere.example:443` is not wished for (the manifest wishes for `http://127.0.0.1:PORT` with these settings): the plugin's developer adds it to `wishes.http`, then an admin grants it")"#);
    guest(&host, origin, "", &[origin], &[]).await;
    insta::assert_snapshot!(tell(error(&host, send("GET", &format!("{origin}/x"))).await), @r#"Denied("`http://127.0.0.1:PORT` is 127.0.0.1, this machine itself: if that is meant, an admin adds `http://127.0.0.1:PORT` to `grant.private` of the connection `bad`")"#);
    guest(&host, origin, "", &[origin], &[origin]).await;
    for method in ["CONNECT", "TRACE", "G E T"] {
        assert!(error(&host, send(method, &format!("{origin}/x"))).await.starts_with("Denied"), "{method}");
    }
    assert!(upstream.seen().is_empty());
    let called = host.script(json!([send("GET", &format!("{origin}/fine?a=1#fragment"))])).await;
    assert_eq!(seen(&called)["body"], "GET /fine?a=1 ");
    let got = upstream.last();
    assert_eq!(got.headers["traceparent"], "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    assert_eq!(got.headers["accept-encoding"], "identity");
    assert_eq!(got.headers["host"], origin.trim_start_matches("http://"));
}

#[tokio::test]
async fn headers_of_the_host_are_refused() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = upstream.origin.as_str();
    guest(&host, origin, "", &[origin], &[origin]).await;
    for name in
        ["Host", "connection", "Transfer-Encoding", "te", "upgrade", "proxy-authorization", "keep-alive", "bad name"]
    {
        let mut step = send("GET", &format!("{origin}/x"));
        step["headers"] = json!([[name, "x"]]);
        assert!(error(&host, step).await.starts_with("Denied"), "{name}");
    }
    assert!(upstream.seen().is_empty());
    let mut step = send("POST", &format!("{origin}/x"));
    step["headers"] = json!([["content-length", "5000"], ["x-one", "1"]]);
    step["body"] = json!("body");
    assert_eq!(seen(&host.script(json!([step])).await)["body"], "POST /x body");
    assert_eq!(upstream.last().headers["content-length"], "4");
}

#[tokio::test]
async fn private_addresses_by_name() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = format!("http://erp.test:{}", upstream.port);
    let tell = |text: String| text.replace(&upstream.port.to_string(), "PORT");
    host.names.0.lock().unwrap().insert("erp.test".into(), addresses(&[&["127.0.0.1"]]));
    guest(&host, &origin, "", &[&origin], &[]).await;
    insta::assert_snapshot!(tell(error(&host, send("GET", &format!("{origin}/x"))).await), @r#"Denied("`http://erp.test:PORT` lies at 127.0.0.1, this machine itself: if that is meant, an admin adds `http://erp.test:PORT` to `grant.private` of the connection `bad`")"#);
    for address in ["169.254.169.254", "0.0.0.0", "224.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1"] {
        host.names.0.lock().unwrap().insert("erp.test".into(), addresses(&[&[address]]));
        // Not even the private mark sends a name there.
        guest(&host, &origin, "", &[&origin], &[&origin]).await;
        let told = error(&host, send("GET", &format!("{origin}/x"))).await;
        assert!(told.contains("requests never go there"), "{told}");
    }
    host.names.0.lock().unwrap().insert("erp.test".into(), addresses(&[&["127.0.0.1"]]));
    assert_eq!(seen(&host.script(json!([send("GET", &format!("{origin}/x"))])).await)["status"], "200");
    assert_eq!(upstream.seen().len(), 1);
}

#[tokio::test]
async fn a_name_whose_answer_changes_is_checked_each_time() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = format!("http://rebind.test:{}", upstream.port);
    // First a public address where nothing answers to us, then this machine; and both in one answer.
    let answers = addresses(&[&["127.0.0.1"], &["169.254.169.254"], &["169.254.169.254", "127.0.0.1"]]);
    host.names.0.lock().unwrap().insert("rebind.test".into(), answers);
    guest(&host, &origin, "", &[&origin], &[]).await;
    for _ in 0..4 {
        let told = error(&host, send("GET", &format!("{origin}/x"))).await;
        assert!(told.starts_with("Denied"), "{told}");
    }
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn redirects_are_checked_at_every_hop() {
    let (host, upstream, other) = (Host::new(), Upstream::start().await, Upstream::start().await);
    let origin = upstream.origin.as_str();
    guest(&host, origin, "", &[origin], &[origin]).await;
    let to = |target: &str| send("GET", &format!("{origin}/redirect?to={}", percent(target)));
    assert_eq!(seen(&host.script(json!([to("/there")])).await)["body"], "GET /there ");
    for target in [
        format!("{}/x", other.origin),
        "http://169.254.169.254/latest/meta-data".into(),
        format!("http://2130706433:{}/x", other.port),
        "file:///etc/passwd".into(),
        "//elsewhere.example/".into(),
    ] {
        let called = host.script(json!([to(&target)])).await;
        let told = &seen(&called)["error"];
        assert!(told.starts_with("Denied(\"after a redirect: "), "{target}: {told}");
        // The first request was answered: what it did is not known.
        assert!(called.record.unknown_outcome);
    }
    assert!(other.seen().is_empty());
    let before = upstream.seen().len();
    insta::assert_snapshot!(error(&host, send("GET", &format!("{origin}/round"))).await, @r#"UnknownOutcome("the upstream redirects more than 5 times: check the URL")"#);
    assert_eq!(upstream.seen().len() - before, 6);
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[tokio::test]
async fn not_sent_and_unknown_are_told_apart() {
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
    let origin = upstream.origin.as_str();
    guest(&host, &closed, &dropper, &[&closed, &dropper], &[&closed, &dropper]).await;
    let told = error(&host, send("POST", &format!("{closed}/x"))).await;
    assert!(told.starts_with("NotSent") && told.contains("cannot be reached"), "{told}");
    let told = error(&host, send("POST", &format!("{dropper}/x"))).await;
    assert!(told.starts_with("UnknownOutcome") && told.contains("broke after the request began"), "{told}");
    let nowhere = "http://nowhere.test";
    guest(&host, nowhere, origin, &[nowhere, origin], &[origin]).await;
    insta::assert_snapshot!(error(&host, send("GET", "http://nowhere.test/x")).await, @r#"NotSent("`http://nowhere.test:80` cannot be reached (client error (Connect): dns error: error resolving DNS: no such host)")"#);
    insta::assert_snapshot!(error(&host, send("GET", &format!("{origin}/gzip"))).await, @r#"UnknownOutcome("the upstream answered compressed (gzip) though it was asked not to: its answer cannot be read")"#);
}

#[tokio::test]
async fn a_gateways_answer_is_handed_on_and_its_outcome_is_unknown() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = upstream.origin.as_str();
    guest(&host, origin, "", &[origin], &[origin]).await;
    for (status, unknown) in
        [(200, false), (404, false), (408, true), (429, false), (500, false), (502, true), (503, true), (522, true)]
    {
        let called = host.script(json!([send("POST", &format!("{origin}/status?{status}"))])).await;
        assert_eq!(
            (seen(&called)["status"].clone(), &seen(&called)["body"]),
            (status.to_string(), &"a page".to_owned())
        );
        assert_eq!(called.record.unknown_outcome, unknown, "{status}");
    }
}

#[tokio::test]
async fn a_call_that_breaks_leaves_doubt_once_an_upstream_has_answered() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = upstream.origin.as_str();
    guest(&host, origin, "", &[origin], &[origin]).await;
    let denied = send("POST", "https://elsewhere.example/x");
    let answered = send("POST", &format!("{origin}/x"));
    for (steps, doubt) in [(vec![], false), (vec![denied.clone()], false), (vec![denied, answered], true)] {
        let steps: Vec<Value> = steps.into_iter().chain([json!({ "do": "trap" })]).collect();
        let called = host.script(Value::from(steps)).await;
        let failure = called.result.unwrap_err();
        assert!(!called.record.unknown_outcome && matches!(failure, Failure::Broken { .. }), "{failure:?}");
        assert_eq!(called.record.leaves_doubt(&failure), doubt);
    }
}

#[tokio::test]
async fn exchanges_are_recorded_within_the_budget() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = upstream.origin.as_str();
    host.misbehaving(|connection| {
        connection["settings"] = json!({ "upstream": origin });
        connection["grant"] = json!({ "http": [origin], "private": [origin] });
        connection["limits"] = json!({ "record-bytes": 500 });
    })
    .await;
    let mut step = send("POST", &format!("{origin}/big?3000"));
    step["body"] = json!("b".repeat(100));
    let called = host.script(json!([step])).await;
    let exchange = &called.record.exchanges[0];
    assert_eq!((exchange.method.as_str(), exchange.status), ("POST", Some(200)));
    assert_eq!(exchange.request_body.len(), 100);
    assert!(exchange.response_body.len() < 500 && exchange.response_body.ends_with("…[3000 bytes]"));
    assert_eq!(seen(&called)["body"].len(), 3000);
}
