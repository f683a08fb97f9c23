//! Exact amounts and quantities with six decimals, as the ERP keeps them.

use serde_json::Value;

const SCALE: i128 = 1_000_000;

/// A number in millionths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i128);

impl Decimal {
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(SCALE);

    /// Numbers come as JSON numbers or as strings.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::parse(text),
            // As text 0.000001 would be 1e-6.
            Value::Number(number) if number.is_f64() => Self::parse(&number.as_f64()?.to_string()),
            Value::Number(number) => Self::parse(&number.to_string()),
            _ => None,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) || whole.len() > 15 {
            return None;
        }
        let padded: String = fraction.chars().chain("0000000".chars()).take(7).collect();
        let seventh = padded.parse::<i128>().ok()?;
        let value = whole.parse::<i128>().ok()? * SCALE + (seventh + 5) / 10;
        Some(Self(if negative { -value } else { value }))
    }

    pub fn times(self, other: Self) -> Self {
        Self(divide(self.0 * other.0, SCALE))
    }

    pub fn over(self, other: Self) -> Self {
        if other.0 == 0 { Self::ZERO } else { Self(divide(self.0 * SCALE, other.0)) }
    }

    pub fn percent(self) -> Self {
        Self(divide(self.0, 100))
    }

    /// Half up at cents, as the ERP rounds money.
    pub fn cents(self) -> Self {
        Self(divide(self.0, SCALE / 100) * (SCALE / 100))
    }

    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// At least two decimals, at most six: `120.00`, `9.734513`.
    pub fn text(self) -> String {
        let magnitude = self.0.abs();
        let mut fraction = format!("{:06}", magnitude % SCALE);
        while fraction.len() > 2 && fraction.ends_with('0') {
            fraction.pop();
        }
        format!("{}{}.{fraction}", if self.0 < 0 { "-" } else { "" }, magnitude / SCALE)
    }
}

impl std::ops::Add for Decimal {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Decimal {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::iter::Sum for Decimal {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, std::ops::Add::add)
    }
}

impl serde::Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> serde::Deserialize<'de> for Decimal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::of(&value).ok_or_else(|| serde::de::Error::custom(format!("{value} is not a decimal number")))
    }
}

/// Rounds half away from zero.
fn divide(value: i128, by: i128) -> i128 {
    let (value, by) = if by < 0 { (-value, -by) } else { (value, by) };
    if value < 0 { -((-value * 2 + by) / (by * 2)) } else { (value * 2 + by) / (by * 2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_rounded_and_written() {
        let text = |t: &str| Decimal::parse(t).map(Decimal::text);
        assert_eq!(text("11.3").as_deref(), Some("11.30"));
        assert_eq!(text("-0.1234567").as_deref(), Some("-0.123457"));
        assert_eq!(text("1e9"), None);
        assert_eq!(text("x"), None);
        let number = |n: f64| Decimal::of(&serde_json::json!(n)).map(Decimal::text);
        assert_eq!((number(0.000_001).as_deref(), number(1e15)), (Some("0.000001"), None));
        assert_eq!(number(-123_456.75).as_deref(), Some("-123456.75"));
        let price = Decimal::parse("11.3").unwrap();
        let net = price.over(Decimal::ONE + Decimal::parse("13").unwrap().percent());
        assert_eq!(net.text(), "10.00");
        assert_eq!(Decimal::parse("2.345").unwrap().cents().text(), "2.35");
        assert_eq!(Decimal::parse("-2.345").unwrap().cents().text(), "-2.35");
    }
}
