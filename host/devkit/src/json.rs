//! JSON for the contract's values, by the types that a component has: one form for every interface.
//!
//! | in the contract | in JSON | also read |
//! | --- | --- | --- |
//! | `bool` | `true` | |
//! | `u8` … `s64` | `3` | `"9007199254740993"`: digits as text, for tools that round large numbers |
//! | `s64` (an instant) | `1772413200000000` | `"2026-03-02T09:00:00+08:00"`: microseconds since 1970 |
//! | `f32`, `f64` | `116.48` | |
//! | `char`, `string` | `"text"` | |
//! | decimal (`units`, `scale`) | `"12.5"`, without zeros at the end | `"12.50"`, `12.5`, `{"units": 1250, "scale": 2}` |
//! | text (`zh`, `en`) | `{"zh": "价格", "en": "price"}` | `"price"`: the same in both languages |
//! | `list<T>` | `[…]` | |
//! | `list<u8>` | `"text"`, or `{"base64": "…"}` for what is no text | `[104, 105]` |
//! | `list<tuple<string, T>>` | `{"name": …}` | `[["name", …]]`, which is written where a name comes twice |
//! | `tuple<…>` | `[…]` | |
//! | record | `{"field": …}` | |
//! | `option<T>` | the value, or `null` | left out |
//! | `option<option<T>>` | `{"some": …}`, or `null` | |
//! | variant | `"case"`, or `{"case": …}` | |
//! | enum | `"case"` | |
//! | flags | `["name"]` | |
//! | `result<T, E>` | `{"ok": …}` or `{"err": …}` | |
//!
//! In arguments, fields that are left out are empty: `""`, `0`, `false`, no entries, no value. Enums and variants have no empty
//! value: they are named. A field that the type does not have is refused, so that a slip of the pen is not silently nothing.

mod comfort;
mod expected;
mod read;
mod skeleton;
mod write;

use mortise_runtime::{Function, Val};
use serde_json::{Map, Value};

pub(crate) use comfort::{Comfort, of as comfort_of};
pub use expected::expected;
pub use skeleton::skeleton;
pub(crate) use write::bytes_json;
pub use write::write;

/// A JSON value that does not fit the type that the component has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: found {found}, expected {expected}")]
pub struct JsonFault {
    /// Where, such as `arguments.request.lines[0].quantity`.
    pub at: String,
    /// What stands there.
    pub found: String,
    /// What could stand there.
    pub expected: String,
}

/// Makes a function's arguments: an object by parameter name, or a list in their order.
pub fn arguments(function: &Function, json: &Value) -> Result<Vec<Val>, JsonFault> {
    let names: Vec<&str> = function.parameters.iter().map(|(name, _)| name.as_str()).collect();
    let wanted = || match names.as_slice() {
        [] => "no arguments".to_owned(),
        names => format!("an object with {}", listed(names.iter().copied())),
    };
    let fault = |found: String| JsonFault { at: "arguments".into(), found, expected: wanted() };
    match json {
        Value::Null if names.is_empty() => Ok(Vec::new()),
        Value::Array(values) if values.len() == names.len() => {
            let pairs = values.iter().zip(&function.parameters);
            pairs.map(|(value, (name, ty))| read::read(value, ty, &format!("arguments.{name}"))).collect()
        }
        Value::Object(values) => {
            if let Some(stray) = values.keys().find(|name| !names.contains(&name.as_str())) {
                return Err(fault(format!("`{stray}`")));
            }
            let nothing = Value::Null;
            let given = |name: &str| values.get(name).unwrap_or(&nothing);
            let all = function.parameters.iter();
            all.map(|(name, ty)| read::field(given(name), ty, &format!("arguments.{name}"))).collect()
        }
        other => Err(fault(told(other))),
    }
}

/// The arguments that a function wants, to be filled in.
pub fn arguments_skeleton(function: &Function) -> Value {
    let all = function.parameters.iter().map(|(name, ty)| (name.clone(), skeleton(ty)));
    Value::Object(all.collect::<Map<_, _>>())
}

/// What stands there, short enough for a sentence.
fn told(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return text;
    }
    let head: String = text.chars().take(LONGEST).collect();
    format!("{head}…")
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
