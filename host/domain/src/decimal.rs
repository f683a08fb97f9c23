//! Exact decimal numbers for unit prices, quantities and rates.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Largest number of digits after the point.
pub const MAX_SCALE: u8 = 9;

/// `units / 10^scale`. Equal values are equal whatever their scale. JSON form: a string such as `"12.50"`; numbers are read too.
#[derive(Debug, Clone, Copy, Default)]
pub struct Decimal {
    units: i64,
    scale: u8,
}

/// A number that is no decimal of ours, or left its range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not of the form `-123.45`.
    #[error("not a decimal number: use digits with at most one point, such as 12.50")]
    Malformed,
    /// More than nine digits after the point.
    #[error("more than 9 digits after the point")]
    TooPrecise,
    /// Beyond what fits 64 bits.
    #[error("the number is too large")]
    Overflow,
}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self { units: 0, scale: 0 };
    /// One.
    pub const ONE: Self = Self { units: 1, scale: 0 };

    /// Checks the scale.
    pub fn new(units: i64, scale: u8) -> Result<Self, DecimalError> {
        if scale > MAX_SCALE { Err(DecimalError::TooPrecise) } else { Ok(Self { units, scale }) }
    }

    /// A whole number.
    pub const fn whole(units: i64) -> Self {
        Self { units, scale: 0 }
    }

    /// The digits without the point.
    pub const fn units(self) -> i64 {
        self.units
    }

    /// How many digits stand after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// Is it above zero?
    pub const fn is_positive(self) -> bool {
        self.units > 0
    }

    /// The number in millionths, rounded half up: how the store keeps quantities.
    pub fn to_micros(self) -> Result<i64, DecimalError> {
        self.rounded(6)
    }

    /// The other way round.
    pub const fn from_micros(micros: i64) -> Self {
        Self { units: micros, scale: 6 }
    }

    /// Units at another scale, rounded half up (away from zero at the half).
    pub fn rounded(self, scale: u8) -> Result<i64, DecimalError> {
        let wide = shift(i128::from(self.units), self.scale, scale);
        i64::try_from(wide).map_err(|_| DecimalError::Overflow)
    }

    /// Exact sum.
    pub fn plus(self, other: Self) -> Result<Self, DecimalError> {
        let scale = self.scale.max(other.scale);
        let sum = shift(i128::from(self.units), self.scale, scale) + shift(i128::from(other.units), other.scale, scale);
        Ok(Self { units: i64::try_from(sum).map_err(|_| DecimalError::Overflow)?, scale })
    }

    /// Product, rounded half up to nine digits where it has more.
    pub fn times(self, other: Self) -> Result<Self, DecimalError> {
        let wide = i128::from(self.units) * i128::from(other.units);
        let from = self.scale + other.scale;
        let scale = from.min(MAX_SCALE);
        let units = i64::try_from(shift(wide, from, scale)).map_err(|_| DecimalError::Overflow)?;
        Ok(Self { units, scale }.trimmed())
    }

    /// The same value without zeros at the end.
    pub fn trimmed(mut self) -> Self {
        while self.scale > 0 && self.units % 10 == 0 {
            self.units /= 10;
            self.scale -= 1;
        }
        self
    }
}

/// Moves the point; half up where digits are lost.
pub(crate) fn shift(units: i128, from: u8, to: u8) -> i128 {
    if to >= from {
        return units * 10_i128.pow(u32::from(to - from));
    }
    let divisor = 10_i128.pow(u32::from(from - to));
    let half = divisor / 2;
    if units >= 0 { (units + half) / divisor } else { (units - half) / divisor }
}

impl utoipa::PartialSchema for Decimal {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("An exact decimal number with at most nine digits after the point."))
            .pattern(Some(r"^-?\d+(\.\d{1,9})?$"))
            .examples([serde_json::json!("12.50")])
            .into()
    }
}
impl utoipa::ToSchema for Decimal {}

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
        let scale = self.scale.max(other.scale);
        shift(i128::from(self.units), self.scale, scale).cmp(&shift(i128::from(other.units), other.scale, scale))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let digits = self.units.unsigned_abs();
        if self.scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let divisor = 10_u64.pow(u32::from(self.scale));
        write!(f, "{sign}{}.{:0width$}", digits / divisor, digits % divisor, width = usize::from(self.scale))
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || (digits.contains('.') && fraction.is_empty()) {
            return Err(DecimalError::Malformed);
        }
        let scale = u8::try_from(fraction.len()).map_err(|_| DecimalError::TooPrecise)?;
        if scale > MAX_SCALE {
            return Err(DecimalError::TooPrecise);
        }
        let sign = if negative { "-" } else { "" };
        let units = format!("{sign}{whole}{fraction}").parse().map_err(|_| DecimalError::Overflow)?;
        Ok(Self { units, scale })
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Decimal;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number such as \"12.50\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Decimal, E> {
                Ok(Decimal::whole(number))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Decimal, E> {
                i64::try_from(number).map(Decimal::whole).map_err(|_| E::custom(DecimalError::Overflow))
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Decimal, E> {
                number.to_string().parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_and_refuses() {
        for (text, expected) in
            [("0", "0"), ("12.50", "12.50"), ("-0.001", "-0.001"), ("9223372036854775807", "9223372036854775807")]
        {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), expected);
        }
        for text in ["", ".5", "5.", "1e3", "+1", " 1", "1,5", "--1", "NaN"] {
            assert_eq!(text.parse::<Decimal>(), Err(DecimalError::Malformed), "{text:?}");
        }
        assert_eq!("0.1234567891".parse::<Decimal>(), Err(DecimalError::TooPrecise));
        assert_eq!("9223372036854775808".parse::<Decimal>(), Err(DecimalError::Overflow));
    }

    #[test]
    fn rounds_half_up() {
        for (text, cents) in [("0.005", 1), ("0.0049", 0), ("-0.005", -1), ("2.675", 268)] {
            assert_eq!(text.parse::<Decimal>().unwrap().rounded(2).unwrap(), cents);
        }
    }

    proptest! {
        #[test]
        fn text_round_trips(units in any::<i64>(), scale in 0..=MAX_SCALE) {
            let decimal = Decimal::new(units, scale).unwrap();
            let again: Decimal = decimal.to_string().parse().unwrap();
            prop_assert_eq!((again.units(), again.scale()), (units, scale));
        }

        /// Whatever stands there: no panic, and what is read says the same when it is written and read again.
        #[test]
        fn hostile_text_is_read_or_refused(text in "[-+.0-9eE ,_]{0,40}|\\PC{0,20}") {
            if let Ok(decimal) = text.parse::<Decimal>() {
                prop_assert_eq!(decimal.to_string().parse(), Ok(decimal));
                prop_assert!(decimal.scale() <= MAX_SCALE);
                let plain = |byte: u8| byte.is_ascii_digit() || byte == b'.' || byte == b'-';
                prop_assert!(text.bytes().all(plain), "{}", text);
            }
            let _ = serde_json::from_str::<Decimal>(&text);
        }

        /// No sum or product of any two numbers wraps around or panics.
        #[test]
        fn arithmetic_is_right_or_refused(a: i64, b: i64, s in 0..=MAX_SCALE, t in 0..=MAX_SCALE) {
            let (a, b) = (Decimal::new(a, s).unwrap(), Decimal::new(b, t).unwrap());
            let near = |found: f64, wanted: f64| (found - wanted).abs() <= wanted.abs() * 1e-9 + 1e-6;
            let float = |decimal: Decimal| decimal.to_string().parse::<f64>().unwrap();
            if let Ok(sum) = a.plus(b) {
                prop_assert!(near(float(sum), float(a) + float(b)), "{} + {} = {}", a, b, sum);
            }
            if let Ok(product) = a.times(b) {
                prop_assert!(near(float(product), float(a) * float(b)), "{} * {} = {}", a, b, product);
            }
            let _ = (a.to_micros(), a.trimmed(), a.cmp(&b));
        }

        #[test]
        fn sum_is_exact(a in -1_000_000_000_i64..1_000_000_000, b in -1_000_000_000_i64..1_000_000_000, s in 0..=6_u8, t in 0..=6_u8) {
            let (a, b) = (Decimal::new(a, s).unwrap(), Decimal::new(b, t).unwrap());
            let negative = Decimal::new(-b.units(), t).unwrap();
            prop_assert_eq!(a.plus(b).unwrap().plus(negative).unwrap(), a);
        }
    }
}
