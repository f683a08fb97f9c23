//! Reading requests: every input is hostile, and every refusal names the field.

mod objects;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use super::problem::{Problem, discreet};
use objects::Objects;

/// A path segment.
#[derive(FromRequestParts)]
#[from_request(via(Path), rejection(Problem))]
pub struct Segment<T>(pub T);

/// The query.
#[derive(FromRequestParts)]
#[from_request(via(Query), rejection(Problem))]
pub struct Params<T>(pub T);

/// A JSON body.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        require_json(request.headers())?;
        let body = Bytes::from_request(request, state).await?;
        read(&body, no_hint).map(Self)
    }
}

/// What to say about a field that is not known: a better word than the list of known ones.
pub type Hint = fn(&str) -> Option<&'static str>;

/// No better word.
pub fn no_hint(_: &str) -> Option<&'static str> {
    None
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Refuses a body that does not say it is JSON.
pub fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    if is_json(headers) {
        return Ok(());
    }
    let title = "The body has another form than expected";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title, "This address takes JSON.")
        .remedy("Send the header Content-Type: application/json."))
}

/// Reads a JSON text. The refusal names the field by its path.
pub fn read<T: DeserializeOwned>(body: &[u8], hint: Hint) -> Result<T, Problem> {
    if has_nul(body) {
        return Err(Problem::malformed("The JSON text contains a NUL character (\\u0000).").remedy("Remove it."));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(Objects(&mut reader)).map_err(|error| refusal(&error, hint))?;
    reader.end().map_err(|error| Problem::malformed(format!("The body is not one JSON text: {error}.")))?;
    Ok(value)
}

fn refusal(error: &serde_path_to_error::Error<serde_json::Error>, hint: Hint) -> Problem {
    let inner = error.inner();
    if inner.is_syntax() || inner.is_eof() {
        return Problem::malformed(format!("The body is not a JSON text: {inner}."));
    }
    let path = error.path().to_string();
    let words = inner.to_string();
    // The position is of no use once the field is named.
    let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
    let quoted = |prefix: &str| words.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    if let Some(name) = quoted("unknown field `") {
        let message = hint(name).map_or_else(|| unknown(words), str::to_owned);
        return Problem::field(below(&path, name), message);
    }
    if let Some(name) = quoted("missing field `") {
        return Problem::field(below(&path, name), "is missing");
    }
    Problem::field(if path == "." { "" } else { &path }, discreet(words))
}

/// The path of `name` in the object at `path`, whether or not the path ends in the name already.
fn below(path: &str, name: &str) -> String {
    if path == "." || path == name {
        return name.to_owned();
    }
    match path.strip_suffix(name) {
        Some(parent) if parent.ends_with('.') => path.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

fn unknown(words: &str) -> String {
    let known = words.split_once("expected ").map_or("", |(_, known)| known.trim_start_matches("one of "));
    format!("is not known here; known are: {}", known.replace('`', ""))
}

/// Is there an escaped NUL in a string? (A raw one is no JSON.)
fn has_nul(body: &[u8]) -> bool {
    let mut at = 0;
    while let Some(next) = body.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += next;
        if body.get(at + 1..at + 6) == Some(b"u0000") {
            return true;
        }
        at += 2;
    }
    false
}

#[cfg(test)]
mod tests {
    use mortise_domain::submission::Submission;

    use super::*;

    fn refused(body: &str) -> String {
        let problem = read::<Submission>(body.as_bytes(), no_hint).unwrap_err();
        serde_json::to_value(&problem).unwrap()["detail"].as_str().unwrap().to_owned()
    }

    #[test]
    fn escaped_backslashes_are_no_nul() {
        assert!(has_nul(br#"{"a":"x\u0000"}"#));
        assert!(!has_nul(br#"{"a":"x\\u0000"}"#));
        assert!(has_nul(br#"{"a":"x\\\u0000"}"#));
    }

    #[test]
    fn the_field_is_named_wherever_it_stands() {
        insta::assert_snapshot!(refused(r#"{"lines":[{"sku":"A","quantity":"1","price":"9"}]}"#), @"lines[0].price: is not known here; known are: sku, quantity, unit, attributes");
        insta::assert_snapshot!(refused(r#"{"customer":7}"#), @"customer: invalid type: integer `7`, expected a string");
        insta::assert_snapshot!(refused(r#"{"lines":[{"sku":"A"}]}"#), @"lines[0].quantity: is missing");
        insta::assert_snapshot!(refused(r#"{"lines":"#), @"The body is not a JSON text: EOF while parsing a value at line 1 column 9.");
        insta::assert_snapshot!(refused("{} {}"), @"customer: is missing");
        insta::assert_snapshot!(refused(r#"["C1","S1"]"#), @"an array stands in the place of an object; send an object with the fields reference, kind, original, customer, store, placed_at, ship_to, lines, note, attributes");
        insta::assert_snapshot!(refused(r#"{"customer":"C1","lines":[["A","1"]]}"#), @"lines[0]: an array stands in the place of an object; send an object with the fields sku, quantity, unit, attributes");
        insta::assert_snapshot!(refused(r#"{"customer":"C1","ship_to":["Road 1"]}"#), @"ship_to: an array stands in the place of an object; send an object with the fields text, city, country, contact, phone, attributes, point");
        let pasted = "a-token-that-stands-in-a-wrong-place";
        insta::assert_snapshot!(refused(&format!(r#"{{"lines":"{pasted}"}}"#)), @"lines: invalid type: text, expected a sequence");
        insta::assert_snapshot!(refused(r#""hunter2""#), @"invalid type: text, expected struct Submission");
    }
}
