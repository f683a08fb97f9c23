//! Why a request cannot be priced, and what to do about it.

use mortise_sdk::pricing::{PriceLine, PriceRequest};
use mortise_sdk::{DecimalError, Error};

use crate::list::NoRow;

/// The line at this position has no price.
pub fn no_price(request: &PriceRequest, at: usize, line: &PriceLine, why: &NoRow<'_>) -> Error {
    let (number, sku, unit, level) = (line.number, &line.sku, &line.unit, &request.customer.level);
    let (currency, day) = (&request.currency, &request.business_date);
    let (zh, en) = match why {
        NoRow::Unlisted => (
            format!("{day} 的价目表中没有 {sku} 的 {currency} 价格：请为该 SKU 发布价格，或删除该行"),
            format!(
                "no price list in force on {day} has {sku} in {currency}: publish a price for it, or take the line out"
            ),
        ),
        NoRow::OtherLevels => (
            format!("{sku} 的价格不适用于客户等级“{level}”：请为该等级（或所有等级）发布价格，或更正客户等级"),
            format!(
                "{sku} has prices for other customer levels than {level:?} alone: publish one for this level (or for all), or correct the customer's level"
            ),
        ),
        NoRow::TooFew { from, unit } => (
            format!("{sku} 的价格从 {from} {unit} 起：请提高数量，或发布更小数量的价格"),
            format!("{sku} is priced from {from} {unit} on: order more, or publish a price for smaller quantities"),
        ),
        NoRow::OtherUnit { unit: listed } => (
            format!("{sku} 以 {listed} 计价，无法换算为 {unit}：请在商品资料中填写单位换算率，或发布 {unit} 的价格"),
            format!(
                "{sku} is priced per {listed}, which does not convert to {unit}: enter the item's unit rates, or publish a price per {unit}"
            ),
        ),
        NoRow::Number(error) => return number_fault(at, line, *error),
    };
    Error::invalid(format!("lines[{at}].sku"), format!("第 {number} 行：{zh}"), format!("line {number}: {en}"))
}

/// The price list, or the strategy before this one, has a price below zero.
pub fn negative(at: usize, line: &PriceLine, source: &str) -> Error {
    let (number, sku) = (line.number, &line.sku);
    Error::invalid(
        format!("lines[{at}].sku"),
        format!("第 {number} 行：{source} 给出的 {sku} 价格为负数：请更正并重新发布"),
        format!("line {number}: {source} has a price below zero for {sku}: correct and publish it again"),
    )
}

/// There is nothing to adjust.
pub fn not_proposed(at: usize, line: &PriceLine) -> Error {
    let (number, sku) = (line.number, &line.sku);
    Error::invalid(
        format!("lines[{at}].proposed"),
        format!(
            "第 {number} 行：{sku} 没有可调整的价格：请在此策略之前配置 mode 为 base 的定价策略，或将本策略的 mode 改为 base"
        ),
        format!(
            "line {number}: there is no price of {sku} to adjust: put a strategy with mode base before this one, or set this one's mode to base"
        ),
    )
}

/// A number of the line left its range.
pub fn number_fault(at: usize, line: &PriceLine, error: DecimalError) -> Error {
    let (number, sku) = (line.number, &line.sku);
    Error::invalid(
        format!("lines[{at}]"),
        format!("第 {number} 行：{sku} 的数量、单位换算率或价格超出可计算范围：请检查这些数值"),
        format!("line {number}: quantity, unit rate or price of {sku} cannot be calculated with ({error}): check them"),
    )
}
