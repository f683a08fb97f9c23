//! The smallest pricing plugin: one base price for everything, and a markup on it. Both come from the settings.

use mortise_sdk::pricing::{LinePrice, PriceLine, PriceRequest, PriceStep, Priced};
use mortise_sdk::{Decimal, Error, Pricing, Result, Text};
use serde::Deserialize;

/// The connection's settings. They are the plugin: it keeps nothing else.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HelloPricing {
    /// Price of one unit of anything, without tax.
    base_price: Decimal,
    /// A share of the base price that is added: `0.15` is 15 %.
    markup: Decimal,
    /// A share: `0.13` is 13 %.
    tax_rate: Decimal,
}

mortise_sdk::plugin!(HelloPricing: Pricing);

impl Pricing for HelloPricing {
    fn price(&self, request: PriceRequest) -> Result<Priced> {
        if self.base_price.is_negative() {
            return Err(Error::invalid(
                "settings.base-price",
                "基础价格不能为负数",
                "the base price cannot be negative",
            ));
        }
        let lines = request.lines.iter().map(|line| self.line(line)).collect::<Result<_>>()?;
        Ok(Priced { lines, version: "hello/1".to_owned() })
    }
}

impl HelloPricing {
    fn line(&self, line: &PriceLine) -> Result<LinePrice> {
        let mut price = LinePrice { number: line.number, tax_rate: self.tax_rate, ..LinePrice::default() };
        price.add(PriceStep::new("base", self.base_price, Text::new("基础价格", "base price")))?;
        let markup = self.base_price.times(self.markup)?.rounded(4)?.trimmed();
        price.add(PriceStep::new("markup", markup, Text::new("加价", "markup")))?;
        Ok(price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_add_up_to_the_price() {
        let settings = r#"{"base-price":"99.90","markup":"0.15","tax-rate":"0.13"}"#;
        let plugin: HelloPricing = mortise_sdk::settings::parse(settings).unwrap();
        let line = PriceLine { number: 1, quantity: Decimal::whole(3), ..PriceLine::default() };
        let request = PriceRequest { lines: vec![line], ..PriceRequest::default() };

        let priced = plugin.price(request).unwrap();

        let steps = &priced.lines[0].explanation;
        assert_eq!(steps[1].amount.to_string(), "14.985");
        assert_eq!(steps[0].amount.plus(steps[1].amount).unwrap(), priced.lines[0].unit_price);
    }
}
