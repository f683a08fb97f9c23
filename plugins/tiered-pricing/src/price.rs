//! From the first figure to the unit price, step by step.

use std::fmt::Write;

use mortise_sdk::pricing::{LinePrice, PriceLine, PriceRequest, PriceStep, Priced};
use mortise_sdk::{Decimal, DecimalError, Result, Text};

use crate::discount;
use crate::list::{Choice, PriceList};
use crate::refusal;
use crate::settings::{Discount, Promotion, TieredPricing};

/// Prices every line by the published list.
pub fn from_list(settings: &TieredPricing, request: &PriceRequest, list: &PriceList) -> Result<Priced> {
    let offered = discount::on_offer(settings, request);
    let mut lines = Vec::with_capacity(request.lines.len());
    let mut version = String::new();
    for (at, line) in request.lines.iter().enumerate() {
        let choice =
            list.choose(line, &request.customer.level).map_err(|why| refusal::no_price(request, at, line, &why))?;
        if choice.row.price.is_negative() {
            return Err(refusal::negative(at, line, &choice.row.source));
        }
        name(&mut version, &choice.row.source);
        let price = Draft::listed(line, &choice)
            .and_then(|draft| draft.finish(settings, request, line, &offered))
            .map_err(|error| refusal::number_fault(at, line, error))?;
        lines.push(price);
    }
    name(&mut version, &settings.version);
    Ok(Priced { lines, version })
}

/// Adjusts what the strategy before this one found.
pub fn adjust(settings: &TieredPricing, mut request: PriceRequest) -> Result<Priced> {
    let offered = discount::on_offer(settings, &request);
    let proposals: Vec<_> = request.lines.iter_mut().map(|line| line.proposed.take()).collect();
    let mut lines = Vec::with_capacity(proposals.len());
    let mut version = String::new();
    for ((at, line), proposed) in request.lines.iter().enumerate().zip(proposals) {
        let proposed = proposed.ok_or_else(|| refusal::not_proposed(at, line))?;
        let source = proposed.explanation.first().map_or("", |first| first.source.as_str());
        if proposed.unit_price.is_negative() {
            return Err(refusal::negative(at, line, source));
        }
        name(&mut version, source);
        let price =
            Draft { price: LinePrice { number: line.number, ..proposed }, for_level: false, for_quantity: false }
                .finish(settings, &request, line, &offered)
                .map_err(|error| refusal::number_fault(at, line, error))?;
        lines.push(price);
    }
    name(&mut version, &settings.version);
    Ok(Priced { lines, version })
}

/// Adds a name to a list of names, each once.
fn name(version: &mut String, more: &str) {
    if more.is_empty() || version.split(" + ").any(|known| known == more) {
        return;
    }
    if !version.is_empty() {
        version.push_str(" + ");
    }
    version.push_str(more);
}

/// A price on its way.
struct Draft {
    price: LinePrice,
    /// The list's price is this customer level's own, so the level is not discounted once more.
    for_level: bool,
    /// The list's price is that of a larger quantity, so the quantity is not discounted once more.
    for_quantity: bool,
}

impl Draft {
    fn listed(line: &PriceLine, choice: &Choice<'_>) -> Result<Self, DecimalError> {
        let row = choice.row;
        let (mut zh, mut en) = (["价目表 ", &row.source].concat(), ["price list ", &row.source].concat());
        if !row.level.is_empty() {
            let _ = write!(zh, "，客户等级 {}", row.level);
            let _ = write!(en, ", level {}", row.level);
        }
        let for_quantity = row.min_quantity > Decimal::ONE;
        if for_quantity {
            let _ = write!(zh, "，{} {} 起", row.min_quantity, row.unit);
            let _ = write!(en, ", from {} {}", row.min_quantity, row.unit);
        }
        let mut draft = Self {
            price: LinePrice {
                number: line.number,
                unit_price: Decimal::ZERO,
                tax_rate: row.tax_rate,
                tax_inclusive: row.tax_inclusive,
                explanation: Vec::with_capacity(4),
            },
            for_level: !row.level.is_empty(),
            for_quantity,
        };
        draft.add("base", row.price, Text { zh, en }, &row.source)?;
        if let Some(conversion) = &choice.conversion {
            let (unit, listed, ratio) = (&line.unit, &row.unit, conversion.ratio);
            let text = Text::new(
                format!("换算：1 {unit} = {ratio} {listed}"),
                format!("converted: 1 {unit} = {ratio} {listed}"),
            );
            draft.adjust("unit", conversion.price.minus(row.price)?, text, &row.source)?;
        }
        Ok(draft)
    }

    fn finish(
        mut self,
        settings: &TieredPricing,
        request: &PriceRequest,
        line: &PriceLine,
        offered: &[&Promotion],
    ) -> Result<LinePrice, DecimalError> {
        if let Some(rule) = settings.regions.iter().find(|rule| rule.region == request.region) {
            let (region, factor, now) = (&rule.region, rule.factor.0, self.price.unit_price);
            let text = Text::new(format!("区域 {region}，系数 {factor}"), format!("region {region}, factor {factor}"));
            self.adjust("region", now.times(factor)?.minus(now)?, text, region)?;
        }
        let level = &request.customer.level;
        if let Some(rule) = settings.levels.iter().find(|rule| !self.for_level && rule.level == *level) {
            let percent = rule.percent.0;
            let text =
                Text::new(format!("客户等级 {level} 优惠 {percent}%"), format!("level {level}, {percent} % off"));
            let off = rule.percent.of(self.price.unit_price)?;
            self.take("level", off, text, level)?;
        }
        if !self.for_quantity
            && let Some(tier) = discount::tier(settings, line, &request.currency)?
        {
            let (from, off) = (tier.min_quantity, tier.discount.off(self.price.unit_price, line)?);
            let text = described(&tier.discount, &format!("满 {from}（基本单位）"), &format!("from {from} base units"));
            self.take("tier", off, text, "")?;
        }
        for (promotion, off) in discount::best(offered, self.price.unit_price, line)? {
            let text = described(&promotion.discount, &promotion.title.zh, &promotion.title.en);
            self.take("promotion", off, text, &promotion.code)?;
        }
        let (now, digits) = (self.price.unit_price.trimmed(), settings.digits.0);
        if now.scale > digits {
            let rounding = now.rounded(digits)?.minus(now)?;
            let text = Text::new(format!("四舍五入到 {digits} 位小数"), format!("rounded to {digits} decimal places"));
            self.add("rounding", rounding, text, "")?;
        }
        self.price.unit_price = self.price.unit_price.trimmed();
        Ok(self.price)
    }

    fn take(&mut self, kind: &str, off: Decimal, reason: Text, source: &str) -> Result<(), DecimalError> {
        self.adjust(kind, Decimal::ZERO.minus(off)?, reason, source)
    }

    /// Adds a step that is not the first, unless it changes nothing.
    fn adjust(&mut self, kind: &str, amount: Decimal, reason: Text, source: &str) -> Result<(), DecimalError> {
        if amount.is_zero() { Ok(()) } else { self.add(kind, amount, reason, source) }
    }

    /// The only place that moves the price, so that the steps add up to it.
    fn add(&mut self, kind: &str, amount: Decimal, reason: Text, source: &str) -> Result<(), DecimalError> {
        let amount = amount.trimmed();
        self.price.unit_price = self.price.unit_price.plus(amount)?;
        self.price.explanation.push(PriceStep { kind: kind.to_owned(), reason, amount, source: source.to_owned() });
        Ok(())
    }
}

fn described(discount: &Discount, zh: &str, en: &str) -> Text {
    match discount {
        Discount::Percent(percent) => {
            Text::new(format!("{zh}：优惠 {}%", percent.0), format!("{en}: {} % off", percent.0))
        }
        Discount::Amount(off) => {
            let (value, currency) = (off.value, &off.currency);
            Text::new(
                format!("{zh}：每基本单位优惠 {value} {currency}"),
                format!("{en}: {value} {currency} off per base unit"),
            )
        }
    }
}
