//! Outbound HTTP.

use super::imports::http::{Host, HttpError, Request, Response};
use crate::http::{Draft, Redirects, Refused};
use crate::state::State;

impl From<Refused> for HttpError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Denied(reason) => Self::Denied(reason),
            Refused::NotSent(reason) => Self::NotSent(reason),
            Refused::UnknownOutcome(reason) => Self::UnknownOutcome(reason),
            Refused::TooLarge(reason) => Self::TooLarge(reason),
            Refused::Limit(reason) => Self::Limit(reason),
        }
    }
}

impl Host for State {
    async fn send(&mut self, request: Request) -> wasmtime::Result<Result<Response, HttpError>> {
        let draft = Draft {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: request.body.map(Into::into),
            timeout_ms: request.timeout,
        };
        self.bounds.copy(draft.bytes())?;
        let sender = self.sender();
        match Box::pin(sender.send(draft, Redirects::Followed)).await {
            Ok(answer) => {
                self.bounds.copy(answer.bytes())?;
                Ok(Ok(Response { status: answer.status, headers: answer.headers, body: answer.body }))
            }
            Err(refused) => Ok(Err(refused.into())),
        }
    }
}
