//! An invoice becomes an order, a return, or is rejected with its reason.

use super::row::Row;
use crate::catalog::RESERVED;
use crate::decimal::Decimal;

/// Faults named in one reason; the rest would not be read.
const SHOWN: usize = 5;

/// An invoice that can be handed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Goods come back; the quantities are positive all the same.
    pub returned: bool,
    /// None: somebody who is not in the books.
    pub customer: Option<String>,
    /// RFC 3339.
    pub placed_at: String,
    pub lines: Vec<Line>,
}

/// A line of it; two lines of the same item stay two lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Line of the file.
    pub row: usize,
    pub sku: String,
    pub quantity: Decimal,
}

/// Judges the rows of one invoice.
pub fn judge(invoice: &str, rows: Vec<Result<Row, String>>) -> Result<Order, String> {
    let faults: Vec<&String> = rows.iter().filter_map(|row| row.as_ref().err()).collect();
    if !faults.is_empty() {
        let named: Vec<&str> = faults.iter().take(SHOWN).map(|fault| fault.as_str()).collect();
        let more = faults.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!("; and {more} more rows") } else { String::new() };
        return Err(format!("unreadable, so that the whole invoice is left out: {}{more}", named.join("; ")));
    }
    let rows: Vec<Row> = rows.into_iter().filter_map(Result::ok).collect();
    if let Some(row) = rows.iter().find(|row| row.price.is_negative()) {
        return Err(format!(
            "row {}: UnitPrice {} is negative: a correction of the books, not an order",
            row.number, row.price
        ));
    }
    reserved(&rows)?;
    let returned = invoice.starts_with(['C', 'c']);
    signs(&rows, returned)?;
    let customer = customer(&rows)?;
    let Some(first) = rows.iter().map(|row| row.date).min() else { return Err("the invoice has no rows".into()) };
    let line = |row: &Row| Line { row: row.number, sku: row.sku.clone(), quantity: row.quantity.abs() };
    Ok(Order { returned, customer, placed_at: first.to_string(), lines: rows.iter().map(line).collect() })
}

fn signs(rows: &[Row], returned: bool) -> Result<(), String> {
    for row in rows {
        let (number, quantity) = (row.number, row.quantity);
        if returned && !quantity.is_negative() {
            let mixed =
                if rows.iter().any(|row| row.quantity.is_negative()) { "mixes signs" } else { "takes nothing back" };
            return Err(format!(
                "row {number}: Quantity {quantity} in a credit note, which {mixed}: nobody can say what came back"
            ));
        }
        if !returned && !quantity.is_positive() {
            return Err(format!(
                "row {number}: Quantity {quantity} in an invoice: a correction of stock, not an order (goods that come back are a credit note)"
            ));
        }
    }
    Ok(())
}

/// The one customer that the rows name.
fn customer(rows: &[Row]) -> Result<Option<String>, String> {
    let mut named = rows.iter().filter(|row| !row.customer.is_empty());
    let Some(first) = named.next() else { return Ok(None) };
    match named.find(|row| row.customer != first.customer) {
        Some(other) => Err(format!(
            "row {}: CustomerID {:?} differs from {:?} in row {}",
            other.number, other.customer, first.customer, first.number
        )),
        None => Ok(Some(first.customer.clone())),
    }
}

/// The demo's own items and customers are none of the file's.
fn reserved(rows: &[Row]) -> Result<(), String> {
    for row in rows {
        for (field, code) in [("StockCode", &row.sku), ("CustomerID", &row.customer)] {
            if let Some(prefix) = RESERVED.iter().find(|prefix| code.starts_with(**prefix)) {
                return Err(format!(
                    "row {}: {field} {code:?} begins with {prefix}, as the demo's own codes do: choose another",
                    row.number
                ));
            }
        }
    }
    Ok(())
}
