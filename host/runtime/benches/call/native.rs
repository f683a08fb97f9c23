//! Native code that answers as the plugin does.

use mortise_domain::call::Request;
use mortise_domain::decimal::Decimal;
use mortise_domain::pricing::{LinePrice, PriceLine, PriceRequest, PriceStep, Priced};
use mortise_domain::text::Text;

pub fn answer(request: &Request) {
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
