//! Outbound HTTP of plugins: one policy, one way out.

pub(crate) mod address;
pub(crate) mod client;
mod draft;
mod outcome;
pub(crate) mod policy;
mod record;
mod redirect;
mod reply;
pub(crate) mod resolver;
mod send;
pub(crate) mod wasi;
pub(crate) mod wire;

pub(crate) use draft::{Answer, Draft};
pub(crate) use send::{Redirects, Sender};

use crate::turn::Interrupted;

/// Why there is no answer. Denial is an ordinary answer, never a trap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Outside wish or grant.
    Denied(String),
    /// It surely did not reach the upstream.
    NotSent(String),
    /// It may have reached the upstream.
    UnknownOutcome(String),
    /// The answer is larger than the call may receive.
    TooLarge(String),
    /// The call has used up its requests or bytes.
    Limit(String),
}

impl From<Interrupted> for Refused {
    fn from(interrupted: Interrupted) -> Self {
        Self::UnknownOutcome(interrupted.to_string())
    }
}

impl Refused {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Denied(text)
            | Self::NotSent(text)
            | Self::UnknownOutcome(text)
            | Self::TooLarge(text)
            | Self::Limit(text) => text,
        }
    }
}
