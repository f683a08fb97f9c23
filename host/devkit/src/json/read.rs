//! JSON to values of the contract.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mortise_domain::decimal::Decimal;
use mortise_domain::instant::Instant;
use mortise_runtime::{Type, Val};
use serde_json::{Map, Value};

use super::comfort::{self, Comfort};
use super::{JsonFault, listed, told};

type Read = Result<Val, JsonFault>;

pub(super) fn fault<T>(at: &str, found: &Value, expected: impl Into<String>) -> Result<T, JsonFault> {
    Err(JsonFault { at: at.to_owned(), found: told(found), expected: expected.into() })
}

/// The value, or the type's empty value where there is none.
pub(super) fn field(json: &Value, ty: &Type, at: &str) -> Read {
    if json.is_null() && !matches!(ty, Type::Option(_)) { empty(ty, at) } else { read(json, ty, at) }
}

/// The value.
pub(super) fn read(json: &Value, ty: &Type, at: &str) -> Read {
    match comfort::of(ty) {
        Comfort::Decimal => {
            if let Some(value) = decimal(json, at)? {
                return Ok(comfort::decimal(value));
            }
        }
        Comfort::Text => {
            if let Value::String(text) = json {
                return Ok(comfort::text(text));
            }
        }
        Comfort::Bytes => {
            if let Some(bytes) = bytes(json, at)? {
                return Ok(Val::List(bytes.into_iter().map(Val::U8).collect()));
            }
        }
        Comfort::Named(value) => {
            if let Value::Object(entries) = json {
                return named(entries, &value, at);
            }
        }
        Comfort::Plain => {}
    }
    plain(json, ty, at)
}

fn plain(json: &Value, ty: &Type, at: &str) -> Read {
    match ty {
        Type::Bool | Type::Char | Type::String | Type::Enum(_) | Type::Flags(_) => word(json, ty, at),
        Type::List(_) | Type::FixedLengthList(_) | Type::Tuple(_) => sequence(json, ty, at),
        Type::Record(record) => {
            let fields: Vec<_> = record.fields().map(|field| (field.name, field.ty)).collect();
            self::record(json, &fields, at)
        }
        Type::Option(option) => optional(json, &option.ty(), at),
        Type::Variant(variant) => {
            let cases: Vec<_> = variant.cases().map(|case| (case.name, case.ty)).collect();
            let (name, value) = case(json, &cases, at)?;
            Ok(Val::Variant(name, value))
        }
        Type::Result(result) => {
            let (name, value) = case(json, &[("ok", result.ok()), ("err", result.err())], at)?;
            Ok(Val::Result(if name == "ok" { Ok(value) } else { Err(value) }))
        }
        _ => number(json, ty, at),
    }
}

fn number(json: &Value, ty: &Type, at: &str) -> Read {
    Ok(match ty {
        Type::S8 => Val::S8(integer(json, at)?),
        Type::U8 => Val::U8(integer(json, at)?),
        Type::S16 => Val::S16(integer(json, at)?),
        Type::U16 => Val::U16(integer(json, at)?),
        Type::S32 => Val::S32(integer(json, at)?),
        Type::U32 => Val::U32(integer(json, at)?),
        Type::S64 => Val::S64(instant(json).map_or_else(|| integer(json, at), Ok)?),
        Type::U64 => Val::U64(integer(json, at)?),
        #[expect(clippy::cast_possible_truncation, reason = "the contract asks for single precision there")]
        Type::Float32 => Val::Float32(float(json, at)? as f32),
        Type::Float64 => Val::Float64(float(json, at)?),
        _ => return fault(at, json, "nothing: values of this type have no JSON form, and no interface has them"),
    })
}

fn word(json: &Value, ty: &Type, at: &str) -> Read {
    Ok(match (ty, json) {
        (Type::Bool, Value::Bool(value)) => Val::Bool(*value),
        (Type::String, Value::String(text)) => Val::String(text.clone()),
        (Type::Enum(cases), Value::String(name)) if cases.names().any(|case| case == name) => Val::Enum(name.clone()),
        (Type::Char, Value::String(text)) if text.chars().count() == 1 => {
            Val::Char(text.chars().next().unwrap_or_default())
        }
        (Type::Flags(flags), Value::Array(names)) => {
            let known =
                |name: &Value| name.as_str().filter(|name| flags.names().any(|flag| flag == *name)).map(str::to_owned);
            match names.iter().map(known).collect() {
                Some(names) => Val::Flags(names),
                None => return fault(at, json, format!("a list of {}", listed(flags.names()))),
            }
        }
        (Type::Bool, _) => return fault(at, json, "true or false"),
        (Type::Char, _) => return fault(at, json, "a text of one character"),
        (Type::Enum(cases), _) => return fault(at, json, format!("one of {}", listed(cases.names()))),
        (Type::Flags(flags), _) => return fault(at, json, format!("a list of {}", listed(flags.names()))),
        _ => return fault(at, json, "a text in quotes"),
    })
}

fn sequence(json: &Value, ty: &Type, at: &str) -> Read {
    let Value::Array(values) = json else { return fault(at, json, "a list") };
    let each = |(index, (value, ty)): (usize, (&Value, Type))| read(value, &ty, &format!("{at}[{index}]"));
    Ok(match ty {
        Type::List(list) => {
            let ty = list.ty();
            let all = values.iter().enumerate();
            Val::List(all.map(|(index, value)| read(value, &ty, &format!("{at}[{index}]"))).collect::<Result<_, _>>()?)
        }
        Type::FixedLengthList(list) if values.len() == list.len() as usize => {
            let all = values.iter().map(|value| (value, list.ty())).enumerate();
            Val::FixedLengthList(all.map(each).collect::<Result<_, _>>()?)
        }
        Type::Tuple(tuple) if values.len() == tuple.types().len() => {
            Val::Tuple(values.iter().zip(tuple.types()).enumerate().map(each).collect::<Result<_, _>>()?)
        }
        Type::FixedLengthList(list) => return fault(at, json, format!("a list of {} values", list.len())),
        Type::Tuple(tuple) => return fault(at, json, format!("a list of {} values", tuple.types().len())),
        _ => return fault(at, json, "a list"),
    })
}

pub(super) fn decimal(json: &Value, at: &str) -> Result<Option<Decimal>, JsonFault> {
    let text = match json {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(_) => return Ok(None),
        other => return fault(at, other, "a decimal such as \"12.50\""),
    };
    match text.parse() {
        Ok(value) => Ok(Some(value)),
        Err(error) => fault(at, json, format!("a decimal such as \"12.50\" ({error})")),
    }
}

/// Microseconds, where it is a point in time.
pub(super) fn instant(json: &Value) -> Option<i64> {
    json.as_str()?.parse::<Instant>().ok().map(|instant| instant.0)
}

/// Bytes in one of their short forms.
pub(super) fn bytes(json: &Value, at: &str) -> Result<Option<Vec<u8>>, JsonFault> {
    match json {
        Value::String(text) => Ok(Some(text.clone().into_bytes())),
        Value::Object(fields) => match fields.get("base64").and_then(Value::as_str).map(|text| STANDARD.decode(text)) {
            Some(Ok(bytes)) if fields.len() == 1 => Ok(Some(bytes)),
            _ => fault(at, json, "a text, or an object with `base64`"),
        },
        _ => Ok(None),
    }
}

fn integer<N: TryFrom<i128>>(json: &Value, at: &str) -> Result<N, JsonFault> {
    let wide = match json {
        Value::Number(number) => number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)),
        Value::String(digits) => digits.parse::<i128>().ok(),
        _ => None,
    };
    match wide.and_then(|wide| N::try_from(wide).ok()) {
        Some(value) => Ok(value),
        None => fault(at, json, format!("a whole number of {} bits", size_of::<N>() * 8)),
    }
}

fn float(json: &Value, at: &str) -> Result<f64, JsonFault> {
    json.as_f64().map_or_else(|| fault(at, json, "a number"), Ok)
}

fn named(entries: &Map<String, Value>, ty: &Type, at: &str) -> Read {
    let pair = |(name, value): (&String, &Value)| {
        Ok(Val::Tuple(vec![Val::String(name.clone()), read(value, ty, &format!("{at}.{name}"))?]))
    };
    Ok(Val::List(entries.iter().map(pair).collect::<Result<_, JsonFault>>()?))
}

fn record(json: &Value, fields: &[(&str, Type)], at: &str) -> Read {
    let expected = || format!("an object with {}", listed(fields.iter().map(|(name, _)| *name)));
    let Value::Object(given) = json else { return fault(at, json, expected()) };
    if let Some(stray) = given.keys().find(|name| !fields.iter().any(|(field, _)| field == name)) {
        return Err(JsonFault {
            at: format!("{at}.{stray}"),
            found: format!("the field `{stray}`"),
            expected: expected(),
        });
    }
    let nothing = Value::Null;
    let value = |(name, ty): &(&str, Type)| {
        Ok(((*name).to_owned(), field(given.get(*name).unwrap_or(&nothing), ty, &format!("{at}.{name}"))?))
    };
    Ok(Val::Record(fields.iter().map(value).collect::<Result<_, JsonFault>>()?))
}

fn optional(json: &Value, ty: &Type, at: &str) -> Read {
    if json.is_null() {
        return Ok(Val::Option(None));
    }
    let value = match (ty, json) {
        // Otherwise null inside could not be told from null outside.
        (Type::Option(_), Value::Object(fields)) if fields.len() == 1 && fields.contains_key("some") => {
            read(fields.get("some").unwrap_or(&Value::Null), ty, &format!("{at}.some"))?
        }
        (Type::Option(_), other) => return fault(at, other, "null, or an object with `some`"),
        _ => read(json, ty, at)?,
    };
    Ok(Val::Option(Some(Box::new(value))))
}

type Case = (String, Option<Box<Val>>);

fn case(json: &Value, cases: &[(&str, Option<Type>)], at: &str) -> Result<Case, JsonFault> {
    let expected = || format!("one of {}", listed(cases.iter().map(|(name, _)| *name)));
    let (name, value) = match json {
        Value::String(name) => (name, None),
        Value::Object(fields) if fields.len() == 1 => match fields.iter().next() {
            Some((name, value)) => (name, Some(value)),
            None => return fault(at, json, expected()),
        },
        other => return fault(at, other, expected()),
    };
    let Some((_, ty)) = cases.iter().find(|(case, _)| case == name) else { return fault(at, json, expected()) };
    let at = format!("{at}.{name}");
    Ok(match (ty, value) {
        (None, None | Some(Value::Null)) => (name.clone(), None),
        (None, Some(value)) => return fault(&at, value, format!("nothing: write \"{name}\"")),
        (Some(ty), value) => (name.clone(), Some(Box::new(field(value.unwrap_or(&Value::Null), ty, &at)?))),
    })
}

fn empty(ty: &Type, at: &str) -> Read {
    Ok(match ty {
        Type::Bool => Val::Bool(false),
        Type::String => Val::String(String::new()),
        Type::List(_) => Val::List(Vec::new()),
        Type::Option(_) => Val::Option(None),
        Type::Flags(_) => Val::Flags(Vec::new()),
        Type::Record(record) => {
            let fields: Vec<_> = record.fields().map(|field| (field.name, field.ty)).collect();
            self::record(&Value::Object(Map::new()), &fields, at)?
        }
        Type::Tuple(tuple) => {
            let all = tuple.types().enumerate().map(|(index, ty)| empty(&ty, &format!("{at}[{index}]")));
            Val::Tuple(all.collect::<Result<_, _>>()?)
        }
        Type::S8
        | Type::U8
        | Type::S16
        | Type::U16
        | Type::S32
        | Type::U32
        | Type::S64
        | Type::U64
        | Type::Float32
        | Type::Float64 => number(&Value::from(0), ty, at)?,
        _ => return plain(&Value::Null, ty, at).map_err(|fault| JsonFault { found: "nothing".into(), ..fault }),
    })
}
