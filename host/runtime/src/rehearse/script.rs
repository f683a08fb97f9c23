//! The answers of a record, given to the requests of a rehearsed call.

use http::StatusCode;
use mortise_domain::call::{CallRecord, Exchange};

use crate::http::Refused;

/// Exchanges of a recorded call that are not used yet.
pub(crate) struct Script {
    exchanges: Vec<Exchange>,
    /// Had the recorded call a request of unknown outcome?
    unknown_outcome: bool,
    /// Requests that found no whole answer.
    pub(crate) unanswered: u32,
}

/// An answer from the record: status, headers, body.
pub(crate) type Answered = (StatusCode, Vec<(String, String)>, Vec<u8>);

impl Script {
    pub(crate) fn of(record: &CallRecord) -> Self {
        let unknown_outcome = record.unknown_outcome;
        Self { exchanges: record.exchanges.clone(), unknown_outcome, unanswered: 0 }
    }

    /// What the record has for this request; `url` as records show it. The first one to the same address counts, else the first
    /// one to the same path: a query may hold a time or a signature.
    pub(crate) fn answer(&mut self, method: &str, url: &str) -> Result<Answered, Refused> {
        let path = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
        let alike = |exchange: &Exchange| exchange.method == method && exchange.url == url;
        let akin = |exchange: &Exchange| exchange.method == method && path(&exchange.url) == path(url);
        let found = self.exchanges.iter().position(alike).or_else(|| self.exchanges.iter().position(akin));
        let Some(at) = found else {
            self.unanswered += 1;
            return Err(Refused::NotSent(format!(
                "the recorded call made no such request ({method} {}): a rehearsal sends nothing, so there is no answer to it",
                path(url)
            )));
        };
        let exchange = self.exchanges.remove(at);
        let Some(status) = exchange.status.and_then(|status| StatusCode::from_u16(status).ok()) else {
            let text = exchange.error.unwrap_or_else(|| "no answer came".into());
            return Err(if self.unknown_outcome { Refused::UnknownOutcome(text) } else { Refused::NotSent(text) });
        };
        if is_cut(&exchange) {
            self.unanswered += 1;
            return Err(Refused::UnknownOutcome(
                "of the recorded answer only the beginning was kept: raise `limits.record-bytes` of the connection"
                    .into(),
            ));
        }
        Ok((status, exchange.response_headers, exchange.response_body.into_bytes()))
    }
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
        let mut script = script(false);
        let mut body = |url: &str| script.answer("GET", url).map(|(_, _, body)| String::from_utf8(body).unwrap());
        assert_eq!(body("https://a.example/x?t=2").unwrap(), "second");
        assert_eq!(body("https://a.example/x?t=9").unwrap(), "first");
        assert!(matches!(body("https://a.example/x?t=9"), Err(Refused::NotSent(text)) if text.contains("no such request")));
        assert!(matches!(body("https://a.example/long"), Err(Refused::UnknownOutcome(text)) if text.contains("record-bytes")));
        assert_eq!(script.unanswered, 2);
    }

    #[test]
    fn what_failed_fails_again_the_same_way() {
        let failed = |unknown| script(unknown).answer("POST", "https://a.example/y").unwrap_err();
        assert_eq!(failed(true), Refused::UnknownOutcome("timed out".into()));
        assert_eq!(failed(false), Refused::NotSent("timed out".into()));
    }
}
