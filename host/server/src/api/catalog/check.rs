//! Checks of standing data: all faults at once, each with its field.

use std::collections::HashSet;

use mortise_domain::catalog::{Customer, PriceList, Product, Region, Store, Warehouse};
use mortise_domain::decimal::Decimal;
use mortise_domain::submission::FieldError;

use super::super::problem::Problem;

/// Faults named in one answer; the rest would not be read.
const SHOWN: usize = 100;

/// Units of one product beside its base unit.
const MOST_UNITS: usize = 100;

/// Faults found so far.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<FieldError>);

impl Faults {
    /// A name for people.
    pub fn text(&mut self, field: &str, value: &str, most: usize) {
        if value.chars().count() > most {
            self.0.push(FieldError::new(field, format!("has more than {most} characters; shorten it")));
        }
    }

    /// A code that other rows refer to.
    pub fn code(&mut self, field: &str, value: &str) {
        if value.is_empty()
            || value.chars().count() > 100
            || value.trim() != value
            || value.chars().any(char::is_control)
        {
            self.0.push(FieldError::new(
                field,
                "must have 1 to 100 characters, without blanks at the ends and control characters",
            ));
        }
    }

    /// ISO 4217.
    pub fn currency(&mut self, field: &str, value: &str) {
        if value.len() != 3 || !value.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.0.push(FieldError::new(field, "must be an ISO 4217 code such as CNY"));
        }
    }

    /// A share from 0 to 1.
    pub fn share(&mut self, field: &str, value: Decimal) {
        if value < Decimal::ZERO || value > Decimal::ONE {
            self.0.push(FieldError::new(field, "must be a share from 0 to 1, such as 0.13"));
        }
    }

    /// A day of the calendar.
    pub fn day(&mut self, field: &str, value: &str) {
        // Days are compared as text, so that only the one form will do.
        if value.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == value) {
            return;
        }
        self.0.push(FieldError::new(field, "must be a day such as 2026-01-31"));
    }

    fn attributes(&mut self, attributes: &[(String, String)]) {
        let long = |(name, value): &(String, String)| name.is_empty() || name.len() > 100 || value.len() > 2_000;
        if attributes.len() > 100 || attributes.iter().any(long) {
            let message = "may have 100 entries, names of 1 to 100 bytes, values of at most 2,000";
            self.0.push(FieldError::new("attributes", message));
        }
    }

    /// Refuses where there is a fault.
    pub fn settle(mut self) -> Result<(), Problem> {
        self.0.truncate(SHOWN);
        if self.0.is_empty() { Ok(()) } else { Err(Problem::invalid(self.0)) }
    }
}

/// Checks rows of a bulk request; fields are named `items[3].code`.
pub fn all<T>(items: &[T], check: fn(&T, &mut Faults)) -> Result<(), Problem> {
    let mut faults = Vec::new();
    if items.is_empty() {
        faults.push(FieldError::new("items", "must not be empty"));
    }
    for (at, item) in items.iter().enumerate() {
        let mut own = Faults::default();
        check(item, &mut own);
        faults.extend(
            own.0.into_iter().map(|fault| FieldError::new(format!("items[{at}].{}", fault.field), fault.message)),
        );
        if faults.len() >= SHOWN {
            break;
        }
    }
    Faults(faults).settle()
}

/// A region.
pub fn region(region: &Region, faults: &mut Faults) {
    faults.code("code", &region.code);
    faults.text("name", &region.name, 200);
}

/// A store.
pub fn store(store: &Store, faults: &mut Faults) {
    faults.code("code", &store.code);
    faults.text("name", &store.name, 200);
    faults.code("region", &store.region);
    faults.currency("currency", &store.currency);
}

/// A warehouse.
pub fn warehouse(warehouse: &Warehouse, faults: &mut Faults) {
    faults.code("code", &warehouse.code);
    faults.text("name", &warehouse.name, 200);
    faults.code("region", &warehouse.region);
}

/// A customer.
pub fn customer(customer: &Customer, faults: &mut Faults) {
    faults.code("code", &customer.code);
    faults.text("name", &customer.name, 200);
    faults.text("level", &customer.level, 100);
    faults.text("region", &customer.region, 100);
    if customer.credit_limit.is_some_and(|limit| limit < 0) {
        faults.0.push(FieldError::new("credit_limit", "must not be negative; null: no limit"));
    }
    if customer.payment_days > 3_650 {
        faults.0.push(FieldError::new("payment_days", "must be at most 3,650"));
    }
    faults.attributes(&customer.attributes);
}

/// A product.
pub fn product(product: &Product, faults: &mut Faults) {
    faults.code("sku", &product.sku);
    faults.text("name", &product.name, 300);
    faults.text("category", &product.category, 100);
    faults.text("specification", &product.specification, 200);
    faults.code("base_unit", &product.base_unit);
    faults.share("tax_rate", product.tax_rate);
    units(product, faults);
    if product.lead_time_days > 3_650 {
        faults.0.push(FieldError::new("lead_time_days", "must be at most 3,650"));
    }
    faults.text("zone", &product.zone, 100);
    faults.attributes(&product.attributes);
}

fn units(product: &Product, faults: &mut Faults) {
    if product.units.len() > MOST_UNITS {
        // None is looked at: the caller decides how much work that would be.
        let message = format!("has more than {MOST_UNITS} entries; keep those that are ordered by");
        return faults.0.push(FieldError::new("units", message));
    }
    let mut known = HashSet::from([&product.base_unit]);
    for (at, (unit, rate)) in product.units.iter().enumerate() {
        faults.code(&format!("units[{at}][0]"), unit);
        if !rate.is_positive() {
            faults.0.push(FieldError::new(format!("units[{at}][1]"), "must be above zero: how many base units it has"));
        }
        if !known.insert(unit) {
            faults.0.push(FieldError::new(format!("units[{at}][0]"), "is the base unit or stands there twice"));
        }
    }
}

/// A price list.
pub fn price_list(list: &PriceList) -> Result<(), Problem> {
    let mut faults = Faults::default();
    faults.code("code", &list.code);
    faults.currency("currency", &list.currency);
    faults.day("valid_from", &list.valid_from);
    if let Some(to) = &list.valid_to {
        faults.day("valid_to", to);
        if *to < list.valid_from {
            faults.0.push(FieldError::new("valid_to", "lies before valid_from"));
        }
    }
    if list.entries.is_empty() {
        faults.0.push(FieldError::new("entries", "must not be empty"));
    }
    for (at, entry) in list.entries.iter().enumerate() {
        faults.code(&format!("entries[{at}].sku"), &entry.sku);
        faults.code(&format!("entries[{at}].unit"), &entry.unit);
        faults.share(&format!("entries[{at}].tax_rate"), entry.tax_rate);
        faults.text(&format!("entries[{at}].level"), &entry.level, 100);
        for (field, value) in [("price", entry.price), ("min_quantity", entry.min_quantity)] {
            if value < Decimal::ZERO {
                faults.0.push(FieldError::new(format!("entries[{at}].{field}"), "must not be negative"));
            }
        }
        if faults.0.len() >= SHOWN {
            break;
        }
    }
    faults.settle()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(count: usize) -> Vec<String> {
        let units: Vec<_> = (0..count).map(|at| (format!("u{at}"), "1")).collect();
        let product =
            serde_json::json!({ "sku": "A", "name": "A", "base_unit": "pc", "tax_rate": "0.13", "units": units });
        let mut faults = Faults::default();
        super::product(&serde_json::from_value(product).unwrap(), &mut faults);
        faults.0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_product_has_few_units() {
        assert_eq!(of(MOST_UNITS), [""; 0]);
        assert_eq!(of(MOST_UNITS + 1), ["units: has more than 100 entries; keep those that are ordered by"]);
    }
}
