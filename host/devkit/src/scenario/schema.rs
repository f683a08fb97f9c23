//! The format as JSON Schema, for editors.

use schemars::generate::SchemaSettings;
use schemars::transform::Transform;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::Scenario;

/// A number, or a text with one.
pub(super) fn decimal(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "number"], "description": "A decimal: \"12.50\" or 12.5." })
}

/// A point in time.
pub(super) fn instant(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "description": "RFC 3339 with a zone: 2026-03-02T09:00:00+08:00." })
}

/// JSON Schema (2020-12) of scenario files, with what reading adds to the type: `base`, `samples` and `$sample`.
pub fn schema() -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Scenario>();
    Remade.transform(&mut schema);
    let mut schema = schema.to_value();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(
            "base".into(),
            json!({ "type": "string", "description": "Path of a file that this one is laid over: objects are merged, everything else replaces." }),
        );
        properties.insert(
            "samples".into(),
            json!({ "type": "object", "description": "Values by name. `{$sample: name, …}` elsewhere stands for the sample with what stands beside the name laid over it." }),
        );
    }
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".into(), "Mortise scenario".into());
        // A base may have the calls.
        root.remove("required");
    }
    schema
}

/// `$sample` may stand in the place of any object.
struct Remade;

impl Transform for Remade {
    fn transform(&mut self, schema: &mut Schema) {
        schemars::transform::transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else { return };
        if object.get("additionalProperties") == Some(&Value::Bool(false)) {
            if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
                properties.insert("$sample".into(), json!({ "type": "string", "description": "Name of a sample." }));
            }
            // What the sample brings need not be said again.
            object.remove("required");
        }
    }
}
