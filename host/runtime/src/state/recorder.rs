//! The record of a call: exchanges and log lines, each within its byte budget.

use mortise_domain::call::{CallRecord, Exchange, LogLine};
use mortise_domain::connection::Limits;

/// Most exchanges of a record; refused requests cost the guest nothing else.
const EXCHANGES: usize = 200;

/// Names a request that is under way.
pub(crate) type Ticket = u32;

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
    /// Requests that have left and have no answer yet.
    open: Vec<(Ticket, Exchange)>,
    begun: Ticket,
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
            open: Vec::new(),
            begun: 0,
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

    /// Takes from the bytes that may still be sent and received, if there are so many left.
    pub(crate) fn take_bytes(&mut self, bytes: u64) -> bool {
        let left = self.http_bytes_left.checked_sub(bytes);
        self.http_bytes_left = left.unwrap_or(self.http_bytes_left);
        left.is_some()
    }

    /// A request leaves. It is on record from here on, whatever ends the call.
    pub(crate) fn begin(&mut self, exchange: Exchange) -> Ticket {
        self.begun += 1;
        self.open.push((self.begun, exchange));
        self.begun
    }

    /// A request is answered or has failed; none: the call ended before.
    pub(crate) fn end(&mut self, ticket: Ticket) -> Option<Exchange> {
        let at = self.open.iter().position(|(open, _)| *open == ticket)?;
        Some(self.open.remove(at).1)
    }

    /// The record of the call as it ends.
    pub(crate) fn close(&mut self, micros: u64, memory: u64) -> CallRecord {
        for (_, mut open) in std::mem::take(&mut self.open) {
            self.unknown_outcome = true;
            open.error = Some("the call ended before the answer came".into());
            self.exchange(open);
        }
        CallRecord {
            micros,
            memory,
            exchanges: std::mem::take(&mut self.exchanges),
            log: std::mem::take(&mut self.log),
            log_dropped: self.log_dropped,
            unknown_outcome: self.unknown_outcome,
        }
    }
}
