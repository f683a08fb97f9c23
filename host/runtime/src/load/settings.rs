//! Settings against the plugin's JSON Schema.

use jsonschema::PatternOptions;
use jsonschema::error::ValidationErrorKind;
use jsonschema::paths::LocationSegment;
use mortise_domain::manifest::Manifest;
use serde_json::{Map, Value};

use super::{Fault, LoadError};

/// Deepest nesting into which defaults are filled.
const DEPTH: usize = 16;
/// Most bytes of a compiled pattern.
const PATTERN: usize = 1 << 20;
/// Most faults that are told at once.
const FAULTS: usize = 20;

/// Fills the schema's defaults in and checks the result.
pub fn settle(manifest: &Manifest, settings: &Value) -> Result<Value, LoadError> {
    let mut settled = match settings {
        Value::Null => Value::Object(Map::new()),
        other => other.clone(),
    };
    fill(&manifest.settings, &manifest.settings, &mut settled, DEPTH);
    // The linear-time engine with a bound on its size: a plugin's pattern must not cost the host more than its length.
    let validator = jsonschema::options()
        .with_pattern_options(PatternOptions::regex().size_limit(PATTERN))
        .build(&manifest.settings)
        .map_err(|error| LoadError::Schema(error.to_string()))?;
    let faults: Vec<Fault> = validator
        .iter_errors(&settled)
        .take(FAULTS)
        .map(|error| {
            let mut field = error.instance_path().iter().fold("settings".to_owned(), |path, segment| match segment {
                LocationSegment::Property(name) => format!("{path}.{name}"),
                LocationSegment::Index(index) => format!("{path}[{index}]"),
            });
            // The field that is missing or too much, not the object around it.
            match error.kind() {
                ValidationErrorKind::Required { property } => {
                    field = format!("{field}.{}", property.as_str().unwrap_or_default());
                }
                ValidationErrorKind::AdditionalProperties { unexpected } => {
                    field = format!("{field}.{}", unexpected.join(", "));
                }
                _ => {}
            }
            Fault { field, message: format!("{error}; correct this field of the connection") }
        })
        .collect();
    if faults.is_empty() { Ok(settled) } else { Err(LoadError::Settings { faults }) }
}

fn target<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| root.pointer(reference.strip_prefix('#')?))
        .unwrap_or(schema)
}

fn fill(root: &Value, schema: &Value, value: &mut Value, depth: usize) {
    if depth == 0 {
        return;
    }
    let schema = target(root, schema);
    match value {
        Value::Object(fields) => {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
            for (name, property) in properties {
                if !fields.contains_key(name)
                    && let Some(default) = property.get("default").or_else(|| target(root, property).get("default"))
                {
                    fields.insert(name.clone(), default.clone());
                }
                if let Some(field) = fields.get_mut(name) {
                    fill(root, property, field, depth - 1);
                }
            }
        }
        Value::Array(items) => {
            let Some(schema) = schema.get("items") else { return };
            for item in items {
                fill(root, schema, item, depth - 1);
            }
        }
        _ => {}
    }
}
