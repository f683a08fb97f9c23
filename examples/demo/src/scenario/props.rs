//! What the scenarios need: customers, items, prices and stock of their own, apart from the file's.

use serde_json::{Value, json};

use crate::catalog::{TAX_RATE, UNIT, spread};
use crate::decimal::Decimal;

/// In front of every code and reference of the scenarios.
pub const PREFIX: &str = "SCN-";
/// Callers at the same time for the last pieces.
pub const CALLERS: usize = 50;
/// How many pieces there are.
pub const LAST_PIECES: usize = 10;
/// Five items that are bought together.
pub const CUPS: [&str; 5] = ["SCN-CUP-1", "SCN-CUP-2", "SCN-CUP-3", "SCN-CUP-4", "SCN-CUP-5"];
/// Dear: six of them come to more than 50,000.
pub const BAR: &str = "SCN-BAR";
/// Made to order in 21 days.
pub const CABINET: &str = "SCN-CABINET";
/// Of the lamp there is too little; the substitute is of the same category and specification.
pub const LAMP: &str = "SCN-LAMP";
pub const SUBSTITUTE: &str = "SCN-LAMP-B";
/// There are ten.
pub const LAST: &str = "SCN-LAST";

/// Code, category, specification, price in pounds, pieces in stock.
const ITEMS: [(&str, &str, &str, i64, i64); 10] = [
    (CUPS[0], "SCN CUP", "1", 5, 100_000),
    (CUPS[1], "SCN CUP", "2", 5, 100_000),
    (CUPS[2], "SCN CUP", "3", 5, 100_000),
    (CUPS[3], "SCN CUP", "4", 5, 100_000),
    (CUPS[4], "SCN CUP", "5", 5, 100_000),
    (BAR, "SCN BAR", "", 9_000, 1_000),
    (CABINET, "SCN CABINET", "", 400, 1_000),
    (LAMP, "SCN LAMP", "RED", 20, 3),
    (SUBSTITUTE, "SCN LAMP", "RED", 22, 1_000),
    (LAST, "SCN LAST", "", 8, 10),
];

/// Code of the customer that hands in a caller's order for the last pieces.
pub fn caller(number: usize) -> String {
    format!("{PREFIX}CALLER-{number:02}")
}

pub fn products() -> Vec<Value> {
    let product = |(sku, category, specification, ..): &(&str, &str, &str, i64, i64)| {
        let custom = *sku == CABINET;
        json!({
            "sku": sku, "name": format!("Scenario item {sku}"), "category": category, "specification": specification,
            "base_unit": UNIT, "tax_rate": TAX_RATE, "zone": "S", "custom": custom,
            "lead_time_days": if custom { 21 } else { 0 },
        })
    };
    ITEMS.iter().map(product).collect()
}

pub fn prices() -> Vec<(String, Decimal)> {
    ITEMS.iter().map(|(sku, _, _, price, _)| ((*sku).to_owned(), Decimal::whole(*price))).collect()
}

pub fn stock() -> Vec<Value> {
    ITEMS.iter().flat_map(|(sku, .., pieces)| spread(sku, *pieces)).collect()
}

pub fn customers() -> Vec<Value> {
    let customer = |code: String, limit: Option<i64>| json!({ "code": code, "name": format!("Scenario customer {code}"), "region": "NORTH", "credit_limit": limit, "payment_days": 30 });
    let named =
        ["AMOUNT", "DUPLICATE", "CUSTOM", "VAGUE", "SHORT"].map(|name| customer(format!("{PREFIX}{name}"), None));
    let callers = (0..CALLERS).map(|number| customer(caller(number), None));
    let poor = customer(format!("{PREFIX}CREDIT"), Some(10_000));
    named.into_iter().chain([poor]).chain(callers).collect()
}
