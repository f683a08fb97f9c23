//! From what was handed in to an order: first without prices, then with them.

use crate::decimal::{Decimal, DecimalError};
use crate::instant::Instant;
use crate::money::Totals;
use crate::order::{Buyer, Line, Order};
use crate::ports::memory::Standing;
use crate::pricing::{LinePrice, PriceLine, PriceRequest};
use crate::submission::{Submission, SubmittedLine};
use crate::text::attribute;

/// What the host adds to a submission.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// The order's number; empty for a quote.
    pub number: &'a str,
    /// When it was placed.
    pub placed_at: Instant,
    /// The company's day of it.
    pub business_date: &'a str,
    /// Worth of one unit of the order's currency in the company's, where they differ.
    pub exchange_rate: Option<Decimal>,
}

/// The order without prices. None where a name is unknown: see [`crate::lookup::unknown_names`].
pub fn draft(submission: &Submission, standing: &Standing, stamp: Stamp<'_>) -> Option<Order> {
    let (customer, store) = (standing.customer.as_ref()?, standing.store.as_ref()?);
    let lines = submission.lines.iter().zip(1_u32..).map(|(line, number)| draft_line(number, line, standing));
    let mut attributes = submission.attributes.clone();
    if !submission.reference.is_empty() && attribute(&attributes, "reference").is_none() {
        attributes.push(("reference".into(), submission.reference.clone()));
    }
    Some(Order {
        number: stamp.number.to_owned(),
        kind: submission.kind,
        original: submission.original.clone(),
        customer: Buyer {
            code: customer.code.clone(),
            name: customer.name.clone(),
            level: customer.level.clone(),
            region: customer.region.clone(),
            attributes: customer.attributes.clone(),
        },
        store: store.code.clone(),
        region: store.region.clone(),
        currency: store.currency.clone(),
        exchange_rate: stamp.exchange_rate,
        placed_at: stamp.placed_at,
        business_date: stamp.business_date.to_owned(),
        ship_to: submission.ship_to.clone(),
        lines: lines.collect::<Option<_>>()?,
        totals: Totals::default(),
        payment_days: customer.payment_days,
        note: submission.note.clone(),
        attributes,
    })
}

fn draft_line(number: u32, line: &SubmittedLine, standing: &Standing) -> Option<Line> {
    let product = standing.products.get(&line.sku)?;
    let unit = line.unit.as_ref().unwrap_or(&product.base_unit);
    Some(Line {
        number,
        sku: line.sku.clone(),
        name: product.name.clone(),
        category: product.category.clone(),
        unit: unit.clone(),
        unit_rate: product.unit_rate(unit)?,
        quantity: line.quantity,
        unit_price: Decimal::ZERO,
        tax_rate: product.tax_rate,
        tax_inclusive: false,
        totals: Totals::default(),
        warehouse: None,
        attributes: product.line_attributes(&line.attributes),
    })
}

/// What pricing strategies are asked about an order.
pub fn price_request(order: &Order) -> PriceRequest {
    let lines = order.lines.iter().map(|line| PriceLine {
        number: line.number,
        sku: line.sku.clone(),
        category: line.category.clone(),
        unit: line.unit.clone(),
        unit_rate: line.unit_rate,
        quantity: line.quantity,
        proposed: None,
        attributes: line.attributes.clone(),
    });
    PriceRequest {
        kind: order.kind,
        customer: order.customer.clone(),
        store: order.store.clone(),
        region: order.region.clone(),
        currency: order.currency.clone(),
        placed_at: order.placed_at,
        business_date: order.business_date.clone(),
        lines: lines.collect(),
        attributes: order.attributes.clone(),
    }
}

/// Shows the next strategy of the chain what the one before it found.
pub fn propose(request: &mut PriceRequest, prices: &[LinePrice]) {
    for line in &mut request.lines {
        line.proposed = prices.iter().find(|price| price.number == line.number).cloned();
    }
}

/// Puts prices into the order and counts its amounts. Lines without a price stay as they are.
pub fn apply_prices(order: &mut Order, prices: &[LinePrice]) -> Result<(), DecimalError> {
    // Answers mostly come in the order of the lines, so the search mostly ends at its first step.
    for (at, line) in order.lines.iter_mut().enumerate() {
        let same = |price: &&LinePrice| price.number == line.number;
        let Some(price) = prices.get(at).filter(same).or_else(|| prices.iter().find(same)) else { continue };
        line.unit_price = price.unit_price;
        line.tax_rate = price.tax_rate;
        line.tax_inclusive = price.tax_inclusive;
        line.totals =
            Totals::of_line(line.quantity, price.unit_price, price.tax_rate, price.tax_inclusive, &order.currency)?;
    }
    order.totals = Totals::sum(order.lines.iter().map(|line| &line.totals))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn order() -> Order {
        let submission: Submission = serde_json::from_value(json!({
            "reference": "PO-7", "customer": "C1", "store": "S1", "ship_to": { "text": "Road 1" },
            "lines": [{ "sku": "A", "quantity": "2", "unit": "box" }, { "sku": "A", "quantity": "3" }],
        }))
        .unwrap();
        let product = json!({
            "sku": "A", "name": "Thing", "base_unit": "pc", "tax_rate": "0.13", "units": [["box", "10"]], "custom": true,
            "lead_time_days": 20,
        });
        let standing = Standing {
            customer: serde_json::from_value(json!({ "code": "C1", "name": "Buyer", "payment_days": 30 })).unwrap(),
            store: serde_json::from_value(json!({ "code": "S1", "name": "Shop", "region": "R1", "currency": "CNY" }))
                .unwrap(),
            products: [("A".to_owned(), serde_json::from_value(product).unwrap())].into(),
            ..Standing::default()
        };
        let stamp = Stamp { number: "SO-1", placed_at: Instant(0), business_date: "1970-01-01", exchange_rate: None };
        draft(&submission, &standing, stamp).unwrap()
    }

    #[test]
    fn carries_units_and_free_fields() {
        let order = order();
        assert_eq!(order.lines[0].base_quantity(), Decimal::whole(20));
        assert_eq!(attribute(&order.attributes, "reference"), Some("PO-7"));
        assert_eq!(attribute(&order.lines[1].attributes, "lead-time-days"), Some("20"));
        assert_eq!(order.region, "R1");
    }

    #[test]
    fn prices_count_up() {
        let mut order = order();
        let price = |number, price: &str| LinePrice {
            number,
            unit_price: price.parse().unwrap(),
            tax_rate: "0.13".parse().unwrap(),
            tax_inclusive: true,
            explanation: Vec::new(),
        };
        // Out of order on purpose.
        apply_prices(&mut order, &[price(2, "11.3"), price(1, "113")]).unwrap();
        assert_eq!(order.totals, Totals { net: 23_000, tax: 2_990, gross: 25_990 });
        let mut request = price_request(&order);
        propose(&mut request, &[price(2, "1")]);
        assert!(request.lines[0].proposed.is_none() && request.lines[1].proposed.is_some());
    }
}
