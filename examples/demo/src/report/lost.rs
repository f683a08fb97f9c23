//! What should be there and is not.

use super::documents::{Document, Documents, Quantities};
use crate::catalog::is_service;
use crate::orders::Order;

/// An accepted order that every system must know.
#[derive(Debug, Clone)]
pub struct Due<'a> {
    pub number: &'a str,
    pub returned: bool,
    /// All lines, and those that lie in a warehouse.
    pub all: Quantities,
    pub goods: Quantities,
}

impl<'a> Due<'a> {
    pub fn new(number: &'a str, order: &Order) -> Self {
        let sum = |goods_only: bool| {
            let mut sums = Quantities::new();
            for line in order.lines.iter().filter(|line| !(goods_only && is_service(&line.sku))) {
                let sum = sums.entry(line.sku.clone()).or_default();
                *sum = sum.plus(line.quantity);
            }
            sums
        };
        Self { number, returned: order.returned, all: sum(false), goods: sum(true) }
    }

    /// What of it is missing upstream, in words.
    pub fn missing(&self, documents: &Documents) -> Vec<String> {
        let mut missing = Vec::new();
        let orders: Vec<&Document> = Documents::of(&documents.orders, self.number).collect();
        match orders.first() {
            None => missing.push(format!("{}: no order document", self.number)),
            Some(document) => {
                missing.extend(differs(self.number, "the order document", &self.all, &document.quantities));
            }
        }
        if Documents::of(&documents.receivables, self.number).next().is_none() {
            missing.push(format!("{}: no receivable", self.number));
        }
        if !self.returned && !self.goods.is_empty() {
            let picked = picked(documents, self.number);
            if picked.is_empty() {
                missing.push(format!("{}: no pick task", self.number));
            } else {
                missing.extend(differs(self.number, "the pick tasks", &self.goods, &picked));
            }
        }
        missing
    }
}

/// All pick tasks of an order together; a repeated one counts once, it is a duplicate and no more goods.
fn picked(documents: &Documents, number: &str) -> Quantities {
    let mut seen = std::collections::BTreeSet::new();
    let mut sums = Quantities::new();
    for pick in Documents::of(&documents.picks, number).filter(|pick| seen.insert(pick.key.as_str())) {
        for (sku, quantity) in &pick.quantities {
            let sum = sums.entry(sku.clone()).or_default();
            *sum = sum.plus(*quantity);
        }
    }
    sums
}

fn differs(number: &str, what: &str, wanted: &Quantities, there: &Quantities) -> Option<String> {
    let skus = wanted.keys().chain(there.keys());
    let other = skus.into_iter().find(|sku| wanted.get(*sku) != there.get(*sku))?;
    let shown = |side: &Quantities| side.get(other).copied().unwrap_or_default();
    Some(format!("{number}: of {other} {what} carry {} instead of {}", shown(there), shown(wanted)))
}
