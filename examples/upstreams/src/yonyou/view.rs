//! Everything in U8, as the control endpoint shows it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    Document, Kind, Yonyou,
    document::{Fields, text},
};
use crate::{decimal::Decimal, settings::Settings};

impl Yonyou {
    pub fn view(&self, settings: &Settings) -> Value {
        let mut view = Map::new();
        for kind in Kind::ALL {
            let documents: Vec<&Document> = self.of(kind).collect();
            view.insert(plural(kind).into(), shelf(&documents, settings));
        }
        let stock: Vec<Value> = self
            .master
            .stock
            .iter()
            .map(|s| {
                json!({"warehouse": s.whcode, "sku": s.invcode, "qty": s.qty, "outqty": s.outqty,
                       "stopqty": s.stopqty, "availqty": s.available()})
            })
            .collect();
        let oversold = self.master.stock.iter().filter(|s| s.available().is_negative()).count();
        view.insert("stock".into(), json!(stock));
        view.insert("oversold".into(), json!(oversold));
        view.insert("pending_tasks".into(), json!(self.tasks.values().filter(|task| task.is_pending()).count()));
        Value::Object(view)
    }
}

fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::SaleOrder => "saleorders",
        Kind::Consignment => "consignments",
        Kind::OughtReceive => "receivables",
        Kind::Accept => "payments",
        Kind::SaleInvoice => "invoices",
    }
}

fn shelf(documents: &[&Document], settings: &Settings) -> Value {
    let mut by_key: BTreeMap<String, Vec<&Document>> = BTreeMap::new();
    let mut states: BTreeMap<&str, u64> = BTreeMap::new();
    for document in documents {
        by_key.entry(key(document, settings)).or_default().push(document);
        *states.entry(document.state.name()).or_default() += 1;
    }
    let duplicates: Vec<Value> = by_key
        .into_iter()
        .filter(|(_, same)| same.len() > 1)
        .map(|(key, same)| {
            let of: Vec<Value> = same.iter().map(|d| json!({"code": d.code, "state": d.state})).collect();
            json!({"key": key, "documents": of})
        })
        .collect();
    json!({
        "count": documents.len(),
        "returns": documents.iter().filter(|d| d.is_return()).count(),
        "states": states,
        "duplicate_count": duplicates.len(),
        "duplicates": duplicates,
        "items": documents.iter().map(|d| item(d, settings)).collect::<Vec<_>>(),
    })
}

/// A return has the number of its own, but must not clash with the order it belongs to either.
fn key(document: &Document, settings: &Settings) -> String {
    let own = text(&document.header, &settings.business_key);
    let own = if own.is_empty() { document.biz_id.clone().unwrap_or_else(|| document.code.clone()) } else { own };
    if document.is_return() { format!("{own} (return)") } else { own }
}

fn item(document: &Document, settings: &Settings) -> Value {
    let defines: Fields = document
        .header
        .iter()
        .filter(|(name, _)| name.starts_with("define"))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    json!({
        "code": document.code,
        "biz_id": document.biz_id,
        "key": key(document, settings),
        "defines": defines,
        "state": document.state,
        "kind": if document.is_return() { "return" } else { "sale" },
        "customer": document.customer,
        "date": document.date,
        "header": document.header,
        "lines": document.entry,
        "created_ms": document.created_ms,
        "modified_ms": document.modified_ms,
        "amount": document.header.get("amount").or_else(|| document.header.get("sum")).and_then(Decimal::of),
    })
}
