//! What the company itself does in U8: ship goods, take payments.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Document, Kind, Yonyou,
    document::{Fields, State, quantity, set, text},
};
use crate::{decimal::Decimal, world::Cx};

/// Goods leave the house.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipment {
    /// Code, own number (`define…`) or biz_id of a sales order or a delivery note.
    pub order: String,
    /// None: all that is outstanding.
    #[serde(default)]
    pub lines: Vec<ShippedLine>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedLine {
    #[serde(alias = "inventorycode", alias = "inventory_code")]
    pub sku: String,
    pub quantity: Decimal,
}

/// A customer pays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// Code, own number (`define…`) or biz_id.
    pub receivable: String,
    pub amount: Decimal,
}

impl Yonyou {
    /// The delivery notes that goods were shipped on. An order without any gets one from the warehouse's own hand.
    pub fn ship(&mut self, cx: Cx<'_>, shipment: &Shipment) -> Result<Vec<String>, String> {
        self.settle(cx);
        let order = self.of(Kind::SaleOrder).find(|order| order.answers_to(&shipment.order)).cloned();
        let mut notes: Vec<String> = self
            .of(Kind::Consignment)
            .filter(|note| note.state != State::Closed)
            .filter(|note| note.answers_to(&shipment.order) || order.as_ref().is_some_and(|order| refers(note, order)))
            .map(|note| note.code.clone())
            .collect();
        if notes.is_empty() {
            let order = order.ok_or_else(|| format!("no sales order or delivery note {}", shipment.order))?;
            notes.push(self.own_note(cx, &order, &shipment.lines)?);
        }
        let mut wanted: Vec<(String, Decimal)> =
            shipment.lines.iter().map(|line| (line.sku.clone(), line.quantity)).collect();
        let all = wanted.is_empty();
        let mut touched = Vec::new();
        for code in notes {
            if self.ship_note(cx, &code, &mut wanted, all) {
                touched.push(code);
            }
        }
        match wanted.iter().find(|(_, left)| *left > Decimal::ZERO) {
            Some((sku, left)) => Err(format!("{} of {sku} is not outstanding; the rest was shipped", left.text())),
            None => Ok(touched),
        }
    }

    fn ship_note(&mut self, cx: Cx<'_>, code: &str, wanted: &mut [(String, Decimal)], all: bool) -> bool {
        let Some(mut note) = self.find(Kind::Consignment, code).cloned() else { return false };
        let mut moved = false;
        for line in &mut note.entry {
            let (house, sku) = (text(line, "warehouse_code"), text(line, "inventory_code"));
            let (count, out) = (quantity(line, "quantity"), quantity(line, "outquantity"));
            let wish = wanted.iter_mut().find(|(wanted, _)| *wanted == sku);
            let amount = match &wish {
                Some((_, left)) => (*left).min(count - out),
                None if all => count - out,
                None => Decimal::ZERO,
            };
            if amount <= Decimal::ZERO {
                continue;
            }
            if let Some((_, left)) = wish {
                *left = *left - amount;
            }
            set(line, "outquantity", out + amount);
            let stock = self.master.stock_mut(&house, &sku);
            stock.qty = stock.qty - amount;
            stock.outqty = stock.outqty - amount;
            self.follow(&text(line, "socode"), &sku, "outquantity", amount);
            moved = true;
        }
        if moved {
            note.modified_ms = cx.now_ms;
            if note.entry.iter().all(|line| quantity(line, "outquantity") == quantity(line, "quantity")) {
                note.state = State::Approved;
                note.verifier = "warehouse".into();
            }
            self.documents.entry(Kind::Consignment).or_default().insert(code.into(), note);
        }
        moved
    }

    fn own_note(&mut self, cx: Cx<'_>, order: &Document, lines: &[ShippedLine]) -> Result<String, String> {
        let entry: Vec<Value> = order
            .entry
            .iter()
            .filter_map(|line| {
                let sku = text(line, "inventorycode");
                let wish = lines.iter().find(|wish| wish.sku == sku).map(|wish| wish.quantity);
                let count = if lines.is_empty() { quantity(line, "quantity") } else { wish? };
                let house = self.master.stock.iter().find(|stock| stock.invcode == sku);
                let house = house.map_or("01", |stock| stock.whcode.as_str());
                Some(json!({"inventory_code": sku, "warehouse_code": house, "quantity": count, "socode": order.code}))
            })
            .collect();
        let mut fields: Fields = Map::new();
        fields.insert("custcode".into(), json!(order.customer));
        fields.insert("maker".into(), json!("warehouse"));
        fields.insert("entry".into(), json!(entry));
        self.add(cx, Kind::Consignment, &fields, "").map_err(|refusal| refusal.message)
    }

    /// The code of the payment.
    pub fn pay(&mut self, cx: Cx<'_>, payment: &Payment) -> Result<String, String> {
        self.settle(cx);
        let receivable = self.of(Kind::OughtReceive).find(|r| r.answers_to(&payment.receivable)).cloned();
        let mut receivable = receivable.ok_or_else(|| format!("no receivable {}", payment.receivable))?;
        let mut fields: Fields = receivable.header.clone();
        fields.retain(|name, _| name.starts_with("define"));
        for (name, value) in [
            ("vouchtype", json!("48")),
            ("customercode", json!(receivable.customer)),
            ("oughtreceivecode", json!(receivable.code)),
            ("amount", json!(payment.amount)),
            ("natamount", json!(payment.amount)),
        ] {
            fields.insert(name.into(), value);
        }
        let code = self.add(cx, Kind::Accept, &fields, "").map_err(|refusal| refusal.message)?;
        let paid = quantity(&receivable.header, "paidamount") + payment.amount;
        set(&mut receivable.header, "paidamount", paid);
        receivable.modified_ms = cx.now_ms;
        self.documents.entry(Kind::OughtReceive).or_default().insert(receivable.code.clone(), receivable);
        Ok(code)
    }
}

/// Does the delivery note belong to the order?
fn refers(note: &Document, order: &Document) -> bool {
    note.entry.iter().any(|line| Some(text(line, "socode")).is_some_and(|so| !so.is_empty() && order.answers_to(&so)))
        || ["socode", "define1", "define2", "define3"].iter().any(|name| {
            let value = text(&note.header, name);
            !value.is_empty() && order.answers_to(&value)
        })
}
