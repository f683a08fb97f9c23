//! What does a line cost, in U8's terms? Its prices are per base unit, and it works the amounts out anew from them.

use mortise_sdk::{Decimal, DecimalError, Line};

use crate::body::PRICE_DIGITS;

/// Quantities and prices of a line in U8's terms, positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// In base units.
    pub quantity: Decimal,
    /// Percent.
    pub tax_percent: Decimal,
    /// Per base unit, with tax where the line's price has it. None: U8 would not come to our amounts with any price that it
    /// can keep, so the amounts alone are told.
    pub price: Option<Decimal>,
}

impl Terms {
    pub fn of(line: &Line, digits: u8) -> Result<Self, DecimalError> {
        let rate = if line.unit_rate.is_positive() { line.unit_rate } else { Decimal::ONE };
        let quantity = line.quantity.times(rate)?;
        let tax_percent = line.tax_rate.times(Decimal::whole(100))?.trimmed();
        let price = line.unit_price.divided_by(rate, PRICE_DIGITS)?.trimmed();
        let agrees = agrees(line, quantity, price, digits).unwrap_or(false);
        Ok(Self { quantity: quantity.trimmed(), tax_percent, price: agrees.then_some(price) })
    }
}

/// Does U8 come to the line's amounts by this price?
fn agrees(line: &Line, quantity: Decimal, price: Decimal, digits: u8) -> Result<bool, DecimalError> {
    let amount = Decimal::from_amount(quantity.times(price)?.to_amount(digits)?, digits);
    let (net, gross) = if line.tax_inclusive {
        let factor = Decimal::ONE.plus(line.tax_rate)?;
        (amount.divided_by(factor, digits)?, amount)
    } else {
        let tax = Decimal::from_amount(amount.times(line.tax_rate)?.to_amount(digits)?, digits);
        (amount, amount.plus(tax)?)
    };
    Ok(net == Decimal::from_amount(line.net, digits) && gross == Decimal::from_amount(line.gross, digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(quantity: &str, rate: &str, price: &str, inclusive: bool, amounts: (i64, i64)) -> Line {
        Line {
            quantity: quantity.parse().unwrap(),
            unit_rate: rate.parse().unwrap(),
            unit_price: price.parse().unwrap(),
            tax_rate: Decimal::new(13, 2),
            tax_inclusive: inclusive,
            net: amounts.0,
            tax: amounts.1 - amounts.0,
            gross: amounts.1,
            ..Line::default()
        }
    }

    fn terms(line: &Line) -> (String, Option<String>) {
        let terms = Terms::of(line, 2).unwrap();
        assert_eq!(terms.tax_percent, Decimal::whole(13));
        (terms.quantity.to_string(), terms.price.map(|price| price.to_string()))
    }

    #[test]
    fn prices_are_per_base_unit() {
        let told = |quantity: &str, price: &str| (quantity.to_owned(), Some(price.to_owned()));
        assert_eq!(terms(&line("10", "1", "11.30", true, (10_000, 11_300))), told("10", "11.3"));
        assert_eq!(terms(&line("10", "1", "10", false, (10_000, 11_300))), told("10", "10"));
        assert_eq!(terms(&line("5", "12", "120", false, (60_000, 67_800))), told("60", "10"));
        // 100 a box of 12: 8.333333 a piece still comes to 500.00.
        assert_eq!(terms(&line("5", "12", "100", true, (44_248, 50_000))), told("60", "8.333333"));
    }

    #[test]
    fn a_price_that_leads_astray_is_not_told() {
        // 12000 boxes at 100: 144000 × 8.333333 = 1199999.95.
        assert_eq!(terms(&line("12000", "12", "100", true, (106_194_690, 120_000_000))), ("144000".to_owned(), None));
        // A discount that is in the amounts only.
        assert_eq!(terms(&line("1", "1", "10", false, (900, 1_017))), ("1".to_owned(), None));
    }
}
