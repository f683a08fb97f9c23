//! Questions to and answers of pricing strategies.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::decimal::{Decimal, DecimalError};
use crate::instant::Instant;
use crate::order::{Buyer, OrderKind};
use crate::text::{Attributes, Text};

/// A line to be priced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriceLine {
    /// Number of the line.
    pub number: u32,
    /// The item.
    pub sku: String,
    /// Its category.
    pub category: String,
    /// Unit of the quantity.
    pub unit: String,
    /// Base units per unit.
    pub unit_rate: Decimal,
    /// In `unit`.
    pub quantity: Decimal,
    /// What the strategy before found.
    pub proposed: Option<LinePrice>,
    /// Free fields.
    pub attributes: Attributes,
}

/// An order, or a quote, to be priced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriceRequest {
    /// Sale or return.
    pub kind: OrderKind,
    /// Who buys.
    pub customer: Buyer,
    /// Code of the store.
    pub store: String,
    /// Code of the region.
    pub region: String,
    /// ISO 4217 code.
    pub currency: String,
    /// When it was placed.
    pub placed_at: Instant,
    /// The company's day of it.
    pub business_date: String,
    /// The lines.
    pub lines: Vec<PriceLine>,
    /// Free fields.
    pub attributes: Attributes,
}

/// One step from nothing to the price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PriceStep {
    /// `base`, `level`, `tier`, `promotion`, …
    pub kind: String,
    /// For people.
    pub reason: Text,
    /// Added per unit; negative for a discount.
    pub amount: Decimal,
    /// Price list and version, promotion code.
    pub source: String,
}

/// The price of one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LinePrice {
    /// Number of the line.
    pub number: u32,
    /// Per unit.
    pub unit_price: Decimal,
    /// A share.
    pub tax_rate: Decimal,
    /// Is the tax within the price?
    pub tax_inclusive: bool,
    /// The steps; they add up to `unit_price`.
    pub explanation: Vec<PriceStep>,
}

impl LinePrice {
    /// What all steps after the list price take off, in ten-thousandths of it; 0 where nothing is taken off.
    fn discount(&self) -> i64 {
        let base =
            self.explanation.iter().find(|step| step.kind == "base").and_then(|step| step.amount.to_micros().ok());
        let (Some(base), Ok(price)) = (base, self.unit_price.to_micros()) else { return 0 };
        if base <= 0 || price >= base {
            return 0;
        }
        i64::try_from((i128::from(base) - i128::from(price)) * 10_000 / i128::from(base)).unwrap_or(0)
    }
}

/// The largest discount of a line off its list price, as a share with four digits.
pub fn largest_discount(prices: &[LinePrice]) -> Decimal {
    let largest = prices.iter().map(LinePrice::discount).max().unwrap_or(0);
    Decimal::new(largest, 4).map(Decimal::trimmed).unwrap_or_default()
}

/// Prices of all lines by one version of the rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Priced {
    /// One for each line asked about.
    pub lines: Vec<LinePrice>,
    /// Version of price list and rules.
    pub version: String,
}

/// An answer that is no pricing of the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PricingFault {
    /// A line has no price, or one line has two.
    #[error("the answer prices lines {found:?}, the request has {expected:?}: price every line once")]
    Lines {
        /// Numbers in the request.
        expected: Vec<u32>,
        /// Numbers in the answer.
        found: Vec<u32>,
    },
    /// The steps are not the price.
    #[error("the steps of line {line} add up to {sum}, its price is {price}: explain every part of the price")]
    Explanation {
        /// The line.
        line: u32,
        /// Sum of its steps.
        sum: Decimal,
        /// Its price.
        price: Decimal,
    },
    /// A negative price or tax rate, or one above its bound.
    #[error(
        "line {line} has the price {price} and the tax rate {tax_rate}: both must not be negative, the rate not above 1"
    )]
    Range {
        /// The line.
        line: u32,
        /// Its price.
        price: Decimal,
        /// Its tax rate.
        tax_rate: Decimal,
    },
    /// A number left its range.
    #[error(transparent)]
    Number(#[from] DecimalError),
}

impl Priced {
    /// Checks that the answer prices every line once, that each explanation adds up, and that prices are no nonsense.
    pub fn check(&self, request: &PriceRequest) -> Result<(), PricingFault> {
        self.check_lines(request.lines.iter().map(|line| line.number))
    }

    /// The same check, where only the numbers of the lines are at hand.
    pub fn check_lines(&self, expected: impl Iterator<Item = u32>) -> Result<(), PricingFault> {
        let mut expected: Vec<u32> = expected.collect();
        let mut found: Vec<u32> = self.lines.iter().map(|line| line.number).collect();
        expected.sort_unstable();
        found.sort_unstable();
        if expected != found {
            return Err(PricingFault::Lines { expected, found });
        }
        for line in &self.lines {
            let sum = line.explanation.iter().try_fold(Decimal::ZERO, |sum, step| sum.plus(step.amount))?;
            if sum != line.unit_price {
                return Err(PricingFault::Explanation { line: line.number, sum, price: line.unit_price });
            }
            if line.unit_price < Decimal::ZERO || line.tax_rate < Decimal::ZERO || line.tax_rate > Decimal::ONE {
                return Err(PricingFault::Range { line: line.number, price: line.unit_price, tax_rate: line.tax_rate });
            }
        }
        Ok(())
    }
}
