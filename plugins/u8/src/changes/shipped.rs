//! How much of each line has left the house?

use mortise_sdk::{Decimal, ShippedLine};
use serde_json::Value;

use crate::body::{number, text};

/// Spellings of what has left the house, by release.
const LEFT: [&str; 3] = ["outquantity", "foutquantity", "ioutquantity"];

/// What has left of an order.
#[derive(Debug, Default, PartialEq)]
pub struct Goods {
    /// Lines of which something has left, totals in the line's own unit.
    pub lines: Vec<ShippedLine>,
    /// All of it has.
    pub complete: bool,
    /// Changes when a figure does.
    pub mark: String,
}

pub fn of(order: &Value) -> Goods {
    let rows = order.get("entry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut goods = Goods { complete: !rows.is_empty(), ..Goods::default() };
    for (at, row) in rows.iter().enumerate() {
        let wanted = magnitude(row, &["quantity"]);
        let left = share(rows, at, wanted);
        goods.complete &= left >= wanted;
        goods.mark.extend([";", &left.trimmed().to_string()]);
        let line = text(row, "rowno").split('.').next().and_then(|line| line.parse().ok());
        let rate = number(row, "unitrate").filter(|rate| rate.is_positive()).unwrap_or(Decimal::ONE);
        if let (Some(line), true, Ok(quantity)) = (line, left.is_positive(), left.divided_by(rate, 6)) {
            goods.lines.push(ShippedLine { line, quantity: quantity.trimmed() });
        }
    }
    goods
}

/// What has left of the row at this place. U8 may count an item's goods on one of several rows that order it, so the item's total
/// is dealt out from the first row on; what is over goes to the last.
fn share(rows: &[Value], at: usize, wanted: Decimal) -> Decimal {
    let code = |row: &Value| text(row, "inventorycode");
    let Some(item) = rows.get(at).map(code) else { return Decimal::ZERO };
    let same = || rows.iter().enumerate().filter(|(_, row)| code(row) == item);
    let total = sum(same().map(|(_, row)| magnitude(row, &LEFT)));
    let before = sum(same().filter(|(place, _)| *place < at).map(|(_, row)| magnitude(row, &["quantity"])));
    let rest = total.minus(before).unwrap_or(Decimal::ZERO).max(Decimal::ZERO);
    let is_last = same().all(|(place, _)| place <= at);
    if is_last { rest } else { rest.min(wanted) }
}

fn sum(mut numbers: impl Iterator<Item = Decimal>) -> Decimal {
    numbers.try_fold(Decimal::ZERO, Decimal::plus).unwrap_or(Decimal::ZERO)
}

/// Goods that come back are counted below zero.
fn magnitude(row: &Value, names: &[&str]) -> Decimal {
    let value = names.iter().find_map(|name| number(row, name)).unwrap_or(Decimal::ZERO);
    Decimal::new(value.units.saturating_abs(), value.scale)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(order: &Value) -> Vec<(u32, String)> {
        of(order).lines.into_iter().map(|line| (line.line, line.quantity.to_string())).collect()
    }

    #[test]
    fn totals_are_in_the_lines_unit() {
        let order = json!({"entry": [
            {"rowno": 1, "inventorycode": "A", "quantity": "60", "unitrate": 12, "outquantity": "24.00"},
            {"rowno": "2", "inventorycode": "B", "quantity": 5, "outquantity": "0.00"},
        ]});
        assert_eq!(told(&order), [(1, "2".to_owned())]);
        assert!(!of(&order).complete);
        let back = json!({"entry": [{"rowno": 1, "inventorycode": "A", "quantity": "-3", "outquantity": "-3"}]});
        assert_eq!(told(&back), [(1, "3".to_owned())]);
        assert!(of(&back).complete);
    }

    #[test]
    fn rows_of_one_item_share_its_goods() {
        let order = |left: u32| {
            json!({"entry": [
                {"rowno": 1, "inventorycode": "A", "quantity": "3", "outquantity": left.to_string()},
                {"rowno": 2, "inventorycode": "A", "quantity": "4", "outquantity": "0"},
            ]})
        };
        assert_eq!(told(&order(2)), [(1, "2".to_owned())]);
        assert_eq!(told(&order(5)), [(1, "3".to_owned()), (2, "2".to_owned())]);
        assert_eq!(told(&order(8)), [(1, "3".to_owned()), (2, "5".to_owned())]);
        assert!(of(&order(7)).complete && !of(&order(6)).complete);
        assert_ne!(of(&order(5)).mark, of(&order(6)).mark);
    }
}
