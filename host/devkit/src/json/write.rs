//! Values of the contract to JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mortise_domain::decimal::Decimal;
use mortise_runtime::{Type, Val};
use serde_json::{Map, Value};

use super::comfort::{self, Comfort};

/// The value of this type in the form of the table.
pub fn write(value: &Val, ty: &Type) -> Value {
    match (comfort::of(ty), value) {
        (Comfort::Decimal, Val::Record(fields)) => {
            if let Some(decimal) = decimal(fields) {
                return decimal.trimmed().to_string().into();
            }
        }
        (Comfort::Bytes, Val::List(values)) => return bytes_json(&bytes(values)),
        (Comfort::Named(ty), Val::List(values)) => {
            if let Some(object) = named(values, &ty) {
                return object;
            }
        }
        _ => {}
    }
    plain(value, ty)
}

fn plain(value: &Val, ty: &Type) -> Value {
    match (value, ty) {
        (Val::Bool(value), _) => (*value).into(),
        (Val::S8(value), _) => (*value).into(),
        (Val::U8(value), _) => (*value).into(),
        (Val::S16(value), _) => (*value).into(),
        (Val::U16(value), _) => (*value).into(),
        (Val::S32(value), _) => (*value).into(),
        (Val::U32(value), _) => (*value).into(),
        (Val::S64(value), _) => (*value).into(),
        (Val::U64(value), _) => (*value).into(),
        (Val::Float32(value), _) => (*value).into(),
        (Val::Float64(value), _) => (*value).into(),
        (Val::Char(value), _) => value.to_string().into(),
        (Val::String(value), _) => value.as_str().into(),
        (Val::List(values), Type::List(list)) => all(values, &list.ty()),
        (Val::FixedLengthList(values), Type::FixedLengthList(list)) => all(values, &list.ty()),
        (Val::Tuple(values), Type::Tuple(tuple)) => {
            values.iter().zip(tuple.types()).map(|(value, ty)| write(value, &ty)).collect()
        }
        (Val::Record(values), Type::Record(record)) => {
            let fields = values.iter().zip(record.fields());
            Value::Object(fields.map(|((name, value), field)| (name.clone(), write(value, &field.ty))).collect())
        }
        (Val::Variant(name, value), Type::Variant(variant)) => {
            let ty = variant.cases().find(|case| case.name == name).and_then(|case| case.ty);
            case(name, value.as_deref(), ty.as_ref())
        }
        (Val::Result(Ok(value)), Type::Result(result)) => case("ok", value.as_deref(), result.ok().as_ref()),
        (Val::Result(Err(value)), Type::Result(result)) => case("err", value.as_deref(), result.err().as_ref()),
        (Val::Enum(name), _) => name.as_str().into(),
        (Val::Option(Some(value)), Type::Option(option)) => match option.ty() {
            ty @ Type::Option(_) => case("some", Some(value), Some(&ty)),
            ty => write(value, &ty),
        },
        (Val::Flags(names), _) => names.iter().map(String::as_str).collect(),
        // No value; or a type that no interface of the contract has.
        _ => Value::Null,
    }
}

fn all(values: &[Val], ty: &Type) -> Value {
    values.iter().map(|value| write(value, ty)).collect()
}

fn case(name: &str, value: Option<&Val>, ty: Option<&Type>) -> Value {
    match value.zip(ty) {
        None => name.into(),
        Some((value, ty)) => Value::Object(Map::from_iter([(name.to_owned(), write(value, ty))])),
    }
}

fn decimal(fields: &[(String, Val)]) -> Option<Decimal> {
    match fields {
        [(_, Val::S64(units)), (_, Val::U8(scale))] => Decimal::new(*units, *scale).ok(),
        _ => None,
    }
}

fn bytes(values: &[Val]) -> Vec<u8> {
    values.iter().filter_map(|value| if let Val::U8(byte) = value { Some(*byte) } else { None }).collect()
}

/// Bytes as text where they are text, otherwise as base64.
pub(crate) fn bytes_json(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => text.into(),
        _ => Value::Object(Map::from_iter([("base64".to_owned(), STANDARD.encode(bytes).into())])),
    }
}

/// Pairs as an object, unless a name comes twice.
fn named(values: &[Val], ty: &Type) -> Option<Value> {
    let mut object = Map::new();
    for value in values {
        let Val::Tuple(pair) = value else { return None };
        let [Val::String(name), value] = pair.as_slice() else { return None };
        if object.insert(name.clone(), write(value, ty)).is_some() {
            return None;
        }
    }
    Some(Value::Object(object))
}
