//! Credentials: used without being seen, kept out of everything that anyone reads.

use std::sync::atomic::Ordering;

use base64::Engine;
use mortise_domain::call::Called;
use mortise_domain::ports::plugins::Plugins;
use serde_json::{Value, json};

use crate::harness::{BEGIN, Host, context, locate, seen, send, told};
use crate::upstream::Upstream;

const CANARY: &str = "canary-credential-5f1c";
const TOKEN: &str = "canary-token-9a7e";

async fn guest(host: &Host, upstream: &Upstream, other: &str) {
    let origin = upstream.origin.clone();
    for (slot, value) in
        [("narrow", "canary-narrow-77aa"), ("signing", "canary-signing-1b2c"), ("seen", "canary-seen-3d4e")]
    {
        host.fill("bad", slot, value);
    }
    let granted = if other.is_empty() { vec![origin.clone()] } else { vec![origin.clone(), other.to_owned()] };
    host.misbehaving(|connection| {
        connection["settings"] = json!({ "upstream": origin, "other": other });
        connection["grant"] = json!({ "http": granted, "private": granted, "kv-bytes": 10_000 });
    })
    .await;
}

/// All that leaves the sandbox, in one text.
fn everything(called: &Called) -> String {
    let answer = match &called.result {
        Ok(answer) => serde_json::to_string(answer).unwrap(),
        Err(failure) => serde_json::to_string(failure).unwrap(),
    };
    format!("{answer}\n{}", serde_json::to_string(&called.record).unwrap())
}

fn clean(host: &Host, called: &Called) {
    let text = everything(called);
    let kv = format!("{:?}", host.memory.kv.lock().unwrap());
    for word in ["canary", "Y2FuYXJ5", "63616e617279"] {
        assert!(!text.contains(word), "{word} in {text}");
        assert!(!kv.contains(word), "{word} in {kv}");
    }
}

fn with(mut step: Value, headers: Value, body: Option<&str>) -> Value {
    step["headers"] = headers;
    step["body"] = json!(body);
    step
}

#[tokio::test]
async fn placeholders_become_values_on_the_way_out() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    host.fill("bad", "key", "canary \"&/ü%5f1c");
    guest(&host, &upstream, "").await;
    let url = format!("{}/path/<key>/end?k=<key>&x=1", upstream.origin);
    let json_body = r#"{"k":"<key>"}"#;
    let steps = json!([with(
        send("POST", &url),
        json!([["content-type", "application/json"], ["x-two", "a <narrow> b"]]),
        Some(json_body)
    )]);
    let called = host.script(steps).await;
    assert_eq!(seen(&called)["status"], "200");
    let got = upstream.last();
    let encoded = "canary%20%22%26%2F%C3%BC%255f1c";
    assert_eq!(got.target, format!("/path/{encoded}/end?k={encoded}&x=1"));
    assert_eq!(got.body, r#"{"k":"canary \"&/ü%5f1c"}"#);
    assert_eq!(got.headers["x-two"], "a canary-narrow-77aa b");
    clean(&host, &called);
    let form = with(
        send("POST", &upstream.origin),
        json!([["content-type", "application/x-www-form-urlencoded"]]),
        Some("k=<key>"),
    );
    clean(&host, &host.script(json!([form])).await);
    assert_eq!(upstream.last().body, format!("k={encoded}"));
    let xml = with(send("POST", &upstream.origin), json!([["content-type", "text/xml"]]), Some("<k><key></k>"));
    clean(&host, &host.script(json!([xml])).await);
    assert_eq!(upstream.last().body, "<k>canary &quot;&amp;/ü%5f1c</k>");
    let mut basic = send("GET", &upstream.origin);
    basic["basic"] = json!(true);
    clean(&host, &host.script(json!([basic])).await);
    let pair = base64::engine::general_purpose::STANDARD.encode("user:canary \"&/ü%5f1c");
    assert_eq!(upstream.last().headers["authorization"], format!("Basic {pair}"));
}

#[tokio::test]
async fn a_credential_goes_only_where_its_slot_may() {
    let (host, upstream, other) = (Host::new(), Upstream::start().await, Upstream::start().await);
    guest(&host, &upstream, &other.origin).await;
    let ports =
        |text: String| text.replace(&upstream.port.to_string(), "PORT").replace(&other.port.to_string(), "OTHER");
    let elsewhere = with(send("GET", &other.origin), json!([["x-key", "<key>"]]), None);
    let called = host.script(json!([elsewhere])).await;
    insta::assert_snapshot!(ports(seen(&called)["error"].clone()), @r#"Denied("the credential `key` may go to `http://127.0.0.1:PORT`, not to `http://127.0.0.1:OTHER`: the plugin's developer declares the host in the slot's `hosts`")"#);
    let in_body = with(send("POST", &upstream.origin), json!([]), Some("<narrow>"));
    let called = host.script(json!([in_body])).await;
    insta::assert_snapshot!(ports(seen(&called)["error"].clone()), @r#"Denied("the credential `narrow` may stand in header, not in the body: the plugin's developer declares it in the slot's `places`")"#);
    let in_query = send("GET", &format!("{}/?k=<narrow>", upstream.origin));
    assert!(seen(&host.script(json!([in_query])).await)["error"].starts_with("Denied"));
    assert!(upstream.seen().is_empty() && other.seen().is_empty());
}

#[tokio::test]
async fn a_redirect_to_another_origin_leaves_credentials_behind() {
    let (host, upstream, other) = (Host::new(), Upstream::start().await, Upstream::start().await);
    guest(&host, &upstream, &other.origin).await;
    let url = format!("{}/redirect?to={}/x", upstream.origin, other.origin);
    let headers = json!([["x-key", "<key>"], ["authorization", "Bearer <key>"], ["x-plain", "stays"]]);
    let called = host.script(json!([with(send("GET", &url), headers.clone(), None)])).await;
    assert_eq!(seen(&called)["status"], "200");
    let got = other.last();
    assert_eq!(got.headers["x-plain"], "stays");
    assert!(got.headers.get("x-key").is_none() && got.headers.get("authorization").is_none());
    let called = host.script(json!([with(send("POST", &url), headers, Some("<key>"))])).await;
    assert!(seen(&called)["error"].contains("credentials never follow to another origin"), "{called:?}");
    // An upstream that writes the credential into the address of the redirect.
    let trick = format!("{}/redirect?to={}/?k=<key>", upstream.origin, other.origin);
    let called = host.script(json!([send("GET", &trick)])).await;
    assert!(seen(&called)["error"].contains("credentials never follow to another origin"), "{called:?}");
    clean(&host, &called);
    assert_eq!(other.seen().len(), 1);
}

#[tokio::test]
async fn an_upstream_that_parrots_the_credential() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    guest(&host, &upstream, "").await;
    let step = with(send("GET", &format!("{}/parrot", upstream.origin)), json!([["x-key", "<key>"]]), None);
    let called = host.script(json!([step])).await;
    assert_eq!(upstream.last().headers["x-key"], CANARY);
    let body = &seen(&called)["body"];
    assert_eq!(body.matches("***").count(), 16, "{body}");
    clean(&host, &called);
}

#[tokio::test]
async fn a_credential_that_comes_back_in_pieces() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    guest(&host, &upstream, "").await;
    let step = with(send("GET", &format!("{}/drip", upstream.origin)), json!([["x-key", "<key>"]]), None);
    let called = host.script(json!([step])).await;
    assert_eq!(seen(&called)["body"], "before *** after");
    clean(&host, &called);
}

#[tokio::test]
async fn a_long_answer_is_searched_too_and_recorded_from_its_beginning() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    guest(&host, &upstream, "").await;
    let mut step = with(send("POST", &format!("{}/echo", upstream.origin)), json!([["x-key", "<key>"]]), None);
    // The upstream answers with what it got: the credential in the middle of a long body.
    step["body"] = json!(format!("{}<key>{}", "a".repeat(100_000), "b".repeat(100_000)));
    let called = host.script(json!([step])).await;
    assert!(called.result.is_err(), "the answer is longer than a free field may be");
    let exchange = &called.record.exchanges[0];
    assert!(exchange.response_body.ends_with("bytes]") && exchange.response_body.len() < 40_000);
    clean(&host, &called);
}

/// A text that a guest looks for in its memory, so that the script does not hold it.
fn marked(text: &str) -> String {
    hex::encode(text.bytes().map(|byte| byte ^ 0x55).collect::<Vec<_>>())
}

#[tokio::test]
async fn the_guests_memory_never_holds_the_credential() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    guest(&host, &upstream, "").await;
    let headers = json!([["x-key", "<key>"], ["authorization", "Bearer <key>"]]);
    let call = |path: &str| with(send("POST", &format!("{}{path}", upstream.origin)), headers.clone(), Some("<key>"));
    let mut steps = vec![call("/parrot"), call("/drip"), call("/echo"), call("/redirect?to=/echo"), call("/login")];
    steps.push(with(send("GET", &upstream.origin), json!([["x-token", "<token>"]]), None));
    for text in [CANARY, TOKEN, &hex::encode(CANARY), "Y2FuYXJ5LWNyZWRlbnRpYWwt", "Y2FuYXJ5LXRva2Vu", "canary%2D"] {
        steps.push(json!({ "do": "scan", "marked": marked(text) }));
    }
    // That the search finds what is there.
    steps.push(json!({ "do": "log", "text": "a needle in the haystack" }));
    steps.push(json!({ "do": "scan", "marked": marked("a needle in the haystack") }));
    let called = host.script(Value::from(steps)).await;
    let Ok(mortise_domain::call::Answer::Located(located)) = &called.result else { panic!("{called:?}") };
    let found: Vec<&str> =
        located.attributes.iter().filter(|(name, _)| name == "scanned").map(|(_, count)| count.as_str()).collect();
    assert_eq!(found[..6], ["0"; 6]);
    assert_ne!(found[6], "0");
    clean(&host, &called);
}

#[tokio::test]
async fn a_login_that_goes_wrong_shows_no_token_either() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    guest(&host, &upstream, "").await;
    // The slot's address is `/login` below the setting; here the setting ends in the fault.
    for (path, body) in [
        ("/half", "[withheld by the host: this address answers with a credential, and its answer is no JSON]"),
        ("/refused", r#"{"data":{"token":"***"},"why":"too many"}"#),
    ] {
        let base = format!("{}{path}", upstream.origin);
        let origin = upstream.origin.clone();
        host.misbehaving(|connection| {
            connection["settings"] = json!({ "upstream": base });
            connection["grant"] = json!({ "http": [origin], "private": [origin] });
        })
        .await;
        let called = host.script(json!([send("POST", &format!("{base}/login"))])).await;
        assert_eq!(seen(&called)["body"], body);
        clean(&host, &called);
    }
}

#[tokio::test]
async fn last_words_are_searched_for_secrets() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    guest(&host, &upstream, "").await;
    let called = host.script(json!([{ "do": "panic", "text": format!("the key was {CANARY}") }])).await;
    assert!(called.record.log[0].message.ends_with("the key was ***"), "{called:?}");
    clean(&host, &called);
    host.misbehaving(|connection| connection["grant"] = json!({ "reveal": ["seen"] })).await;
    let called = host.script(json!([{ "do": "panic-revealed", "slot": "seen" }])).await;
    assert!(called.record.log[0].message.contains("the secret is Ok(Some(\"***\"))"), "{called:?}");
    clean(&host, &called);
}

#[tokio::test]
async fn tokens_are_captured() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    guest(&host, &upstream, "").await;
    let login = send("POST", &format!("{}/login", upstream.origin));
    let called = host.script(json!([{ "do": "placeholder", "slot": "token" }])).await;
    assert_eq!(seen(&called)["placeholder"], "Ok(None)");
    let called = host.script(json!([login])).await;
    let body: Value = serde_json::from_str(&seen(&called)["body"]).unwrap();
    assert!(body["data"]["token"].as_str().unwrap().starts_with("credential"));
    assert_eq!(body["again"], "***");
    clean(&host, &called);
    let kept = host.memory.vault.lock().unwrap()[&("bad".to_owned(), "token".to_owned())].clone();
    assert_eq!(kept.value.expose(), TOKEN);
    assert_eq!(kept.expires_at.0, BEGIN + (7200 - 60) * 1_000_000);
    let use_it = with(send("GET", &upstream.origin), json!([["authorization", "Bearer <token>"]]), None);
    clean(&host, &host.script(json!([use_it])).await);
    assert_eq!(upstream.last().headers["authorization"], format!("Bearer {TOKEN}"));
    // Expired a minute early.
    host.clock.0.store(BEGIN + 7141 * 1_000_000, Ordering::Relaxed);
    let ask = json!([{ "do": "placeholder", "slot": "token" }]);
    assert_eq!(seen(&host.script(ask.clone()).await)["placeholder"], "Ok(None)");
    host.clock.0.store(BEGIN, Ordering::Relaxed);
    assert_ne!(seen(&host.script(ask.clone()).await)["placeholder"], "Ok(None)");
    let forget =
        host.script(json!([{ "do": "forget", "slot": "token" }, { "do": "placeholder", "slot": "token" }])).await;
    assert_eq!((seen(&forget)["forgot"].as_str(), seen(&forget)["placeholder"].as_str()), ("Ok(())", "Ok(None)"));
    assert!(!host.memory.vault.lock().unwrap().contains_key(&("bad".to_owned(), "token".to_owned())));
    let refused = host.script(json!([{ "do": "forget", "slot": "key" }])).await;
    assert!(!seen(&refused)["forgot"].starts_with("Ok"), "{refused:?}");
}

#[tokio::test]
async fn signatures_only_in_declared_shapes() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    guest(&host, &upstream, "").await;
    let called = host
        .script(json!([
            { "do": "hmac", "text": "message" },
            { "do": "sandwich", "text": "a1b2" },
            { "do": "digest", "shape": "sandwich", "slot": "signing" },
        ]))
        .await;
    let seen = seen(&called);
    insta::assert_snapshot!(seen["sandwich"], @"1ffe4e54c6da1a64ba2a23e4f07af4bb");
    insta::assert_snapshot!(seen["hmac"], @"Ok([132, 132, 198, 126, 26, 162, 170, 43, 48, 194, 19, 216, 228, 127, 98, 163, 30, 147, 250, 201, 98, 38, 180, 127, 129, 198, 80, 109, 125, 124, 1, 1])");
    insta::assert_snapshot!(seen["digest"], @r#"Err(Error::Unauthorized(Text { zh: "未授权使用凭据:the shape `sandwich` is credential:signing + bytes + credential:signing, the plugin handed over credential:signing", en: "credential not granted: the shape `sandwich` is credential:signing + bytes + credential:signing, the plugin handed over credential:signing" }))"#);
    clean(&host, &called);
}

#[tokio::test]
async fn only_a_granted_reveal_shows_a_value_and_it_goes_nowhere() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    guest(&host, &upstream, "").await;
    let called = host.script(json!([{ "do": "reveal", "slot": "seen" }, { "do": "reveal", "slot": "key" }])).await;
    insta::assert_snapshot!(seen(&called)["revealed"], @r#"Err(Error::Unauthorized(Text { zh: "未授权使用凭据:the value of `key` may not be seen: use its placeholder, or wish for it in `wishes.reveal` and have an admin add it to `grant.reveal`", en: "credential not granted: the value of `key` may not be seen: use its placeholder, or wish for it in `wishes.reveal` and have an admin add it to `grant.reveal`" }))"#);
    clean(&host, &called);
    host.misbehaving(|connection| connection["grant"] = json!({ "reveal": ["seen", "key"], "kv-bytes": 1000 })).await;
    let called = host.script(json!([{ "do": "reveal", "slot": "seen" }])).await;
    insta::assert_snapshot!(told(&called), @"Answer: the plugin of `bad` put a credential into its answer, which was dropped: take `grant.reveal` back and tell its developer");
    clean(&host, &called);
}

#[tokio::test]
async fn what_the_guest_says_is_searched_for_secrets() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    guest(&host, &upstream, "").await;
    // A guest that knows the value from elsewhere.
    let steps = json!([{ "do": "log", "text": format!("the key is {CANARY}") }, { "do": "fail", "text": format!("no {CANARY}") }]);
    let called = host.registry.call("bad", locate(&steps), context()).await;
    assert_eq!(called.record.log[0].message, "the key is ***");
    assert_eq!(told(&called), "rejected: no ***");
    clean(&host, &called);
}
