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

mod encode;
mod request;
mod response;

pub use crate::bindings::host::mortise::plugin::http::HttpError;
pub use encode::encode;
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
                format!("无法连接上游系统:{reason}"),
                format!("the upstream cannot be reached: {reason}"),
            ),
            // The next attempt looks up first; see the rules of one effect per key.
            HttpError::UnknownOutcome(reason) => {
                crate::log::warn!("request of unknown outcome: {reason}");
                Self::retry()
            }
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
