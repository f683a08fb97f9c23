//! Does a request fit a pattern?

use serde_json::{Map, Value};
use url::Url;

use super::seen::{Seen, pairs, without_query};
use crate::matching::{Depth, Difference, compare, is_matcher};
use crate::scenario::RequestPattern;

/// All that differs.
pub(super) fn differences(pattern: &RequestPattern, seen: &Seen) -> Vec<Difference> {
    let mut found = Vec::new();
    if let Some(method) = &pattern.method {
        let method = Value::from(method.to_ascii_uppercase());
        found.extend(compare(&method, part(seen, "method"), Depth::Exact, "method"));
    }
    if let Some(url) = &pattern.url {
        found.extend(address(url, seen));
    }
    found.extend(compare(&texts(&pattern.query), part(seen, "query"), Depth::Partial, "query"));
    let headers = pattern.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    found.extend(compare(&texts(&headers.collect()), part(seen, "headers"), Depth::Partial, "headers"));
    found.extend(body(pattern, seen));
    found
}

fn part<'a>(seen: &'a Seen, name: &str) -> &'a Value {
    seen.part(name).unwrap_or(&Value::Null)
}

fn address(expected: &Value, seen: &Seen) -> Vec<Difference> {
    let Value::String(text) = expected else { return compare(expected, part(seen, "url"), Depth::Partial, "url") };
    let (text, query) = text.split_once('?').map_or((text.as_str(), None), |(text, query)| (text, Some(query)));
    let mut found = if text.starts_with('/') {
        compare(&text.into(), part(seen, "path"), Depth::Exact, "path")
    } else {
        // In the form that URLs have on the wire: lower-case host, no port that goes without saying.
        let whole = Url::parse(text).map_or_else(|_| text.to_owned(), |url| without_query(&url));
        compare(&whole.into(), part(seen, "address"), Depth::Exact, "url")
    };
    if let Some(query) = query {
        found.extend(compare(&pairs(query.as_bytes()), part(seen, "query"), Depth::Exact, "query"));
    }
    found
}

fn body(pattern: &RequestPattern, seen: &Seen) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut check = |expected: Option<Value>, name: &str, depth: Depth| {
        let Some(expected) = expected else { return };
        match seen.part(name) {
            Some(have) => found.extend(compare(&expected, have, depth, name)),
            None if compare(&expected, &Value::Null, depth, name).is_empty() => {}
            None => found.push(Difference::new(name, expected.to_string(), described(seen, name))),
        }
    };
    check(pattern.json.clone(), "json", Depth::Partial);
    check(pattern.json_exactly.clone(), "json", Depth::Exact);
    check(pattern.form.as_ref().map(texts), "form", Depth::Partial);
    check(pattern.text.clone(), "text", Depth::Exact);
    check(pattern.base64.clone().map(Value::from), "base64", Depth::Exact);
    if pattern.empty && (seen.part("text").is_some() || seen.part("base64").is_some()) {
        found.push(Difference::new("body", "no body", described(seen, "text")));
    }
    found
}

/// What the body is, where it is not what was expected.
fn described(seen: &Seen, wanted: &str) -> String {
    match (seen.part("text"), seen.part("base64")) {
        (Some(text), _) if wanted == "form" => format!("{text}, without the content type of a form"),
        (Some(text), _) => text.to_string(),
        (None, Some(bytes)) => format!("bytes, in base64 {bytes}"),
        (None, None) => "no body".into(),
    }
}

/// Queries, headers and forms hold texts: a number in a pattern means its digits.
fn texts(expected: &Map<String, Value>) -> Value {
    fn text(value: &Value) -> Value {
        match value {
            Value::Number(_) | Value::Bool(_) => value.to_string().into(),
            Value::Array(values) => values.iter().map(text).collect(),
            other if is_matcher(other) => other.clone(),
            other => other.clone(),
        }
    }
    Value::Object(expected.iter().map(|(name, value)| (name.clone(), text(value))).collect())
}
