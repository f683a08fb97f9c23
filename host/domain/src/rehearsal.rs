//! Recorded calls made again on another version of a plugin, before it takes over: what would be different.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::call::{CallContext, Called, Interface, Request};
use crate::instant::Instant;

/// A call that was made, with all that it takes to make it again.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// When it began.
    pub at: Instant,
    /// What was asked.
    pub request: Request,
    /// Its circumstances.
    pub context: CallContext,
    /// What came of it.
    pub called: Called,
}

/// A recorded call made again: nothing was sent, its requests were answered from the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsed {
    /// What came of it.
    pub called: Called,
    /// Requests that the record has no whole answer to.
    pub unanswered: u32,
}

/// How a call went on one version of the plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// `ok`, or the class of the failure, such as `rejected`.
    pub outcome: String,
    /// What was answered, or why it failed.
    pub answer: Value,
    /// Requests to upstreams, in order; credentials are blotted out.
    pub requests: Vec<Asked>,
}

/// A request to an upstream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Asked {
    /// `GET`, `POST`, …
    pub method: String,
    /// Where to.
    pub url: String,
    /// What was said.
    pub body: String,
}

/// A recorded call that another version answers otherwise, or asks other things for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Difference {
    /// Id of the recorded call; it stands in logs and attempts.
    pub call_id: String,
    /// When it was made.
    pub at: Instant,
    /// Its interface.
    pub interface: Interface,
    /// Its function, such as `price`.
    pub function: String,
    /// Is the outcome or the answer another one?
    pub answer_differs: bool,
    /// Are the requests to upstreams others?
    pub requests_differ: bool,
    /// On the present version.
    pub present: Run,
    /// On the other version.
    pub next: Run,
}

/// What became of all recorded calls.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
pub struct Comparison {
    /// Recorded calls that were made again on both versions.
    pub calls: u32,
    /// Those that went alike.
    pub same: u32,
    /// Those of which nothing can be said: the present version itself asks for what the record has no answer to.
    pub unclear: u32,
    /// Those that went otherwise; of very many only the first 50.
    pub differences: Vec<Difference>,
    /// How many went otherwise.
    pub different: u32,
}

/// Most differences that are told.
const TOLD: usize = 50;

impl Run {
    /// What a call did, without what is never the same twice.
    pub fn of(called: &Called) -> Self {
        let (outcome, answer) = match &called.result {
            Ok(answer) => ("ok", json!(answer)),
            Err(failure) => (failure.class(), json!(failure.text())),
        };
        let asked = |exchange: &crate::call::Exchange| Asked {
            method: exchange.method.clone(),
            url: exchange.url.clone(),
            body: exchange.request_body.clone(),
        };
        Self { outcome: outcome.to_owned(), answer, requests: called.record.exchanges.iter().map(asked).collect() }
    }
}

impl Comparison {
    /// Adds a recorded call, as it went on the present version and on the next.
    pub fn add(&mut self, recorded: &Recorded, present: &Rehearsed, next: &Rehearsed) {
        self.calls += 1;
        if present.unanswered > 0 {
            self.unclear += 1;
            return;
        }
        let (before, after) = (Run::of(&present.called), Run::of(&next.called));
        let answer_differs = (&before.outcome, &before.answer) != (&after.outcome, &after.answer);
        let requests_differ = before.requests != after.requests;
        if !answer_differs && !requests_differ {
            self.same += 1;
            return;
        }
        self.different += 1;
        if self.differences.len() < TOLD {
            self.differences.push(Difference {
                call_id: recorded.context.call_id.clone(),
                at: recorded.at,
                interface: recorded.request.interface(),
                function: recorded.request.function().to_owned(),
                answer_differs,
                requests_differ,
                present: before,
                next: after,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Answer, CallRecord, Exchange};
    use crate::failure::Failure;
    use crate::notification::Receipt;
    use crate::text::Text;

    fn went(result: Result<&str, &str>, url: &str, unanswered: u32) -> Rehearsed {
        let result = match result {
            Ok(id) => Ok(Answer::Sent(Receipt { external_id: Some(id.into()), refused: vec![], attributes: vec![] })),
            Err(reason) => Err(Failure::Rejected { reason: Text::same(reason) }),
        };
        let exchange = Exchange {
            at: Instant(0),
            method: "POST".into(),
            url: url.into(),
            request_headers: vec![],
            request_body: "hello".into(),
            status: Some(200),
            response_headers: vec![],
            response_body: String::new(),
            error: None,
            micros: u64::from(unanswered),
        };
        let record = CallRecord { micros: url.len() as u64, exchanges: vec![exchange], ..CallRecord::default() };
        Rehearsed { called: Called { result, record }, unanswered }
    }

    #[test]
    fn only_answers_and_requests_count() {
        let recorded = Recorded {
            at: Instant(7),
            request: Request::ReadReceipts { external_ids: vec![] },
            context: CallContext {
                call_id: "c1".into(),
                idempotency_key: String::new(),
                attempt: 1,
                locale: String::new(),
                trace_parent: String::new(),
                deadline: None,
                send_until: None,
            },
            called: went(Ok("1"), "u", 0).called,
        };
        let mut comparison = Comparison::default();
        let mut add = |present: Rehearsed, next: Rehearsed| comparison.add(&recorded, &present, &next);
        add(went(Ok("1"), "u", 0), went(Ok("1"), "u", 0));
        add(went(Ok("1"), "u", 0), went(Ok("2"), "u", 0));
        add(went(Ok("1"), "u", 0), went(Ok("1"), "v", 1));
        add(went(Ok("1"), "u", 0), went(Err("no"), "u", 0));
        add(went(Ok("1"), "u", 1), went(Err("no"), "u", 0));
        assert_eq!((comparison.calls, comparison.same, comparison.unclear, comparison.different), (5, 1, 1, 3));
        let told: Vec<_> = comparison
            .differences
            .iter()
            .map(|one| (one.answer_differs, one.requests_differ, one.next.outcome.as_str()))
            .collect();
        assert_eq!(told, [(true, false, "ok"), (false, true, "ok"), (true, false, "rejected")]);
        assert_eq!((comparison.differences[0].call_id.as_str(), comparison.differences[0].at), ("c1", Instant(7)));
    }
}
