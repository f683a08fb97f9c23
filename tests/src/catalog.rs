//! A small company: two regions, three warehouses, a few customers and items.

use serde_json::{Value, json};

/// What every test starts from. Prices are net of 13 % tax.
pub fn catalog() -> Vec<(&'static str, Value)> {
    let product = |sku: &str, name: &str, zone: &str| json!({"sku": sku, "name": name, "category": "tissue", "specification": "3x120", "base_unit": "piece", "tax_rate": "0.13", "units": [["box", "10"]], "zone": zone});
    let customer = |code: &str, level: &str, limit: Option<i64>| json!({"code": code, "name": format!("Customer {code}"), "level": level, "region": "east", "credit_limit": limit, "payment_days": 30});
    vec![
        ("regions", json!([{"code": "east", "name": "East"}, {"code": "north", "name": "North"}])),
        ("stores", json!([{"code": "sh-01", "name": "Shanghai 1", "region": "east", "currency": "CNY"}])),
        (
            "warehouses",
            json!([{"code": "W1", "name": "Shanghai", "region": "east"}, {"code": "W2", "name": "Hangzhou", "region": "east", "priority": 1}, {"code": "W3", "name": "Beijing", "region": "north"}]),
        ),
        ("customers", (0..50).map(|at| customer(&format!("K{at}"), "", None)).collect()),
        (
            "customers",
            json!([customer("C1", "A", None), customer("C2", "B", None), customer("POOR", "", Some(100_000))]),
        ),
        (
            "products",
            json!([
                product("T-100", "Tissue", "A"), product("T-200", "Tissue two", "A"), product("M-300", "Mug", "B"),
                {"sku": "SHELF", "name": "Shelf to measure", "base_unit": "piece", "tax_rate": "0.13", "custom": true, "lead_time_days": 20, "zone": "C"},
                {"sku": "POST", "name": "Postage", "base_unit": "piece", "tax_rate": "0.06", "service": true},
                product("RARE", "Rare tissue", "A"), product("NO-PRICE", "Tissue without price", "A"),
            ]),
        ),
    ]
}

/// The published prices.
pub fn price_list() -> Value {
    let row = |sku: &str, price: &str| json!({"sku": sku, "unit": "piece", "price": price, "tax_inclusive": false, "tax_rate": "0.13"});
    json!({
        "code": "standard", "currency": "CNY", "valid_from": "2026-01-01",
        "entries": [row("T-100", "10"), row("T-200", "12.5"), row("M-300", "33.33"), row("SHELF", "900"), row("POST", "15"), row("RARE", "10")],
    })
}

/// What the simulated ERP has.
pub fn upstream_seed() -> Value {
    let stock =
        |warehouse: &str, sku: &str, quantity: i64| json!({"warehouse": warehouse, "sku": sku, "quantity": quantity});
    json!({"stock": [
        stock("W1", "T-100", 100_000), stock("W2", "T-100", 500), stock("W3", "T-100", 500), stock("W1", "T-200", 100_000),
        stock("W1", "M-300", 5_000), stock("W1", "SHELF", 100), stock("W1", "RARE", 10),
    ]})
}
