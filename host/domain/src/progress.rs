//! How far an order is on its way to the customer: what has been shipped and paid, and what state follows from it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::decimal::Decimal;
use crate::money::Amount;
use crate::order::{Order, OrderState};
use crate::text::attribute;

/// A line with what of it has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineProgress {
    /// Number of the line.
    pub line: u32,
    /// In the line's unit.
    pub ordered: Decimal,
    /// So far; of a return: come back so far.
    pub shipped: Decimal,
    /// Back-order: what is still to leave.
    pub open: Decimal,
}

/// How far an order is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// Its lines; services are left out, for they are not shipped.
    pub lines: Vec<LineProgress>,
    /// Has everything left that is shipped at all?
    pub all_shipped: bool,
    /// Paid so far, in the order's currency.
    pub paid: Amount,
    /// Is nothing left to pay?
    pub all_paid: bool,
}

impl Progress {
    /// Of an order of which so much has been shipped and paid.
    pub fn of(order: &Order, shipped: &[(u32, Decimal)], paid: Amount) -> Self {
        let goods = order.lines.iter().filter(|line| attribute(&line.attributes, "service") != Some("true"));
        let lines: Vec<LineProgress> = goods
            .map(|line| {
                let found = shipped.iter().find(|(number, _)| *number == line.number);
                let shipped = found.map(|(_, quantity)| *quantity).unwrap_or_default();
                let open = left(line.quantity, shipped);
                LineProgress { line: line.number, ordered: line.quantity, shipped, open }
            })
            .collect();
        let all_shipped = lines.iter().all(|line| !line.open.is_positive());
        Self { lines, all_shipped, paid, all_paid: paid >= order.totals.gross }
    }

    /// The state that an accepted order has by this; other orders keep theirs.
    pub const fn state(&self, now: OrderState) -> OrderState {
        match now {
            OrderState::Confirmed | OrderState::Shipped if self.all_shipped && self.all_paid => OrderState::Completed,
            OrderState::Confirmed if self.all_shipped && !self.lines.is_empty() => OrderState::Shipped,
            other => other,
        }
    }
}

/// What of a quantity is left; nothing where more has gone than there was.
fn left(quantity: Decimal, gone: Decimal) -> Decimal {
    let less = Decimal::new(gone.units().saturating_neg(), gone.scale()).and_then(|less| quantity.plus(less));
    less.ok().filter(|left| left.is_positive()).unwrap_or_default()
}

/// How much of the credit that an order took is free again by what has been paid of its `gross`: in proportion, all of it in the end.
pub fn credit_freed(credit: Amount, paid: Amount, gross: Amount) -> Amount {
    if paid >= gross || gross <= 0 {
        return credit;
    }
    let share = i128::from(credit) * i128::from(paid.max(0)) / i128::from(gross);
    Amount::try_from(share).unwrap_or(credit)
}

/// What of an order's `gross` counts as paid where people have booked `noted` of the `credit` that it took: in proportion, all of it
/// in the end. Of an order that took none, nothing can be booked.
pub fn paid_by_booking(noted: Amount, credit: Amount, gross: Amount) -> Amount {
    if credit <= 0 || noted <= 0 {
        return 0;
    }
    credit_freed(gross, noted, credit)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn order() -> Order {
        let line = |number: u32, quantity: &str, attributes: serde_json::Value| {
            json!({ "number": number, "sku": "A", "name": "A", "category": "", "unit": "pc", "unit_rate": "1", "quantity": quantity,
                "unit_price": "10", "tax_rate": "0", "tax_inclusive": false, "net": 100, "tax": 0, "gross": 100, "attributes": attributes })
        };
        serde_json::from_value(json!({
            "number": "SO-1", "kind": "sale", "original": null, "customer": { "code": "C", "name": "C", "level": "", "region": "" },
            "store": "S", "region": "R", "currency": "CNY", "exchange_rate": null, "placed_at": "2026-01-31T08:00:00Z",
            "business_date": "2026-01-31", "ship_to": { "text": "x" }, "net": 300, "tax": 0, "gross": 300, "payment_days": 0, "note": "",
            "lines": [line(1, "10", json!([])), line(2, "2", json!([])), line(3, "1", json!([["service", "true"]]))],
        }))
        .unwrap()
    }

    #[test]
    fn states_follow_from_what_left_and_what_came_in() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        let state =
            |shipped: &[(u32, Decimal)], paid| Progress::of(&order(), shipped, paid).state(OrderState::Confirmed);
        assert_eq!(state(&[], 0), OrderState::Confirmed);
        assert_eq!(state(&[], 300), OrderState::Confirmed, "paid in advance");
        assert_eq!(state(&[(1, d("10")), (2, d("1"))], 300), OrderState::Confirmed, "a part is on back-order");
        assert_eq!(state(&[(1, d("10")), (2, d("2"))], 299), OrderState::Shipped);
        assert_eq!(state(&[(1, d("10")), (2, d("2"))], 300), OrderState::Completed);
        let partly = Progress::of(&order(), &[(1, d("4"))], 0);
        assert_eq!((partly.lines[0].open, partly.lines[1].open, partly.lines.len()), (d("6"), d("2"), 2));
        assert_eq!(partly.state(OrderState::Cancelled), OrderState::Cancelled);
    }

    #[test]
    fn credit_is_freed_in_proportion() {
        assert_eq!(credit_freed(1_000, 0, 300), 0);
        assert_eq!(credit_freed(1_000, 100, 300), 333);
        assert_eq!(credit_freed(1_000, 300, 300), 1_000);
        assert_eq!(credit_freed(1_000, 900, 300), 1_000);
        assert_eq!((paid_by_booking(500, 1_000, 300), paid_by_booking(1_000, 1_000, 300)), (150, 300));
        assert_eq!((paid_by_booking(500, 0, 300), paid_by_booking(-5, 1_000, 300)), (0, 0));
    }
}
