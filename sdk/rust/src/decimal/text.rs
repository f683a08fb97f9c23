//! Decimals as text and in JSON.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Decimal, DecimalError, MAX_SCALE};

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.units.unsigned_abs().to_string();
        let scale = usize::from(self.scale);
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        let text = if scale == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") };
        f.pad_integral(self.units >= 0, "", &text)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || digits.ends_with('.') {
            return Err(DecimalError::Malformed);
        }
        let scale = u8::try_from(fraction.len()).ok().filter(|scale| *scale <= MAX_SCALE);
        let scale = scale.ok_or(DecimalError::TooPrecise)?;
        let sign = if text.starts_with('-') { "-" } else { "" };
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
        deserializer.deserialize_any(Visitor)
    }
}

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

    /// Upstreams write prices as JSON numbers. The shortest text that stands for the number is what they wrote, as long as it
    /// has no more digits than such a number keeps; beyond that the answer would be a guess.
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Decimal, E> {
        let text = number.to_string();
        if text.bytes().filter(u8::is_ascii_digit).count() > 16 {
            return Err(E::custom("a JSON number with this many digits is not exact: it has to come as text"));
        }
        text.parse().map_err(E::custom)
    }
}
