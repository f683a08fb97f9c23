//! What the upstream has: its documents, counted there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::decimal::Decimal;

/// Quantities by item.
pub type Quantities = BTreeMap<String, Decimal>;

/// A document at the upstream.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Number of the order that it is about.
    pub number: String,
    /// Two with the same key are one too many.
    pub key: String,
    /// Returns have negative quantities there; here all are positive.
    pub quantities: Quantities,
}

/// Everything there is of each kind.
#[derive(Debug, Default)]
pub struct Documents {
    pub orders: Vec<Document>,
    pub receivables: Vec<Document>,
    pub picks: Vec<Document>,
}

impl Documents {
    /// Reads the upstream's state.
    pub fn read(state: &Value) -> Self {
        Self {
            orders: shelf(state, "saleorders", "define1"),
            receivables: shelf(state, "receivables", "define1"),
            picks: shelf(state, "consignments", "define2"),
        }
    }

    pub fn of<'a>(documents: &'a [Document], number: &'a str) -> impl Iterator<Item = &'a Document> {
        documents.iter().filter(move |document| document.number == number)
    }

    /// Numbers of documents of orders that are not among these, with the kind of document.
    pub fn strangers(&self, due: &BTreeSet<&str>) -> Vec<String> {
        let kinds = [("order", &self.orders), ("receivable", &self.receivables), ("pick task", &self.picks)];
        let all = kinds.into_iter().flat_map(|(kind, shelf)| shelf.iter().map(move |document| (kind, document)));
        let strange = all.filter(|(_, document)| !due.contains(document.number.as_str()));
        strange.map(|(kind, document)| format!("{kind} {} of {:?}", document.key, document.number)).collect()
    }
}

/// Posted, distinct, duplicates, under the name that the report has for the first.
pub fn figures(documents: &[Document], posted: &str, own: &BTreeSet<&str>) -> (Value, usize) {
    let keys: Vec<&str> =
        documents.iter().filter(|one| own.contains(one.number.as_str())).map(|one| one.key.as_str()).collect();
    let distinct = keys.iter().collect::<BTreeSet<_>>().len();
    let duplicates = keys.len() - distinct;
    (json!({ posted: keys.len(), "distinct": distinct, "duplicates": duplicates }), duplicates)
}

fn shelf(state: &Value, name: &str, number: &str) -> Vec<Document> {
    let items = state[name]["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let read = |item: &Value| {
        let define = |field: &str| item["defines"][field].as_str().unwrap_or_default().to_owned();
        Document { number: define(number), key: define("define1"), quantities: quantities(item) }
    };
    items.iter().map(read).collect()
}

fn quantities(item: &Value) -> Quantities {
    let mut sums = Quantities::new();
    for line in item["lines"].as_array().into_iter().flatten() {
        let sku = ["inventorycode", "inventory_code"].iter().find_map(|name| line[name].as_str());
        let text = match &line["quantity"] {
            Value::String(text) => text.clone(),
            // As text 0.000001 would be 1e-6.
            Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
            other => other.to_string(),
        };
        let (Some(sku), Ok(quantity)) = (sku, Decimal::read(&text)) else { continue };
        let sum = sums.entry(sku.to_owned()).or_default();
        *sum = sum.plus(quantity.abs());
    }
    sums
}
