//! Domain words into the contract's.

use mortise_domain::decimal::Decimal;
use mortise_domain::pricing::{PriceLine, PriceRequest};

use super::bindings::exports::mortise::plugin::pricing as wit;
use super::bindings::mortise::plugin::types::{Customer, Decimal as WitDecimal, OrderKind};

fn decimal(value: Decimal) -> WitDecimal {
    WitDecimal { units: value.units(), scale: value.scale() }
}

fn line(value: PriceLine) -> wit::PriceLine {
    wit::PriceLine {
        number: value.number,
        sku: value.sku,
        category: value.category,
        unit: value.unit,
        unit_rate: decimal(value.unit_rate),
        quantity: decimal(value.quantity),
        proposed: None,
        attributes: value.attributes,
    }
}

pub fn asked(value: PriceRequest) -> wit::PriceRequest {
    let buyer = value.customer;
    wit::PriceRequest {
        kind: OrderKind::Sale,
        customer: Customer {
            code: buyer.code,
            name: buyer.name,
            level: buyer.level,
            region: buyer.region,
            attributes: buyer.attributes,
        },
        store: value.store,
        region: value.region,
        currency: value.currency,
        placed_at: value.placed_at.0,
        business_date: value.business_date,
        lines: value.lines.into_iter().map(line).collect(),
        attributes: value.attributes,
    }
}
