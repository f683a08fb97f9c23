//! Who buys, on which terms: levels, payment terms, and credit limits that nearly all orders keep.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Prices, is_code};
use crate::addresses::{Places, STORES};
use crate::decimal::Decimal;
use crate::orders::{Order, Sheet};

/// Level, last digits of the codes that have it, days until payment is due.
const LEVELS: [(&str, &[u8], u32); 2] = [("gold", b"01", 60), ("silver", b"234", 30)];
const PENCE: Decimal = Decimal::whole(100);
/// No limit is above this.
const MOST: i64 = 100_000_000_000_000;

/// The customers of the file.
#[derive(Debug, Default)]
pub struct Customers {
    /// As the host takes them.
    pub rows: Vec<Value>,
    /// The one whose limit is too small on purpose.
    pub tight: Option<Tight>,
}

/// A customer whose largest order exceeds the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tight {
    pub code: String,
    /// In pence.
    pub limit: i64,
    /// The largest order, in pence.
    pub largest: i64,
    /// How many orders.
    pub orders: usize,
}

/// What one customer orders, in pence with tax at list prices.
#[derive(Debug, Clone, Copy, Default)]
struct Demand {
    orders: usize,
    total: i64,
    largest: i64,
    row: usize,
}

/// How the codes of buyers begin who are not in the books.
pub const WALK_IN: &str = "WALK-IN-";

/// The code for buyers of this store who are not in the books.
pub fn walk_in(store: &str) -> String {
    format!("{WALK_IN}{store}")
}

impl Customers {
    pub fn of(sheet: &Sheet, prices: &Prices, places: &Places) -> Self {
        let demand = demand(sheet, prices);
        let tight = tight(&demand);
        let mut rows: Vec<Value> = STORES.iter().map(|store| stranger(store)).collect();
        for (code, demand) in &demand {
            let limit = match &tight {
                Some(tight) if tight.code == *code => tight.limit,
                _ => demand.total.saturating_mul(2).saturating_add(100_000).min(MOST),
            };
            let north = places.of(demand.row).is_some_and(|place| place.store == STORES[0]);
            let region = if north { "NORTH" } else { "SOUTH" };
            let last = code.bytes().last().unwrap_or_default();
            let level = LEVELS.iter().find(|(_, digits, _)| digits.contains(&last));
            rows.push(json!({
                "code": code, "name": format!("Customer {code}"), "level": level.map_or("", |(name, ..)| name), "region": region,
                "credit_limit": limit, "payment_days": level.map_or(14, |(.., days)| *days),
            }));
        }
        Self { rows, tight }
    }
}

/// Who is not in the books has no limit: the till takes the money.
fn stranger(store: &str) -> Value {
    json!({ "code": walk_in(store), "name": format!("Walk-in customer of {store}"), "level": "", "payment_days": 0 })
}

fn demand(sheet: &Sheet, prices: &Prices) -> BTreeMap<String, Demand> {
    let mut all: BTreeMap<String, Demand> = BTreeMap::new();
    for (at, _, order) in sheet.orders() {
        let Some(code) = order.customer.as_ref().filter(|code| is_code(code)) else { continue };
        let demand = all.entry(code.clone()).or_insert(Demand { row: at, ..Demand::default() });
        if let Some(pence) = worth(order, prices).filter(|_| !order.returned) {
            demand.orders += 1;
            demand.total = demand.total.saturating_add(pence);
            demand.largest = demand.largest.max(pence);
        }
    }
    all
}

/// What an order comes to with tax; none where an item has no list price.
fn worth(order: &Order, prices: &Prices) -> Option<i64> {
    let tax = Decimal::read("1.2").ok()?;
    let sum = order
        .lines
        .iter()
        .try_fold(Decimal::ZERO, |sum, line| Some(sum.plus(line.quantity.times(prices.get(&line.sku)?))))?;
    Some(sum.times(tax).times(PENCE).ceiling())
}

/// Of the customers with two to five orders the one with the largest; the limit is half of that order.
fn tight(all: &BTreeMap<String, Demand>) -> Option<Tight> {
    let few = all.iter().filter(|(_, demand)| (2..=5).contains(&demand.orders) && demand.largest >= 200);
    let (code, demand) = few.max_by_key(|(_, demand)| demand.largest)?;
    Some(Tight { code: code.clone(), limit: demand.largest / 2, largest: demand.largest, orders: demand.orders })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_limit_is_too_small_and_all_others_suffice() {
        let sheet = Sheet::read(
            b"InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n\
              1,A,10,2010-12-01,2,17850\n2,A,30,2010-12-01,2,17850\n3,A,1,2010-12-01,2,\n4,A,5,2010-12-01,2,13041\n\
              5,NONE,5,2010-12-01,0,13041\n",
        )
        .unwrap();
        let places = Places::read(b"address,province_code\nx,44\n").unwrap();
        let customers = Customers::of(&sheet, &Prices::of(&sheet), &places);
        assert_eq!(customers.tight, Some(Tight { code: "17850".into(), limit: 3_600, largest: 7_200, orders: 2 }));
        let limits: Vec<(&str, &Value)> =
            customers.rows.iter().map(|row| (row["code"].as_str().unwrap(), &row["credit_limit"])).collect();
        assert_eq!(
            limits,
            [
                ("WALK-IN-S-NORTH", &Value::Null),
                ("WALK-IN-S-SOUTH", &Value::Null),
                ("13041", &json!(102_400)),
                ("17850", &json!(3_600)),
            ]
        );
        assert_eq!(customers.rows[2]["level"], "gold");
        assert_eq!(customers.rows[2]["region"], "SOUTH");
    }
}
