//! How much lies where: plenty of everything that is ordered, but for one item.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Prices, WAREHOUSES, is_code, is_service};
use crate::decimal::Decimal;
use crate::orders::Sheet;

/// No heap of one item is larger.
const MOST: i64 = 1_000_000_000_000;

/// The stock at the upstream.
#[derive(Debug, Default)]
pub struct Stock {
    /// Of each item how much there is in all warehouses.
    pub levels: BTreeMap<String, i64>,
    /// The item of which there is too little on purpose.
    pub short: Option<Short>,
}

/// An item whose largest order cannot be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    pub sku: String,
    pub level: i64,
    /// All that is ordered.
    pub demand: i64,
    /// By how many orders.
    pub orders: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Demand {
    orders: usize,
    total: Decimal,
    largest: Decimal,
}

impl Stock {
    pub fn of(sheet: &Sheet, prices: &Prices) -> Self {
        let demand = demand(sheet);
        let short = short(&demand, prices);
        let mut levels: BTreeMap<String, i64> =
            demand.iter().map(|(sku, demand)| (sku.clone(), plenty(demand.total))).collect();
        if let Some(short) = &short {
            levels.insert(short.sku.clone(), short.level);
        }
        Self { levels, short }
    }

    /// The rows of the upstream's stock, in its codes of the warehouses.
    pub fn rows(&self) -> Vec<Value> {
        let scarce = |sku: &String| self.short.as_ref().is_some_and(|short| short.sku == *sku);
        self.levels
            .iter()
            .flat_map(|(sku, level)| if scarce(sku) { spread(sku, *level) } else { vec![at_home(sku, *level)] })
            .collect()
    }
}

/// Twice what is ordered, and some more, so that the order of arrival does not matter.
fn plenty(demand: Decimal) -> i64 {
    demand.ceiling().saturating_mul(2).saturating_add(20).min(MOST)
}

/// Most items lie in one warehouse only.
fn at_home(sku: &str, level: i64) -> Value {
    let sum: usize = sku.bytes().map(usize::from).sum();
    let home = WAREHOUSES.get(sum / 2 % WAREHOUSES.len()).map_or("", |(_, code, ..)| code);
    json!({ "warehouse": home, "sku": sku, "quantity": level })
}

/// One item's stock over the warehouses; what does not divide lies in the first.
pub fn spread(sku: &str, level: i64) -> Vec<Value> {
    let share = |percent: i64| level / 100 * percent + level % 100 * percent / 100;
    let rest = level - WAREHOUSES.iter().map(|(.., percent)| share(*percent)).sum::<i64>();
    let row = |(at, (_, code, _, percent)): (usize, &(&str, &str, &str, i64))| {
        let quantity = share(*percent) + if at == 0 { rest } else { 0 };
        json!({ "warehouse": code, "sku": sku, "quantity": quantity })
    };
    WAREHOUSES.iter().enumerate().map(row).collect()
}

fn demand(sheet: &Sheet) -> BTreeMap<String, Demand> {
    let mut all: BTreeMap<String, Demand> = BTreeMap::new();
    for (_, _, order) in sheet.orders().filter(|(_, _, order)| !order.returned) {
        let mut own: BTreeMap<&str, Decimal> = BTreeMap::new();
        for line in order.lines.iter().filter(|line| is_code(&line.sku) && !is_service(&line.sku)) {
            let sum = own.entry(&line.sku).or_default();
            *sum = sum.plus(line.quantity);
        }
        for (sku, quantity) in own {
            let demand = all.entry(sku.to_owned()).or_default();
            demand.orders += 1;
            demand.total = demand.total.plus(quantity);
            demand.largest = demand.largest.max(quantity);
        }
    }
    all
}

/// Of the items in two to four orders the one that is ordered most; half of its largest order lies there.
fn short(all: &BTreeMap<String, Demand>, prices: &Prices) -> Option<Short> {
    let few = all.iter().filter(|(sku, demand)| {
        (2..=4).contains(&demand.orders) && demand.largest > Decimal::whole(1) && prices.get(sku).is_some()
    });
    let (sku, demand) = few.max_by_key(|(_, demand)| demand.total)?;
    let level = (demand.largest.floor() / 2).min(MOST);
    Some(Short { sku: sku.clone(), level, demand: demand.total.ceiling(), orders: demand.orders })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_plenty_but_for_one_item() {
        let sheet = Sheet::read(
            b"InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n\
              1,A,10,2010-12-01,2,\n1,A,5,2010-12-01,2,\n2,A,7,2010-12-01,2,\n1,BOX,100,2010-12-01,2,\n1,POST,1,2010-12-01,18,\n\
              C3,A,-900,2010-12-01,2,\n",
        )
        .unwrap();
        let stock = Stock::of(&sheet, &Prices::of(&sheet));
        assert_eq!(stock.short, Some(Short { sku: "A".into(), level: 7, demand: 22, orders: 2 }));
        assert_eq!(stock.levels, BTreeMap::from([("A".into(), 7), ("BOX".into(), 220)]));
        let rows = stock.rows();
        let quantities: Vec<i64> = rows.iter().map(|row| row["quantity"].as_i64().unwrap()).collect();
        assert_eq!(quantities, [4, 2, 1, 220], "of A, then of BOX, by warehouse");
    }
}
