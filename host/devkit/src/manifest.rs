//! The manifest's format as JSON Schema, for editors.

use mortise_domain::manifest::Manifest;
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// JSON Schema (2020-12) of `manifest.json`, from the type that the host reads.
pub fn manifest_schema() -> Value {
    let mut parts: Vec<(String, RefOr<Schema>)> = Vec::new();
    Manifest::schemas(&mut parts);
    let definitions: Map<String, Value> = parts.into_iter().map(|(name, schema)| (name, inside(&schema))).collect();
    let mut schema = inside(&Manifest::schema());
    if let Some(root) = schema.as_object_mut() {
        root.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        root.insert("title".into(), "Mortise manifest".into());
        root.insert("$defs".into(), definitions.into());
    }
    schema
}

/// References lead to `$defs` of the same file.
fn inside(schema: &RefOr<Schema>) -> Value {
    fn turn(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(target)) = fields.get_mut("$ref") {
                    *target = target.replace("#/components/schemas/", "#/$defs/");
                }
                fields.values_mut().for_each(turn);
            }
            Value::Array(values) => values.iter_mut().for_each(turn),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(schema).unwrap_or_default();
    turn(&mut value);
    value
}
