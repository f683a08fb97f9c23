//! A scenario out of a live call: it passes, and holds nothing that is secret.

use std::collections::BTreeMap;

use mortise_devkit::play::play;
use mortise_devkit::record::{Origin, RecordError, record};
use mortise_devkit::run::run;
use mortise_devkit::scenario::Records;
use mortise_domain::instant::Instant;
use mortise_domain::secret::Secret;
use serde_json::json;

use crate::guests::{found, misbehaving, told, waited};
use crate::run::{order, send, upstream};

const LIVE: &str = "live-credential-5f1c";

fn origin(upstream: &str, steps: &str) -> Origin {
    Origin {
        settings: json!({ "upstream": upstream }).as_object().unwrap().clone(),
        arguments: json!({ "query": { "text": steps } }),
        records: Records::default(),
        now: Instant(1_772_413_200_000_000),
        surroundings: ("en".into(), "Asia/Shanghai".into(), 1),
        attempt: ("key-1".into(), 1),
        credentials: BTreeMap::from([("key".to_owned(), Secret::new(LIVE))]),
    }
}

#[test]
fn a_recorded_call_is_a_scenario_without_secrets() {
    let upstream = upstream(2, r#"{"n":1,"echo":"live-credential-5f1c","text":"中文"}"#);
    let steps = send(&upstream);
    let ran = waited(run(&misbehaving(), order(&upstream, &steps, None))).unwrap();
    let text = record(&misbehaving(), &origin(&upstream, &steps), &ran).unwrap();
    assert!(!text.contains(LIVE) && !text.contains("bGl2ZS1"), "{text}");
    assert!(text.contains("dummy-key") && text.contains("中文"), "{text}");
    let found = found(&text);
    let exchange = &found.scenario.calls[0].http[0];
    assert_eq!(exchange.request.query.get("k"), Some(&json!("dummy-key")));
    // Made from the dummy, as the upstream would see it.
    assert_eq!(exchange.request.headers.get("authorization"), Some(&json!("Basic dXNlcjpkdW1teS1rZXk=")));
    let verdict = play(&misbehaving(), &found).unwrap();
    assert!(verdict.passed(), "{}", told(&verdict));
}

#[test]
fn a_captured_token_becomes_a_dummy() {
    let upstream = upstream(1, r#"{"data":{"token":"live-token-777","expires":3600}}"#);
    let steps = json!([{ "do": "send", "method": "POST", "url": format!("{upstream}/login"), "headers": [], "body": "x", "basic": false, "times": 1 }]).to_string();
    let ran = waited(run(&misbehaving(), order(&upstream, &steps, None))).unwrap();
    let text = record(&misbehaving(), &origin(&upstream, &steps), &ran).unwrap();
    assert!(text.contains("dummy-token") && !text.contains("live-token"), "{text}");
}

#[test]
fn what_would_leak_or_had_no_answer_is_not_written() {
    // Nobody listens any more.
    let gone = upstream(0, "");
    let ran = waited(run(&misbehaving(), order(&gone, &send(&gone), None))).unwrap();
    let refused = record(&misbehaving(), &origin(&gone, &send(&gone)), &ran);
    assert!(matches!(refused, Err(RecordError::Unanswered { .. })), "{refused:?}");
    // The author put a credential into the arguments.
    let upstream = upstream(1, "{}");
    let steps = send(&upstream);
    let ran = waited(run(&misbehaving(), order(&upstream, &steps, None))).unwrap();
    let mut leaking = origin(&upstream, &steps);
    leaking.settings.insert("other".into(), format!("https://{LIVE}.example").into());
    let refused = record(&misbehaving(), &leaking, &ran);
    assert!(matches!(refused, Err(RecordError::Leak)), "{refused:?}");
}
