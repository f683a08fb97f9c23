//! One call: planned, and live against an upstream on this machine.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use mortise_devkit::bench::{BenchClock, SeededChance, Shelf};
use mortise_devkit::report::called;
use mortise_devkit::run::{Order, Plan, RunError, run};
use mortise_domain::call::CallContext;
use mortise_domain::instant::Instant;
use mortise_domain::secret::Secret;
use mortise_runtime::Wire;
use serde_json::{Value, json};

use crate::guests::{misbehaving, waited};

/// An upstream that answers so many requests with the same JSON.
pub fn upstream(requests: usize, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(requests) {
            let mut stream = stream.unwrap();
            let mut seen = Vec::new();
            let mut buffer = [0; 4096];
            while !seen.windows(4).any(|window| window == b"\r\n\r\n") {
                let read = stream.read(&mut buffer).unwrap();
                seen.extend_from_slice(&buffer[..read]);
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body.as_bytes()).unwrap();
        }
    });
    format!("http://{address}")
}

pub fn order(upstream: &str, steps: &str, wire: Option<Arc<dyn Wire>>) -> Order {
    Order {
        function: "locate".into(),
        arguments: json!({ "query": { "text": steps } }),
        settings: json!({ "upstream": upstream }),
        limits: json!({}),
        credentials: BTreeMap::from([("key".to_owned(), Secret::new("live-credential-5f1c"))]),
        shelf: Shelf::default(),
        clock: Arc::new(BenchClock::new(Instant(1_772_413_200_000_000))),
        chance: Arc::new(SeededChance::new(1)),
        time_zone: "Asia/Shanghai".into(),
        context: CallContext {
            call_id: "run-1".into(),
            idempotency_key: "key-1".into(),
            attempt: 1,
            locale: "en".into(),
            trace_parent: String::new(),
            deadline: None,
            send_until: None,
        },
        wire,
        private: None,
    }
}

pub fn send(url: &str) -> String {
    json!([{ "do": "send", "method": "GET", "url": format!("{url}/orders?k=<key>"), "headers": [], "body": null, "basic": true, "times": 1 }])
        .to_string()
}

fn attribute<'a>(outcome: &'a Value, name: &str) -> &'a str {
    outcome.pointer(&format!("/answer/attributes/{name}")).and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn a_plan_shows_requests_and_sends_none() {
    let order = order("https://up.example", &send("https://up.example"), Some(Arc::new(Plan)));
    let ran = waited(run(&misbehaving(), order)).unwrap();
    assert!(attribute(&ran.outcome, "error").contains("shown, not sent"), "{}", ran.outcome);
    let text = called(&ran, true);
    assert!(text.contains("would send") && text.contains("GET https://up.example/orders?k=***"), "{text}");
    assert!(!text.contains("live-credential") && !text.contains("no answer"), "{text}");
}

#[test]
fn a_live_call_goes_where_the_manifest_wishes() {
    let upstream = upstream(1, r#"{"echo":"live-credential-5f1c"}"#);
    let ran = waited(run(&misbehaving(), order(&upstream, &send(&upstream), None))).unwrap();
    assert_eq!((attribute(&ran.outcome, "status"), attribute(&ran.outcome, "body")), ("200", r#"{"echo":"***"}"#));
    assert_eq!(ran.origins, std::slice::from_ref(&upstream));
    let text = called(&ran, false);
    for part in ["may reach", "sent", "200", "1 of 20", "cpu"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(!text.contains("live-credential"), "{text}");
    let elsewhere = order(&upstream, &send("https://elsewhere.example"), None);
    let ran = waited(run(&misbehaving(), elsewhere)).unwrap();
    assert!(attribute(&ran.outcome, "error").contains("is not wished for"), "{}", ran.outcome);
}

#[test]
fn what_cannot_be_called_is_told() {
    let fault = |change: &dyn Fn(&mut Order)| {
        let mut order = order("https://up.example", "[]", Some(Arc::new(Plan)));
        change(&mut order);
        waited(run(&misbehaving(), order)).unwrap_err()
    };
    let told = fault(&|order| order.function = "quote".into()).to_string();
    assert_eq!(
        told,
        "the plugin has no function `quote`: it has `geocoder.locate`, `geocoder.reverse`, `pricing.price`"
    );
    assert!(matches!(fault(&|order| order.arguments = json!({ "query": 1 })), RunError::Arguments(_)));
    let told = fault(&|order| order.settings = json!({ "upstraem": "x" })).to_string();
    assert!(told.contains("settings.upstraem"), "{told}");
    let told = fault(&|order| order.limits = json!({ "cpu-ms": 0 })).to_string();
    assert!(told.contains("limits.cpu-ms"), "{told}");
}
