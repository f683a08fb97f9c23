//! Files of any bytes: looked at without a panic, and refused or understood.

use mortise_domain::manifest::Manifest;
use mortise_runtime::inspect;
use proptest::prelude::*;

use crate::files::{component, manifest, packed};
use crate::harness::{hello, root};

const MOST: usize = 1 << 20;

/// A change of some bytes of a file.
#[derive(Debug, Clone)]
enum Damage {
    Flip(usize, u8),
    Cut(usize),
    Repeat(usize, usize),
    Remove(usize, usize),
    Put(usize, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<usize>;
    prop_oneof![
        4 => (at(), 1..=255_u8).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        1 => at().prop_map(Damage::Cut),
        1 => (at(), 1..64_usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
        1 => (at(), 1..64_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        1 => (at(), proptest::collection::vec(any::<u8>(), 1..16)).prop_map(|(at, bytes)| Damage::Put(at, bytes)),
    ]
}

fn damaged(file: &[u8], all: Vec<Damage>) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for damage in all {
        let length = bytes.len().max(1);
        let within = |at: usize| at % length;
        match damage {
            Damage::Flip(at, bits) => {
                if let Some(byte) = bytes.get_mut(within(at)) {
                    *byte ^= bits;
                }
            }
            Damage::Cut(at) => bytes.truncate(within(at)),
            Damage::Repeat(at, count) => {
                let end = (within(at) + count).min(bytes.len());
                let piece = bytes[within(at).min(end)..end].to_vec();
                bytes.splice(end..end, piece);
            }
            Damage::Remove(at, count) => {
                let end = (within(at) + count).min(bytes.len());
                bytes.drain(within(at).min(end)..end);
            }
            Damage::Put(at, more) => {
                let at = within(at).min(bytes.len());
                bytes.splice(at..at, more);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes: Vec<u8>) {
        prop_assert!(inspect(&bytes, MOST).is_err());
        let mut begun = b"\0asm\x0d\0\x01\0".to_vec();
        begun.extend(bytes);
        prop_assert!(inspect(&begun, MOST).is_err());
    }

    /// Every refusal names what to do, however the file was damaged.
    #[test]
    fn a_damaged_plugin(all in proptest::collection::vec(damage(), 1..6)) {
        if let Err(error) = inspect(&damaged(&hello(), all), MOST) {
            let told = error.to_string();
            prop_assert!(told.len() < 4_000 && told.contains([':', ';']), "{}", told);
        }
    }

    #[test]
    fn a_damaged_manifest(all in proptest::collection::vec(damage(), 1..6)) {
        let whole = std::fs::read(root().join("host/runtime/tests/guests/misbehaving/manifest.json")).unwrap();
        let damaged = damaged(&whole, all);
        let _ = Manifest::parse(&damaged);
        let empty = wat::parse_str("(component)").unwrap();
        prop_assert!(inspect(&packed(&empty, &String::from_utf8_lossy(&damaged)), MOST).is_err());
    }

    /// A manifest with any text in any field: read or refused by the field's name.
    #[test]
    fn any_text_in_a_manifest(field in "[a-z.-]{1,12}", text in "\\PC{0,40}", number: f64) {
        let quoted = serde_json::Value::from(text.as_str());
        for value in [quoted.to_string(), number.to_string(), format!("[{quoted}]"), format!("{{ {quoted}: {number} }}")] {
            for known in ["name", "version", "contract", "title", "settings", "wishes", "credentials", "shapes", &field] {
                let changed = manifest("1.0").replacen('{', &format!("{{ \"{known}\": {value},"), 1);
                if let Err(fault) = Manifest::parse(changed.as_bytes()) {
                    prop_assert!(!fault.field.is_empty() && !fault.message.is_empty());
                }
            }
        }
    }
}

/// One schema of each kind of odd value: the settings check neither panics nor lasts.
#[test]
fn odd_schemas_are_refused_or_used() {
    let odd = [
        "true",
        "1e308",
        "-1",
        "\"\"",
        "null",
        "[[]]",
        "{\"$ref\":7}",
        "\"(\"",
        "\"[[:alpha:]\"",
        "\"(?=x)\"",
        "0.1",
        "[1,1]",
    ];
    let words = [
        "type",
        "enum",
        "const",
        "pattern",
        "format",
        "minimum",
        "multipleOf",
        "minLength",
        "maxItems",
        "items",
        "contains",
        "prefixItems",
        "required",
        "properties",
        "patternProperties",
        "additionalProperties",
        "dependentRequired",
        "propertyNames",
        "if",
        "not",
        "allOf",
        "oneOf",
        "default",
        "$defs",
        "$ref",
        "$id",
        "$schema",
        "contentEncoding",
        "unevaluatedProperties",
        "uniqueItems",
    ];
    for word in words {
        for value in odd {
            let schema = format!(r#"{{ "properties": {{ "a": {{ "{word}": {value} }} }} }}"#);
            let manifest = manifest("1.0").replacen('{', &format!("{{ \"settings\": {schema},"), 1);
            let Ok(manifest) = Manifest::parse(manifest.as_bytes()) else { continue };
            for settings in [
                serde_json::json!({}),
                serde_json::json!({ "a": "x" }),
                serde_json::json!({ "a": [1, { "b": 1e300 }] }),
            ] {
                let _ = mortise_runtime::settle_settings(&manifest, &settings);
            }
        }
    }
    // The sample is what the other tests pack: it must not be refused for another reason.
    assert!(inspect(&component("(component)"), MOST).unwrap_err().to_string().contains("exports nothing"));
}
