//! Plugins in TypeScript and Python: the same answers as in Rust, proper errors for whatever goes wrong, the host's clock and dice.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use mortise_domain::call::{Answer, Called, Request};
use mortise_domain::failure::Failure;
use mortise_domain::ports::plugins::Plugins;
use mortise_domain::pricing::Priced;
use mortise_runtime::{LoadError, Proven, inspect};
use serde_json::{Value, json};

use crate::harness::{Host, connection, context, hello, locate, root, seen, send, told};
use crate::registry::price_request;
use crate::upstream::Upstream;

/// The same plugin in each language.
const HELLO: [&str; 3] = ["hello-pricing", "hello-pricing-typescript", "hello-pricing-python"];
/// Guests that follow scripts.
const PROBES: [&str; 2] = ["probe-typescript", "probe-python"];

/// The packed file of a guest that has a language inside; all are built once.
fn file(name: &str) -> Vec<u8> {
    static BUILT: OnceLock<HashMap<String, Vec<u8>>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let examples =
            ["hello-pricing-typescript", "hello-pricing-python"].map(|name| root().join("examples").join(name));
        let guests = ["probe-typescript", "probe-fetch", "probe-python"];
        let guests = guests.map(|name| root().join("host/runtime/tests/guests").join(name));
        let folders: Vec<_> = examples.into_iter().chain(guests).collect();
        let kept = root().join("target/guests");
        let options = mortise_devkit::Options { tools: Some(kept.join("tools")), guests: Some(kept), locked: false };
        let packed = mortise_devkit::build_and_pack_all(&folders, &options, &mut |_| {});
        // What is missing on this machine is named with the command that installs it.
        let packed = packed.unwrap_or_else(|error| panic!("{error}"));
        packed.iter().map(|packed| (packed.manifest.name.clone(), std::fs::read(&packed.file).unwrap())).collect()
    });
    if name == "hello-pricing" { hello() } else { built[name].clone() }
}

/// Proves a guest. One at a time, so that what is compiled once is found in the cache by the next.
async fn prove(host: &Host, name: &str) -> Arc<Proven> {
    static COMPILER: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = COMPILER.lock().await;
    host.runtime.prove(file(name).into()).await.unwrap()
}

/// Loads a guest as a connection of its own name.
async fn load(host: &Host, name: &str, change: impl FnOnce(&mut Value)) {
    let proven = prove(host, name).await;
    host.fill(name, "key", "canary-credential-5f1c");
    host.registry.load(connection(name, &proven, change), &proven).await.unwrap();
}

async fn script(host: &Host, name: &str, step: Value) -> Called {
    host.registry.call(name, locate(&json!([step])), context()).await
}

async fn priced(host: &Host, name: &str, request: Request) -> Result<Priced, Failure> {
    match host.registry.call(name, request, context()).await.result {
        Ok(Answer::Priced(priced)) => Ok(priced),
        Ok(other) => panic!("{other:?}"),
        Err(failure) => Err(failure),
    }
}

#[test]
fn a_language_brings_no_door_of_its_own() {
    for (name, wasi, wasi_http) in [
        ("hello-pricing-typescript", false, false),
        ("hello-pricing-python", false, false),
        ("probe-typescript", false, false),
        ("probe-fetch", true, true),
        ("probe-python", false, false),
    ] {
        let found = inspect(&file(name), 64 << 20).unwrap();
        assert_eq!((found.wasi, found.wasi_http), (wasi, wasi_http), "{name}");
    }
}

#[tokio::test]
async fn the_same_plugin_answers_the_same_in_three_languages() {
    let host = Host::new();
    let proven = [prove(&host, HELLO[0]).await, prove(&host, HELLO[1]).await, prove(&host, HELLO[2]).await];
    let table = [
        ("99.90", "0.15", "0.13"),
        ("0", "0", "0"),
        ("0.0001", "0.0001", "0.9999"),
        ("3.3333", "0.3333", "0.13"),
        // Beyond what a number of JavaScript holds, and the largest that fits.
        ("9007199254740993.01", "0.1", "0.13"),
        ("922337203685477.5807", "0", "0.13"),
        // The markup does not fit any more; then the price itself.
        ("922337203685477.5807", "0.0001", "0.13"),
        ("92233720368547758070", "0.15", "0.13"),
    ];
    for (base, markup, tax) in table {
        let settings = json!({ "base-price": base, "markup": markup, "tax-rate": tax });
        for lines in [0, 1, 50] {
            let mut answers = Vec::new();
            for (name, proven) in HELLO.into_iter().zip(&proven) {
                let configured = connection(name, proven, |connection| connection["settings"] = settings.clone());
                host.registry.load(configured, proven).await.unwrap();
                answers.push(priced(&host, name, price_request(lines)).await);
            }
            for (name, answer) in HELLO.iter().zip(&answers) {
                match (&answers[0], answer) {
                    // Texts differ where a number cannot be read; what is wrong, and who has to act, does not.
                    (Err(Failure::Invalid { field: expected, .. }), Err(Failure::Invalid { field, .. })) => {
                        assert_eq!(field, expected, "{name} {settings}");
                    }
                    (expected, answer) => {
                        assert_eq!(format!("{answer:?}"), format!("{expected:?}"), "{name} {settings}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn texts_of_every_kind_arrive_as_they_are() {
    let host = Host::new();
    for name in HELLO {
        load(&host, name, |connection| connection["settings"] = json!({ "base-price": "10" })).await;
    }
    let mut request = price_request(3);
    if let Request::Price { request } = &mut request {
        request.customer.name = "客户 😀 עברית العربية e\u{301} \u{202e}".into();
        request.attributes = vec![("备注".into(), "茶 🍵\n\t\"quoted\" \\ \u{10ffff}".into())];
        request.lines[1].sku = "钢-Ø12".into();
    }
    let expected = priced(&host, HELLO[0], request.clone()).await.unwrap();
    assert_eq!(expected.lines[1].explanation[1].reason.zh, "加价");
    for name in HELLO {
        assert_eq!(priced(&host, name, request.clone()).await.unwrap(), expected, "{name}");
    }
    for name in PROBES {
        load(&host, name, |_| {}).await;
        for text in ["茶 🍵", "\u{202e}עברית العربية", "e\u{301}\u{10ffff}", "\n\t\"\\ \u{7f}", ""] {
            let called = script(&host, name, json!({ "do": "echo", "text": text })).await;
            assert_eq!(seen(&called)["echo"], text, "{name}");
        }
    }
}

#[tokio::test]
async fn wrong_settings_are_refused_in_every_language() {
    let host = Host::new();
    for name in HELLO {
        let proven = prove(&host, name).await;
        for (settings, field) in [
            (json!({}), "settings.base-price"),
            (json!({ "base-price": "-1" }), "settings.base-price"),
            (json!({ "base-price": "1", "markup": 7 }), "settings.markup"),
            (json!({ "base-price": "1", "other": "1" }), "settings.other"),
        ] {
            let configured = connection(name, &proven, |connection| connection["settings"] = settings.clone());
            let refused = host.registry.load(configured, &proven).await.unwrap_err();
            let LoadError::Settings { faults } = refused else { panic!("{refused:?}") };
            assert_eq!(faults[0].field, field, "{name} {settings}");
        }
        // What the schema lets pass and no decimal of the contract can hold is the plugin's to refuse.
        let settings = json!({ "base-price": "99999999999999999999" });
        let configured = connection(name, &proven, |connection| connection["settings"] = settings);
        host.registry.load(configured, &proven).await.unwrap();
        let Err(Failure::Invalid { field, .. }) = priced(&host, name, price_request(1)).await else { panic!("{name}") };
        assert_eq!(field, "settings.base-price", "{name}");
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one long example")]
async fn whatever_goes_wrong_is_an_error_of_the_contract() {
    let host = Host::new();
    // Step, and what the operator reads by the language; a dash: the language has no such thing.
    let table = [
        (json!({ "do": "reject" }), "rejected: no", "rejected: no"),
        (json!({ "do": "retry" }), "retry: later", "retry: later"),
        (
            json!({ "do": "throw-error", "text": "x" }),
            "unavailable: the plugin failed: TypeError: ",
            "unavailable: the plugin failed: KeyError: 'x'",
        ),
        (
            json!({ "do": "throw-nothing" }),
            "unavailable: the plugin failed: undefined",
            "unavailable: the plugin failed: AssertionError",
        ),
        (json!({ "do": "throw-text", "text": "茶" }), "unavailable: the plugin failed: 茶", "-"),
        (json!({ "do": "broken-promise", "text": "late" }), "unavailable: the plugin failed: RangeError: late", "-"),
        (json!({ "do": "exit" }), "-", "unavailable: the plugin failed: SystemExit: 3"),
        (
            json!({ "do": "recursion" }),
            "unavailable: the plugin failed: InternalError: too much recursion",
            "unavailable: the plugin failed: RecursionError: ",
        ),
        (
            json!({ "do": "number" }),
            "invalid: number: the number is too large",
            "invalid: number: the number is too large",
        ),
        (
            json!({ "do": "decimal", "text": "1,5" }),
            "invalid: number: not a decimal number",
            "invalid: number: not a decimal number",
        ),
        (
            json!({ "do": "answer-nothing" }),
            "unavailable: the plugin failed: ShapeError: the plugin's answer: it has to be an object, not nothing",
            "-",
        ),
        (
            json!({ "do": "answer-wrong" }),
            "unavailable: the plugin failed: ShapeError: the plugin's answer: candidates[0].formatted has to be text",
            "unavailable: the plugin failed: mortise_sdk._border.MisfitError: the plugin's answer: candidates[0] has to be a Candidate",
        ),
        (
            json!({ "do": "answer-large" }),
            "-",
            "unavailable: the plugin failed: mortise_sdk._border.MisfitError: the plugin's answer: attributes[0][1] has to be text",
        ),
        (
            json!({ "do": "timer" }),
            "unavailable: the plugin failed: Error: setTimeout does not exist",
            "unavailable: the plugin failed: RuntimeError: a call does not wait",
        ),
        (
            json!({ "do": "fetch", "url": "http://x" }),
            "unavailable: the plugin failed: Error: fetch does not exist in this plugin: import",
            "-",
        ),
        (json!({ "do": "late-import" }), "-", "unavailable: the plugin failed: ModuleNotFoundError: "),
        (json!({ "do": "file" }), "-", "unavailable: the plugin failed: FileNotFoundError: "),
    ];
    for (at, name) in PROBES.into_iter().enumerate() {
        load(&host, name, |_| {}).await;
        for (step, typescript, python) in &table {
            let expected = [typescript, python][at];
            if *expected == "-" {
                continue;
            }
            let called = script(&host, name, step.clone()).await;
            let text = told(&called);
            assert!(text.starts_with(expected), "{name} {step}: {text}");
            // The plugin's developer finds where it was.
            if text.contains("the plugin failed") {
                let line = called.record.log.last().unwrap();
                assert_eq!(line.level, "error", "{name} {step}");
                assert!(text.ends_with(&line.message), "{name} {step}: {}", line.message);
            }
        }
        let Err(Failure::Retry { after_ms, .. }) = script(&host, name, json!({ "do": "retry" })).await.result else {
            panic!("{name}")
        };
        assert_eq!(after_ms, Some(1500), "{name}");
    }
    let kept = script(&host, PROBES[0], json!({ "do": "promise" })).await;
    assert_eq!(seen(&kept)["kept"], "yes");
}

#[tokio::test]
async fn bounds_hold_for_languages_too() {
    let host = Host::new();
    for name in PROBES {
        load(&host, name, |connection| connection["limits"] = json!({ "cpu-ms": 300 })).await;
        let text = told(&script(&host, name, json!({ "do": "loop" })).await);
        assert!(text.starts_with("Cpu: the plugin used up its CPU budget"), "{name}: {text}");
        load(&host, name, |connection| connection["limits"] = json!({ "cpu-ms": 10_000 })).await;
        let called = script(&host, name, json!({ "do": "memory" })).await;
        let text = told(&called);
        // Its own allocator may say so before the host does.
        let own = text.contains("MemoryError") || text.contains("out of memory");
        assert!(own || text.starts_with("Memory: the plugin wanted"), "{name}: {text}");
        assert!(called.record.memory <= 64 << 20, "{name}");
    }
}

#[tokio::test]
async fn clock_and_dice_are_the_hosts() {
    let host = Host::new();
    for name in PROBES {
        load(&host, name, |_| {}).await;
        let clock = seen(&script(&host, name, json!({ "do": "clock" })).await);
        assert!(clock["date"].starts_with("2026-01-31T08:00:00"), "{name}: {clock:?}");
        assert!(clock["now"].starts_with("1769846400"), "{name}: {clock:?}");
        for (field, expected) in [("moved", "true"), ("instance", "true"), ("performance", "true")] {
            assert_eq!(clock[field].to_lowercase(), expected, "{name}: {clock:?}");
        }
        assert!(clock["given"].starts_with("1970"), "{name}: {clock:?}");
        let (one, two) =
            (script(&host, name, json!({ "do": "dice" })).await, script(&host, name, json!({ "do": "dice" })).await);
        let (one, two) = (seen(&one), seen(&two));
        assert_ne!(one["id"], two["id"], "{name}");
        for dice in [&one, &two] {
            assert_eq!(dice["id"].len(), 36, "{name}: {dice:?}");
            assert_eq!(dice["id"].as_bytes()[14], b'4', "{name}: {dice:?}");
            for (field, value) in dice.iter().filter(|(field, _)| *field != "id") {
                assert_eq!(value.to_lowercase(), "true", "{name} {field}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_printed_goes_to_the_log() {
    let host = Host::new();
    let mut logs = Vec::new();
    for name in PROBES {
        load(&host, name, |_| {}).await;
        let called = script(&host, name, json!({ "do": "console", "text": "茶" })).await;
        for line in called.record.log {
            let first = line.message.lines().next().unwrap_or_default().to_owned();
            let fields: Vec<String> = line.fields.iter().map(|(name, value)| format!(" {name}={value}")).collect();
            logs.push(format!("{} {first}{}", line.level, fields.concat()));
        }
    }
    insta::assert_snapshot!(logs.join("\n"), @r#"
    info said {"money":"5n","text":"茶"}
    error Error: written
    warn logged with=茶
    info said 茶
    warn written
    warn logged 茶 logger=own
    error told with_=茶
    "#);
}

#[tokio::test]
async fn requests_memory_and_credentials_are_the_same() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = upstream.origin.as_str();
    for name in PROBES {
        load(&host, name, |connection| {
            connection["settings"] = json!({ "upstream": origin });
            connection["grant"] = json!({ "http": [origin], "private": [origin], "kv-bytes": 10_000 });
        })
        .await;
        let sent = seen(&script(&host, name, json!({ "do": "send" })).await);
        assert_eq!(sent["status"], "200", "{name}");
        let got = upstream.last();
        assert_eq!(got.body, r#"{"price":"1.50","text":"茶 🍵"}"#, "{name}");
        assert_eq!(got.headers["authorization"], "Bearer canary-credential-5f1c", "{name}");
        assert_eq!(got.headers["content-type"], "application/json", "{name}");
        let elsewhere = script(&host, name, json!({ "do": "send", "url": "https://elsewhere.example/x" })).await;
        assert_eq!(seen(&elsewhere)["fault"], "denied", "{name}");
        let kept = seen(&script(&host, name, json!({ "do": "kv", "text": "茶" })).await);
        assert!(["undefined", "None"].contains(&kept["before"].as_str()), "{name}: {kept:?}");
        assert!(kept["after"].contains("1.50") && kept["after"].contains("茶"), "{name}: {kept:?}");
        assert_eq!(seen(&script(&host, name, json!({ "do": "secret" })).await)["placeholder"].to_lowercase(), "true");
        let told = seen(&script(&host, name, json!({ "do": "context" })).await);
        assert_eq!(told["context"], format!("{name} 1 zh-CN 2026-01-31"));
        let decimal = script(&host, name, json!({ "do": "decimal", "text": "90071992547409.931" })).await;
        assert_eq!(seen(&decimal)["decimal"], "135107988821114.8965", "{name}");
    }
}

#[tokio::test]
async fn fetch_goes_through_the_policy() {
    let (host, upstream) = (Host::new(), Upstream::start().await);
    let origin = upstream.origin.as_str();
    load(&host, "probe-fetch", |connection| {
        connection["settings"] = json!({ "upstream": origin });
        connection["grant"] = json!({ "http": [origin], "private": [origin] });
    })
    .await;
    let fetch = async |url: String, method: &str| {
        let mut step = send(method, &url);
        if method == "POST" {
            step["body"] = json!("茶 🍵");
        } else {
            step.as_object_mut().unwrap().remove("body");
        }
        script(&host, "probe-fetch", step).await
    };
    let answered = seen(&fetch(format!("{origin}/x?a=1"), "POST").await);
    assert_eq!((answered["status"].as_str(), answered["waited"].as_str()), ("200", "yes"));
    assert_eq!(answered["body"], "POST /x?a=1 茶 🍵");
    let got = upstream.last();
    assert_eq!((got.headers["x-one"].as_bytes(), got.body.as_str()), (b"1".as_slice(), "茶 🍵"));
    assert_eq!(got.headers["traceparent"], context().trace_parent);
    let handed = seen(&fetch(format!("{origin}/redirect?to=%2Fthere"), "GET").await);
    assert_eq!(handed["status"], "307");
    let seen_before = upstream.seen().len();
    let denied = fetch("https://elsewhere.example/x".into(), "GET").await;
    assert_eq!(seen(&denied)["error"], "TypeError");
    let told: Vec<&str> = denied.record.log.iter().map(|line| line.message.as_str()).collect();
    assert!(told.iter().any(|line| line.contains("`https://elsewhere.example:443` is not wished for")), "{told:?}");
    assert_eq!(upstream.seen().len(), seen_before);
}
