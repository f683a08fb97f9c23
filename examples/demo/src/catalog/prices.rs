//! The price list: of each item the median of its positive prices.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{CURRENCY, TAX_RATE, UNIT, is_code};
use crate::decimal::Decimal;
use crate::orders::Sheet;

/// Digits after the point of a list price.
const DIGITS: u32 = 4;

/// List price of each item that has one.
#[derive(Debug, Default)]
pub struct Prices(BTreeMap<String, Decimal>);

impl Prices {
    pub fn of(sheet: &Sheet) -> Self {
        let priced = sheet.prices.iter().filter(|(sku, _)| is_code(sku));
        Self(priced.filter_map(|(sku, all)| Some((sku.clone(), median(all)?))).collect())
    }

    pub fn get(&self, sku: &str) -> Option<Decimal> {
        self.0.get(sku).copied()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The price list as it is published, with `extra` entries behind; `since`: first day of its validity.
    pub fn list(&self, since: &str, extra: &[(String, Decimal)]) -> Value {
        let own = self.0.iter();
        let all = own.chain(extra.iter().map(|(sku, price)| (sku, price)));
        let entry = |(sku, price): (&String, &Decimal)| json!({ "sku": sku, "unit": UNIT, "price": price.to_string(), "tax_inclusive": false, "tax_rate": TAX_RATE });
        json!({ "code": "standard", "currency": CURRENCY, "valid_from": since, "entries": all.map(entry).collect::<Vec<_>>() })
    }
}

/// The middle one, or the mean of the two in the middle. A price that rounds to nothing is the smallest one that there is.
fn median(prices: &[Decimal]) -> Option<Decimal> {
    let mut sorted = prices.to_vec();
    sorted.sort_unstable();
    let low = *sorted.get(sorted.len().checked_sub(1)? / 2)?;
    let high = *sorted.get(sorted.len() / 2)?;
    let least = Decimal::read("0.0001").unwrap_or_default();
    Some(low.mean(high, DIGITS).max(least))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(prices: &[&str]) -> Option<String> {
        let prices: Vec<Decimal> = prices.iter().map(|text| Decimal::read(text).unwrap()).collect();
        median(&prices).map(|price| price.to_string())
    }

    #[test]
    fn medians() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["2.55"]).as_deref(), Some("2.55"));
        assert_eq!(of(&["9", "1", "2.55"]).as_deref(), Some("2.55"));
        assert_eq!(of(&["2.10", "2.55", "0.01", "99999"]).as_deref(), Some("2.325"));
        assert_eq!(of(&["0.000001"]).as_deref(), Some("0.0001"));
    }

    #[test]
    fn the_list_comes_from_every_readable_price() {
        let sheet = Sheet::read(
            b"InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n\
              1,A,1,2010-12-01,2,\nC2,A,-1,2010-12-01,4,\n3,A,x,2010-12-01,9,\n4,B,1,2010-12-01,0,\n",
        )
        .unwrap();
        let prices = Prices::of(&sheet);
        assert_eq!(prices.get("A"), Some(Decimal::whole(4)));
        assert_eq!((prices.get("B"), prices.len()), (None, 1));
    }
}
