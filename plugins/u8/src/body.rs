//! How are documents written and read? Numbers digit by digit, never through a binary number.

use mortise_sdk::{Decimal, Result};
use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// Digits after the point that U8 keeps of a price.
pub const PRICE_DIGITS: u8 = 6;

/// A value of a document that is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    Text(String),
    Number(Decimal),
    Rows(Vec<Fields>),
    Object(Fields),
}

/// Names and values, in the order in which they were set.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields(Vec<(String, Field)>);

impl Fields {
    /// Sets a text; an empty one is left out, so that U8 fills in its own default.
    pub fn text(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.put(name, Field::Text(value));
        }
    }

    pub fn number(&mut self, name: &str, value: Decimal) {
        self.put(name, Field::Number(value));
    }

    pub fn rows(&mut self, name: &str, rows: Vec<Self>) {
        self.put(name, Field::Rows(rows));
    }

    pub fn object(&mut self, name: &str, value: Self) {
        self.put(name, Field::Object(value));
    }

    /// `{"saleorder": {…}}`: how every document is sent.
    pub fn wrapped(self, resource: &str) -> Self {
        let mut outer = Self::default();
        outer.object(resource, self);
        outer
    }

    /// The free fields among the attributes ride along under U8's own names: `define1` to `define37`, `free1` to `free10`.
    /// What is set already wins.
    pub fn free_fields(&mut self, attributes: &[(String, String)]) {
        for (name, value) in attributes {
            let digits = name.strip_prefix("define").or_else(|| name.strip_prefix("free"));
            let numbered =
                digits.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
            if numbered && !self.0.iter().any(|(known, _)| known == name) {
                self.text(name, value.as_str());
            }
        }
    }

    fn put(&mut self, name: &str, field: Field) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = field,
            None => self.0.push((name.to_owned(), field)),
        }
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, field) in &self.0 {
            map.serialize_entry(name, field)?;
        }
        map.end()
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => {
                RawValue::from_string(number.to_string()).map_err(S::Error::custom)?.serialize(serializer)
            }
            Self::Rows(rows) => rows.serialize(serializer),
            Self::Object(fields) => fields.serialize(serializer),
        }
    }
}

/// A text of an answer; U8 writes codes now as texts, now as numbers. Empty where it is missing.
pub fn text(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A number of an answer, written as text or number, with as many zeros as U8 likes. None: missing or no number.
pub fn number(value: &Value, name: &str) -> Option<Decimal> {
    let text = text(value, name).replace(',', "");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction: String = fraction.chars().take(usize::from(mortise_sdk::MAX_SCALE)).collect();
    let whole = if whole.is_empty() || whole == "-" { format!("{whole}0") } else { whole.to_owned() };
    if text.is_empty() {
        return None;
    }
    let exact = if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") };
    exact.parse().ok()
}

/// Digits after the point of a currency's minor unit.
pub fn minor_digits(currency: &str) -> u8 {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" => 0,
        "BHD" | "KWD" | "OMR" | "JOD" | "TND" => 3,
        _ => 2,
    }
}

/// U8's name of a currency; an unknown one keeps its code.
pub fn currency_name(code: &str) -> &str {
    const NAMES: [(&str, &str); 8] = [
        ("CNY", "人民币"),
        ("USD", "美元"),
        ("EUR", "欧元"),
        ("HKD", "港币"),
        ("JPY", "日元"),
        ("GBP", "英镑"),
        ("AUD", "澳元"),
        ("SGD", "新加坡元"),
    ];
    NAMES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_written_digit_by_digit() {
        let mut line = Fields::default();
        line.text("code", "SO-1");
        line.text("memo", "");
        line.number("price", Decimal::new(9_007_199_254_740_993, 4));
        line.number("back", Decimal::new(-50, 3));
        let mut document = Fields::default();
        document.rows("entry", vec![line]);
        let written = serde_json::to_string(&document.wrapped("saleorder")).unwrap();
        assert_eq!(written, r#"{"saleorder":{"entry":[{"code":"SO-1","price":900719925474.0993,"back":-0.050}]}}"#);
    }

    #[test]
    fn numbers_are_read_in_every_spelling() {
        let answer = json!({"a": "120.0000000000", "b": 11.3, "c": "", "d": "-.5", "e": "1,200.25", "f": "x", "g": []});
        let read = |name| number(&answer, name).map(|number| number.trimmed().to_string());
        assert_eq!(read("a").as_deref(), Some("120"));
        assert_eq!(read("b").as_deref(), Some("11.3"));
        assert_eq!(read("d").as_deref(), Some("-0.5"));
        assert_eq!(read("e").as_deref(), Some("1200.25"));
        for none in ["c", "f", "g", "missing"] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn free_fields_ride_along_and_never_overwrite() {
        let mut header = Fields::default();
        header.text("define1", "SO-1");
        let attributes = [("define1", "x"), ("define3", "y"), ("free1", "红"), ("define", "z"), ("note", "w")];
        header.free_fields(&attributes.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(serde_json::to_string(&header).unwrap(), r#"{"define1":"SO-1","define3":"y","free1":"红"}"#);
    }
}
