//! An order as it is handed in: without prices, which come from the published list.

use serde_json::{Value, json};

use crate::addresses::{Address, Places};
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
    /// Line of the addresses' file.
    pub place: usize,
}

/// Order `at` goes to row `at` of the addresses, from the first again when they end. Where that row cannot be read, the order
/// cannot be handed in.
pub fn prepare(at: usize, invoice: &Invoice, order: &Order, places: &Places) -> Result<Prepared, String> {
    let place = places.of(at).ok_or("there are no addresses")?;
    let address = place.address.as_ref().map_err(|problem| format!("the address that it goes to, {problem}"))?;
    let lines: Vec<Value> =
        order.lines.iter().map(|line| json!({ "sku": line.sku, "quantity": line.quantity.to_string() })).collect();
    let body = json!({
        "reference": invoice.reference,
        "kind": if order.returned { "return" } else { "sale" },
        "customer": order.customer.clone().unwrap_or_else(|| walk_in(place.store)),
        "store": place.store,
        "placed_at": order.placed_at,
        "ship_to": Address::ship_to(address),
        "lines": lines,
    });
    let rows = order.lines.iter().map(|line| line.row).collect();
    Ok(Prepared { at, key: format!("csv-{at}"), body, rows, place: place.line })
}

impl Prepared {
    /// A field of the submission as the reader of the files knows it: row and column.
    pub fn field(&self, field: &str) -> String {
        let first = self.rows.first().copied().unwrap_or_default();
        let column = match field {
            "reference" => "InvoiceNo",
            "customer" => "CustomerID",
            "placed_at" => "InvoiceDate",
            _ => return self.line(field).or_else(|| self.address(field)).unwrap_or_else(|| field.to_owned()),
        };
        format!("row {first}: {column}")
    }

    /// `lines[3].quantity`.
    fn line(&self, field: &str) -> Option<String> {
        let (at, part) = field.strip_prefix("lines[")?.split_once("].")?;
        let row = self.rows.get(at.parse::<usize>().ok()?)?;
        let column = match part {
            "sku" => "StockCode",
            "quantity" => "Quantity",
            other => other,
        };
        Some(format!("row {row}: {column}"))
    }

    /// `ship_to.text`.
    fn address(&self, field: &str) -> Option<String> {
        let column = match field.strip_prefix("ship_to.")? {
            "text" => "address",
            "contact" => "name",
            other => other,
        };
        Some(format!("row {} of the addresses: {column}", self.place))
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
              1,A,6,2010-12-01,2.5,17850\n2,A,1,2010-12-01,2,\nC3,A,-6,2010-12-01,2.5,\nC3,B,-1,2010-12-01,2.5,\n",
        )
        .unwrap();
        let places = Places::read(b"address,province_code\nx,11\n,44\n").unwrap();
        let all: Vec<Result<Prepared, String>> =
            sheet.orders().map(|(at, invoice, order)| prepare(at, invoice, order, &places)).collect();
        let first = all[0].as_ref().unwrap();
        assert_eq!(first.body["customer"], "17850");
        assert_eq!(first.body["lines"], json!([{ "sku": "A", "quantity": "6" }]));
        assert_eq!(all[1].clone().unwrap_err(), "the address that it goes to, row 3: address is empty");
        let third = all[2].as_ref().unwrap();
        assert_eq!((&third.body["kind"], &third.body["customer"]), (&json!("return"), &json!("WALK-IN-S-NORTH")));
        assert_eq!(third.body["ship_to"]["text"], "x");
        for (field, shown) in [
            ("lines[1].quantity", "row 5: Quantity"),
            ("lines[0].sku", "row 4: StockCode"),
            ("lines[9].sku", "lines[9].sku"),
            ("customer", "row 4: CustomerID"),
            ("ship_to.text", "row 2 of the addresses: address"),
            ("lines", "lines"),
        ] {
            assert_eq!(third.field(field), shown);
        }
    }
}
