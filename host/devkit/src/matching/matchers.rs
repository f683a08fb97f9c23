//! The matchers, each under its name.

use mortise_domain::decimal::Decimal;
use regex::Regex;
use serde_json::Value;

use super::{Depth, Difference, compare, fits};

const NAMES: [&str; 11] = [
    "$any",
    "$absent",
    "$matches",
    "$contains",
    "$each",
    "$in-any-order",
    "$length",
    "$decimal",
    "$one-of",
    "$not",
    "$json",
];

/// Is the object a matcher? All its names begin with a dollar; unknown ones are found when it is applied.
pub(crate) fn is_matcher(value: &Value) -> bool {
    value.as_object().is_some_and(|object| !object.is_empty() && object.keys().all(|name| name.starts_with('$')))
}

pub(super) fn is_absent(value: &Value) -> bool {
    value.get("$absent") == Some(&Value::Bool(true))
        || value.get("$one-of").and_then(Value::as_array).is_some_and(|all| all.iter().any(is_absent))
}

pub(super) fn apply(
    name: &str,
    wanted: &Value,
    found: &Value,
    depth: Depth,
    at: &str,
    differences: &mut Vec<Difference>,
) {
    let fits_one = |wanted: &Value, found: &Value| fits(wanted, found, depth);
    let outcome = match (name, wanted, found) {
        ("$any", Value::Bool(true), _) => Ok(true),
        ("$absent", Value::Bool(true), found) => Ok(found.is_null()),
        ("$matches", Value::String(pattern), found) => match Regex::new(pattern) {
            Ok(pattern) => Ok(pattern.is_match(&text(found))),
            Err(error) => Err(format!("a regular expression ({error})")),
        },
        ("$contains", Value::String(part), Value::String(text)) => Ok(text.contains(part.as_str())),
        ("$contains", wanted, Value::Array(entries)) => Ok(entries.iter().any(|entry| fits_one(wanted, entry))),
        ("$each", wanted, Value::Array(entries)) => {
            for (index, entry) in entries.iter().enumerate() {
                differences.extend(compare(wanted, entry, depth, &format!("{at}[{index}]")));
            }
            return;
        }
        ("$in-any-order", Value::Array(wanted), Value::Array(entries)) => Ok(pairs_up(wanted, entries, depth)),
        ("$length", Value::Number(length), Value::Array(entries)) => Ok(length.as_u64() == Some(entries.len() as u64)),
        ("$length", Value::Number(length), Value::String(text)) => {
            Ok(length.as_u64() == Some(text.chars().count() as u64))
        }
        ("$decimal", wanted, found) => match text(wanted).parse::<Decimal>() {
            Ok(wanted) => Ok(text(found).parse::<Decimal>() == Ok(wanted)),
            Err(error) => Err(format!("a decimal ({error})")),
        },
        ("$one-of", Value::Array(all), found) => Ok(all.iter().any(|wanted| fits_one(wanted, found))),
        ("$not", wanted, found) => Ok(!fits_one(wanted, found)),
        ("$json", wanted, Value::String(text)) => match serde_json::from_str::<Value>(text) {
            Ok(found) => {
                differences.extend(compare(wanted, &found, depth, at));
                return;
            }
            Err(_) => Ok(false),
        },
        ("$contains" | "$each" | "$in-any-order" | "$length" | "$json", _, _) => Ok(false),
        _ if NAMES.contains(&name) => Err(format!("a value that `{name}` can have")),
        _ => Err(format!("one of the matchers {}", NAMES.join(", "))),
    };
    match outcome {
        Ok(true) => {}
        Ok(false) => differences.push(Difference::new(at, format!("{{\"{name}\":{wanted}}}"), found.to_string())),
        // A matcher that cannot be used fits nothing.
        Err(expected) => {
            differences.push(Difference::new(at, format!("{expected}, in the scenario"), format!("{name}: {wanted}")));
        }
    }
}

/// Texts without their quotes.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Every expected entry has a found one of its own. Entries that fit several are tried in all ways.
fn pairs_up(wanted: &[Value], entries: &[Value], depth: Depth) -> bool {
    fn assign(at: usize, candidates: &[Vec<usize>], taken: &mut Vec<Option<usize>>, seen: &mut Vec<bool>) -> bool {
        let Some(own) = candidates.get(at) else { return false };
        for &entry in own {
            if std::mem::replace(&mut seen[entry], true) {
                continue;
            }
            if taken[entry].is_none_or(|other| assign(other, candidates, taken, seen)) {
                taken[entry] = Some(at);
                return true;
            }
        }
        false
    }
    if wanted.len() != entries.len() {
        return false;
    }
    let fitting = |wanted: &Value| {
        entries.iter().enumerate().filter(|(_, entry)| fits(wanted, entry, depth)).map(|(index, _)| index).collect()
    };
    let candidates: Vec<Vec<usize>> = wanted.iter().map(fitting).collect();
    let mut taken = vec![None; entries.len()];
    (0..wanted.len()).all(|at| assign(at, &candidates, &mut taken, &mut vec![false; entries.len()]))
}
