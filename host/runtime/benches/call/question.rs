//! The question that is asked.

use mortise_domain::call::Request;
use mortise_domain::decimal::Decimal;
use mortise_domain::instant::Instant;
use mortise_domain::order::{Buyer, OrderKind};
use mortise_domain::pricing::{PriceLine, PriceRequest};

pub fn asked(lines: u32) -> Request {
    let line = |number| PriceLine {
        number,
        sku: format!("SKU-{number:06}"),
        category: "fasteners".into(),
        unit: "box".into(),
        unit_rate: Decimal::whole(12),
        quantity: Decimal::whole(3),
        proposed: None,
        attributes: vec![("colour".into(), "black".into())],
    };
    let customer = Buyer {
        code: "C-000123".into(),
        name: "Shanghai Hongda Trading".into(),
        level: "A".into(),
        region: "east".into(),
        attributes: Vec::new(),
    };
    Request::Price {
        request: PriceRequest {
            kind: OrderKind::Sale,
            customer,
            store: "S-01".into(),
            region: "east".into(),
            currency: "CNY".into(),
            placed_at: Instant(1_769_846_400_000_000),
            business_date: "2026-01-31".into(),
            lines: (1..=lines).map(line).collect(),
            attributes: Vec::new(),
        },
    }
}
