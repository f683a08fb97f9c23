//! Numbers of the file, exactly as they stand there.

use std::fmt;

/// Digits after the point that are kept.
const DIGITS: usize = 9;
const ONE: i128 = 1_000_000_000;

/// A number with at most nine digits after the point. It leaves room for sums of many large ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i128);

impl Decimal {
    pub const ZERO: Self = Self(0);

    pub const fn whole(number: i64) -> Self {
        Self(number as i128 * ONE)
    }

    /// Reads `-12.50`; says what is wrong otherwise.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("is empty");
        }
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(fraction) {
            return Err("is not a number");
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        if fraction.len() > DIGITS {
            return Err("has more than 9 digits after the point");
        }
        if whole.len() > 15 {
            return Err("is too large");
        }
        let padded = format!("{whole}{fraction:0<DIGITS$}");
        let units: i128 = padded.parse().map_err(|_| "is not a number")?;
        Ok(Self(if negative { -units } else { units }))
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }

    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The product, cut to nine digits; the largest number where it leaves its range.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        Self(self.0.checked_mul(other.0).map_or(i128::MAX, |product| product / ONE))
    }

    /// The mean of two, rounded half up to `digits` after the point.
    pub fn mean(self, other: Self, digits: u32) -> Self {
        let step = 2 * 10_i128.pow(9_u32.saturating_sub(digits));
        let sum = self.0.saturating_add(other.0);
        Self((sum + step / 2).div_euclid(step) * (step / 2))
    }

    /// The next whole number, not below 0 and within 64 bits.
    pub fn ceiling(self) -> i64 {
        let whole = self.0.max(0).saturating_add(ONE - 1) / ONE;
        i64::try_from(whole).unwrap_or(i64::MAX)
    }

    /// The whole number below, not below 0.
    pub fn floor(self) -> i64 {
        i64::try_from(self.0.max(0) / ONE).unwrap_or(i64::MAX)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) =
            (self.0.unsigned_abs() / ONE.unsigned_abs(), self.0.unsigned_abs() % ONE.unsigned_abs());
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let fraction = format!("{fraction:09}");
        write!(f, "{sign}{whole}.{}", fraction.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::read(text).unwrap()
    }

    #[test]
    fn reads_what_a_file_may_hold() {
        for (text, shown) in
            [("6", "6"), ("-12.50", "-12.5"), ("007", "7"), ("0.001", "0.001"), ("0", "0"), ("-0", "0")]
        {
            assert_eq!(d(text).to_string(), shown);
        }
        for text in ["", "abc", "1e5", "1,000", "NaN", "inf", ".5", "5.", "--1", "+1", "1.2.3", "６", "0x1", " 1"] {
            assert!(Decimal::read(text).is_err(), "{text:?}");
        }
        assert_eq!(Decimal::read("9999999999999999"), Err("is too large"));
        assert_eq!(Decimal::read("0.0000000001"), Err("has more than 9 digits after the point"));
    }

    #[test]
    fn means_round_half_up() {
        assert_eq!(d("2.55").mean(d("2.10"), 4), d("2.325"));
        assert_eq!(d("0.00005").mean(d("0.00004"), 4), d("0"));
        assert_eq!(d("0.0001").mean(d("0.0002"), 4), d("0.0002"));
    }

    #[test]
    fn whole_numbers_on_either_side() {
        assert_eq!((d("2.1").ceiling(), d("2.9").floor(), d("-3").ceiling(), d("3").ceiling()), (3, 2, 0, 3));
        assert_eq!(d("2.5").times(d("4")), d("10"));
    }
}
