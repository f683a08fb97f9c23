//! Why a call did not do what was asked. The case decides what the host does next, so choose it with care.

use std::time::Duration;

use crate::Text;
pub use crate::bindings::host::mortise::plugin::types::{Error, InvalidField, Pause};

/// What most functions of a plugin answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every reason is read by people, in tickets, holds and the order's story: say what the upstream answered, with its own code
/// and message, and never write a credential into it.
impl Error {
    /// The business says no. A person is shown the reason; no retry.
    pub fn rejected(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Rejected(Text::new(zh, en))
    }

    /// The input or the settings are wrong. A person corrects the field, such as `lines[2].sku` or `settings.account`.
    pub fn invalid(field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Invalid(InvalidField { field: field.into(), reason: Text::new(zh, en) })
    }

    /// A passing fault, or an outcome that is not known. The host tries again soon; see [`after`](Self::after).
    pub fn retry(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Retry(Pause::new(zh, en))
    }

    /// The upstream works and asks for fewer calls; where it says for how long, pass that on with [`after`](Self::after).
    pub fn rate_limited(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::RateLimited(Pause::new(zh, en))
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

    /// The upstream cannot work now. Tried again, and the breaker counts it; see [`after`](Self::after).
    pub fn unavailable(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Unavailable(Pause::new(zh, en))
    }

    /// What the traits answer for a function that a plugin leaves out.
    pub fn not_implemented(function: &str) -> Self {
        Self::rejected(format!("此插件没有实现 {function}"), format!("this plugin does not implement {function}"))
    }

    /// Tried again not before this time has passed, as the upstream asks; none: when the host sees fit. It means nothing for
    /// errors that are not tried again by themselves, and leaves them as they are.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use mortise_sdk::Error;
    /// let told = ("对方限流：45009", "the upstream limits our calls: 45009");
    /// let error = Error::rate_limited(told.0, told.1).after(Duration::from_secs(60));
    /// # assert!(matches!(error, Error::RateLimited(pause) if pause.after == Some(60_000)));
    /// ```
    #[must_use]
    pub fn after(mut self, wait: impl Into<Option<Duration>>) -> Self {
        if let Self::Retry(pause) | Self::RateLimited(pause) | Self::Unavailable(pause) = &mut self {
            pause.after = wait.into().map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        }
        self
    }

    /// Why, for people. None: it is a success in another shape, [`Error::Duplicate`].
    pub fn reason(&self) -> Option<&Text> {
        match self {
            Self::Rejected(reason)
            | Self::Unauthorized(reason)
            | Self::NotFound(reason)
            | Self::Invalid(InvalidField { reason, .. }) => Some(reason),
            Self::Retry(pause) | Self::RateLimited(pause) | Self::Unavailable(pause) => Some(&pause.reason),
            Self::Duplicate(_) => None,
        }
    }
}

impl Pause {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { after: None, reason: Text::new(zh, en) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_tells_its_reason_and_three_can_wait() {
        let (zh, en, wait) = ("因", "why", Duration::from_millis(1500));
        let pause = |after| Pause { after, reason: Text::new(zh, en) };
        let cases = [
            (Error::retry(zh, en), Error::Retry(pause(Some(1500)))),
            (Error::rate_limited(zh, en), Error::RateLimited(pause(Some(1500)))),
            (Error::unavailable(zh, en), Error::Unavailable(pause(Some(1500)))),
            (Error::rejected(zh, en), Error::Rejected(Text::new(zh, en))),
            (Error::unauthorized(zh, en), Error::Unauthorized(Text::new(zh, en))),
            (Error::not_found(zh, en), Error::NotFound(Text::new(zh, en))),
            (
                Error::invalid("sku", zh, en),
                Error::Invalid(InvalidField { field: "sku".into(), reason: Text::new(zh, en) }),
            ),
        ];
        for (made, expected) in cases {
            assert_eq!(made.reason(), Some(&Text::new(zh, en)));
            assert_eq!(made.after(wait), expected);
        }
        assert_eq!(Error::retry(zh, en).after(wait).after(None), Error::Retry(pause(None)));
        assert_eq!(Error::unavailable(zh, en).after(Duration::MAX), Error::Unavailable(pause(Some(u64::MAX))));
        assert_eq!(Error::duplicate("U8-1").after(wait), Error::Duplicate("U8-1".to_owned()));
        assert_eq!(Error::duplicate("U8-1").reason(), None);
    }
}
