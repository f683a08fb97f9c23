//! Is what was found what was expected? JSON against JSON, with matchers where the exact value does not matter.
//!
//! An object names the fields that matter: fields that it leaves out are not looked at, unless [`Depth::Exact`] is asked for.
//! Everything else must be equal: lists have the same entries in the same order. A matcher is an object with one of these:
//!
//! | matcher | fits |
//! | --- | --- |
//! | `{"$any": true}` | anything that is there |
//! | `{"$absent": true}` | a field that is not there, or is null |
//! | `{"$matches": "^SO-[0-9]+$"}` | a text in which the regular expression finds something; of other values their JSON |
//! | `{"$contains": "text"}` | a text with this part |
//! | `{"$contains": value}` | a list with an entry that fits |
//! | `{"$each": value}` | a list whose entries all fit |
//! | `{"$in-any-order": [value, …]}` | a list with these entries, in whatever order |
//! | `{"$length": 3}` | a list of so many entries, or a text of so many characters |
//! | `{"$decimal": "12.50"}` | a number, or a text with a number, that is equal as a decimal |
//! | `{"$one-of": [value, …]}` | whatever fits one of them |
//! | `{"$not": value}` | whatever does not fit |
//! | `{"$json": value}` | a text that is JSON and fits |

mod matchers;

use serde_json::Value;

/// How much of an object must be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Fields that are not named are not looked at.
    Partial,
    /// Every field is named.
    Exact,
}

/// One place where found and expected differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where, such as `answer.lines[0].unit-price`.
    pub at: String,
    /// What was expected there.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl Difference {
    /// A difference in words.
    pub fn new(at: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { at: at.into(), expected: expected.into(), found: found.into() }
    }
}

pub(crate) use matchers::is_matcher;

/// All differences.
pub fn compare(expected: &Value, found: &Value, depth: Depth, at: &str) -> Vec<Difference> {
    let mut differences = Vec::new();
    walk(expected, found, depth, at, &mut differences);
    differences
}

/// Is there no difference?
pub fn fits(expected: &Value, found: &Value, depth: Depth) -> bool {
    compare(expected, found, depth, "").is_empty()
}

fn walk(expected: &Value, found: &Value, depth: Depth, at: &str, differences: &mut Vec<Difference>) {
    match (expected, found) {
        (Value::Object(matcher), _) if is_matcher(expected) => {
            for (name, wanted) in matcher {
                matchers::apply(name, wanted, found, depth, at, differences);
            }
        }
        (Value::Object(wanted), Value::Object(have)) => {
            for (name, wanted) in wanted {
                let at = below(at, name);
                match have.get(name) {
                    Some(have) => walk(wanted, have, depth, &at, differences),
                    None if matchers::is_absent(wanted) => {}
                    None => differences.push(Difference::new(at, wanted.to_string(), "nothing")),
                }
            }
            if depth == Depth::Exact {
                let stray = have.iter().filter(|(name, _)| !wanted.contains_key(*name));
                differences
                    .extend(stray.map(|(name, have)| Difference::new(below(at, name), "nothing", have.to_string())));
            }
        }
        (Value::Array(wanted), Value::Array(have)) => {
            for (index, pair) in wanted.iter().zip(have).enumerate() {
                walk(pair.0, pair.1, depth, &format!("{at}[{index}]"), differences);
            }
            for (index, wanted) in wanted.iter().enumerate().skip(have.len()) {
                differences.push(Difference::new(format!("{at}[{index}]"), wanted.to_string(), "no such entry"));
            }
            for (index, have) in have.iter().enumerate().skip(wanted.len()) {
                differences.push(Difference::new(format!("{at}[{index}]"), "no such entry", have.to_string()));
            }
        }
        (Value::Number(wanted), Value::Number(have))
            if wanted.as_f64() == have.as_f64() && same_whole(wanted, have) => {}
        (wanted, have) if wanted == have => {}
        (wanted, have) => differences.push(Difference::new(at, wanted.to_string(), have.to_string())),
    }
}

/// Large whole numbers are not compared as floats.
fn same_whole(wanted: &serde_json::Number, have: &serde_json::Number) -> bool {
    match (wanted.as_i64(), have.as_i64()) {
        (Some(wanted), Some(have)) => wanted == have,
        _ => true,
    }
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

#[cfg(test)]
mod tests;
