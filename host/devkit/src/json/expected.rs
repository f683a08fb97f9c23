//! What a person expects of an answer, brought into the form in which answers are written.

use mortise_runtime::Type;
use serde_json::{Map, Value};

use super::comfort::{self, Comfort};
use super::read::{bytes, decimal, fault, instant, read};
use super::write::{bytes_json, write};
use super::{JsonFault, listed};
use crate::matching::is_matcher;

/// The expectation with decimals trimmed, texts in both languages, instants as numbers. Fields may be left out and matchers
/// stand anywhere; a field or case that the type does not have is a fault.
pub fn expected(json: &Value, ty: &Type, at: &str) -> Result<Value, JsonFault> {
    if is_matcher(json) {
        return within(json, ty, at);
    }
    match comfort::of(ty) {
        Comfort::Decimal => {
            if let Some(value) = decimal(json, at)? {
                return Ok(value.trimmed().to_string().into());
            }
        }
        Comfort::Text => {
            if let Value::String(text) = json {
                return Ok(serde_json::json!({ "zh": text, "en": text }));
            }
        }
        Comfort::Bytes => {
            if let Some(bytes) = bytes(json, at)? {
                return Ok(bytes_json(&bytes));
            }
        }
        Comfort::Named(value) => {
            if let Value::Object(entries) = json {
                let entry = |(name, json): (&String, &Value)| {
                    Ok((name.clone(), expected(json, &value, &format!("{at}.{name}"))?))
                };
                return Ok(Value::Object(entries.iter().map(entry).collect::<Result<_, JsonFault>>()?));
            }
        }
        Comfort::Plain => {}
    }
    match (ty, json) {
        (Type::Record(record), Value::Object(given)) => {
            let fields: Vec<_> = record.fields().map(|field| (field.name, field.ty)).collect();
            let field = |(name, json): (&String, &Value)| match fields.iter().find(|(field, _)| field == name) {
                Some((_, ty)) => Ok((name.clone(), expected(json, ty, &format!("{at}.{name}"))?)),
                None => Err(JsonFault {
                    at: format!("{at}.{name}"),
                    found: format!("the field `{name}`"),
                    expected: format!("some of {}", listed(fields.iter().map(|(name, _)| *name))),
                }),
            };
            Ok(Value::Object(given.iter().map(field).collect::<Result<_, JsonFault>>()?))
        }
        (Type::List(list), Value::Array(values)) => {
            let ty = list.ty();
            values.iter().enumerate().map(|(index, value)| expected(value, &ty, &format!("{at}[{index}]"))).collect()
        }
        (Type::Tuple(tuple), Value::Array(values)) if values.len() == tuple.types().len() => {
            let pairs = values.iter().zip(tuple.types()).enumerate();
            pairs.map(|(index, (value, ty))| expected(value, &ty, &format!("{at}[{index}]"))).collect()
        }
        (Type::Option(_), Value::Null) => Ok(Value::Null),
        (Type::Option(option), json) if !matches!(option.ty(), Type::Option(_)) => expected(json, &option.ty(), at),
        (Type::Variant(variant), json) => {
            let cases: Vec<_> = variant.cases().map(|case| (case.name, case.ty)).collect();
            case(json, &cases, at)
        }
        (Type::S64, json) => match instant(json) {
            Some(instant) => Ok(instant.into()),
            None => Ok(write(&read(json, ty, at)?, ty)),
        },
        _ => Ok(write(&read(json, ty, at)?, ty)),
    }
}

/// A case alone stands for the case with any value.
fn case(json: &Value, cases: &[(&str, Option<Type>)], at: &str) -> Result<Value, JsonFault> {
    let known = |name: &str| cases.iter().find(|(case, _)| *case == name);
    match json {
        Value::String(name) => match known(name) {
            Some((_, None)) => return Ok(json.clone()),
            Some((_, Some(_))) => return Ok(serde_json::json!({ name: { "$any": true } })),
            None => {}
        },
        Value::Object(fields) if fields.len() == 1 => {
            if let Some((name, value)) = fields.iter().next()
                && let Some((_, Some(ty))) = known(name)
            {
                let value = expected(value, ty, &format!("{at}.{name}"))?;
                return Ok(Value::Object(Map::from_iter([(name.clone(), value)])));
            }
        }
        _ => {}
    }
    fault(at, json, format!("one of {}", listed(cases.iter().map(|(name, _)| *name))))
}

/// The values inside a matcher, as far as they are of the same type.
fn within(json: &Value, ty: &Type, at: &str) -> Result<Value, JsonFault> {
    let Value::Object(matcher) = json else { return Ok(json.clone()) };
    let entry = match ty {
        Type::List(list) => Some(list.ty()),
        _ => None,
    };
    let each = |(name, value): (&String, &Value)| {
        let at = format!("{at}.{name}");
        let value = match (name.as_str(), value, &entry) {
            ("$not", value, _) => expected(value, ty, &at)?,
            ("$one-of", Value::Array(values), _) => {
                values.iter().map(|value| expected(value, ty, &at)).collect::<Result<_, _>>()?
            }
            ("$in-any-order", Value::Array(values), Some(entry)) => {
                values.iter().map(|value| expected(value, entry, &at)).collect::<Result<_, _>>()?
            }
            ("$each" | "$contains", value, Some(entry)) => expected(value, entry, &at)?,
            (_, value, _) => value.clone(),
        };
        Ok((name.clone(), value))
    };
    Ok(Value::Object(matcher.iter().map(each).collect::<Result<_, JsonFault>>()?))
}
