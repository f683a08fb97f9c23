//! What the company must know before orders come: worked out from the orders themselves.

mod customers;
mod items;
mod prices;
mod stock;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::addresses::{Places, STORES};
use crate::orders::Sheet;
use crate::scenario::props;

pub use customers::{Customers, walk_in};
pub use items::is_service;
pub use prices::Prices;
pub use stock::{Stock, spread};

/// In which the company counts.
pub const CURRENCY: &str = "GBP";
/// The tax on everything, on top of the price.
pub const TAX_RATE: &str = "0.2";
/// The unit in which stock is counted.
pub const UNIT: &str = "pc";
/// Our codes of the warehouses, U8's, their regions and their shares of the stock in percent.
pub const WAREHOUSES: [(&str, &str, &str, i64); 3] =
    [("W-BEIJING", "01", "NORTH", 40), ("W-SHANGHAI", "02", "SOUTH", 40), ("W-GUANGZHOU", "03", "SOUTH", 20)];

/// How the demo's own codes begin: those of the scenarios, and the customers who are not in the books.
pub const RESERVED: [&str; 2] = [props::PREFIX, customers::WALK_IN];

/// All of it.
#[derive(Debug)]
pub struct Catalog {
    pub products: Vec<Value>,
    pub prices: Prices,
    pub customers: Customers,
    pub stock: Stock,
}

impl Catalog {
    /// Works it out. The places decide which store an order belongs to.
    pub fn of(sheet: &Sheet, places: &Places) -> Self {
        let prices = Prices::of(sheet);
        let skus: BTreeSet<&str> =
            sheet.orders().flat_map(|(_, _, order)| &order.lines).map(|line| line.sku.as_str()).collect();
        let products =
            skus.iter().filter(|sku| is_code(sku)).map(|sku| items::product(sku, sheet.names.get(*sku))).collect();
        Self { products, customers: Customers::of(sheet, &prices, places), stock: Stock::of(sheet, &prices), prices }
    }

    /// Regions, stores, warehouses: path below `/catalog` and rows.
    pub fn places() -> [(&'static str, Value); 3] {
        let [north, south] = STORES;
        let warehouses: Vec<Value> = WAREHOUSES
            .iter()
            .zip(1..)
            .map(|((code, _, region, _), priority)| json!({ "code": code, "name": code, "region": region, "priority": priority }))
            .collect();
        [
            ("regions", json!([{ "code": "NORTH", "name": "North 北区" }, { "code": "SOUTH", "name": "South 南区" }])),
            (
                "stores",
                json!([
                    { "code": north, "name": "Beijing flagship 北京旗舰店", "region": "NORTH", "currency": CURRENCY },
                    { "code": south, "name": "Shanghai flagship 上海旗舰店", "region": "SOUTH", "currency": CURRENCY },
                ]),
            ),
            ("warehouses", json!(warehouses)),
        ]
    }
}

/// Can this be a code in the company's books? Orders that name others are refused by the host, naming the field.
pub fn is_code(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 100 && text.trim() == text && !text.chars().any(char::is_control)
}
