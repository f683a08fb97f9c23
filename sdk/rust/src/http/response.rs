//! Reading an answer.

use std::borrow::Cow;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::bindings::host::mortise::plugin::http;
use crate::{Error, Result, Text};

/// How much of an answer goes into an error's text.
const EXCERPT: usize = 300;

/// What the upstream answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Headers, as they came.
    pub headers: Vec<(String, String)>,
    /// Secrets that the upstream echoed are blotted out; captured fields hold placeholders.
    pub body: Vec<u8>,
}

impl From<http::Response> for Response {
    fn from(response: http::Response) -> Self {
        Self { status: response.status, headers: response.headers, body: response.body }
    }
}

impl Response {
    /// The first header of this name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Is the status 2xx?
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as text; what is not UTF-8 becomes `�`.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body, read from JSON. An answer of another form is `unavailable`: usually an error page of something between.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let mut reader = serde_json::Deserializer::from_slice(&self.body);
        serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let (at, reason, status) = (error.path().to_string(), error.inner(), self.status);
            let excerpt = self.excerpt();
            Error::unavailable(
                format!("上游系统的响应(状态 {status})无法理解,位置 {at}:{reason}。内容:{excerpt}"),
                format!(
                    "the upstream's answer (status {status}) is not understood at {at}: {reason}. It begins: {excerpt}"
                ),
            )
        })
    }

    /// Goes on with a 2xx answer and makes an error of any other, by the usual meaning of its status. Where an upstream means
    /// something else by a status, look at `status` first.
    pub fn error_for_status(self) -> Result<Self> {
        if self.is_success() { Ok(self) } else { Err(self.as_error()) }
    }

    fn as_error(&self) -> Error {
        let (status, excerpt) = (self.status, self.excerpt());
        let reason = Text::new(
            format!("上游系统返回状态 {status}:{excerpt}"),
            format!("the upstream answered with status {status}: {excerpt}"),
        );
        match status {
            401 | 403 => Error::Unauthorized(reason),
            404 | 410 => Error::NotFound(reason),
            429 => Error::rate_limited(self.retry_after()),
            502..=504 => Error::Unavailable(reason),
            408 | 425 | 500.. => {
                crate::log::warn!("{}", reason.en);
                self.retry_after().map_or(Error::retry(), Error::retry_after)
            }
            _ => Error::Rejected(reason),
        }
    }

    /// `Retry-After` in seconds. Its form with a date is rare and left to the host's own back-off.
    fn retry_after(&self) -> Option<Duration> {
        self.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
    }

    fn excerpt(&self) -> String {
        self.text().chars().take(EXCERPT).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Response;
    use crate::Error;

    fn answer(status: u16, retry_after: &str, body: &str) -> Response {
        let headers = vec![("Retry-After".to_owned(), retry_after.to_owned())];
        Response { status, headers, body: body.into() }
    }

    #[test]
    fn a_status_becomes_a_decision() {
        let decision = |status| answer(status, "3", "why").error_for_status().unwrap_err();
        assert!(matches!(decision(401), Error::Unauthorized(text) if text.en.ends_with("401: why")));
        assert!(matches!(decision(404), Error::NotFound(_)));
        assert!(matches!(decision(422), Error::Rejected(_)));
        assert_eq!(decision(429), Error::RateLimited(Some(3000)));
        assert_eq!(decision(500), Error::Retry(Some(3000)));
        assert!(matches!(decision(503), Error::Unavailable(_)));
        let dated = answer(429, "Wed, 21 Oct 2015 07:28:00 GMT", "").error_for_status();
        assert_eq!(dated.unwrap_err(), Error::RateLimited(None));
    }

    #[test]
    fn an_answer_of_another_form_tells_where() {
        let wrong = answer(200, "", r#"{"a":["1"]}"#).json::<std::collections::BTreeMap<String, Vec<u8>>>();
        let Err(Error::Unavailable(reason)) = wrong else { panic!("{wrong:?}") };
        assert!(reason.en.contains("a[0]") && reason.en.contains("200"), "{}", reason.en);
        assert!(answer(204, "", "").error_for_status().is_ok());
    }
}
