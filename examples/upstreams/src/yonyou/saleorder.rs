//! What does U8 make of a sales order's lines?

use super::{
    Document, Kind, Yonyou,
    document::{Fields, number, quantity, set, text},
    refusal::Refusal,
};
use crate::decimal::Decimal;

/// What the interface assumes where no rate is given: the old one, so a caller always sends it.
const OLD_TAX_RATE: &str = "16";

impl Yonyou {
    pub fn draft_order(&self, order: &mut Document) -> Result<(), Refusal> {
        if order.entry.is_empty() {
            return Err(Refusal::missing("entry"));
        }
        let header_rate = number(&order.header, "taxrate")?;
        let default_rate = header_rate.or_else(|| Decimal::parse(OLD_TAX_RATE)).unwrap_or_default();
        for (at, line) in order.entry.iter_mut().enumerate() {
            self.check_item(line, "inventorycode")?;
            if number(line, "quantity")?.unwrap_or_default() == Decimal::ZERO {
                return Err(Refusal::invalid("quantity", "不能为空或零"));
            }
            line.entry("rowno").or_insert_with(|| (at + 1).into());
            price(line, default_rate)?;
            set(line, "fhquantity", Decimal::ZERO);
            set(line, "outquantity", Decimal::ZERO);
        }
        for field in ["money", "tax", "sum"] {
            let total = order.entry.iter().map(|line| quantity(line, field)).sum();
            set(&mut order.header, field, total);
        }
        Ok(())
    }

    /// A document that others were made from stays as it is.
    pub fn check_untouched(&self, document: &Document) -> Result<(), Refusal> {
        let code = &document.code;
        let followed = match document.kind {
            Kind::SaleOrder => {
                self.of(Kind::Consignment).any(|c| c.entry.iter().any(|line| text(line, "socode") == *code))
            }
            Kind::Consignment => {
                !document.is_return() && document.entry.iter().any(|l| quantity(l, "outquantity") != Decimal::ZERO)
            }
            Kind::OughtReceive => self.of(Kind::Accept).any(|paid| text(&paid.header, "oughtreceivecode") == *code),
            Kind::Accept | Kind::SaleInvoice => false,
        };
        if followed { Err(Refusal::state(code, "已有下游单据，不能修改、删除或弃审")) } else { Ok(()) }
    }

    /// Goods of an order were put on a delivery note (or taken off it), or left the house.
    pub fn follow(&mut self, order: &str, sku: &str, field: &str, amount: Decimal) {
        let Some(order) = self.find_mut(Kind::SaleOrder, order) else { return };
        if let Some(line) = order.entry.iter_mut().find(|line| text(line, "inventorycode") == sku) {
            let value = quantity(line, field) + amount;
            set(line, field, value);
        }
    }
}

/// A tax price wins over a net price, and either over the amounts that were sent.
fn price(line: &mut Fields, default_rate: Decimal) -> Result<(), Refusal> {
    let rate = number(line, "taxrate")?.unwrap_or(default_rate);
    let factor = Decimal::ONE + rate.percent();
    let count = quantity(line, "quantity");
    let (net_price, tax_price) = (number(line, "unitprice")?, number(line, "taxunitprice")?);
    let (money, sum) = if let Some(price) = tax_price {
        let sum = count.times(price).cents();
        set(line, "unitprice", price.over(factor));
        (sum.over(factor).cents(), sum)
    } else if let Some(price) = net_price {
        let money = count.times(price).cents();
        set(line, "taxunitprice", price.times(factor));
        (money, money + money.times(rate.percent()).cents())
    } else {
        let money = number(line, "money")?.unwrap_or_default();
        let sum = match number(line, "sum")? {
            Some(sum) => sum,
            None => money + number(line, "tax")?.unwrap_or_else(|| money.times(rate.percent()).cents()),
        };
        (money, sum)
    };
    for (name, value) in [("money", money), ("tax", sum - money), ("sum", sum), ("taxrate", rate), ("quantity", count)]
    {
        set(line, name, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn priced(line: &serde_json::Value) -> Vec<String> {
        let mut line = line.as_object().unwrap().clone();
        price(&mut line, Decimal::parse("16").unwrap()).unwrap();
        ["unitprice", "taxunitprice", "money", "tax", "sum"].map(|name| text(&line, name)).to_vec()
    }

    #[test]
    fn the_tax_price_wins_and_amounts_are_worked_out_anew() {
        let both = json!({"quantity": 10, "taxunitprice": 11.3, "unitprice": 7, "sum": 1, "taxrate": 13});
        assert_eq!(priced(&both), ["10.00", "11.3", "100.00", "13.00", "113.00"]);
        let net = json!({"quantity": "10", "unitprice": "10", "taxrate": 13});
        assert_eq!(priced(&net), ["10", "11.30", "100.00", "13.00", "113.00"]);
        let old_rate = json!({"quantity": 1, "unitprice": 100});
        assert_eq!(priced(&old_rate), ["100", "116.00", "100.00", "16.00", "116.00"]);
        let back = json!({"quantity": -10, "taxunitprice": 11.3, "taxrate": 13});
        assert_eq!(priced(&back)[2..], ["-100.00", "-13.00", "-113.00"]);
    }
}
