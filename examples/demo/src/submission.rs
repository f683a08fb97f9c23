//! An order as it is handed in: without prices, which come from the published list.

use serde_json::{Value, json};

use crate::addresses::Address;
use crate::catalog::walk_in;
use crate::orders::{Invoice, Order};

/// An order of the file, ready to be handed in.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Place of the invoice in the file.
    pub at: usize,
    pub key: String,
    pub body: Value,
    /// Line of the file of each line.
    pub rows: Vec<usize>,
}

/// Order `at` goes to row `at` of the addresses, from the first again when they end.
pub fn prepare(at: usize, invoice: &Invoice, order: &Order, addresses: &[Address]) -> Prepared {
    let row = at % addresses.len().max(1);
    let address = addresses.get(row);
    let store = address.map_or_else(|| crate::addresses::STORES[0], |address| address.store(row));
    let lines: Vec<Value> =
        order.lines.iter().map(|line| json!({ "sku": line.sku, "quantity": line.quantity.to_string() })).collect();
    let body = json!({
        "reference": invoice.reference,
        "kind": if order.returned { "return" } else { "sale" },
        "customer": order.customer.clone().unwrap_or_else(|| walk_in(store)),
        "store": store,
        "placed_at": order.placed_at,
        "ship_to": address.map(Address::ship_to),
        "lines": lines,
    });
    Prepared { at, key: format!("csv-{at}"), body, rows: order.lines.iter().map(|line| line.row).collect() }
}

impl Prepared {
    /// A field of the submission as the reader of the file knows it: `lines[3].quantity` with the row.
    pub fn field(&self, field: &str) -> String {
        let line = field.strip_prefix("lines[").and_then(|rest| rest.split_once(']'));
        let row = line.and_then(|(at, _)| self.rows.get(at.parse::<usize>().ok()?));
        row.map_or_else(|| field.to_owned(), |row| format!("row {row}, {field}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::Sheet;

    #[test]
    fn orders_go_round_the_addresses_without_prices() {
        let sheet = Sheet::read(
            b"InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n\
              1,A,6,2010-12-01,2.5,17850\nC2,A,-6,2010-12-01,2.5,\nC2,B,-1,2010-12-01,2.5,\n",
        )
        .unwrap();
        let address = |text: &str, province: &str| Address {
            name: "店".into(),
            text: text.into(),
            city: "市".into(),
            province: province.into(),
            phone: String::new(),
        };
        let addresses = [address("x", "11")];
        let all: Vec<Prepared> =
            sheet.orders().map(|(at, invoice, order)| prepare(at, invoice, order, &addresses)).collect();
        assert_eq!(all[0].body["customer"], "17850");
        assert_eq!(all[0].body["lines"], json!([{ "sku": "A", "quantity": "6" }]));
        assert_eq!((&all[1].body["kind"], &all[1].body["customer"]), (&json!("return"), &json!("WALK-IN-S-NORTH")));
        assert_eq!(all[1].body["ship_to"]["text"], "x");
        assert_eq!(all[1].field("lines[1].quantity"), "row 4, lines[1].quantity");
        assert_eq!(all[1].field("ship_to.text"), "ship_to.text");
        assert_eq!(all[1].field("lines[9].sku"), "lines[9].sku");
    }
}
