//! A plan of a call: its requests are recorded as they would leave, and none leaves.

use std::collections::VecDeque;

use http::StatusCode;

use super::Refused;
use super::draft::size;
use super::reply::Reply;

/// What a request of a plan is told that gets no answer.
const NOT_SENT: &str = "a plan: the request is shown, not sent";

/// An answer that a request of a plan gets in place of the upstream's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedAnswer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// The answers that are left.
pub(crate) struct Plan(VecDeque<PlannedAnswer>);

impl Plan {
    pub(crate) fn of(answers: Vec<PlannedAnswer>) -> Self {
        Self(answers.into())
    }

    /// The next answer; none is left: the request was not sent.
    pub(super) fn answer(&mut self) -> Result<Reply, Refused> {
        let PlannedAnswer { status, headers, body } =
            self.0.pop_front().ok_or_else(|| Refused::NotSent(NOT_SENT.into()))?;
        let status = StatusCode::from_u16(status)
            .map_err(|_| Refused::Denied(format!("{status} is no HTTP status: correct the answers of the plan")))?;
        let headers = headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        Ok(Reply { status, headers, body })
    }
}

/// Bytes that count for the call's budget.
pub(super) fn bytes(reply: &Reply) -> u64 {
    (size(&reply.headers) + reply.body.len()) as u64
}
