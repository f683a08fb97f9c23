//! Does the company know what a submission names? A pure check against standing data.

use crate::catalog::Product;
use crate::decimal::Decimal;
use crate::ports::memory::Standing;
use crate::submission::{FieldError, Submission};

/// Names that nobody knows, each with the remedy, in the order of the fields.
pub fn unknown_names(submission: &Submission, standing: &Standing) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if standing.customer.is_none() {
        let message =
            format!("there is no customer {:?}; correct the code or create the customer", submission.customer);
        faults.push(FieldError::new("customer", message));
    }
    match (&standing.store, &standing.region) {
        (None, _) => {
            let message = format!("there is no store {:?}; correct the code or create the store", submission.store);
            faults.push(FieldError::new("store", message));
        }
        (Some(store), None) => {
            let message = format!(
                "the store {:?} belongs to the region {:?}, which does not exist; create the region or correct the store",
                store.code, store.region
            );
            faults.push(FieldError::new("store", message));
        }
        (Some(_), Some(_)) => {}
    }
    for (at, line) in submission.lines.iter().enumerate() {
        let Some(product) = standing.products.get(&line.sku) else {
            let message = format!("there is no product {:?}; correct the code or create the product", line.sku);
            faults.push(FieldError::new(format!("lines[{at}].sku"), message));
            continue;
        };
        let Some(rate) = product.unit_rate(line.unit.as_deref().unwrap_or(&product.base_unit)) else {
            let message = format!("{} is not sold by this unit; use one of: {}", line.sku, units(product));
            faults.push(FieldError::new(format!("lines[{at}].unit"), message));
            continue;
        };
        let message = match line.quantity.times(rate).and_then(Decimal::to_micros) {
            // Nothing could be reserved of it: the line would be confirmed and never picked.
            Ok(..=0) => format!("is less than a millionth of a {}; raise it", product.base_unit),
            Ok(_) => continue,
            Err(_) => format!("is too large when counted in {}; split the line", product.base_unit),
        };
        faults.push(FieldError::new(format!("lines[{at}].quantity"), message));
    }
    faults
}

fn units(product: &Product) -> String {
    let mut units = product.base_unit.clone();
    for (unit, _) in &product.units {
        units.push_str(", ");
        units.push_str(unit);
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_field_and_the_remedy() {
        let submission: Submission = serde_json::from_value(serde_json::json!({
            "customer": "C9", "store": "S1", "ship_to": { "text": "somewhere 1" },
            "lines": [
                { "sku": "A", "quantity": "1", "unit": "pallet" },
                { "sku": "B", "quantity": "1" },
                { "sku": "A", "quantity": "1000000000", "unit": "box" },
                { "sku": "A", "quantity": "0.000001", "unit": "crumb" },
                { "sku": "A", "quantity": "0.000005", "unit": "crumb" },
            ],
        }))
        .unwrap();
        let product: Product = serde_json::from_value(serde_json::json!({
            "sku": "A", "name": "Thing", "base_unit": "pc", "tax_rate": "0.13", "units": [["box", "100000"], ["crumb", "0.1"]],
        }))
        .unwrap();
        let store = serde_json::from_value(serde_json::json!({
            "code": "S1", "name": "Shop", "region": "R1", "currency": "CNY",
        }))
        .unwrap();
        let standing =
            Standing { products: [("A".to_owned(), product)].into(), store: Some(store), ..Standing::default() };
        let faults: Vec<String> = unknown_names(&submission, &standing).iter().map(ToString::to_string).collect();
        insta::assert_json_snapshot!(faults, @r#"
        [
          "customer: there is no customer \"C9\"; correct the code or create the customer",
          "store: the store \"S1\" belongs to the region \"R1\", which does not exist; create the region or correct the store",
          "lines[0].unit: A is not sold by this unit; use one of: pc, box, crumb",
          "lines[1].sku: there is no product \"B\"; correct the code or create the product",
          "lines[2].quantity: is too large when counted in pc; split the line",
          "lines[3].quantity: is less than a millionth of a pc; raise it"
        ]
        "#);
    }
}
