//! What does a delivery note do to the stock?
//!
//! A positive line promises goods (`outqty` rises, `availqty` falls) until they leave the house; a negative line brings
//! goods back at once (`qty` rises).

use serde_json::json;

use super::{
    Document, Kind, Yonyou,
    document::{State, number, quantity, set, text},
    refusal::Refusal,
};
use crate::decimal::Decimal;

impl Yonyou {
    pub fn draft_consignment(&self, note: &mut Document) -> Result<(), Refusal> {
        if note.entry.is_empty() {
            return Err(Refusal::missing("entry"));
        }
        let house = ["warehouse_code", "whcode"].map(|name| text(&note.header, name)).concat();
        for line in &mut note.entry {
            self.check_item(line, "inventory_code")?;
            if text(line, "warehouse_code").is_empty() {
                line.insert("warehouse_code".into(), json!(house));
            }
            let house = text(line, "warehouse_code");
            if house.is_empty() {
                return Err(Refusal::missing("warehouse_code"));
            }
            if !self.master.knows_warehouse(&house) {
                return Err(Refusal::unknown("warehouse_code", &house));
            }
            if number(line, "quantity")?.unwrap_or_default() == Decimal::ZERO {
                return Err(Refusal::invalid("quantity", "不能为空或零"));
            }
            let order = text(line, "socode");
            if !order.is_empty() {
                let order = self.find(Kind::SaleOrder, &order).ok_or_else(|| Refusal::unknown("socode", &order))?;
                if order.state == State::Closed {
                    return Err(Refusal::invalid("socode", &format!("{} 已关闭", order.code)));
                }
            }
            let count = quantity(line, "quantity");
            let out = if count.is_negative() { count } else { Decimal::ZERO };
            set(line, "outquantity", out);
        }
        Ok(())
    }

    /// What a document does to stock and orders when it is made, or undoes (`back`) when it is withdrawn.
    pub fn effect(&mut self, document: &Document, back: bool) {
        if document.kind != Kind::Consignment {
            return;
        }
        for line in &document.entry {
            let (house, sku) = (text(line, "warehouse_code"), text(line, "inventory_code"));
            let count = quantity(line, "quantity");
            let left = if count.is_negative() { count } else { count - quantity(line, "outquantity") };
            let amount = if back { Decimal::ZERO - left } else { left };
            let stock = self.master.stock_mut(&house, &sku);
            if count.is_negative() {
                stock.qty = stock.qty - amount;
            } else {
                stock.outqty = stock.outqty + amount;
            }
            let order = text(line, "socode");
            self.follow(&order, &sku, "fhquantity", amount);
            if count.is_negative() {
                self.follow(&order, &sku, "outquantity", amount);
            }
        }
    }
}
