//! What a caller hands in, and the checks it must pass before it is stored.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::decimal::Decimal;
use crate::instant::Instant;
use crate::order::{Address, OrderKind};
use crate::text::Attributes;

/// Most lines that one order may have.
pub const MAX_LINES: usize = 1_000;

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
    /// When it was placed; the time of arrival where it is missing.
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
    /// Checks that need no look-up: sizes, quantities, characters. All faults at once, in the order of the fields.
    pub fn faults(&self) -> Vec<FieldError> {
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
        for (at, line) in self.lines.iter().enumerate() {
            text(&format!("lines[{at}].sku"), &line.sku, true, 100);
            text(&format!("lines[{at}].unit"), line.unit.as_deref().unwrap_or_default(), false, 20);
        }
        faults.extend(attribute_faults("attributes", &self.attributes));
        faults.extend(attribute_faults("ship_to.attributes", &self.ship_to.attributes));
        if self.lines.is_empty() {
            faults.push(FieldError::new("lines", "an order needs at least one line"));
        }
        if self.lines.len() > MAX_LINES {
            faults.push(FieldError::new("lines", format!("has more than {MAX_LINES} lines; split the order")));
        }
        for (at, line) in self.lines.iter().enumerate() {
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
        faults.push(FieldError::new(field, "has more than 100 entries"));
    }
    for (at, (name, value)) in attributes.iter().enumerate() {
        if name.is_empty() || name.len() > 100 || value.len() > 2_000 || name.contains('\0') || value.contains('\0') {
            faults.push(FieldError::new(
                format!("{field}[{at}]"),
                "a name has 1 to 100 bytes and a value at most 2,000, without NUL",
            ));
        }
        if attributes.iter().take(at).any(|(other, _)| other == name) {
            faults.push(FieldError::new(format!("{field}[{at}]"), format!("the name {name:?} stands there twice")));
        }
    }
    faults
}
