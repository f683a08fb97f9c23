//! Shapes of the contract that have a shorter form in JSON. They are known by their fields, whatever they are called.

use mortise_domain::decimal::Decimal;
use mortise_runtime::{Type, Val};

/// What a type is to its author.
pub(crate) enum Comfort {
    /// `units` and `scale`.
    Decimal,
    /// `zh` and `en`.
    Text,
    /// `list<u8>`.
    Bytes,
    /// `list<tuple<string, T>>`, with the type of `T`.
    Named(Type),
    /// Nothing special.
    Plain,
}

pub(crate) fn of(ty: &Type) -> Comfort {
    match ty {
        Type::Record(record) => {
            let fields: Vec<_> = record.fields().map(|field| (field.name, field.ty)).collect();
            match fields.as_slice() {
                [("units", Type::S64), ("scale", Type::U8)] => Comfort::Decimal,
                [("zh", Type::String), ("en", Type::String)] => Comfort::Text,
                _ => Comfort::Plain,
            }
        }
        Type::List(list) => match list.ty() {
            Type::U8 => Comfort::Bytes,
            Type::Tuple(pair) => {
                let mut types = pair.types();
                match (types.next(), types.next(), types.next()) {
                    (Some(Type::String), Some(value), None) => Comfort::Named(value),
                    _ => Comfort::Plain,
                }
            }
            _ => Comfort::Plain,
        },
        _ => Comfort::Plain,
    }
}

pub(super) fn decimal(value: Decimal) -> Val {
    Val::Record(vec![("units".into(), Val::S64(value.units())), ("scale".into(), Val::U8(value.scale()))])
}

pub(super) fn text(value: &str) -> Val {
    let said = || Val::String(value.to_owned());
    Val::Record(vec![("zh".into(), said()), ("en".into(), said())])
}
