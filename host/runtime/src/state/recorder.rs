//! The record of a call: exchanges and log lines, each within its byte budget.

use mortise_domain::call::{CallRecord, Exchange, LogLine};
use mortise_domain::connection::Limits;

/// Most exchanges of a record; refused requests cost the guest nothing else.
const EXCHANGES: usize = 200;
/// What a header takes beside its name and value.
const BESIDE_HEADER: usize = 8;

/// An exchange on its way into the record. Of a long body only the beginning is there; it once had so many bytes.
pub(crate) struct Entry {
    pub(crate) exchange: Exchange,
    pub(crate) request_cut: Option<usize>,
    pub(crate) response_cut: Option<usize>,
}

/// Names a request that is under way.
pub(crate) type Ticket = u32;

/// What became of a request that the guest wants to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is one of those that the call may make.
    Within,
    /// It is the first beyond; the record tells it.
    Last,
    /// It is one more beyond: nothing is done for it.
    Over,
}

/// What is left of a budget of bytes.
struct Room(usize);

impl Room {
    /// Cuts a text to what is left, and says so. `before`: its length before it was cut already.
    fn cut(&mut self, text: &mut String, before: Option<usize>) {
        if text.len() <= self.0 && before.is_none() {
            self.0 -= text.len();
            return;
        }
        let whole = before.unwrap_or(text.len());
        let at = (0..=self.0.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(at);
        *text = format!("{text}…[{whole} bytes]");
        self.0 = 0;
    }

    /// Drops the headers that have no room: names take room too, and a guest may send many.
    fn headers(&mut self, headers: &mut Vec<(String, String)>) {
        let all = headers.len();
        let mut kept = 0;
        while let Some((name, value)) = headers.get(kept)
            && let Some(left) = self.0.checked_sub(name.len() + value.len() + BESIDE_HEADER)
        {
            self.0 = left;
            kept += 1;
        }
        headers.truncate(kept);
        if kept < all {
            headers.push(("…".into(), format!("[{} more headers]", all - kept)));
            self.0 = 0;
        }
    }
}

pub(crate) struct Recorder {
    exchange_bytes_left: usize,
    log_bytes_left: usize,
    /// Requests that may still be made.
    pub(crate) requests_left: u32,
    /// Has the guest wanted more than that?
    over: bool,
    /// Has the call ended? Nothing leaves any more.
    shut: bool,
    /// Bytes that may still be sent and received.
    pub(crate) http_bytes_left: u64,
    exchanges: Vec<Exchange>,
    log: Vec<LogLine>,
    log_dropped: u32,
    /// Requests that have left and have no answer yet.
    open: Vec<(Ticket, Entry)>,
    begun: Ticket,
    pub(crate) unknown_outcome: bool,
}

impl Recorder {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            exchange_bytes_left: usize::try_from(limits.record_bytes).unwrap_or(usize::MAX),
            log_bytes_left: usize::try_from(limits.log_bytes).unwrap_or(usize::MAX),
            requests_left: limits.http_requests,
            over: false,
            shut: false,
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

    /// How many bytes of an exchange can still be kept.
    pub(crate) fn room_for_exchange(&self) -> usize {
        self.exchange_bytes_left
    }

    /// Bytes that the log may still have.
    pub(crate) fn log_bytes_left(&self) -> u64 {
        self.log_bytes_left as u64
    }

    pub(crate) fn line(&mut self, line: LogLine) {
        self.log.push(line);
    }

    /// Keeps an exchange, cut to what is left of the budget.
    pub(crate) fn exchange(&mut self, entry: Entry) {
        if self.exchanges.len() >= EXCHANGES {
            if entry.exchange.status.is_none() {
                return;
            }
            // Whether an upstream answered at all is read from the record: refused requests must not hide it.
            self.exchanges.pop();
        }
        let Entry { mut exchange, request_cut, response_cut } = entry;
        let mut room = Room(self.exchange_bytes_left);
        room.cut(&mut exchange.url, None);
        room.headers(&mut exchange.request_headers);
        room.cut(&mut exchange.request_body, request_cut);
        room.headers(&mut exchange.response_headers);
        room.cut(&mut exchange.response_body, response_cut);
        self.exchange_bytes_left = room.0;
        self.exchanges.push(exchange);
    }

    /// Takes one of the requests that the call may make.
    pub(crate) fn take_request(&mut self) -> Taken {
        match self.requests_left.checked_sub(1) {
            Some(left) => {
                self.requests_left = left;
                Taken::Within
            }
            None if self.over => Taken::Over,
            None => {
                self.over = true;
                Taken::Last
            }
        }
    }

    /// The call ends: from here on nothing leaves, whoever is still working on it.
    pub(crate) fn shut(&mut self) {
        self.shut = true;
    }

    /// Takes from the bytes that may still be sent and received, if there are so many left.
    pub(crate) fn take_bytes(&mut self, bytes: u64) -> bool {
        let left = self.http_bytes_left.checked_sub(bytes);
        self.http_bytes_left = left.unwrap_or(self.http_bytes_left);
        left.is_some()
    }

    /// Gives back bytes that were taken and not used.
    pub(crate) fn give_bytes(&mut self, bytes: u64) {
        self.http_bytes_left = self.http_bytes_left.saturating_add(bytes);
    }

    /// A request leaves. It is on record from here on, whatever ends the call. None: the call has ended, and it must not leave.
    pub(crate) fn begin(&mut self, entry: Entry) -> Option<Ticket> {
        if self.shut {
            return None;
        }
        self.begun += 1;
        self.open.push((self.begun, entry));
        Some(self.begun)
    }

    /// A request is answered or has failed; none: the call ended before.
    pub(crate) fn end(&mut self, ticket: Ticket) -> Option<Entry> {
        let at = self.open.iter().position(|(open, _)| *open == ticket)?;
        Some(self.open.remove(at).1)
    }

    /// The record of the call as it ends.
    pub(crate) fn close(&mut self, micros: u64, memory: u64) -> CallRecord {
        for (_, mut open) in std::mem::take(&mut self.open) {
            self.unknown_outcome = true;
            open.exchange.error = Some("the call ended before the answer came".into());
            self.exchange(open);
        }
        CallRecord {
            plugin: String::new(),
            micros,
            memory,
            exchanges: std::mem::take(&mut self.exchanges),
            log: std::mem::take(&mut self.log),
            log_dropped: self.log_dropped,
            unknown_outcome: self.unknown_outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use mortise_domain::failure::Failure;
    use mortise_domain::instant::Instant;

    use super::*;

    fn entry(status: Option<u16>) -> Entry {
        let exchange = Exchange {
            at: Instant(0),
            method: "GET".into(),
            url: "https://erp.example/".into(),
            request_headers: Vec::new(),
            request_body: String::new(),
            status,
            response_headers: Vec::new(),
            response_body: String::new(),
            error: None,
            micros: 0,
        };
        Entry { exchange, request_cut: None, response_cut: None }
    }

    #[test]
    fn nothing_leaves_a_call_that_has_ended() {
        let mut recorder = Recorder::new(&Limits::default());
        let first = recorder.begin(entry(None));
        recorder.shut();
        assert_eq!((first, recorder.begin(entry(None))), (Some(1), None));
        let record = recorder.close(0, 0);
        assert!(record.unknown_outcome, "the first one was under way");
        assert_eq!(record.exchanges.len(), 1);
    }

    #[test]
    fn requests_are_counted_whatever_becomes_of_them() {
        let mut recorder = Recorder::new(&Limits { http_requests: 2, ..Limits::default() });
        let taken = [(); 5].map(|()| recorder.take_request());
        assert_eq!(taken, [Taken::Within, Taken::Within, Taken::Last, Taken::Over, Taken::Over]);
    }

    #[test]
    fn refused_requests_do_not_hide_one_that_was_answered() {
        let mut recorder = Recorder::new(&Limits::default());
        for _ in 0..EXCHANGES + 5 {
            recorder.exchange(entry(None));
        }
        recorder.exchange(entry(Some(200)));
        recorder.exchange(entry(None));
        let record = recorder.close(0, 0);
        assert_eq!(record.exchanges.len(), EXCHANGES);
        assert!(record.leaves_doubt(&Failure::Retry { after_ms: None, reason: mortise_domain::text::Text::default() }));
    }
}
