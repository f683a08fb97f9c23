//! Outbound HTTP to granted hosts: small and buffered. Redirects are followed by the host, each hop checked anew.
//!
//! ```no_run
//! use mortise_sdk::http::Request;
//! use mortise_sdk::{Result, secrets};
//! use serde::Deserialize;
//!
//! #[derive(Deserialize)]
//! struct Answer {
//!     id: String,
//! }
//!
//! fn create(base: &str, name: &str) -> Result<String> {
//!     let answer: Answer = Request::post(format!("{base}/customers"))
//!         .query("key", secrets::placeholder("key")?)
//!         .json(&serde_json::json!({ "name": name }))
//!         .send()?
//!         .error_for_status()?
//!         .json()?;
//!     Ok(answer.id)
//! }
//! ```

use crate::{Error, Text};

mod date;
mod encode;
mod excerpt;
mod request;
mod response;

pub use crate::bindings::host::mortise::plugin::http::HttpError;
pub use encode::encode;
pub use excerpt::excerpt;
pub use request::Request;
pub use response::Response;

/// What `?` makes of a request that had no answer.
impl From<HttpError> for Error {
    fn from(error: HttpError) -> Self {
        match error {
            // An admin grants the host, then the connection goes on.
            HttpError::Denied(reason) => {
                Self::unauthorized(format!("未授权访问:{reason}"), format!("the request is not granted: {reason}"))
            }
            HttpError::NotSent(reason) => Self::unavailable(
                format!("请求没有送达上游系统:{reason}"),
                format!("the request did not reach the upstream: {reason}"),
            ),
            // The next attempt looks up first; see the rules of one effect per key.
            HttpError::UnknownOutcome(reason) => Self::retry(
                format!("请求的结果未知:{reason}"),
                format!("what became of the request is not known: {reason}"),
            ),
            HttpError::TooLarge(reason) => bound("http.response", "响应过大", "the answer is too large", &reason),
            HttpError::Limit(reason) => {
                bound("http.limit", "本次调用的请求已达上限", "the call has used up its requests", &reason)
            }
        }
    }
}

/// More of the same changes nothing: an admin raises the bound, or the settings ask for less.
fn bound(field: &str, zh: &str, en: &str, reason: &str) -> Error {
    Error::Invalid(crate::InvalidField {
        field: field.to_owned(),
        reason: Text::new(format!("{zh}:{reason}"), format!("{en}: {reason}")),
    })
}

#[cfg(test)]
mod tests {
    use super::HttpError;
    use crate::Error;

    #[test]
    fn a_request_without_an_answer_tells_what_failed() {
        let why = || "`https://x` …".to_owned();
        let told = |error: HttpError, zh: &str, en: &str| {
            let error = Error::from(error);
            let reason = error.reason().unwrap();
            assert_eq!((reason.zh.as_str(), reason.en.as_str()), (zh, en));
            error
        };
        assert!(matches!(
            told(HttpError::Denied(why()), "未授权访问:`https://x` …", "the request is not granted: `https://x` …"),
            Error::Unauthorized(_)
        ));
        assert!(matches!(
            told(
                HttpError::NotSent(why()),
                "请求没有送达上游系统:`https://x` …",
                "the request did not reach the upstream: `https://x` …"
            ),
            Error::Unavailable(_)
        ));
        assert!(matches!(
            told(
                HttpError::UnknownOutcome(why()),
                "请求的结果未知:`https://x` …",
                "what became of the request is not known: `https://x` …"
            ),
            Error::Retry(_)
        ));
        assert!(matches!(
            told(HttpError::TooLarge(why()), "响应过大:`https://x` …", "the answer is too large: `https://x` …"),
            Error::Invalid(invalid) if invalid.field == "http.response"
        ));
        assert!(matches!(
            told(
                HttpError::Limit(why()),
                "本次调用的请求已达上限:`https://x` …",
                "the call has used up its requests: `https://x` …"
            ),
            Error::Invalid(invalid) if invalid.field == "http.limit"
        ));
    }
}
