//! Canaries: secrets that go through a whole busy scenario and are then looked for everywhere.

#![expect(clippy::unwrap_used, reason = "an answer of another form is a failed test")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mortise_domain::call::Answer;
use mortise_domain::ports::sandbox::Vault as _;
use mortise_tests::canary::Canaries;
use mortise_tests::parrot::Parrot;
use mortise_tests::{Engine, House, dump, guest, listener, people, plugins, walk};
use mortise_upstreams::{Fault, Rule};
use serde_json::{Value, json};

const HOUR: Duration = Duration::from_hours(1);
/// A store whose ERP and channel parrot what they get.
const ECHO: &str = "echo-01";

#[tokio::test(flavor = "multi_thread")]
async fn are_found_nowhere_on_sqlite() {
    are_found_nowhere(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn are_found_nowhere_on_postgres() {
    are_found_nowhere(Engine::Postgres).await;
}

/// A value that no encoding leaves as it is.
fn canary(engine: Engine, name: &str) -> String {
    format!("canary {name}/\"{engine:?}\"&+%41é-5f1c9a7e")
}

/// The same without what a header cannot have.
fn plain(engine: Engine, name: &str) -> String {
    format!("canary-{name}-{engine:?}+/5f1c9a7e")
}

async fn are_found_nowhere(engine: Engine) {
    let log = listener::listen();
    let house = House::open(engine).await;
    let token = plain(engine, "token");
    let parrot = Parrot::start(&token).await;
    furnish(&house, &parrot, engine).await;
    let mut secrets = people::come_in(&house, &plain(engine, "password")).await;
    secrets.push(("captured token", token));
    busy(&house).await;
    hostile(&house, &parrot, engine).await;
    misspelt(&house, engine).await;
    for name in ["u8", "amap", "wecom", "bad", "u8-echo", "wecom-echo"] {
        for credential in house.running.app.store.credentials(name).await.unwrap() {
            secrets.push(("credential", credential.value.expose().to_owned()));
        }
    }
    assert!(secrets.len() >= 17, "tokens were captured: {}", secrets.len());
    let key = std::fs::read_to_string(house.folder().join("secret.key")).unwrap().trim().to_owned();
    let raw: Vec<u8> = (0..key.len()).step_by(2).map(|at| u8::from_str_radix(&key[at..at + 2], 16).unwrap()).collect();
    let mut all: Vec<(&str, &[u8])> = secrets.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    all.push(("installation key", &raw));
    all.push(("API token", house.running.token.as_bytes()));
    let canaries = Canaries::new(&all);
    let asked = walk::all(&house).await;
    // A token has no sessions.
    let well = |asked: &String| asked.ends_with(" 200") || asked == "/sessions 409";
    assert!(asked.iter().all(well), "{asked:#?}");
    let mut found = Vec::new();
    let mut search = |place: &str, bytes: &[u8]| {
        found.extend(canaries.found(bytes).into_iter().map(|told| format!("{place}: {told}")));
    };
    for heard in house.heard() {
        search(&heard.asked, &heard.bytes);
    }
    for line in log.lines() {
        search("log", line.as_bytes());
    }
    let cells = dump::cells(&house).await;
    for cell in &cells {
        search(&cell.place, &cell.bytes);
    }
    // Compiled plugins are shared by all houses of a run.
    for path in files(&plugins::target().join("compiled-for-tests")) {
        search("compile cache", &std::fs::read(&path).unwrap());
    }
    for path in files(house.folder()) {
        let bytes = std::fs::read(&path).unwrap();
        match path.file_name().unwrap().to_str().unwrap() {
            // They are meant to hold them.
            "secret.key" | "admin.token" => {
                assert!(canaries.stand_in(&bytes), "the search works");
                assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
            }
            name => search(name, &bytes),
        }
    }
    found.sort();
    found.dedup();
    assert_eq!(found, Vec::<String>::new());
    // That there was something to search.
    let rows = |table: &str| cells.iter().filter(|cell| cell.place.starts_with(&format!("{table}."))).count();
    for table in [
        "credentials",
        "attempts",
        "timeline",
        "tickets",
        "kv",
        "api_tokens",
        "holds",
        "users",
        "invites",
        "sessions",
        "guesses",
        "audit",
    ] {
        assert!(rows(table) > 0, "{table} is empty");
    }
    assert!(log.lines().len() > 1_000 && house.heard().len() > 100);
    house.close().await;
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files
}

/// Canaries for all credentials; the guest; and connections to the parrot.
async fn furnish(house: &House, parrot: &Parrot, engine: Engine) {
    let [secret, key, robot] = ["app-secret", "amap-key", "robot-key"].map(|name| canary(engine, name));
    house
        .upstreams
        .configure(&json!({ "u8_app_secret": secret, "amap_key": key, "wecom_robot_keys": [robot] }))
        .unwrap();
    let origin = &parrot.origin;
    guest::admit(house, |connection| {
        connection["settings"] = json!({ "upstream": origin });
        connection["grant"] = json!({ "http": [origin], "private": [origin], "kv-bytes": 60_000, "reveal": ["seen"] });
    })
    .await;
    let stores = json!([{"code": ECHO, "name": "Echo", "region": "east", "currency": "CNY"}]);
    house.put("/catalog/stores", json!({ "items": stores })).await.ok();
    guest::route(house, "amap", &["sh-01", ECHO]).await;
    guest::route(house, "u8", &["sh-01", guest::STORE]).await;
    guest::route(house, "wecom", &["sh-01", guest::STORE]).await;
    for (name, slots) in [("u8", [("app-secret", secret.as_str())].as_slice()), ("wecom", &[("robot-key", &robot)])] {
        let own = house.get(&format!("/connections/{name}")).await.ok();
        let mut echo = house.connection(name, own["plugin"].as_str().unwrap());
        let other = format!("{name}-echo");
        echo["name"] = json!(other);
        echo["settings"]["base-url"] = json!(origin);
        echo["grant"]["http"] = json!([origin]);
        echo["grant"]["private"] = json!([origin]);
        echo["routing"] = json!({ "stores": [ECHO] });
        echo["failure-mode"] = json!("degrade");
        house.put(&format!("/connections/{other}"), echo).await.ok();
        for connection in [name, &other] {
            for (slot, value) in slots {
                let path = format!("/connections/{connection}/credentials/{slot}");
                house.put(&path, json!({ "value": value })).await.ok();
            }
        }
    }
    house.put("/connections/amap/credentials/key", json!({ "value": key })).await.ok();
    for slot in ["key", "narrow", "signing", "seen"] {
        let path = format!("/connections/{}/credentials/{slot}", guest::NAME);
        house.put(&path, json!({ "value": plain(engine, slot) })).await.ok();
    }
}

/// A busy day: orders that pass, fail, wait and are refused; upstreams that break in every way.
async fn busy(house: &House) {
    let kinds = [
        Fault::TimeoutAfterCommit,
        Fault::Drop,
        Fault::Http500,
        Fault::Http502Html,
        Fault::RateLimited,
        Fault::TokenExpired,
        Fault::BadJson,
    ];
    for (at, kind) in kinds.into_iter().enumerate() {
        for path in ["system/token", "saleorder/add", "oughtreceive/add", "consignment/add", "geocode", "webhook/send"]
        {
            house.upstreams.fault(Rule::once(kind, path));
        }
        let mut order = house.order();
        order["customer"] = json!(format!("K{at}"));
        order["lines"] = json!([{"sku": "T-100", "quantity": at + 1}, {"sku": "M-300", "quantity": "1"}]);
        house.accepted(&order).await;
        house.run_until_idle(HOUR).await;
        house.upstreams.clear_faults();
    }
    // An ERP that parrots what it gets: tickets.
    let mut order = house.order();
    order["lines"] = json!([{"sku": "POST", "quantity": "1"}]);
    order["store"] = json!(ECHO);
    order["customer"] = json!("K21");
    let number = house.accepted(&order).await;
    house.run_until_idle(Duration::from_mins(5)).await;
    let shown = house.shown(&number).await;
    assert_ne!(house.get("/tickets?open=true").await.ok()["items"], json!([]), "{shown:#}");
    // Wrong credentials.
    house
        .upstreams
        .configure(&json!({ "u8_app_secret": "another", "amap_key": "another", "u8_single_token": true }))
        .unwrap();
    house.clock.advance(3 * HOUR);
    let mut order = house.order();
    order["customer"] = json!("K20");
    house.accepted(&order).await;
    house.run_until_idle(Duration::from_mins(5)).await;
    // Quotes, and orders that are refused or rejected.
    house.post("/quotes", house.order()).await;
    let mut unpriced = house.order();
    unpriced["lines"] = json!([{"sku": "NO-PRICE", "quantity": "1"}]);
    house.submit(&unpriced).await;
    house.submit(&json!({ "customer": 7 })).await;
    house.post("/deliveries/replay", json!({ "since": "2026-01-01T00:00:00Z" })).await.ok();
    house.run_until_idle(HOUR).await;
}

fn send(method: &str, url: &str, headers: &Value, body: Option<&str>) -> Value {
    json!({ "do": "send", "method": method, "url": url, "headers": headers, "body": body, "basic": false, "times": 1 })
}

/// A guest that tries everything to get hold of its credentials.
async fn hostile(house: &House, parrot: &Parrot, engine: Engine) {
    let origin = &parrot.origin;
    let headers = json!([["x-key", "<key>"], ["authorization", "Bearer <key>"], ["content-type", "application/json"]]);
    let call = |path: &str| send("POST", &format!("{origin}{path}"), &headers, Some(r#"{"key":"<key>"}"#));
    let mut basic = send("GET", &format!("{origin}/refuse"), &json!([]), None);
    basic["basic"] = json!(true);
    let scripts = [
        json!([call("/echo"), call("/error"), call("/refuse"), call("/redirect"), basic]),
        json!([
            call("/login"),
            send("GET", &format!("{origin}/echo?token=<token>"), &json!([["x-key", "<token>"]]), None)
        ]),
        json!([send("GET", &format!("{origin}/path/<key>?k=<key>"), &json!([["x-key", "<narrow>"]]), None)]),
        json!([{ "do": "hmac", "text": "message" }, { "do": "sandwich", "text": "a" }, { "do": "kv-set", "key": "a", "text": "b" }]),
        json!([{ "do": "reveal", "slot": "seen" }]),
        json!([{ "do": "reveal", "slot": "key" }]),
        json!([{ "do": "panic-revealed", "slot": "seen" }]),
        json!([{ "do": "log-flood" }, call("/echo"), { "do": "trap" }]),
        json!([call("/echo"), { "do": "loop" }]),
    ];
    for script in &scripts {
        // An address has 500 characters: longer scripts go step by step.
        let steps = script.as_array().unwrap();
        let at_once = if script.to_string().len() < 500 { steps.len() } else { 1 };
        for part in steps.chunks(at_once) {
            house.accepted(&guest::order(house, &json!(part))).await;
        }
    }
    // The guest looks through its own memory, after all answers have gone through it.
    let mut steps = vec![call("/echo"), call("/login"), call("/redirect"), basic_again(origin)];
    for name in ["key", "narrow", "signing", "token"] {
        let marked: Vec<u8> = plain(engine, name).bytes().map(|byte| byte ^ 0x55).collect();
        let marked: String = marked.iter().map(|byte| format!("{byte:02x}")).collect();
        steps.push(json!({ "do": "scan", "marked": marked }));
    }
    let called = guest::call(house, &Value::from(steps)).await;
    let Ok(Answer::Located(located)) = called.result else { unreachable!("{called:?}") };
    let scanned: Vec<&str> =
        located.attributes.iter().filter(|(name, _)| name == "scanned").map(|(_, count)| count.as_str()).collect();
    assert_eq!(scanned, ["0"; 4]);
    // Orders that wait for such a guest are judged again every few seconds, for ever.
    house.run_until_idle(Duration::from_secs(10)).await;
}

fn basic_again(origin: &str) -> Value {
    let mut step = send("GET", &format!("{origin}/echo"), &json!([["x-key", "<key>"]]), None);
    step["basic"] = json!(true);
    step
}

/// Calls of the API with the token, and credentials, where they do not belong.
async fn misspelt(house: &House, engine: Engine) {
    let token = &house.running.token;
    let secret = plain(engine, "key");
    for address in [
        format!("/api/v1/orders?token={token}"),
        format!("/api/v1/orders?access_token={token}&limit=5"),
        format!("/api/v1/orders?{token}"),
        format!("/api/v1/orders?{token}=1"),
        format!("/api/v1/orders?since={token}"),
        format!("/api/v1/orders?state={token}"),
        format!("/api/v1/orders?cursor={token}"),
        format!("/api/v1/order?token={token}"),
        format!("/api/v2/orders?token={token}"),
        format!("/?token={token}"),
        format!("/healthz?token={token}"),
        format!("/metrics?token={token}"),
        format!("/api/v1/tickets?open={token}"),
    ] {
        house.hear(house.request("GET", &address)).await;
        house.hear(house.request("GET", &address).bearer_auth(token)).await;
        house.hear(house.request("DELETE", &address).bearer_auth(token)).await;
        house.hear(house.request("GET", &address).header("authorization", token.as_str())).await;
        house.hear(house.request("GET", &address).header("authorization", format!("Token {token}"))).await;
        house.hear(house.request("GET", &address).bearer_auth(format!("{token}x"))).await;
    }
    let credential = "/api/v1/connections/bad/credentials/key";
    for body in [
        json!(secret),
        json!([secret]),
        json!({ "value": [secret] }),
        json!({ "valeu": secret }),
        json!({ "value": { "secret": secret } }),
        json!({ "value": secret, "again": secret }),
        json!({ secret.as_str(): 1 }),
    ] {
        let heard = house.hear(house.request("PUT", credential).bearer_auth(token).json(&body)).await;
        assert_eq!(heard.status, 422, "{body}");
    }
    let broken = format!("{{\"value\": \"{secret}");
    let request = house.request("PUT", credential).bearer_auth(token).header("content-type", "application/json");
    assert_eq!(house.hear(request.body(broken)).await.status, 400);
}
