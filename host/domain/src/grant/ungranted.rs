//! What a plugin wishes for and its connection does not grant: said before a call fails for it.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Allowed, Grant, Origin, resolve};
use crate::manifest::{Manifest, RecordKind};
use crate::submission::FieldError;
use crate::text::Text;

/// A wish without a grant. Calls that need it fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ungranted {
    /// The connection's field that would grant it, such as `grant.http`.
    pub field: String,
    /// What the field would have to hold.
    pub value: String,
}

impl Ungranted {
    fn new(field: &str, value: &impl ToString) -> Self {
        Self { field: field.to_owned(), value: value.to_string() }
    }

    /// What it would allow, in plain words.
    pub fn in_words(&self) -> Text {
        let value = &self.value;
        match self.field.as_str() {
            "grant.http" => Text::new(format!("向 {value} 发送请求"), format!("send requests to {value}")),
            "grant.private" => Text::new(
                format!("访问位于内网或本机的 {value}"),
                format!("reach {value} in a private network or on this machine"),
            ),
            "grant.kv-bytes" => Text::new(
                format!("在两次调用之间记住至多 {value} 字节"),
                format!("remember up to {value} bytes between calls"),
            ),
            "grant.records" => {
                let kind = RecordKind::parse(value).map_or_else(|| Text::same(value), RecordKind::title);
                Text::new(format!("读取{}", kind.zh), format!("read {}", kind.en))
            }
            "grant.reveal" => {
                Text::new(format!("看到凭据 {value} 的值"), format!("see the value of the credential {value}"))
            }
            field => Text::same(format!("{field} {value}")),
        }
    }
}

impl std::fmt::Display for Ungranted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.field, self.value)
    }
}

impl Allowed {
    /// Wishes that are not granted at all. One that is granted in part, such as a smaller key-value space, is not among them.
    pub fn ungranted(&self, manifest: &Manifest, settings: &Value) -> Vec<Ungranted> {
        let wishes = &manifest.wishes;
        let mut missing = Vec::new();
        for wished in wishes.http.iter().filter_map(|wish| resolve(&wish.host, settings)) {
            match self.http.iter().find(|(granted, _)| granted.covers(&wished) || wished.covers(granted)) {
                None => {
                    missing.push(Ungranted::new("grant.http", &wished));
                    if is_private(&wished) {
                        missing.push(Ungranted::new("grant.private", &wished));
                    }
                }
                Some((granted, false)) if is_private(granted) => missing.push(Ungranted::new("grant.private", granted)),
                Some(_) => {}
            }
        }
        if let Some(wish) = wishes.kv.as_ref().filter(|wish| wish.bytes > 0 && self.kv_bytes == 0) {
            missing.push(Ungranted::new("grant.kv-bytes", &wish.bytes));
        }
        let kinds = wishes.records.iter().flat_map(|wish| &wish.kinds);
        for kind in kinds.filter(|kind| !self.records.contains(kind)) {
            missing.push(Ungranted::new("grant.records", &kind.name()));
        }
        for wish in wishes.reveal.iter().filter(|wish| !self.reveal.contains(&wish.slot)) {
            missing.push(Ungranted::new("grant.reveal", &wish.slot));
        }
        missing
    }
}

/// Does the origin itself say that it lies in a private network or on this machine? A name may lead there too; that is found
/// out by the call.
fn is_private(origin: &Origin) -> bool {
    let host = origin.host.trim_start_matches('[').trim_end_matches(']');
    match host.parse() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => host == "localhost",
    }
}

impl Grant {
    /// Entries that are no origin, and so would never match.
    pub fn faults(&self) -> Vec<FieldError> {
        let lists = [("http", &self.http), ("private", &self.private)];
        let entries = lists.into_iter().flat_map(|(list, entries)| {
            entries.iter().enumerate().map(move |(at, entry)| (format!("grant.{list}[{at}]"), entry))
        });
        let wrong = entries.filter(|(_, entry)| Origin::parse(entry).is_none());
        wrong.map(|(field, entry)| FieldError::new(field, remedy(entry))).collect()
    }
}

fn remedy(entry: &str) -> String {
    let completed = format!("https://{entry}");
    let example = if Origin::parse(&completed).is_some() && !entry.contains("://") {
        completed
    } else {
        "https://api.example.com".to_owned()
    };
    format!("{entry:?} is no origin: write scheme and host, such as {example}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest() -> Manifest {
        let text = json!({ "zh": "一", "en": "one" });
        serde_json::from_value(json!({
            "name": "map", "version": "1.0.0", "publisher": "test", "contract": "1.0", "title": text, "description": text,
            "wishes": {
                "http": [{ "setting": "base-url", "reason": text }, { "origin": "https://*.example.com", "reason": text }],
                "kv": { "bytes": 64, "reason": text }, "records": { "kinds": ["codes", "prices"], "reason": text },
                "reveal": [{ "slot": "key", "reason": text }],
            },
        }))
        .unwrap()
    }

    fn missing(base_url: &str, grant: Value) -> Vec<String> {
        let (manifest, settings) = (manifest(), json!({ "base-url": base_url }));
        let allowed = Allowed::new(&manifest, &settings, &serde_json::from_value(grant).unwrap());
        allowed.ungranted(&manifest, &settings).iter().map(|wish| format!("{} {}", wish.field, wish.value)).collect()
    }

    #[test]
    fn wishes_without_a_grant_are_told() {
        assert_eq!(
            missing("http://127.0.0.1:7080/x", json!({})),
            [
                "grant.http http://127.0.0.1:7080",
                "grant.private http://127.0.0.1:7080",
                "grant.http https://*.example.com:443",
                "grant.kv-bytes 64",
                "grant.records codes",
                "grant.records prices",
                "grant.reveal key",
            ]
        );
        // Part of a wish will do: an admin may mean it so.
        let some = json!({
            "http": ["http://127.0.0.1:7080", "https://api.example.com"], "kv-bytes": 1, "records": ["codes"], "reveal": ["key"],
        });
        assert_eq!(
            missing("http://127.0.0.1:7080", some),
            ["grant.private http://127.0.0.1:7080", "grant.records prices"]
        );
    }

    #[test]
    fn only_the_names_of_this_machine_and_private_addresses_need_more() {
        for (url, private) in [
            ("http://localhost:1", true),
            ("http://10.1.2.3", true),
            ("http://[::1]:80", true),
            ("http://[fd00::1]", true),
            ("https://8.8.8.8", false),
            ("https://erp.example.com", false),
        ] {
            assert_eq!(is_private(&Origin::parse(url).unwrap()), private, "{url}");
        }
    }

    #[test]
    fn entries_that_are_no_origin_are_told_with_the_remedy() {
        let grant = Grant {
            http: vec!["restapi.amap.com".into(), "https://*.example.com".into(), "ftp://example.com".into()],
            private: vec!["127.0.0.1:7080".into(), String::new()],
            ..Grant::default()
        };
        let told: Vec<String> = grant.faults().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "grant.http[0]: \"restapi.amap.com\" is no origin: write scheme and host, such as https://restapi.amap.com",
                "grant.http[2]: \"ftp://example.com\" is no origin: write scheme and host, such as https://api.example.com",
                "grant.private[0]: \"127.0.0.1:7080\" is no origin: write scheme and host, such as https://127.0.0.1:7080",
                "grant.private[1]: \"\" is no origin: write scheme and host, such as https://api.example.com",
            ]
        );
    }
}
