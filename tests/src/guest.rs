//! The misbehaving guest in the house: the only geocoder of a store of its own.

use mortise_domain::call::{CallContext, Called, Request};
use mortise_domain::place::PlaceQuery;
use mortise_domain::ports::plugins::Plugins as _;
use serde_json::{Value, json};

use crate::{House, plugins};

/// The store whose addresses the guest locates.
pub const STORE: &str = "bad-01";
/// The guest's connection.
pub const NAME: &str = "bad";

/// Installs and connects the guest beside the good plugins. `change` has the last word on its connection.
pub async fn admit(house: &House, change: impl FnOnce(&mut Value)) {
    let stores = json!([{"code": STORE, "name": "Where it goes wrong", "region": "north", "currency": "CNY"}]);
    house.put("/catalog/stores", json!({ "items": stores })).await.ok();
    // Nobody else locates that store's addresses.
    route(house, "amap", &["sh-01"]).await;
    let digest = house.install(plugins::misbehaving()).await;
    let mut connection = json!({
        "name": NAME, "plugin": digest, "settings": {}, "grant": {},
        // It exports prices, too, and is never asked for them: others come first.
        "routing": { "stores": [STORE], "priority": 9 },
        "limits": { "cpu-ms": 200, "memory-bytes": 16 << 20, "deadline-ms": 5_000, "http-timeout-ms": 2_000 },
        "breaker": { "dry-run": true },
        "retry": { "first-ms": 1_000, "most-ms": 4_000, "ticket-after": 3, "slow-ms": 60_000 },
    });
    change(&mut connection);
    house.put(&format!("/connections/{NAME}"), connection).await.ok();
    house.put(&format!("/connections/{NAME}/credentials/key"), json!({ "value": "not used here" })).await.ok();
}

/// Lets a connection serve these stores alone.
pub async fn route(house: &House, connection: &str, stores: &[&str]) {
    let mut config = house.get(&format!("/connections/{connection}")).await.ok();
    let fields = config.as_object_mut().unwrap();
    for field in ["revision", "updated_at", "fault"] {
        fields.remove(field);
    }
    fields.insert("routing".into(), json!({ "stores": stores }));
    house.put(&format!("/connections/{connection}"), config).await.ok();
}

/// An order whose address tells the guest what to do.
pub fn order(house: &House, steps: &Value) -> Value {
    let mut order = house.order();
    order["store"] = json!(STORE);
    order["ship_to"]["text"] = json!(steps.to_string());
    order
}

/// Calls the guest past the doors.
pub async fn call(house: &House, steps: &Value) -> Called {
    let query = PlaceQuery { text: steps.to_string(), city: String::new(), country: String::new(), attributes: vec![] };
    let context = CallContext {
        call_id: "past-the-doors".into(),
        idempotency_key: String::new(),
        attempt: 1,
        locale: "zh-CN".into(),
        trace_parent: String::new(),
        deadline: None,
        send_until: None,
    };
    house.running.app.registry.call(NAME, Request::Locate { query }, context).await
}
