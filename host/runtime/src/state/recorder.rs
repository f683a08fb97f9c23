//! The record of a call: exchanges and log lines, each within its byte budget.

use mortise_domain::call::{CallRecord, Exchange, LogLine};
use mortise_domain::connection::Limits;

/// Most exchanges of a record; refused requests cost the guest nothing else.
const EXCHANGES: usize = 200;

pub(crate) struct Recorder {
    exchange_bytes_left: usize,
    log_bytes_left: usize,
    /// Requests that may still be sent.
    pub(crate) requests_left: u32,
    /// Bytes that may still be sent and received.
    pub(crate) http_bytes_left: u64,
    exchanges: Vec<Exchange>,
    log: Vec<LogLine>,
    log_dropped: u32,
    /// A request has left and no answer came yet.
    pub(crate) open: Option<Exchange>,
    pub(crate) unknown_outcome: bool,
}

impl Recorder {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            exchange_bytes_left: usize::try_from(limits.record_bytes).unwrap_or(usize::MAX),
            log_bytes_left: usize::try_from(limits.log_bytes).unwrap_or(usize::MAX),
            requests_left: limits.http_requests,
            http_bytes_left: limits.http_bytes,
            exchanges: Vec::new(),
            log: Vec::new(),
            log_dropped: 0,
            open: None,
            unknown_outcome: false,
        }
    }

    /// Is there room for so many bytes of log? Otherwise the line is counted as dropped.
    pub(crate) fn room_for_line(&mut self, bytes: usize) -> bool {
        if bytes > self.log_bytes_left {
            self.log_dropped += 1;
            return false;
        }
        self.log_bytes_left -= bytes;
        true
    }

    /// Bytes that the log may still have.
    pub(crate) fn log_bytes_left(&self) -> u64 {
        self.log_bytes_left as u64
    }

    pub(crate) fn line(&mut self, line: LogLine) {
        self.log.push(line);
    }

    /// Keeps an exchange, its bodies cut to what is left of the budget.
    pub(crate) fn exchange(&mut self, mut exchange: Exchange) {
        if self.exchanges.len() >= EXCHANGES {
            return;
        }
        let mut left = self.exchange_bytes_left;
        let mut cut = |text: &mut String| {
            if text.len() > left {
                let whole = text.len();
                let at = (0..=left).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                text.truncate(at);
                *text = format!("{text}…[{whole} bytes]");
                left = 0;
            } else {
                left -= text.len();
            }
        };
        cut(&mut exchange.url);
        for (_, value) in exchange.request_headers.iter_mut().chain(&mut exchange.response_headers) {
            cut(value);
        }
        cut(&mut exchange.request_body);
        cut(&mut exchange.response_body);
        self.exchange_bytes_left = left;
        self.exchanges.push(exchange);
    }

    /// The record of the call as it ends.
    pub(crate) fn close(mut self, micros: u64, memory: u64) -> CallRecord {
        if let Some(mut open) = self.open.take() {
            self.unknown_outcome = true;
            open.error = Some("the call ended before the answer came".into());
            self.exchange(open);
        }
        CallRecord {
            micros,
            memory,
            exchanges: self.exchanges,
            log: self.log,
            log_dropped: self.log_dropped,
            unknown_outcome: self.unknown_outcome,
        }
    }
}
