//! What a caller hands in, and the checks it must pass before it is stored.

use std::collections::HashSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::decimal::Decimal;
use crate::instant::Instant;
use crate::order::{Address, OrderKind};
use crate::text::Attributes;

/// Most lines that one order may have.
pub const MAX_LINES: usize = 1_000;

/// Earliest `placed_at` that is believed, 2000-01-01T00:00:00Z: what was sold before is no order of this system.
pub const EARLIEST: Instant = Instant(946_684_800_000_000);

/// How far `placed_at` may lie ahead of the host's clock: tills run fast, and some are set to another zone.
const AHEAD: Duration = Duration::from_hours(24);

/// An order as it is handed in. It has no prices: they come from the published list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The caller's own number for it; shown, and found by search.
    #[serde(default)]
    pub reference: String,
    /// Sale unless it says otherwise.
    #[serde(default = "sale")]
    pub kind: OrderKind,
    /// Of a return: number or reference of the order whose goods come back, where known.
    #[serde(default)]
    pub original: Option<String>,
    /// Code of the customer.
    pub customer: String,
    /// Code of the store.
    pub store: String,
    /// When it was placed: from the year 2000 to a day from now; the time of arrival where it is missing.
    #[serde(default)]
    pub placed_at: Option<Instant>,
    /// Where the goods go.
    pub ship_to: Address,
    /// What is ordered.
    pub lines: Vec<SubmittedLine>,
    /// Free words.
    #[serde(default)]
    pub note: String,
    /// Free fields.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
}

/// A line as it is handed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmittedLine {
    /// Code of the item.
    pub sku: String,
    /// In `unit`; positive.
    pub quantity: Decimal,
    /// The item's base unit where it is missing.
    #[serde(default)]
    pub unit: Option<String>,
    /// Free fields.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
}

fn sale() -> OrderKind {
    OrderKind::Sale
}

/// What is wrong with a submission: the field and the remedy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema, thiserror::Error)]
#[error("{field}: {message}")]
pub struct FieldError {
    /// Path such as `lines[2].quantity`.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl FieldError {
    /// A field and what to do about it.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl Submission {
    /// Checks that need no look-up: sizes, quantities, characters, times. All faults at once, in the order of the fields; of
    /// lists that are too long only that.
    pub fn faults(&self, now: Instant) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut text = |field: &str, value: &str, required: bool, most: usize| {
            if required && value.trim().is_empty() {
                faults.push(FieldError::new(field, "must not be empty"));
            } else if value.chars().count() > most {
                faults.push(FieldError::new(field, format!("has more than {most} characters; shorten it")));
            } else if value.contains('\0') {
                faults.push(FieldError::new(field, "contains a NUL character; remove it"));
            }
        };
        text("reference", &self.reference, false, 100);
        text("original", self.original.as_deref().unwrap_or_default(), false, 100);
        text("customer", &self.customer, true, 100);
        text("store", &self.store, true, 100);
        text("ship_to.text", &self.ship_to.text, true, 500);
        text("ship_to.city", &self.ship_to.city, false, 100);
        text("ship_to.country", &self.ship_to.country, false, 2);
        text("ship_to.contact", &self.ship_to.contact, false, 100);
        text("ship_to.phone", &self.ship_to.phone, false, 40);
        text("note", &self.note, false, 2_000);
        // Of too many lines none is looked at: the caller decides how much work that would be.
        let lines = if self.lines.len() > MAX_LINES { &[] } else { self.lines.as_slice() };
        for (at, line) in lines.iter().enumerate() {
            text(&format!("lines[{at}].sku"), &line.sku, true, 100);
            text(&format!("lines[{at}].unit"), line.unit.as_deref().unwrap_or_default(), false, 20);
        }
        if self.placed_at.is_some_and(|at| at < EARLIEST || at > now.after(AHEAD)) {
            let message = "must lie between the year 2000 and a day from now; correct it, or leave it out for the time of arrival";
            faults.push(FieldError::new("placed_at", message));
        }
        faults.extend(attribute_faults("attributes", &self.attributes));
        faults.extend(attribute_faults("ship_to.attributes", &self.ship_to.attributes));
        if self.lines.is_empty() {
            faults.push(FieldError::new("lines", "an order needs at least one line"));
        }
        if self.lines.len() > MAX_LINES {
            faults.push(FieldError::new("lines", format!("has more than {MAX_LINES} lines; split the order")));
        }
        for (at, line) in lines.iter().enumerate() {
            if !line.quantity.is_positive() {
                faults.push(FieldError::new(
                    format!("lines[{at}].quantity"),
                    "must be above zero; goods that come back are an order of kind \"return\"",
                ));
            } else if line.quantity > Decimal::whole(1_000_000_000) {
                faults.push(FieldError::new(format!("lines[{at}].quantity"), "is above 1,000,000,000; split the line"));
            } else if line.quantity.trimmed().scale() > 6 {
                faults.push(FieldError::new(format!("lines[{at}].quantity"), "has more than 6 digits after the point"));
            }
            faults.extend(attribute_faults(&format!("lines[{at}].attributes"), &line.attributes));
        }
        faults
    }
}

fn attribute_faults(field: &str, attributes: &Attributes) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if attributes.len() > 100 {
        // None is looked at: the caller decides how much work that would be.
        faults.push(FieldError::new(field, "has more than 100 entries"));
        return faults;
    }
    let mut names = HashSet::with_capacity(attributes.len());
    for (at, (name, value)) in attributes.iter().enumerate() {
        if name.is_empty() || name.len() > 100 || value.len() > 2_000 || name.contains('\0') || value.contains('\0') {
            faults.push(FieldError::new(
                format!("{field}[{at}]"),
                "a name has 1 to 100 bytes and a value at most 2,000, without NUL",
            ));
        }
        if !names.insert(name) {
            faults.push(FieldError::new(format!("{field}[{at}]"), format!("the name {name:?} stands there twice")));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_769_846_400_000_000);

    fn submission(change: impl FnOnce(&mut serde_json::Value)) -> Submission {
        let mut json = serde_json::json!({
            "customer": "C1", "store": "S1", "ship_to": { "text": "Road 1" },
            "lines": [{ "sku": "A", "quantity": "1" }],
        });
        change(&mut json);
        serde_json::from_value(json).unwrap()
    }

    fn faults(submission: &Submission) -> Vec<String> {
        submission.faults(NOW).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_name_stands_once() {
        let twice = submission(|json| json["attributes"] = serde_json::json!([["a", "1"], ["b", "2"], ["a", "3"]]));
        insta::assert_json_snapshot!(faults(&twice), @r#"
        [
          "attributes[2]: the name \"a\" stands there twice"
        ]
        "#);
    }

    /// Whoever hands in a list that is too long gets one sentence for it, however long it is.
    #[test]
    fn lists_that_are_too_long_are_not_looked_through() {
        let mut long = submission(|_| ());
        long.attributes = vec![(String::new(), String::new()); 101];
        assert_eq!(faults(&long), ["attributes: has more than 100 entries"]);
        let mut long = submission(|_| ());
        let mut line = long.lines.remove(0);
        line.sku = String::new();
        long.lines = vec![line; MAX_LINES + 1];
        assert_eq!(faults(&long), ["lines: has more than 1000 lines; split the order"]);
    }

    #[test]
    fn an_order_is_of_this_century_and_not_of_the_future() {
        let placed = |at: &str| faults(&submission(|json| json["placed_at"] = at.into()));
        assert_eq!(placed("2000-01-01T00:00:00Z"), [""; 0]);
        assert_eq!(placed("2026-02-01T08:00:00Z"), [""; 0]);
        for wrong in ["never", "1999-12-31T23:59:59Z", "2026-02-01T08:00:01Z", "9999-12-30T00:00:00Z"] {
            let fault = "placed_at: must lie between the year 2000 and a day from now; correct it, or leave it out for the time of arrival";
            assert_eq!(placed(wrong), [fault], "{wrong}");
        }
    }
}
