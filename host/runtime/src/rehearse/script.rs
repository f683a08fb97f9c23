//! The answers of a record, given to the requests of a rehearsed call. Credentials stand in these requests, and nowhere else do
//! they go.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use mortise_domain::call::{CallRecord, Exchange};

use crate::http::wire::{Incoming, Outgoing, Wire, WireFault};
use crate::secrets::BLOT;

/// Exchanges of a recorded call that are not used yet.
pub(super) struct Script {
    rest: Mutex<Rest>,
    /// Had the recorded call a request of unknown outcome?
    unknown_outcome: bool,
}

struct Rest {
    exchanges: Vec<Exchange>,
    unanswered: u32,
}

impl Script {
    pub(super) fn of(record: &CallRecord) -> Self {
        let rest = Mutex::new(Rest { exchanges: record.exchanges.clone(), unanswered: 0 });
        Self { rest, unknown_outcome: record.unknown_outcome }
    }

    /// Requests that found no whole answer.
    pub(super) fn unanswered(&self) -> u32 {
        self.lock().unanswered
    }

    fn lock(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the record has for this request. The first one to the same address counts, else the first one to the same path: a
    /// query may hold a time or a signature.
    fn answer(&self, method: &str, url: &str) -> Result<Exchange, WireFault> {
        let mut rest = self.lock();
        let of = |exchange: &Exchange| exchange.method == method;
        let alike = |exchange: &Exchange| of(exchange) && is_like(&exchange.url, url);
        let akin = |exchange: &Exchange| of(exchange) && is_like(path(&exchange.url), path(url));
        let found = rest.exchanges.iter().position(alike).or_else(|| rest.exchanges.iter().position(akin));
        let Some(at) = found else {
            rest.unanswered += 1;
            let text = "the recorded call made no such request: a rehearsal sends nothing, so there is no answer to it";
            return Err(WireFault::NotReached(text.into()));
        };
        let exchange = rest.exchanges.remove(at);
        if exchange.status.is_none() {
            let text = exchange.error.unwrap_or_else(|| "no answer came".into());
            return Err(if self.unknown_outcome { WireFault::Broken(text) } else { WireFault::NotReached(text) });
        }
        if is_cut(&exchange) {
            rest.unanswered += 1;
            let text =
                "of the recorded answer only the beginning was kept: raise `limits.record-bytes` of the connection";
            return Err(WireFault::Broken(text.into()));
        }
        Ok(exchange)
    }
}

#[async_trait]
impl Wire for Script {
    async fn exchange(&self, request: Outgoing) -> Result<Incoming, WireFault> {
        let exchange = self.answer(request.method.as_str(), request.url.as_str())?;
        let status = exchange.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or_default();
        let mut headers = HeaderMap::new();
        for (name, value) in &exchange.response_headers {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
                headers.append(name, value);
            }
        }
        let body = Bytes::from(exchange.response_body);
        let length = Some(body.len() as u64);
        Ok(Incoming { status, headers, length, body: futures::stream::iter([Ok(body)]).boxed() })
    }
}

fn path(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// Is the recorded text this one? Where a credential was blotted out of the record, anything may stand.
fn is_like(recorded: &str, text: &str) -> bool {
    let mut pieces = recorded.split(BLOT);
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut ended = true;
    for piece in pieces {
        ended = piece.is_empty();
        let Some(at) = rest.find(piece) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
        ended |= rest.is_empty();
    }
    if recorded.contains(BLOT) { ended } else { rest.is_empty() }
}

/// Was the answer longer than the record had room for? See `state/recorder.rs`.
fn is_cut(exchange: &Exchange) -> bool {
    let cut_body = exchange.response_body.ends_with(" bytes]") && exchange.response_body.contains("…[");
    cut_body || exchange.response_headers.iter().any(|(name, _)| name == "…")
}

#[cfg(test)]
mod tests {
    use mortise_domain::instant::Instant;

    use super::*;

    fn exchange(method: &str, url: &str, status: Option<u16>, body: &str) -> Exchange {
        Exchange {
            at: Instant(0),
            method: method.into(),
            url: url.into(),
            request_headers: vec![],
            request_body: String::new(),
            status,
            response_headers: vec![],
            response_body: body.into(),
            error: status.is_none().then(|| "timed out".into()),
            micros: 0,
        }
    }

    fn script(unknown_outcome: bool) -> Script {
        let exchanges = vec![
            exchange("GET", "https://a.example/x?t=1", Some(200), "first"),
            exchange("GET", "https://a.example/x?t=2", Some(201), "second"),
            exchange("POST", "https://a.example/y", None, ""),
            exchange("GET", "https://a.example/long", Some(200), "abc…[90000 bytes]"),
        ];
        Script::of(&CallRecord { exchanges, unknown_outcome, ..CallRecord::default() })
    }

    #[test]
    fn the_same_address_comes_first_then_the_same_path() {
        let script = script(false);
        let body = |url: &str| script.answer("GET", url).map(|exchange| exchange.response_body);
        assert_eq!(body("https://a.example/x?t=2").unwrap(), "second");
        assert_eq!(body("https://a.example/x?t=9").unwrap(), "first");
        assert!(
            matches!(body("https://a.example/x?t=9"), Err(WireFault::NotReached(text)) if text.contains("no such request"))
        );
        assert!(
            matches!(body("https://a.example/long"), Err(WireFault::Broken(text)) if text.contains("record-bytes"))
        );
        assert_eq!(script.unanswered(), 2);
    }

    #[test]
    fn credentials_are_passed_over() {
        for (recorded, text, like) in [
            ("https://a.example/x", "https://a.example/x", true),
            ("https://a.example/x", "https://a.example/xy", false),
            ("https://a.example/***/send", "https://a.example/t0ken/send", true),
            ("https://a.example/***/send", "https://a.example/t0ken/other", false),
            ("https://a.example/x?key=***", "https://a.example/x?key=abc", true),
            ("https://a.example/x?key=***&n=1", "https://a.example/x?key=abc&n=1", true),
            ("https://a.example/x?key=***&n=1", "https://a.example/x?key=abc&n=12", false),
        ] {
            assert_eq!(is_like(recorded, text), like, "{recorded} {text}");
        }
    }

    #[test]
    fn what_failed_fails_again_the_same_way() {
        let failed = |unknown| script(unknown).answer("POST", "https://a.example/y").unwrap_err();
        assert_eq!(failed(true), WireFault::Broken("timed out".into()));
        assert_eq!(failed(false), WireFault::NotReached("timed out".into()));
    }
}
