//! Pricing strategies.

use mortise_domain::call::{Answer, Interface};
use mortise_domain::pricing::{LinePrice, PriceLine, PriceRequest, PriceStep, Priced, PricingFault};
use mortise_domain::text::Text;
use wasmtime::Store;
use wasmtime::component::Instance;

use super::interface::functions;
use super::types::{bilingual, customer, decimal, kind, read_bilingual, read_decimal};
use super::wit::exports::mortise::plugin::pricing as wit;
use crate::adapter::Fault;
use crate::adapter::check::{AnswerFault, Checked, id, list};
use crate::state::State;

functions!(Interface::Pricing, "mortise:plugin/pricing@1.0.0" {
    price = "price" (&wit::PriceRequest) -> wit::Priced;
});

fn step(value: PriceStep) -> wit::PriceStep {
    wit::PriceStep {
        kind: value.kind,
        reason: bilingual(value.reason),
        amount: decimal(value.amount),
        source: value.source,
    }
}

fn line_price(value: LinePrice) -> wit::LinePrice {
    wit::LinePrice {
        number: value.number,
        unit_price: decimal(value.unit_price),
        tax_rate: decimal(value.tax_rate),
        tax_inclusive: value.tax_inclusive,
        explanation: value.explanation.into_iter().map(step).collect(),
    }
}

fn line(value: PriceLine) -> wit::PriceLine {
    wit::PriceLine {
        number: value.number,
        sku: value.sku,
        category: value.category,
        unit: value.unit,
        unit_rate: decimal(value.unit_rate),
        quantity: decimal(value.quantity),
        proposed: value.proposed.map(line_price),
        attributes: value.attributes,
    }
}

fn request(value: PriceRequest) -> wit::PriceRequest {
    wit::PriceRequest {
        kind: kind(value.kind),
        customer: customer(value.customer),
        store: value.store,
        region: value.region,
        currency: value.currency,
        placed_at: value.placed_at.0,
        business_date: value.business_date,
        lines: value.lines.into_iter().map(line).collect(),
        attributes: value.attributes,
    }
}

fn read_step(value: wit::PriceStep) -> Checked<PriceStep> {
    Ok(PriceStep {
        kind: id("lines.explanation.kind", value.kind)?,
        reason: read_bilingual("lines.explanation.reason", value.reason)?,
        amount: read_decimal("lines.explanation.amount", value.amount)?,
        source: id("lines.explanation.source", value.source)?,
    })
}

fn read_line(value: wit::LinePrice) -> Checked<LinePrice> {
    Ok(LinePrice {
        number: value.number,
        unit_price: read_decimal("lines.unit-price", value.unit_price)?,
        tax_rate: read_decimal("lines.tax-rate", value.tax_rate)?,
        tax_inclusive: value.tax_inclusive,
        explanation: list("lines.explanation", value.explanation, read_step)?,
    })
}

pub(super) fn read_priced(value: wit::Priced, asked: &wit::PriceRequest) -> Checked<Priced> {
    let priced = Priced { lines: list("lines", value.lines, read_line)?, version: id("version", value.version)? };
    priced
        .check_lines(asked.lines.iter().map(|line| line.number))
        .map_err(|fault| AnswerFault { field: "lines", problem: Text::new(in_chinese(&fault), fault.to_string()) })?;
    Ok(priced)
}

fn in_chinese(fault: &PricingFault) -> String {
    match fault {
        PricingFault::Lines { .. } => "答复的行与请求不一致，每行必须且只能定价一次".into(),
        PricingFault::Explanation { line, .. } => format!("第 {line} 行的价格步骤之和与单价不符"),
        PricingFault::Range { line, .. } => format!("第 {line} 行的单价为负，或税率不在 0 与 1 之间"),
        PricingFault::Number(_) => "数字过大或小数位过多".into(),
    }
}

impl Functions {
    /// Every priced line of every order comes through here: the request is converted before the future is made, so that
    /// the future holds it once.
    pub(super) fn answer<'a>(
        &'a self,
        store: &'a mut Store<State>,
        instance: &'a Instance,
        asked: PriceRequest,
    ) -> impl Future<Output = Result<Answer, Fault>> + Send + 'a {
        let asked = request(asked);
        async move {
            let priced = self.price(store, instance, (&asked,)).await?;
            Ok(Answer::Priced(read_priced(priced, &asked)?))
        }
    }
}
