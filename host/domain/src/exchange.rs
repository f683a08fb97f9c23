//! Amounts of one currency in another. They are never added before they are converted.

use crate::decimal::{Decimal, DecimalError};
use crate::money::{Amount, minor_digits};

/// An order's currency against the company's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exchange<'a> {
    /// The company's currency.
    pub company: &'a str,
    /// The order's currency.
    pub order: &'a str,
    /// Worth of one unit of the order's currency in the company's; none: they are the same.
    pub rate: Option<Decimal>,
}

impl Exchange<'_> {
    /// An amount of the order in the company's currency, rounded half up.
    pub fn to_company(self, amount: Amount) -> Result<Amount, DecimalError> {
        let Some(rate) = self.rate else { return Ok(amount) };
        // One multiplication in wide numbers, then one rounding.
        let wide = i128::from(amount) * i128::from(rate.units());
        narrow(crate::decimal::shift(wide, minor_digits(self.order) + rate.scale(), minor_digits(self.company)))
    }

    /// An amount of the company's currency in the order's, rounded half up.
    pub fn to_order(self, amount: Amount) -> Result<Amount, DecimalError> {
        let Some(rate) = self.rate else { return Ok(amount) };
        if !rate.is_positive() {
            return Err(DecimalError::Overflow);
        }
        let lift = 10_i128.pow(u32::from(rate.scale() + minor_digits(self.order)));
        let wide = i128::from(amount).checked_mul(lift).ok_or(DecimalError::Overflow)?;
        let divisor = i128::from(rate.units()) * 10_i128.pow(u32::from(minor_digits(self.company)));
        let half = if wide >= 0 { divisor / 2 } else { -(divisor / 2) };
        narrow((wide + half) / divisor)
    }
}

fn narrow(wide: i128) -> Result<Amount, DecimalError> {
    Amount::try_from(wide).map_err(|_| DecimalError::Overflow)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dollars_and_yen() {
        let dollars = Exchange { company: "CNY", order: "USD", rate: Some("7.1".parse().unwrap()) };
        assert_eq!(dollars.to_company(10_000), Ok(71_000));
        assert_eq!(dollars.to_order(71_000), Ok(10_000));
        let yen = Exchange { company: "CNY", order: "JPY", rate: Some("0.05".parse().unwrap()) };
        assert_eq!(yen.to_company(1_000), Ok(5_000), "1,000 yen are 50.00 yuan");
        assert_eq!(yen.to_order(5_000), Ok(1_000));
        assert_eq!(Exchange { company: "CNY", order: "CNY", rate: None }.to_company(7), Ok(7));
    }

    proptest! {
        #[test]
        fn there_and_back_loses_less_than_one_unit_of_the_coarser(amount in 0..1_000_000_000_i64, units in 10_000..1_000_000_i64) {
            let exchange = Exchange { company: "CNY", order: "USD", rate: Some(Decimal::new(units, 4).unwrap()) };
            let back = exchange.to_order(exchange.to_company(amount).unwrap()).unwrap();
            prop_assert!((back - amount).abs() <= 1);
        }
    }
}
