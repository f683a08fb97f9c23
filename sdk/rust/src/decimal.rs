//! Exact arithmetic. There is no way from a binary floating-point number to a decimal, and no rounding that is not asked for.

use std::cmp::Ordering;
use std::fmt;

use crate::Error;
pub use crate::bindings::host::mortise::plugin::types::Decimal;

mod text;

/// Largest number of digits after the point.
pub const MAX_SCALE: u8 = 9;

/// Why there is no such decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalError {
    /// Not of the form `-123.45`.
    Malformed,
    /// More than nine digits after the point.
    TooPrecise,
    /// Beyond what fits 64 bits.
    Overflow,
    /// Division by nothing.
    DivisionByZero,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a decimal number: use digits with at most one point, such as 12.50",
            Self::TooPrecise => "more than 9 digits after the point",
            Self::Overflow => "the number is too large",
            Self::DivisionByZero => "division by zero",
        })
    }
}

impl std::error::Error for DecimalError {}

impl From<DecimalError> for Error {
    fn from(error: DecimalError) -> Self {
        let chinese = match error {
            DecimalError::Malformed => "不是小数:请用数字和至多一个小数点,例如 12.50",
            DecimalError::TooPrecise => "小数位数超过 9 位",
            DecimalError::Overflow => "数值过大",
            DecimalError::DivisionByZero => "除数为零",
        };
        Self::invalid("number", chinese, error.to_string())
    }
}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self::whole(0);
    /// One.
    pub const ONE: Self = Self::whole(1);

    /// `units / 10^scale`.
    pub const fn new(units: i64, scale: u8) -> Self {
        Self { units, scale }
    }

    /// A whole number.
    pub const fn whole(units: i64) -> Self {
        Self::new(units, 0)
    }

    /// Is it nothing?
    pub const fn is_zero(self) -> bool {
        self.units == 0
    }

    /// Is it above zero?
    pub const fn is_positive(self) -> bool {
        self.units > 0
    }

    /// Is it below zero?
    pub const fn is_negative(self) -> bool {
        self.units < 0
    }

    /// The exact sum.
    pub fn plus(self, other: Self) -> Result<Self, DecimalError> {
        if let (true, Some(units)) = (self.scale == other.scale, self.units.checked_add(other.units)) {
            return Ok(Self { units, scale: self.scale });
        }
        let scale = self.scale.max(other.scale);
        narrow(self.at(scale)?.checked_add(other.at(scale)?), scale)
    }

    /// The exact difference.
    pub fn minus(self, other: Self) -> Result<Self, DecimalError> {
        let scale = self.scale.max(other.scale);
        narrow(self.at(scale)?.checked_sub(other.at(scale)?), scale)
    }

    /// The product, without zeros at its end; exact up to nine digits after the point, rounded half up beyond.
    pub fn times(self, other: Self) -> Result<Self, DecimalError> {
        let from = u32::from(self.scale) + u32::from(other.scale);
        let wide = i128::from(self.units) * i128::from(other.units);
        let scale = u8::try_from(from).map_or(MAX_SCALE, |from| from.min(MAX_SCALE));
        Ok(narrow(shift(wide, from, scale), scale)?.trimmed())
    }

    /// The quotient, rounded half up to this many digits after the point.
    pub fn divided_by(self, divisor: Self, scale: u8) -> Result<Self, DecimalError> {
        if divisor.units == 0 {
            return Err(DecimalError::DivisionByZero);
        }
        if scale > MAX_SCALE {
            return Err(DecimalError::TooPrecise);
        }
        // self.units / 10^s ÷ (divisor.units / 10^d), with `scale` digits kept.
        let up = u32::from(divisor.scale) + u32::from(scale);
        let dividend = i128::from(self.units).checked_mul(power(up)?).ok_or(DecimalError::Overflow)?;
        let by = i128::from(divisor.units).checked_mul(power(self.scale.into())?).ok_or(DecimalError::Overflow)?;
        narrow(Some(divide(dividend, by)), scale)
    }

    /// Rounded half up (away from zero at the half) to this many digits after the point.
    pub fn rounded(self, scale: u8) -> Result<Self, DecimalError> {
        if scale > MAX_SCALE {
            return Err(DecimalError::TooPrecise);
        }
        narrow(shift(self.units.into(), self.scale.into(), scale), scale)
    }

    /// The amount in minor units of a currency with this many digits (CNY: 2), rounded half up.
    pub fn to_amount(self, digits: u8) -> Result<i64, DecimalError> {
        self.rounded(digits).map(|rounded| rounded.units)
    }

    /// An amount in minor units of a currency with this many digits (CNY: 2).
    pub const fn from_amount(amount: i64, digits: u8) -> Self {
        Self::new(amount, digits)
    }

    /// The same value without zeros at the end.
    #[must_use]
    pub const fn trimmed(mut self) -> Self {
        while self.scale > 0 && self.units % 10 == 0 {
            self.units /= 10;
            self.scale -= 1;
        }
        self
    }

    fn at(self, scale: u8) -> Result<i128, DecimalError> {
        shift(self.units.into(), self.scale.into(), scale).ok_or(DecimalError::Overflow)
    }
}

impl From<u32> for Decimal {
    fn from(number: u32) -> Self {
        Self::whole(number.into())
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Decimal {}
impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let (left, right) = (self.trimmed(), other.trimmed());
        let scale = left.scale.max(right.scale);
        match (left.at(scale), right.at(scale)) {
            (Ok(left), Ok(right)) => left.cmp(&right),
            // Only the one with the smaller scale can overflow, and then it is the larger in magnitude.
            (Err(_), _) => left.units.cmp(&0),
            (_, Err(_)) => 0.cmp(&right.units),
        }
    }
}
impl std::hash::Hash for Decimal {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let trimmed = self.trimmed();
        (trimmed.units, trimmed.scale).hash(state);
    }
}

fn power(exponent: u32) -> Result<i128, DecimalError> {
    10_i128.checked_pow(exponent).ok_or(DecimalError::Overflow)
}

fn narrow(units: Option<i128>, scale: u8) -> Result<Decimal, DecimalError> {
    let units = units.and_then(|units| i64::try_from(units).ok()).ok_or(DecimalError::Overflow)?;
    Ok(Decimal { units, scale })
}

/// What fits 64 bits is reckoned there: wider arithmetic is several times slower in a guest.
const POWERS: [i64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// Moves the point; half up where digits are lost. None: too large.
fn shift(units: i128, from: u32, to: u8) -> Option<i128> {
    let to = u32::from(to);
    if units == 0 || from == to {
        return Some(units);
    }
    let small = i64::try_from(units).ok().zip(POWERS.get(from.abs_diff(to) as usize));
    if to > from {
        let narrow = small.and_then(|(units, power)| units.checked_mul(*power));
        return narrow.map(i128::from).or_else(|| units.checked_mul(10_i128.checked_pow(to - from)?));
    }
    if let Some((units, power)) = small {
        let (quotient, rest) = (units / power, units % power);
        let away = if rest.abs() >= power - rest.abs() { units.signum() } else { 0 };
        return Some(i128::from(quotient + away));
    }
    // Dividing by more than an i128 has digits leaves nothing.
    Some(10_i128.checked_pow(from - to).map_or(0, |divisor| divide(units, divisor)))
}

/// Half up, away from zero at the half.
fn divide(dividend: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    if rest.unsigned_abs() >= divisor.unsigned_abs() - rest.unsigned_abs() {
        quotient + if (dividend < 0) == (divisor < 0) { 1 } else { -1 }
    } else {
        quotient
    }
}

#[cfg(test)]
#[path = "decimal/tests.rs"]
mod tests;
