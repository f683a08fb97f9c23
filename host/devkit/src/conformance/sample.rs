//! Arguments made from a function's types alone: nothing in them, very much, or text in every script.

use mortise_runtime::{Function, Type};
use serde_json::{Map, Value};

use crate::json::{Comfort, comfort_of};

/// How the arguments look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Nothing where nothing can be.
    Empty,
    /// Long texts, long lists.
    Huge,
    /// One of everything, texts in many scripts.
    Scripts,
}

const SCRIPTS: &str = "样品 😀👩‍👩‍👧 שלום مرحبا \u{202e}x\u{202c} ñ";
const LONG: usize = 4_000;
const MANY: usize = 200;

/// Arguments by parameter name.
pub(super) fn arguments(function: &Function, manner: Manner) -> Value {
    let all = function.parameters.iter().map(|(name, ty)| (name.clone(), value(ty, manner, 0)));
    Value::Object(all.collect::<Map<_, _>>())
}

fn value(ty: &Type, manner: Manner, depth: usize) -> Value {
    let text = || match manner {
        Manner::Empty => String::new(),
        Manner::Huge => "长".repeat(LONG / 3),
        Manner::Scripts => SCRIPTS.to_owned(),
    };
    let full = manner != Manner::Empty;
    match comfort_of(ty) {
        Comfort::Decimal => return if full { "12.5".into() } else { "0".into() },
        Comfort::Text | Comfort::Bytes => return text().into(),
        Comfort::Named(_) => return Value::Object(Map::new()),
        Comfort::Plain => {}
    }
    match ty {
        Type::Bool => full.into(),
        Type::S8 | Type::U8 | Type::S16 | Type::U16 | Type::S32 | Type::U32 | Type::S64 | Type::U64 => {
            i32::from(full).into()
        }
        Type::Float32 | Type::Float64 => 1.5.into(),
        Type::Char => "字".into(),
        Type::String => text().into(),
        Type::List(list) => {
            // Lists within lists would multiply.
            let entries = match manner {
                Manner::Empty => 0,
                Manner::Huge if depth == 0 => MANY,
                Manner::Huge | Manner::Scripts => 1,
            };
            (0..entries).map(|_| value(&list.ty(), manner, depth + 1)).collect()
        }
        Type::Tuple(tuple) => tuple.types().map(|ty| value(&ty, manner, depth)).collect(),
        Type::Record(record) => Value::Object(
            record.fields().map(|field| (field.name.to_owned(), value(&field.ty, manner, depth))).collect(),
        ),
        Type::Option(option) if full && !matches!(option.ty(), Type::Option(_)) => value(&option.ty(), manner, depth),
        Type::Variant(variant) => variant.cases().next().map_or(Value::Null, |case| match &case.ty {
            None => case.name.into(),
            Some(ty) => Value::Object(Map::from_iter([(case.name.to_owned(), value(ty, manner, depth))])),
        }),
        Type::Enum(cases) => cases.names().next().into(),
        _ => Value::Null,
    }
}
