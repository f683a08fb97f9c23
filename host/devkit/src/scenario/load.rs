//! From a file to a scenario: YAML or JSON, its base, its samples.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Scenario;

/// A base may have a base; deeper than this is a circle.
const BASES: usize = 8;
/// Samples within samples; deeper than this is a circle.
const SAMPLES: usize = 32;
const BASE: &str = "base";
const SAMPLE_SET: &str = "samples";
const SAMPLE: &str = "$sample";

/// Why a file is no scenario.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", .file.display())]
pub struct ScenarioFault {
    /// The file.
    pub file: PathBuf,
    /// What is wrong, where, and what to do.
    pub problem: String,
}

/// A scenario with where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The file.
    pub file: PathBuf,
    /// The file's name without its ending.
    pub name: String,
    /// The scenario.
    pub scenario: Scenario,
}

/// Scenario files: these, and those in these folders and below, in the order of their names. Files whose name begins with `_`
/// are bases of others.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, ScenarioFault> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            collect(path, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), ScenarioFault> {
    let fault = |error: std::io::Error| ScenarioFault {
        file: folder.to_owned(),
        problem: format!("the folder cannot be read ({error})"),
    };
    let entries = fs::read_dir(folder).map_err(fault)?;
    let mut entries: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(fault)?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, files)?;
        } else if !name.starts_with('_') && is_scenario(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_scenario(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml" || ending == "json")
}

/// Reads a scenario file with its bases.
pub fn read(file: &Path) -> Result<Found, ScenarioFault> {
    let scenario = settle(file, whole(file, BASES)?)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Found { file: file.to_owned(), name, scenario })
}

/// The value in a YAML or JSON file.
pub fn value_of(file: &Path) -> Result<Value, ScenarioFault> {
    let unreadable = |error: std::io::Error| ScenarioFault {
        file: file.to_owned(),
        problem: format!("the file cannot be read ({error})"),
    };
    value(file, &fs::read_to_string(file).map_err(unreadable)?)
}

/// Reads a scenario without a base from its text.
pub fn parse(text: &str) -> Result<Scenario, ScenarioFault> {
    let file = Path::new("scenario.yaml");
    settle(file, value(file, text)?)
}

/// The file's value laid over that of its base.
fn whole(file: &Path, bases: usize) -> Result<Value, ScenarioFault> {
    let fault = |problem: String| ScenarioFault { file: file.to_owned(), problem };
    let mut own = value_of(file)?;
    let Some(base) = own.as_object_mut().and_then(|own| own.remove(BASE)) else { return Ok(own) };
    let Value::String(base) = base else { return Err(fault(format!("{BASE}: write the path of a file"))) };
    if bases == 0 {
        return Err(fault(format!("{BASE}: a file is its own base; take one `{BASE}` away")));
    }
    let mut value = whole(&file.parent().unwrap_or(Path::new("")).join(base), bases - 1)?;
    lay_over(&mut value, own);
    Ok(value)
}

fn value(file: &Path, text: &str) -> Result<Value, ScenarioFault> {
    let fault = |problem: String| ScenarioFault { file: file.to_owned(), problem };
    if file.extension().is_some_and(|ending| ending == "json") {
        return serde_json::from_str(text).map_err(|error| fault(format!("not JSON: {error}")));
    }
    // Codes such as `no`, `007` and `1_000` stay texts.
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
    };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| fault(format!("not YAML: {}", error.to_string().trim())))
}

/// Objects are merged, everything else replaces.
fn lay_over(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                match under.get_mut(&name) {
                    Some(place) => lay_over(place, value),
                    None => {
                        under.insert(name, value);
                    }
                }
            }
        }
        (under, over) => *under = over,
    }
}

fn settle(file: &Path, mut value: Value) -> Result<Scenario, ScenarioFault> {
    let fault = |problem: String| ScenarioFault { file: file.to_owned(), problem };
    if let Some(object) = value.as_object_mut() {
        let samples = match object.remove(SAMPLE_SET) {
            None => Map::new(),
            Some(Value::Object(samples)) => samples,
            Some(_) => return Err(fault(format!("{SAMPLE_SET}: write an object of samples by name"))),
        };
        fill(&mut value, &samples, SAMPLES).map_err(fault)?;
    }
    let scenario: Scenario = serde_path_to_error::deserialize(&value).map_err(|error| {
        let path = error.path().to_string();
        fault(format!("{path}: {}; `mortise plugin schema scenario` has the format", error.into_inner()))
    })?;
    check(&scenario).map_err(fault)?;
    Ok(scenario)
}

/// Puts samples where they are named, with what stands beside the name laid over them.
fn fill(value: &mut Value, samples: &Map<String, Value>, depth: usize) -> Result<(), String> {
    match value {
        Value::Object(object) => {
            if let Some(name) = object.remove(SAMPLE) {
                if depth == 0 {
                    return Err(format!("{SAMPLE}: {name} holds itself"));
                }
                let sample = name.as_str().and_then(|name| samples.get(name));
                let mut filled = sample.cloned().ok_or_else(|| {
                    let known: Vec<&str> = samples.keys().map(String::as_str).collect();
                    format!("{SAMPLE}: there is no sample {name}; `{SAMPLE_SET}` has [{}]", known.join(", "))
                })?;
                lay_over(&mut filled, Value::Object(std::mem::take(object)));
                fill(&mut filled, samples, depth - 1)?;
                *value = filled;
                return Ok(());
            }
            object.values_mut().try_for_each(|value| fill(value, samples, depth))
        }
        Value::Array(values) => values.iter_mut().try_for_each(|value| fill(value, samples, depth)),
        _ => Ok(()),
    }
}

/// What the types alone do not say.
fn check(scenario: &Scenario) -> Result<(), String> {
    if scenario.calls.is_empty() {
        return Err("calls: a scenario has at least one call".into());
    }
    for (index, call) in scenario.calls.iter().enumerate() {
        if call.expect.count() > 1 {
            return Err(format!(
                "calls[{index}].expect: `answer`, `exactly`, `error` and `stopped` exclude each other"
            ));
        }
        if call.attempt == 0 {
            return Err(format!("calls[{index}].attempt: the first attempt is 1"));
        }
    }
    let calls = scenario.calls.iter().enumerate();
    let own = calls.flat_map(|(at, call)| {
        call.http.iter().enumerate().map(move |(nth, exchange)| (format!("calls[{at}].http[{nth}]"), exchange))
    });
    let standing = scenario.http.iter().enumerate().map(|(nth, exchange)| (format!("http[{nth}]"), exchange));
    for (at, exchange) in own.chain(standing) {
        if exchange.response.is_some() && exchange.fault.is_some_and(|fault| fault != super::Fault::Cut) {
            return Err(format!("{at}: `response` and `fault` exclude each other, but for `cut`"));
        }
        let response = exchange.response.as_ref();
        let bodies = response.map_or(0, |response| {
            usize::from(response.json.is_some())
                + usize::from(response.text.is_some())
                + usize::from(response.base64.is_some())
        });
        if bodies > 1 {
            return Err(format!("{at}.response: `json`, `text` and `base64` exclude each other"));
        }
    }
    Ok(())
}
