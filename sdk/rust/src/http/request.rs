//! Building and sending a request.

use std::time::Duration;

use serde::Serialize;

use super::{HttpError, Response, encode};
use crate::bindings::host::mortise::plugin::http;

/// A request that is being put together. Each step takes it and gives it back; [`send`](Self::send) ends it.
#[derive(Debug, Clone)]
pub struct Request {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    timeout: Option<Duration>,
    /// Why it cannot be sent; told by `send`, so that building needs no `?`.
    fault: Option<String>,
}

impl Request {
    /// A request of any method to an absolute URL.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        let (method, url) = (method.into(), url.into());
        Self { method, url, headers: Vec::new(), body: None, timeout: None, fault: None }
    }

    /// `GET`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// `POST`.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new("POST", url)
    }

    /// `PUT`.
    pub fn put(url: impl Into<String>) -> Self {
        Self::new("PUT", url)
    }

    /// `PATCH`.
    pub fn patch(url: impl Into<String>) -> Self {
        Self::new("PATCH", url)
    }

    /// `DELETE`.
    pub fn delete(url: impl Into<String>) -> Self {
        Self::new("DELETE", url)
    }

    /// Adds a parameter to the query, percent-encoded. The value may be a placeholder of a credential.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "calls read better with values")]
    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        let separator = match self.url.find('?') {
            None => "?",
            Some(at) if at + 1 == self.url.len() => "",
            Some(_) => "&",
        };
        self.url.push_str(separator);
        self.url.push_str(&pair(name, &value.to_string()));
        self
    }

    /// Adds a header. The value may hold a placeholder of a credential.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "calls read better with values")]
    pub fn header(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.headers.push((name.into(), value.to_string()));
        self
    }

    /// `Authorization: Bearer`, usually with a placeholder.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// A JSON body.
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.body("application/json", body),
            Err(error) => {
                self.fault = Some(format!("the body cannot be written as JSON: {error}"));
                self
            }
        }
    }

    /// A body of form fields, percent-encoded.
    #[must_use]
    pub fn form<V: ToString>(self, fields: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        let pairs: Vec<_> = fields.into_iter().map(|(name, value)| pair(name, &value.to_string())).collect();
        self.body("application/x-www-form-urlencoded", pairs.join("&"))
    }

    /// Any body. The media type goes into `content-type` unless that header is there already.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        let known = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if known { self } else { self.header("content-type", media_type) }
    }

    /// Time for the whole exchange; otherwise the connection's setting holds. Never beyond the call's deadline.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends it and waits for the answer, of whatever status. With `?` in a function that answers the contract's error, the
    /// fault becomes one: see [`HttpError`].
    pub fn send(self) -> Result<Response, HttpError> {
        if let Some(fault) = self.fault {
            return Err(HttpError::NotSent(fault));
        }
        let timeout = self.timeout.map(|timeout| u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX));
        let Self { method, url, headers, body, .. } = self;
        http::send(&http::Request { method, url, headers, body, timeout }).map(Response::from)
    }

    /// The URL as it will be sent: to test how a request is put together.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers as they will be sent.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The body as it will be sent, where it is text.
    pub fn body_text(&self) -> Option<&str> {
        self.body.as_deref().and_then(|body| std::str::from_utf8(body).ok())
    }
}

fn pair(name: &str, value: &str) -> String {
    format!("{}={}", encode(name), encode(value))
}

#[cfg(test)]
mod tests {
    use super::{HttpError, Request};

    #[test]
    fn the_query_follows_what_the_url_has() {
        let of = |url: &str| Request::get(url).query("a b", "1&2").query("key", "mortise.key_1").url().to_owned();
        assert_eq!(of("https://x/y"), "https://x/y?a%20b=1%262&key=mortise.key_1");
        assert_eq!(of("https://x/y?"), "https://x/y?a%20b=1%262&key=mortise.key_1");
        assert_eq!(of("https://x/y?z=1"), "https://x/y?z=1&a%20b=1%262&key=mortise.key_1");
    }

    #[test]
    fn a_body_names_its_type_once() {
        let request = Request::post("https://x").header("Content-Type", "application/vnd.x+json").json(&[1]);
        assert_eq!(request.headers().len(), 1);
        assert_eq!(request.body_text(), Some("[1]"));
        let form = Request::post("https://x").form([("a", "1 2"), ("b", "é")]);
        assert_eq!(form.headers(), [("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())]);
        assert_eq!(form.body_text(), Some("a=1%202&b=%C3%A9"));
    }

    #[test]
    fn a_body_that_is_no_json_is_not_sent() {
        let keys_are_lists = std::collections::BTreeMap::from([(vec![1], 2)]);
        let fault = Request::post("https://x").json(&keys_are_lists).send();
        assert!(matches!(fault, Err(HttpError::NotSent(reason)) if reason.contains("JSON")));
    }
}
