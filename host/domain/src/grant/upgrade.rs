//! What another version of a plugin newly asks for, and a grant with what an admin says to it.

use serde_json::Value;

use super::{Allowed, Grant, Ungranted};
use crate::manifest::{Manifest, RecordKind};

/// A version of a plugin with the settings that it would have.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// What it says about itself.
    pub manifest: &'a Manifest,
    /// Its settings, with the defaults of its schema.
    pub settings: &'a Value,
}

impl Grant {
    /// Wishes of `next` that this grant does not fulfil and that `present` does not have: an admin has to say yes or no to each.
    /// What was refused to the present version before is not asked again.
    pub fn newly_wished(&self, present: Version<'_>, next: Version<'_>) -> Vec<Ungranted> {
        let ungranted = |version: Version<'_>| {
            Allowed::new(version.manifest, version.settings, self).ungranted(version.manifest, version.settings)
        };
        let known = ungranted(present);
        let mut newly: Vec<Ungranted> = ungranted(next).into_iter().filter(|wish| !known.contains(wish)).collect();
        // A space that is granted in part counts as granted, but not where the wish has grown.
        let bytes = |version: Version<'_>| version.manifest.wishes.kv.as_ref().map_or(0, |wish| wish.bytes);
        let (before, after) = (bytes(present), bytes(next));
        newly.retain(|wish| wish.field != KV_BYTES);
        if after > before && after > self.kv_bytes {
            newly.push(Ungranted { field: KV_BYTES.into(), value: after.to_string() });
        }
        newly
    }

    /// The same grant with this wish fulfilled. False: the wish has another form than those of [`Ungranted`].
    pub fn fulfil(&mut self, wish: &Ungranted) -> bool {
        let Ungranted { field, value } = wish;
        match field.as_str() {
            "grant.http" => add(&mut self.http, value.clone()),
            "grant.private" => add(&mut self.private, value.clone()),
            "grant.reveal" => add(&mut self.reveal, value.clone()),
            "grant.records" => match RecordKind::parse(value) {
                Some(kind) => add(&mut self.records, kind),
                None => return false,
            },
            KV_BYTES => match value.parse() {
                Ok(bytes) => self.kv_bytes = self.kv_bytes.max(bytes),
                Err(_) => return false,
            },
            _ => return false,
        }
        true
    }
}

const KV_BYTES: &str = "grant.kv-bytes";

fn add<T: PartialEq>(list: &mut Vec<T>, entry: T) {
    if !list.contains(&entry) {
        list.push(entry);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest(wishes: &Value) -> Manifest {
        let text = json!({ "zh": "一", "en": "one" });
        serde_json::from_value(json!({
            "name": "map", "version": "1.0.0", "publisher": "test", "contract": "1.0", "title": text, "description": text,
            "wishes": wishes,
        }))
        .unwrap()
    }

    fn newly(grant: &Grant, before: &Value, after: &Value) -> Vec<String> {
        let (before, after) = (manifest(before), manifest(after));
        let settings = json!({});
        let version = |manifest| Version { manifest, settings: &settings };
        let wishes = grant.newly_wished(version(&before), version(&after));
        wishes.iter().map(|wish| format!("{} {}", wish.field, wish.value)).collect()
    }

    #[test]
    fn only_what_is_new_is_asked() {
        let why = json!({ "zh": "缘由", "en": "why" });
        let http = |origins: &[&str]| -> Value {
            origins.iter().map(|origin| json!({ "origin": origin, "reason": why })).collect()
        };
        let kv = |bytes: u64| json!({ "bytes": bytes, "reason": why });
        let records = |kinds: &[&str]| json!({ "kinds": kinds, "reason": why });
        let before = json!({
            "http": http(&["https://a.example", "https://refused.example"]), "kv": kv(64), "records": records(&["codes"]),
        });
        let mut grant = Grant { http: vec!["https://a.example".into()], kv_bytes: 32, ..Grant::default() };
        assert_eq!(newly(&grant, &before, &before), [""; 0], "what was refused is refused still");
        let after = json!({
            "http": http(&["https://a.example", "https://refused.example", "https://b.example"]),
            "kv": kv(128), "records": records(&["codes", "orders"]), "reveal": [{ "slot": "key", "reason": why }],
        });
        let wishes = newly(&grant, &before, &after);
        let expected =
            ["grant.http https://b.example:443", "grant.records orders", "grant.reveal key", "grant.kv-bytes 128"];
        assert_eq!(wishes, expected);
        for wish in &wishes {
            let (field, value) = wish.split_once(' ').unwrap();
            assert!(grant.fulfil(&Ungranted { field: field.into(), value: value.into() }), "{wish}");
        }
        assert_eq!(newly(&grant, &before, &after), [""; 0], "all is said");
        assert_eq!((grant.kv_bytes, grant.records.as_slice()), (128, &[RecordKind::Orders][..]));
        for (field, value) in [("grant.records", "secrets"), ("grant.kv-bytes", "many"), ("limits.cpu-ms", "1")] {
            assert!(!grant.fulfil(&Ungranted { field: field.into(), value: value.into() }), "{field}");
        }
    }
}
