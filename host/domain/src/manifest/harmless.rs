//! Strangers' texts that are shown in terminals and beside others' words.

use serde_json::Value;

use super::Manifest;

/// What is said of texts that would steer a terminal or turn around what stands beside them.
pub(super) const STEERS: &str = "must not have control characters; write plain text";

/// The first field in which, at whatever depth, such a text stands.
pub(super) fn first_that_steers(manifest: &Manifest) -> Option<String> {
    let Ok(Value::Object(fields)) = serde_json::to_value(manifest) else { return None };
    fields.into_iter().find(|(_, value)| !are_harmless(value)).map(|(name, _)| name)
}

/// A stranger's text is shown in terminals and beside others' words.
fn is_harmless(text: &str) -> bool {
    // Besides control characters: marks that turn the direction of writing around.
    let turns = |c: char| matches!(u32::from(c), 0x061c | 0x200e | 0x200f | 0x202a..=0x202e | 0x2066..=0x2069);
    !text.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || turns(c))
}

fn are_harmless(value: &Value) -> bool {
    match value {
        Value::String(text) => is_harmless(text),
        Value::Array(items) => items.iter().all(are_harmless),
        Value::Object(fields) => fields.iter().all(|(name, value)| is_harmless(name) && are_harmless(value)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_steers_a_terminal_is_no_plain_text() {
        for text in ["acme", "甲/b", "two\nlines", "Ünïcode — “ok” 👍"] {
            assert!(is_harmless(text), "{text:?}");
        }
        for text in ["acme\u{1b}[2K\r✓ vouched for", "\u{7}", "a\u{202e}b", "a\u{2066}b", "a\u{9b}1m"] {
            assert!(!is_harmless(text), "{text:?}");
        }
    }

    #[test]
    fn a_manifest_has_none_of_it() {
        let evil = "x\u{1b}[2K";
        let (good, bad) = (json!({ "zh": "一", "en": "one" }), json!({ "zh": "一", "en": evil }));
        let manifest = json!({
            "name": "p", "version": "1.0.0", "publisher": "acme", "contract": "1.0", "title": good, "description": good,
            "wishes": { "kv": { "bytes": 1, "reason": good } }, "settings": { "properties": { "a": { "title": "t" } } },
            "credentials": [{ "slot": "key", "title": good }],
        });
        let fault =
            |manifest: &Value| Manifest::parse(manifest.to_string().as_bytes()).map(drop).map_err(|fault| fault.field);
        assert_eq!(fault(&manifest), Ok(()));
        for (at, value) in [
            ("/publisher", json!(evil)),
            ("/title", bad.clone()),
            ("/description", bad.clone()),
            ("/wishes/kv/reason", bad.clone()),
            ("/settings/properties/a/title", json!(evil)),
            ("/credentials/0/title", bad.clone()),
            ("/credentials/0/slot", json!(evil)),
        ] {
            let mut changed = manifest.clone();
            *changed.pointer_mut(at).unwrap() = value;
            assert!(fault(&changed).is_err(), "{at}");
        }
    }
}
