//! A house whose plugins need no upstream, and orders that its rules let pass.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use mortise_domain::order::OrderState;
use mortise_tests::{Engine, House, plugins};
use serde_json::{Value, json};

/// Items of the catalogue, and lines of an order.
const ITEMS: u32 = 200;
pub const LINES: u32 = 5;
/// With [`STEP`] between two orders, those of one customer lie more than a day apart: no suspected duplicates.
const CUSTOMERS: u32 = 2_000;
const STEP: Duration = Duration::from_mins(1);

pub async fn open(engine: Engine) -> House {
    let house = House::bare(engine).await;
    let item = |at: u32| json!({"sku": format!("SKU-{at:04}"), "name": format!("Item {at}"), "category": "ware", "base_unit": "piece", "tax_rate": "0.13", "zone": "A"});
    let price = |at: u32| json!({"sku": format!("SKU-{at:04}"), "unit": "piece", "price": "9.95", "tax_inclusive": false, "tax_rate": "0.13"});
    let customer = |at: u32| json!({"code": format!("C{at}"), "name": format!("Customer {at}"), "level": "A", "region": "east", "payment_days": 30});
    for (noun, items) in [
        ("regions", json!([{"code": "east", "name": "East"}])),
        ("stores", json!([{"code": "sh-01", "name": "Shanghai 1", "region": "east", "currency": "CNY"}])),
        ("warehouses", json!([{"code": "W1", "name": "Shanghai", "region": "east"}])),
        ("products", (0..ITEMS).map(item).collect()),
        ("customers", (0..CUSTOMERS / 2).map(customer).collect()),
        ("customers", (CUSTOMERS / 2..CUSTOMERS).map(customer).collect()),
    ] {
        house.put(&format!("/catalog/{noun}"), json!({ "items": items })).await.ok();
    }
    let entries: Value = (0..ITEMS).map(price).collect();
    let list = json!({"code": "standard", "currency": "CNY", "valid_from": "2026-01-01", "entries": entries});
    house.post("/price-lists", list).await.ok();
    house.connect("tiered-pricing", &[]).await;
    house.connect("order-rules", &[]).await;
    house.connect_file("offline", plugins::guest("offline"), &[]).await;
    house
}

/// One order from submission to confirmation; answers its number.
pub async fn submit(house: &House, next: &AtomicU32) -> String {
    let at = next.fetch_add(1, Ordering::Relaxed);
    house.clock.advance(STEP);
    let line = |line: u32| json!({"sku": format!("SKU-{:04}", (at * 7 + line * 31) % ITEMS), "quantity": (line + 1).to_string()});
    let order = json!({
        "customer": format!("C{}", at % CUSTOMERS), "store": "sh-01", "reference": format!("R-{at}"),
        "ship_to": {"text": "浦东新区世纪大道100号", "city": "上海市", "contact": "张三", "phone": "13800000000"},
        "lines": (0..LINES).map(line).collect::<Value>(),
    });
    let order = serde_json::from_value(order).unwrap();
    let pipeline = house.running.app.pipeline();
    let submitted = pipeline.submit(order, None, "bench", Duration::from_secs(10)).await.unwrap();
    assert_eq!(submitted.state, OrderState::Confirmed, "{submitted:?}");
    submitted.number
}

pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
