//! Manifest and code agree.

use plugin_u8::Settings;
use serde_json::{Map, Value};

#[test]
fn the_manifests_defaults_are_the_codes() {
    let manifest: Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
    let schema = manifest["settings"]["properties"].as_object().unwrap();
    let defaults: Map<String, Value> =
        schema.iter().filter_map(|(name, schema)| Some((name.clone(), schema.get("default")?.clone()))).collect();
    let read: Settings = mortise_sdk::settings::parse(&Value::Object(defaults).to_string()).unwrap();
    assert_eq!(format!("{read:?}"), format!("{:?}", Settings::default()));
    for (name, schema) in schema {
        assert!(schema["title"].is_string() && schema["x-zh"]["title"].is_string(), "{name}");
    }
}
