//! A request as the upstream sees it, taken apart for patterns and templates.

use mortise_runtime::Outgoing;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::json::bytes_json;

/// A request that left.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// `method`, `url`, `path`, `query`, `headers`, and of the body `text` or `base64`, `json`, `form`, where it is that.
    pub parts: Value,
    /// `POST https://host/path?query`.
    pub line: String,
}

impl Seen {
    pub(super) fn of(outgoing: &Outgoing) -> Self {
        let mut headers = Map::new();
        for (name, value) in &outgoing.headers {
            add(&mut headers, name.as_str(), String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        let body = outgoing.body.as_deref().unwrap_or_default();
        let mut parts = json!({
            "method": outgoing.method.as_str(),
            "url": outgoing.url.as_str(),
            "address": without_query(&outgoing.url),
            "path": outgoing.url.path(),
            "query": pairs(outgoing.url.query().unwrap_or_default().as_bytes()),
            "headers": headers,
        });
        let mut set = |name: &str, value: Value| {
            if let Some(parts) = parts.as_object_mut() {
                parts.insert(name.to_owned(), value);
            }
        };
        if !body.is_empty() {
            match bytes_json(body) {
                Value::String(text) => set("text", text.into()),
                other => set("base64", other.get("base64").cloned().unwrap_or_default()),
            }
            if let Ok(value) = serde_json::from_slice::<Value>(body) {
                set("json", value);
            }
            if headers_say(outgoing, "application/x-www-form-urlencoded") {
                set("form", pairs(body));
            }
        }
        Self { parts, line: format!("{} {}", outgoing.method, outgoing.url) }
    }

    pub(super) fn part(&self, name: &str) -> Option<&Value> {
        self.parts.get(name)
    }
}

pub(super) fn without_query(url: &url::Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

fn headers_say(outgoing: &Outgoing, media: &str) -> bool {
    let named = outgoing.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    named.is_some_and(|named| named.trim().to_ascii_lowercase().starts_with(media))
}

/// Names and values; a name that comes several times has a list.
pub(super) fn pairs(encoded: &[u8]) -> Value {
    let mut all = Map::new();
    for (name, value) in form_urlencoded::parse(encoded) {
        add(&mut all, &name, value.into_owned());
    }
    Value::Object(all)
}

fn add(all: &mut Map<String, Value>, name: &str, value: String) {
    match all.get_mut(name) {
        None => {
            all.insert(name.to_owned(), value.into());
        }
        Some(Value::Array(values)) => values.push(value.into()),
        Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
    }
}
