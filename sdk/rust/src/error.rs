//! Why a call did not do what was asked. The case decides what the host does next, so choose it with care.

use std::time::Duration;

use crate::Text;
pub use crate::bindings::host::mortise::plugin::types::{Error, InvalidField};

/// What most functions of a plugin answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The business says no. A person is shown the reason; no retry.
    pub fn rejected(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Rejected(Text::new(zh, en))
    }

    /// The input or the settings are wrong. A person corrects the field, such as `lines[2].sku` or `settings.account`.
    pub fn invalid(field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Invalid(InvalidField { field: field.into(), reason: Text::new(zh, en) })
    }

    /// A passing fault. The host tries again when it sees fit.
    pub const fn retry() -> Self {
        Self::Retry(None)
    }

    /// A passing fault. The host tries again, not before this time has passed.
    pub fn retry_after(wait: Duration) -> Self {
        Self::Retry(Some(milliseconds(wait)))
    }

    /// The upstream asks for fewer calls; where it says for how long, pass it on.
    pub fn rate_limited(wait: Option<Duration>) -> Self {
        Self::RateLimited(wait.map(milliseconds))
    }

    /// The upstream refuses our credential. The connection stops until an admin mends it.
    pub fn unauthorized(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Unauthorized(Text::new(zh, en))
    }

    /// The effect exists already under this external id: the host takes it for a success.
    pub fn duplicate(external_id: impl Into<String>) -> Self {
        Self::Duplicate(external_id.into())
    }

    /// What was asked about does not exist at the upstream.
    pub fn not_found(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::NotFound(Text::new(zh, en))
    }

    /// The upstream cannot work now. Retried slowly; the breaker counts it.
    pub fn unavailable(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Unavailable(Text::new(zh, en))
    }

    /// What the traits answer for a function that a plugin leaves out.
    pub fn not_implemented(function: &str) -> Self {
        Self::rejected(format!("此插件没有实现 {function}"), format!("this plugin does not implement {function}"))
    }
}

fn milliseconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}
