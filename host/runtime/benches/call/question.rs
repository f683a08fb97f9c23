//! The question that is asked, and native code that answers it as the plugin does.

use mortise_domain::call::Request;
use mortise_domain::decimal::Decimal;
use mortise_domain::instant::Instant;
use mortise_domain::order::{Buyer, OrderKind};
use mortise_domain::pricing::{LinePrice, PriceLine, PriceRequest, PriceStep, Priced};
use mortise_domain::text::Text;

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

pub fn native(request: &Request) {
    let Request::Price { request } = request.clone() else { return };
    std::hint::black_box(price(&request));
}

pub fn price(request: &PriceRequest) -> Priced {
    let base: Decimal = "99.90".parse().unwrap_or_default();
    let markup: Decimal = "0.15".parse().unwrap_or_default();
    let tax_rate = "0.13".parse().unwrap_or_default();
    let line = |line: &PriceLine| {
        let added = base.times(markup).unwrap_or_default();
        let step = |kind: &str, amount, zh: &str, en: &str| PriceStep {
            kind: kind.into(),
            reason: Text::new(zh, en),
            amount,
            source: String::new(),
        };
        LinePrice {
            number: line.number,
            unit_price: base.plus(added).unwrap_or_default(),
            tax_rate,
            tax_inclusive: false,
            explanation: vec![step("base", base, "基础价格", "base price"), step("markup", added, "加价", "markup")],
        }
    };
    Priced { lines: request.lines.iter().map(line).collect(), version: "native/1".into() }
}
