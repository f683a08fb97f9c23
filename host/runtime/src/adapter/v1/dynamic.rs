//! Answers whose types are known only at run time, made typed so that one set of checks serves all calls.

use mortise_domain::call::Interface;
use mortise_domain::text::Text;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use wasmtime::component::Val;

use super::wit::exports::mortise::plugin as exports;
use super::{inventory, notifier, order_policy, place, pricing, types};
use crate::adapter::Fault;
use crate::adapter::check::{AnswerFault, Checked, list};

/// The checks that the typed call of the same function makes.
pub(in crate::adapter) fn check_answer(
    interface: Interface,
    function: &str,
    arguments: &[Val],
    answer: Result<Option<&Val>, &Val>,
) -> Result<(), Fault> {
    match answer {
        Ok(None) => Ok(()),
        Ok(Some(answer)) => Ok(check(interface, function, arguments, answer)?),
        Err(error) => Err(types::failure(typed(error)?)),
    }
}

fn check(interface: Interface, function: &str, arguments: &[Val], answer: &Val) -> Checked<()> {
    match (interface, function) {
        (Interface::Erp | Interface::Inventory, "changes") => types::read_changes(typed(answer)?).map(drop),
        (Interface::Erp, "find-order" | "find-receivable") | (Interface::Inventory, "find-pick") => {
            types::read_found(typed(answer)?).map(drop)
        }
        (Interface::Inventory, "stock") => {
            list("stock", typed::<Vec<exports::inventory::StockLevel>>(answer)?, inventory::read_level).map(drop)
        }
        (Interface::Erp | Interface::Inventory, _) => types::read_document(typed(answer)?).map(drop),
        (Interface::Geocoder, _) => place::read_located(typed(answer)?).map(drop),
        (Interface::Pricing, _) => {
            let asked = arguments.first().map(typed).transpose()?;
            asked.map_or(Ok(()), |asked| pricing::read_priced(typed(answer)?, &asked).map(drop))
        }
        (Interface::Notifier, "send") => notifier::read_receipt(typed(answer)?).map(drop),
        (Interface::Notifier, _) => {
            list("read-receipts", typed::<Vec<exports::notifier::ReadReceipt>>(answer)?, notifier::read_reading)
                .map(drop)
        }
        (Interface::OrderPolicy, _) => {
            list("verdicts", typed::<Vec<exports::order_policy::Verdict>>(answer)?, order_policy::read_verdict)
                .map(drop)
        }
    }
}

fn typed<T: DeserializeOwned>(value: &Val) -> Checked<T> {
    serde_json::from_value(plain(value)).map_err(|error| AnswerFault {
        field: "answer",
        problem: Text::new(format!("不是约定中的类型：{error}"), format!("does not have the contract's type: {error}")),
    })
}

/// The value as serde wants it for the generated types: their fields are `snake_case`, their cases `UpperCamel`.
pub(in crate::adapter) fn plain(value: &Val) -> Value {
    let boxed = |value: &Option<Box<Val>>| value.as_ref().map_or(Value::Null, |value| plain(value));
    let tagged = |tag: String, value: &Option<Box<Val>>| match value {
        None => Value::String(tag),
        Some(value) => Value::Object(Map::from_iter([(tag, plain(value))])),
    };
    match value {
        Val::Bool(value) => (*value).into(),
        Val::S8(value) => (*value).into(),
        Val::U8(value) => (*value).into(),
        Val::S16(value) => (*value).into(),
        Val::U16(value) => (*value).into(),
        Val::S32(value) => (*value).into(),
        Val::U32(value) => (*value).into(),
        Val::S64(value) => (*value).into(),
        Val::U64(value) => (*value).into(),
        Val::Float32(value) => (*value).into(),
        Val::Float64(value) => (*value).into(),
        Val::Char(value) => value.to_string().into(),
        Val::String(value) => value.as_str().into(),
        Val::List(values) | Val::FixedLengthList(values) | Val::Tuple(values) => values.iter().map(plain).collect(),
        Val::Record(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.replace('-', "_"), plain(value))).collect())
        }
        Val::Variant(case, value) => tagged(camel(case), value),
        Val::Enum(case) => Value::String(camel(case)),
        Val::Option(value) => boxed(value),
        Val::Result(Ok(value)) => tagged("Ok".into(), value),
        Val::Result(Err(value)) => tagged("Err".into(), value),
        // No interface of the contract has them.
        Val::Map(_) | Val::Flags(_) | Val::Resource(_) | Val::Future(_) | Val::Stream(_) | Val::ErrorContext(_) => {
            Value::Null
        }
    }
}

fn camel(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect()
}
