//! The life of a plugin in a house that works: another version takes over while orders come in, and goes again.

#![expect(clippy::unwrap_used, reason = "an answer of another form is a failed test")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mortise_tests::{Engine, House, plugins};
use serde_json::{Value, json};

const PRICING: &str = "tiered-pricing";

fn version(name: &str, version: &str) -> Vec<u8> {
    plugins::with_manifest(&plugins::packed(name), |manifest| manifest["version"] = version.into())
}

/// The next version of the pricing: it wishes for more, and needs a setting that the present one does not know.
fn wishing() -> Vec<u8> {
    let why = json!({ "zh": "读取区域经济指标", "en": "to read figures of the region's economy" });
    plugins::with_manifest(&plugins::packed(PRICING), |manifest| {
        manifest["version"] = "0.2.0".into();
        let wishes = manifest["wishes"].as_object_mut().unwrap();
        wishes.insert("http".into(), json!([{ "origin": "https://figures.example", "reason": why }]));
        wishes.insert("kv".into(), json!({ "bytes": 100_000, "reason": why }));
        manifest["settings"]["properties"]["market"] = json!({ "type": "string", "title": "Market" });
        manifest["settings"]["required"] = json!(["market"]);
        manifest["settings"]["properties"].as_object_mut().unwrap().remove("digits");
    })
}

/// The plugin versions that had a say in an order's judgement, by step.
async fn judged_by(house: &House, number: &str) -> Vec<(String, String)> {
    let shown = house.shown(number).await;
    let steps = shown["evaluation"]["steps"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let named = steps.iter().filter(|step| step["plugin"].is_string());
    named.map(|step| (text(&step["connection"]), text(&step["plugin"]))).collect()
}

async fn revisions(house: &House) -> Vec<String> {
    let history = house.get(&format!("/connections/{PRICING}/revisions")).await.ok();
    let line = |state: &Value| {
        let (cause, version) = (state["cause"].as_str().unwrap(), state["plugin"]["version"].as_str().unwrap());
        format!("{} {cause} {version} {}", state["revision"], state["changed"])
    };
    history["items"].as_array().unwrap().iter().map(line).collect()
}

async fn an_upgrade_is_decided_and_rolled_back(engine: Engine) {
    let house = House::open(engine).await;
    let before = house.get(&format!("/connections/{PRICING}")).await.ok();
    let next = house.install(wishing()).await;
    let path = format!("/connections/{PRICING}/upgrade");
    let body = json!({ "plugin": next });
    let check = house.post(&format!("{path}/check"), body.clone()).await.ok();
    let wishes = json!([
        { "field": "grant.http", "value": "https://figures.example:443" },
        { "field": "grant.kv-bytes", "value": "100000" },
    ]);
    let told: Vec<Value> = check["new_wishes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|wish| json!({ "field": wish["field"], "value": wish["value"] }))
        .collect();
    assert_eq!(json!(told), wishes);
    assert_eq!(check["new_wishes"][0]["text"]["zh"], "向 https://figures.example:443 发送请求");
    assert_eq!((&check["new_settings"], &check["dropped_settings"]), (&json!(["market"]), &json!(["digits"])));
    assert_eq!(check["settings_faults"][0]["field"], "settings.market", "{check}");
    assert_eq!((&check["present"]["version"], &check["next"]["version"]), (&json!("0.1.0"), &json!("0.2.0")));

    // Nothing happens until everything is decided and fits.
    let undecided = house.post(&path, body).await;
    assert_eq!((undecided.status, &undecided.body["type"]), (409, &json!("urn:mortise:problem:approval-needed")));
    let unfit = house.post(&path, json!({ "plugin": next, "approve": wishes })).await;
    assert_eq!((unfit.status, &unfit.body["errors"][0]["field"]), (422, &json!("settings.market")), "{}", unfit.body);
    let foreign =
        json!({ "plugin": next, "approve": [{ "field": "grant.http", "value": "https://evil.example:443" }] });
    assert_eq!(house.post(&path, foreign).await.status, 422);
    assert_eq!(house.get(&format!("/connections/{PRICING}")).await.ok(), before);

    let decided = json!({
        "plugin": next, "settings": { "market": "east" }, "approve": [wishes[1]], "decline": [wishes[0]],
    });
    let upgraded = house.post(&path, decided).await.ok();
    assert_eq!((&upgraded["plugin"], &upgraded["grant"]["kv-bytes"]), (&json!(next), &json!(100_000)));
    assert_eq!((&upgraded["grant"]["http"], &upgraded["fault"]), (&json!([]), &Value::Null));
    let number = house.accepted(&house.order()).await;
    assert!(judged_by(&house, &number).await.iter().any(|(_, plugin)| plugin.starts_with("tiered-pricing 0.2.0 ")));
    let dependents = house.get(&format!("/plugins/{next}/dependents")).await.ok();
    assert_eq!(dependents["connections"][0]["name"], PRICING);

    // One step back: plugin, settings and grant as they were, and one step forth again.
    let rollback = format!("/connections/{PRICING}/rollback");
    let back = house.post(&rollback, json!({})).await.ok();
    for field in ["plugin", "settings", "grant", "limits"] {
        assert_eq!(back[field], before[field], "{field}");
    }
    let number = house.accepted(&house.order()).await;
    assert!(judged_by(&house, &number).await.iter().any(|(_, plugin)| plugin.starts_with("tiered-pricing 0.1.0 ")));
    let forth = house.post(&rollback, json!({ "revision": upgraded["revision"] })).await.ok();
    assert_eq!(forth["settings"], json!({ "market": "east" }));
    assert_eq!(house.post(&rollback, json!({ "revision": 99 })).await.status, 422);
    let told = revisions(&house).await;
    assert_eq!(
        told,
        [
            r#"4 rolled-back 0.2.0 ["grant.kv-bytes","plugin","settings.market"]"#,
            r#"3 rolled-back 0.1.0 ["grant.kv-bytes","plugin","settings.market"]"#,
            r#"2 upgraded 0.2.0 ["grant.kv-bytes","plugin","settings.market"]"#,
            "1 configured 0.1.0 []",
        ]
    );
    house.close().await;
}

async fn what_is_used_is_not_removed(engine: Engine) {
    let house = House::open(engine).await;
    let old = house.get(&format!("/connections/{PRICING}")).await.ok()["plugin"].as_str().unwrap().to_owned();
    let remove = async |digest: &str| {
        let request = house.request("DELETE", &format!("/api/v1/plugins/{digest}"));
        house.hear(request.bearer_auth(&house.running.token)).await
    };
    let refused = remove(&old).await;
    let detail: Value = serde_json::from_slice(refused.body()).unwrap();
    assert_eq!(
        (refused.status, &detail["detail"]),
        (409, &json!("used by the connection tiered-pricing: delete what uses it, or give it another version, first"))
    );
    let next = house.install(version(PRICING, "0.1.1")).await;
    house.post(&format!("/connections/{PRICING}/upgrade"), json!({ "plugin": next })).await.ok();
    let dependents = house.get(&format!("/plugins/{old}/dependents")).await.ok();
    assert_eq!(dependents, json!({ "connections": [], "rollbacks": [PRICING] }));
    assert_eq!(remove(&old).await.status, 204);
    let back = house.post(&format!("/connections/{PRICING}/rollback"), json!({})).await;
    assert_eq!((back.status, &back.body["errors"][0]["field"]), (422, &json!("plugin")), "{}", back.body);
    // Switched off and on again; the way back is not lost by it.
    for (verb, enabled) in [("disable", false), ("disable", false), ("enable", true)] {
        let switched = house.post(&format!("/connections/{PRICING}/{verb}"), json!({})).await.ok();
        assert_eq!(switched["enabled"], enabled);
        let health = house.get(&format!("/connections/{PRICING}/status")).await.ok()["health"].clone();
        assert_eq!(health, if enabled { "ready" } else { "disabled" });
    }
    let causes: Vec<String> = revisions(&house).await;
    let switched = [r#"4 enabled 0.1.1 ["enabled"]"#, r#"3 disabled 0.1.1 ["enabled"]"#];
    assert_eq!(causes[..2], switched, "{causes:?}");
    house.close().await;
}

/// How often a plugin is replaced, by how many hands and how many orders are handed in meanwhile.
const ROUNDS: usize = 20;
const SUBMITTERS: usize = 3;
const ORDERS: usize = 150;

async fn replaced_under_load(engine: Engine) {
    let house = Arc::new(House::open(engine).await);
    let mut files = Vec::new();
    for name in [PRICING, "u8", "order-rules"] {
        let present = house.get(&format!("/connections/{name}")).await.ok()["plugin"].as_str().unwrap().to_owned();
        files.push((name, present, house.install(version(name, "9.9.9")).await));
    }
    // Customers and items take turns, so that no order is held as the repetition of another.
    let answered = Arc::new(AtomicUsize::new(0));
    let submitters: Vec<_> = (0..SUBMITTERS)
        .map(|submitter| {
            let (house, answered) = (Arc::clone(&house), Arc::clone(&answered));
            tokio::spawn(async move {
                let mut answers = Vec::new();
                for at in (submitter..ORDERS).step_by(SUBMITTERS) {
                    let mut order = house.order();
                    order["customer"] = format!("K{}", at % 50).into();
                    let sku = ["T-100", "T-200", "M-300"][at / 50];
                    order["lines"] = json!([{ "sku": sku, "quantity": "1" }]);
                    answers.push(house.submit(&order).await);
                    answered.fetch_add(1, Ordering::SeqCst);
                }
                answers
            })
        })
        .collect();
    for round in 0..ROUNDS {
        while answered.load(Ordering::SeqCst) < round * ORDERS / ROUNDS {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let (name, old, new) = &files[round % files.len()];
        let target = if (round / files.len()) % 2 == 0 { new } else { old };
        house.post(&format!("/connections/{name}/upgrade"), json!({ "plugin": target })).await.ok();
    }
    let mut answers = Vec::new();
    for submitter in submitters {
        answers.extend(submitter.await.unwrap());
    }
    let mut versions = BTreeSet::new();
    for answer in &answers {
        assert!(answer.status < 300, "{answer:?}");
        assert_eq!(
            (&answer.body["state"], &answer.body["rejection"]),
            (&json!("confirmed"), &Value::Null),
            "{answer:?}"
        );
        let steps = judged_by(&house, answer.body["number"].as_str().unwrap()).await;
        let connections: BTreeSet<&String> = steps.iter().map(|(connection, _)| connection).collect();
        let pairs: BTreeSet<&(String, String)> = steps.iter().collect();
        assert_eq!(connections.len(), pairs.len(), "two versions had a say: {steps:?}");
        versions.extend(steps.into_iter().map(|(_, plugin)| plugin));
    }
    assert_eq!(answers.len(), ORDERS);
    let seen =
        |name: &str, version: &str| versions.iter().any(|label| label.starts_with(&format!("{name} {version} ")));
    for (name, ..) in &files {
        assert!(seen(name, "0.1.0") && seen(name, "9.9.9"), "{name}: {versions:?}");
    }
    house.run_until_idle(Duration::from_mins(20)).await;
    for answer in &answers {
        let number = answer.body["number"].as_str().unwrap();
        let deliveries = house.get(&format!("/deliveries?order={number}&limit=100")).await.ok();
        for delivery in deliveries["items"].as_array().unwrap() {
            assert_eq!(delivery["state"], "done", "{delivery}");
        }
    }
    Arc::into_inner(house).unwrap().close().await;
}

async fn a_shadow_upgrade_tells_what_would_differ(engine: Engine) {
    let house = House::open(engine).await;
    for _ in 0..3 {
        house.accepted(&house.order()).await;
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    house.run_until_idle(Duration::from_mins(2)).await;
    let requests = house.upstreams.counters();
    let next = house.install(version(PRICING, "0.1.1")).await;
    let shadow = async |name: &str, body: Value| house.post(&format!("/connections/{name}/upgrade/shadow"), body).await;
    let same = shadow(PRICING, json!({ "plugin": next })).await.ok();
    assert_eq!((&same["calls"], &same["same"], &same["different"]), (&json!(3), &json!(3), &json!(0)), "{same}");
    // Every customer of this level gets half off: each price differs, and the difference shows it.
    let settings = json!({ "levels": [{ "level": "A", "percent": "50" }] });
    let other = shadow(PRICING, json!({ "plugin": next, "settings": settings, "calls": 2 })).await.ok();
    assert_eq!((&other["calls"], &other["different"]), (&json!(2), &json!(2)), "{other}");
    let difference = &other["differences"][0];
    assert_eq!(
        (&difference["function"], &difference["answer_differs"], &difference["requests_differ"]),
        (&json!("price"), &json!(true), &json!(false))
    );
    assert_ne!(difference["present"]["answer"], difference["next"]["answer"]);
    // Of a connector the recorded answers of its upstream serve: logins, stock, orders, all without a request.
    let u8 = house.install(version("u8", "0.1.1")).await;
    let connector = shadow("u8", json!({ "plugin": u8 })).await.ok();
    let count = |field: &str| connector[field].as_u64().unwrap();
    assert!(count("calls") >= 6 && count("different") == 0, "{connector}");
    assert!(count("same") > count("unclear"), "{connector}");
    assert_eq!(house.upstreams.counters(), requests, "nothing was sent");
    assert_eq!(shadow(PRICING, json!({ "calls": 0 })).await.status, 422);
    house.close().await;
}

macro_rules! on_both {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use super::*;
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() { super::$name(Engine::Sqlite).await; }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() { super::$name(Engine::Postgres).await; }
        }
    )*};
}

on_both![an_upgrade_is_decided_and_rolled_back, replaced_under_load];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_used_is_not_removed_on_sqlite() {
    what_is_used_is_not_removed(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_upgrade_tells_what_would_differ_on_sqlite() {
    a_shadow_upgrade_tells_what_would_differ(Engine::Sqlite).await;
}
