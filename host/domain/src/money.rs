//! Amounts: minor units of a currency, and the one rounding rule.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::decimal::{Decimal, DecimalError};

/// Minor units (fen, cents) of the currency that stands beside the amount.
pub type Amount = i64;

/// Digits after the point of a currency's minor unit.
pub fn minor_digits(currency: &str) -> u8 {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" => 0,
        "BHD" | "KWD" | "OMR" | "JOD" | "TND" => 3,
        _ => 2,
    }
}

/// An amount as people write it: `1234` of CNY is `12.34`.
pub fn display(amount: Amount, currency: &str) -> String {
    let digits = minor_digits(currency);
    Decimal::new(amount, digits).unwrap_or_default().to_string()
}

/// Net, tax and gross of a line or an order; `net + tax = gross`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Totals {
    /// Without tax.
    pub net: Amount,
    /// The tax.
    pub tax: Amount,
    /// With tax.
    pub gross: Amount,
}

impl Totals {
    /// Amounts of one line: the given price times the quantity, rounded half up once; the tax rounded half up; the third
    /// figure follows by subtraction or addition, so that the three always agree.
    pub fn of_line(
        quantity: Decimal,
        unit_price: Decimal,
        tax_rate: Decimal,
        inclusive: bool,
        currency: &str,
    ) -> Result<Self, DecimalError> {
        let digits = minor_digits(currency);
        let priced = i128::from(quantity.units()) * i128::from(unit_price.units());
        let amount = narrow(crate::decimal::shift(priced, quantity.scale() + unit_price.scale(), digits))?;
        let rate = i128::from(tax_rate.units());
        let one = 10_i128.pow(u32::from(tax_rate.scale()));
        if inclusive {
            let tax = narrow(divide_half_up(i128::from(amount) * rate, one + rate))?;
            Ok(Self { net: amount - tax, tax, gross: amount })
        } else {
            let tax = narrow(divide_half_up(i128::from(amount) * rate, one))?;
            Ok(Self { net: amount, tax, gross: amount.checked_add(tax).ok_or(DecimalError::Overflow)? })
        }
    }

    /// The sum; an overflow is an error, never a wrap.
    pub fn sum<'a>(all: impl IntoIterator<Item = &'a Self>) -> Result<Self, DecimalError> {
        all.into_iter().try_fold(Self::default(), |sum, line| {
            Ok(Self {
                net: sum.net.checked_add(line.net).ok_or(DecimalError::Overflow)?,
                tax: sum.tax.checked_add(line.tax).ok_or(DecimalError::Overflow)?,
                gross: sum.gross.checked_add(line.gross).ok_or(DecimalError::Overflow)?,
            })
        })
    }
}

fn narrow(wide: i128) -> Result<i64, DecimalError> {
    i64::try_from(wide).map_err(|_| DecimalError::Overflow)
}

fn divide_half_up(units: i128, divisor: i128) -> i128 {
    if divisor == 0 {
        return 0;
    }
    let half = divisor / 2;
    if units >= 0 { (units + half) / divisor } else { (units - half) / divisor }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn tax_both_ways() {
        let exclusive = Totals::of_line(d("10"), d("10"), d("0.13"), false, "CNY").unwrap();
        assert_eq!(exclusive, Totals { net: 10_000, tax: 1_300, gross: 11_300 });
        let inclusive = Totals::of_line(d("10"), d("11.3"), d("0.13"), true, "CNY").unwrap();
        assert_eq!(inclusive, exclusive);
    }

    proptest! {
        #[test]
        fn the_three_agree(q in 0..1_000_000_i64, p in 0..100_000_000_i64, r in 0..=100_i64, inclusive: bool) {
            let totals = Totals::of_line(Decimal::new(q, 3).unwrap(), Decimal::new(p, 4).unwrap(), Decimal::new(r, 2).unwrap(), inclusive, "CNY").unwrap();
            prop_assert_eq!(totals.net + totals.tax, totals.gross);
            prop_assert!(totals.tax >= 0 && totals.net >= 0);
            // The tax is within half a minor unit of the exact share of the net or gross.
            let exact = if inclusive { i128::from(totals.gross) * i128::from(r) * 2 / i128::from(100 + r) } else { i128::from(totals.net) * i128::from(r) * 2 / 100 };
            prop_assert!((i128::from(totals.tax) * 2 - exact).abs() <= 1);
        }

        #[test]
        fn total_is_the_sum_of_lines(lines in proptest::collection::vec((0..1_000_i64, 0..10_000_i64), 0..50)) {
            let lines: Vec<_> = lines.into_iter().map(|(net, tax)| Totals { net, tax, gross: net + tax }).collect();
            let total = Totals::sum(&lines).unwrap();
            prop_assert_eq!(total.gross, lines.iter().map(|line| line.gross).sum::<i64>());
            prop_assert_eq!(total.net + total.tax, total.gross);
        }
    }
}
