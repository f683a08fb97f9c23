//! The files of `examples/first-order`, as the README uses them: an order goes through with them and nothing else.

#![expect(clippy::unwrap_used, reason = "an answer of another form is a failed test")]

use std::path::Path;
use std::time::Duration;

use mortise_tests::{Engine, House, plugins};
use serde_json::{Value, json};

/// Where the files expect the simulated upstreams.
const UPSTREAMS: &str = "http://127.0.0.1:7080";

/// A file of the example, which is to find the simulated upstreams where they are in this test.
fn file(house: &House, name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/first-order").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text.replace(UPSTREAMS, house.upstreams.base_url().trim_end_matches('/'))).unwrap()
}

/// As `mortise catalog import`.
async fn import(house: &House) {
    let catalog = file(house, "catalog.json");
    house.put("/company", catalog["company"].clone()).await.ok();
    for part in ["regions", "stores", "warehouses", "customers", "products"] {
        house.put(&format!("/catalog/{part}"), json!({ "items": catalog[part] })).await.ok();
    }
    for list in catalog["price_lists"].as_array().unwrap() {
        house.post("/price-lists", list.clone()).await.ok();
    }
}

/// As `mortise connection put` and `mortise connection credential set`.
async fn connect(house: &House, name: &str, credential: Option<(&str, &str)>) {
    let mut connection = file(house, &format!("{name}.json"));
    assert_eq!(connection["plugin"], name);
    connection["plugin"] = house.install(plugins::packed(name)).await.into();
    let path = format!("/connections/{}", connection["name"].as_str().unwrap());
    house.put(&path, connection).await.ok();
    if let Some((slot, value)) = credential {
        house.put(&format!("{path}/credentials/{slot}"), json!({ "value": value })).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_the_readme_lead_to_an_order_in_the_erp() {
    let house = House::bare(Engine::Sqlite).await;
    house.upstreams.seed(&file(&house, "upstreams.json")).unwrap();
    import(&house).await;
    assert_eq!(house.get("/status").await.ok()["unserved"], json!(["pricing", "inventory", "geocoder", "erp"]));
    connect(&house, "tiered-pricing", None).await;
    assert_eq!(house.get("/status").await.ok()["unserved"], json!(["inventory", "geocoder", "erp"]));
    connect(&house, "u8", Some(("app-secret", "u8-secret"))).await;
    connect(&house, "amap", Some(("key", "amap-key"))).await;
    let status = house.get("/status").await.ok();
    assert_eq!(status["unserved"], json!([]));
    for connection in status["connections"].as_array().unwrap() {
        assert_eq!((&connection["health"], &connection["ungranted"]), (&json!("ready"), &json!([])), "{connection}");
    }
    let order = house.submit(&file(&house, "order.json")).await;
    assert_eq!((order.status, &order.body["state"]), (201, &json!("confirmed")), "{}", order.body);
    // Ten at 10.00, less 5 % for level A, and 13 % tax.
    assert_eq!(order.body["order"]["gross"], 10_735, "{}", order.body);
    house.run_until_idle(Duration::from_hours(1)).await;
    let state = house.upstreams.state();
    assert_eq!(
        ["saleorders", "consignments", "receivables"].map(|kind| state[kind]["count"].as_i64().unwrap()),
        [1, 1, 1],
        "{state}"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_its_grants_says_so_before_an_order_fails() {
    let house = House::bare(Engine::Sqlite).await;
    let digest = house.install(plugins::packed("amap")).await;
    let bare = json!({ "name": "amap", "plugin": digest });
    house.put("/connections/amap", bare.clone()).await.ok();
    let missing = |status: &Value| {
        let wishes = status["ungranted"].as_array().unwrap().iter();
        wishes.map(|wish| format!("{} {}", wish["field"].as_str().unwrap(), wish["value"])).collect::<Vec<_>>()
    };
    let status = house.get("/connections/amap/status").await.ok();
    assert_eq!(
        missing(&status),
        ["grant.http \"https://restapi.amap.com:443\"", "grant.kv-bytes \"4194304\""],
        "the settings' default counts"
    );
    let mut wrong = bare.clone();
    wrong["grant"] = json!({ "http": ["restapi.amap.com"] });
    let refused = house.put("/connections/amap", wrong).await;
    assert_eq!(
        (refused.status, &refused.body["errors"]),
        (
            422,
            &json!([{
                "field": "grant.http[0]",
                "message": "\"restapi.amap.com\" is no origin: write scheme and host, such as https://restapi.amap.com",
            }])
        )
    );
    let mut right = bare;
    right["grant"] = json!({ "http": ["https://restapi.amap.com"], "kv-bytes": 4_194_304 });
    house.put("/connections/amap", right).await.ok();
    assert_eq!(missing(&house.get("/connections/amap/status").await.ok()), [""; 0]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_connection_is_called_at_once() {
    let house = House::bare(Engine::Sqlite).await;
    house.upstreams.seed(&file(&house, "upstreams.json")).unwrap();
    import(&house).await;
    connect(&house, "tiered-pricing", None).await;
    connect(&house, "u8", Some(("app-secret", "u8-secret"))).await;
    connect(&house, "amap", Some(("key", "amap-key"))).await;
    let right = file(&house, "amap.json");
    let mut wrong = right.clone();
    wrong["plugin"] = house.install(plugins::packed("amap")).await.into();
    wrong["grant"] = json!({});
    wrong["breaker"] = json!({ "failures": 1, "cool-down-ms": 3_600_000 });
    house.put("/connections/amap", wrong.clone()).await.ok();
    let order = file(&house, "order.json");
    assert_eq!(house.submit(&order).await.body["state"], "held");
    assert_eq!(house.get("/connections/amap/status").await.ok()["health"], "resting");
    wrong["grant"] = right["grant"].clone();
    house.put("/connections/amap", wrong).await.ok();
    let status = house.get("/connections/amap/status").await.ok();
    assert_eq!((&status["health"], &status["failing"]), (&json!("ready"), &json!([])));
    let second = house.submit(&order).await.body;
    assert_eq!(second["state"], "confirmed", "{second}");
    house.close().await;
}
