//! A value of a type with every field, to be filled in by a person.

use mortise_runtime::Type;
use serde_json::{Map, Value};

use super::comfort::{self, Comfort};

/// Every field once, with an empty or the first possible value.
pub fn skeleton(ty: &Type) -> Value {
    match comfort::of(ty) {
        Comfort::Decimal => return "0".into(),
        Comfort::Text | Comfort::Bytes => return "".into(),
        Comfort::Named(_) => return Value::Object(Map::new()),
        Comfort::Plain => {}
    }
    match ty {
        Type::Bool => false.into(),
        Type::S8 | Type::U8 | Type::S16 | Type::U16 | Type::S32 | Type::U32 | Type::S64 | Type::U64 => 0.into(),
        Type::Float32 | Type::Float64 => 0.0.into(),
        Type::Char | Type::String => "".into(),
        Type::List(list) => Value::Array(vec![skeleton(&list.ty())]),
        Type::FixedLengthList(list) => (0..list.len()).map(|_| skeleton(&list.ty())).collect(),
        Type::Tuple(tuple) => tuple.types().map(|ty| skeleton(&ty)).collect(),
        Type::Record(record) => {
            Value::Object(record.fields().map(|field| (field.name.to_owned(), skeleton(&field.ty))).collect())
        }
        Type::Variant(variant) => {
            variant.cases().next().map_or(Value::Null, |case| tagged(case.name, case.ty.as_ref()))
        }
        Type::Result(result) => tagged("ok", result.ok().as_ref()),
        Type::Enum(cases) => cases.names().next().into(),
        Type::Flags(_) => Value::Array(Vec::new()),
        // No value is a value; and what has no JSON form.
        _ => Value::Null,
    }
}

fn tagged(name: &str, ty: Option<&Type>) -> Value {
    match ty {
        None => name.into(),
        Some(ty) => Value::Object(Map::from_iter([(name.to_owned(), skeleton(ty))])),
    }
}
