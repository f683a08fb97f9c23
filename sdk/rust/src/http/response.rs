//! Reading an answer.

use std::borrow::Cow;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::date;
use super::excerpt::excerpt;
use crate::bindings::host::mortise::plugin::http;
use crate::{Error, Pause, Result, Text};

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

    /// The body, read from JSON. One that ends in the middle is `retry`, as its other half may hold anything; one of another form
    /// is `unavailable`: usually the page of something between.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let mut reader = serde_json::Deserializer::from_slice(&self.body);
        let value = serde_path_to_error::deserialize(&mut reader);
        value
            .map_err(|error| (error.path().to_string(), error.into_inner()))
            .and_then(|value| reader.end().map(|()| value).map_err(|fault| (".".to_owned(), fault)))
            .map_err(|(at, fault)| self.unreadable(&at, &fault))
    }

    fn unreadable(&self, at: &str, fault: &serde_json::Error) -> Error {
        let (status, bytes) = (self.status, self.body.len());
        if fault.is_eof() {
            return Error::retry(
                format!("上游系统的响应(HTTP {status})不完整,只有 {bytes} 字节"),
                format!("the upstream's answer (HTTP {status}) ends in the middle, after {bytes} bytes"),
            );
        }
        // The path may have names of the upstream's.
        let what = excerpt(format!("{at}: {fault}"));
        let (zh, en) = (
            format!("上游系统的响应(HTTP {status})无法理解,位置 {what}"),
            format!("the upstream's answer (HTTP {status}) is not understood at {what}"),
        );
        // A page is told; data is not, for it may be about people.
        let is_data = self.body.trim_ascii_start().starts_with(b"{") || self.body.trim_ascii_start().starts_with(b"[");
        let error = if is_data {
            Error::unavailable(zh, en)
        } else {
            let excerpt = excerpt(&self.body);
            Error::unavailable(format!("{zh}。内容:{excerpt}"), format!("{en}. It begins: {excerpt}"))
        };
        error.after(self.retry_after())
    }

    /// Goes on with a 2xx answer and makes an error of any other, by the usual meaning of its status. Where an upstream means
    /// something else by a status, look at `status` first.
    pub fn error_for_status(self) -> Result<Self> {
        match self.status {
            200..300 => Ok(self),
            404 | 410 => Err(Error::NotFound(self.told())),
            status => Err(self.passing(status).unwrap_or_else(|| Error::Rejected(self.told()))),
        }
    }

    /// The same for an upstream that answers 2xx to everything and tells in the body what it means. Any other status comes from
    /// what stands before it, a gateway, a proxy or a wrong address: 404 is then no missing document and 400 no refused order.
    pub fn error_for_gateway(self) -> Result<Self> {
        match self.status {
            200..300 => Ok(self),
            status => Err(self
                .passing(status)
                .unwrap_or_else(|| Error::Unavailable(Pause { after: None, reason: self.told() }))),
        }
    }

    /// How long the upstream asks to be left in peace, by `Retry-After`: in seconds, or as a date, which counts from the answer's
    /// own `Date`.
    pub fn retry_after(&self) -> Option<Duration> {
        let value = self.header("retry-after")?.trim();
        if let Ok(seconds) = value.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let wait = date::seconds(value)?.saturating_sub(date::seconds(self.header("date")?)?);
        Some(Duration::from_secs(wait.try_into().unwrap_or(0)))
    }

    /// What a status means from whomever it comes.
    fn passing(&self, status: u16) -> Option<Error> {
        let error = match status {
            401 | 403 | 407 => return Some(Error::Unauthorized(self.told())),
            429 => Error::RateLimited,
            503 => Error::Unavailable,
            // 502 and 504 tell nothing about what happened behind the gateway: the next attempt looks up first.
            408 | 425 | 500.. => Error::Retry,
            _ => return None,
        };
        let after = self.retry_after();
        Some(error(Pause { after: None, reason: self.told() }).after(after))
    }

    fn told(&self) -> Text {
        let (status, excerpt) = (self.status, excerpt(&self.body));
        let (zh, en) = (format!("上游系统返回 HTTP {status}"), format!("the upstream answered with HTTP {status}"));
        if excerpt.is_empty() {
            Text::new(zh, en)
        } else {
            Text::new(format!("{zh}:{excerpt}"), format!("{en}: {excerpt}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Response;
    use crate::{Error, Pause, Result, Text};

    type Json = std::collections::BTreeMap<String, Vec<u8>>;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Response { status, headers, body: body.into() }
    }

    /// The class, how long to wait, and why.
    fn told(result: Result<Response>) -> String {
        let error = result.unwrap_err();
        let (class, after) = match &error {
            Error::Retry(pause) => ("retry", pause.after),
            Error::RateLimited(pause) => ("rate-limited", pause.after),
            Error::Unavailable(pause) => ("unavailable", pause.after),
            Error::Unauthorized(_) => ("unauthorized", None),
            Error::NotFound(_) => ("not-found", None),
            Error::Rejected(_) => ("rejected", None),
            other => panic!("{other:?}"),
        };
        format!("{class} {after:?} {}", error.reason().unwrap().en)
    }

    #[test]
    fn a_status_becomes_a_decision() {
        let page = "<html><head><title>why</title></head><body>…</body></html>";
        for (status, own, gateways) in [
            (400, "rejected None", "unavailable None"),
            (401, "unauthorized None", "unauthorized None"),
            (403, "unauthorized None", "unauthorized None"),
            (404, "not-found None", "unavailable None"),
            (408, "retry Some(3000)", "retry Some(3000)"),
            (410, "not-found None", "unavailable None"),
            (422, "rejected None", "unavailable None"),
            (429, "rate-limited Some(3000)", "rate-limited Some(3000)"),
            (500, "retry Some(3000)", "retry Some(3000)"),
            (502, "retry Some(3000)", "retry Some(3000)"),
            (503, "unavailable Some(3000)", "unavailable Some(3000)"),
            (504, "retry Some(3000)", "retry Some(3000)"),
            (304, "rejected None", "unavailable None"),
        ] {
            let response = || answer(status, &[("Retry-After", "3")], page);
            let why = format!("the upstream answered with HTTP {status}: why");
            assert_eq!(told(response().error_for_status()), format!("{own} {why}"));
            assert_eq!(told(response().error_for_gateway()), format!("{gateways} {why}"));
        }
        let silent = answer(502, &[], "").error_for_gateway().unwrap_err();
        let reason = Text::new("上游系统返回 HTTP 502", "the upstream answered with HTTP 502");
        assert_eq!(silent, Error::Retry(Pause { after: None, reason }));
        for fine in [200, 204, 299] {
            assert!(answer(fine, &[], "").error_for_status().and_then(Response::error_for_gateway).is_ok());
        }
    }

    #[test]
    fn a_wait_is_told_in_seconds_or_by_a_date() {
        let date = ("Date", "Wed, 21 Oct 2015 07:28:00 GMT");
        let wait = |value, date: &[(&str, &str)]| {
            let headers = [&[("retry-after", value)], date].concat();
            answer(503, &headers, "").retry_after().map(|wait| wait.as_secs())
        };
        assert_eq!(wait(" 120 ", &[]), Some(120));
        assert_eq!(wait("Wed, 21 Oct 2015 07:30:05 GMT", &[date]), Some(125));
        assert_eq!(wait("Wed, 21 Oct 2015 07:00:00 GMT", &[date]), Some(0), "a moment that has passed");
        assert_eq!(wait("Wed, 21 Oct 2015 07:30:05 GMT", &[]), None, "from when on is not known");
        for none in ["", "soon", "-1", "1.5"] {
            assert_eq!(wait(none, &[date]), None, "{none}");
        }
        assert_eq!(answer(503, &[], "").retry_after(), None);
    }

    #[test]
    fn an_answer_of_another_form_tells_where() {
        let read = |body: &str| answer(200, &[("Retry-After", "9")], body).json::<Json>().unwrap_err();
        let (other, page, cut) = (read(r#"{"a":["1"]}"#), read("<title>维护中</title>"), read(r#"{"a":[1"#));
        let Error::Unavailable(pause) = &other else { panic!("{other:?}") };
        assert!(
            pause.reason.en.starts_with("the upstream's answer (HTTP 200) is not understood at a[0]: invalid type")
        );
        assert!(!pause.reason.en.contains("It begins"), "data may be about people");
        assert!(
            matches!(&page, Error::Unavailable(pause)
            if pause.after == Some(9_000) && pause.reason.zh.ends_with("内容:维护中")),
            "{page:?}"
        );
        assert!(
            matches!(&cut, Error::Retry(pause)
            if pause.reason.en == "the upstream's answer (HTTP 200) ends in the middle, after 7 bytes"),
            "{cut:?}"
        );
        assert!(matches!(read(""), Error::Retry(_)));
        assert!(matches!(read(r#"{"a":[1]}{"#), Error::Unavailable(_)), "two answers are none");
        assert_eq!(answer(200, &[], r#" {"a":[1]} "#).json::<Json>().unwrap()["a"], [1]);
    }
}
