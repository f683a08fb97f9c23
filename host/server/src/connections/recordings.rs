//! Calls of late, kept in this process's memory to rehearse another version of a plugin with. They hold orders and customers, so
//! they are written nowhere, and are gone with the process.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant as Stopwatch};

use mortise_domain::call::{CallContext, Called, Request};
use mortise_domain::instant::Instant;
use mortise_domain::rehearsal::Recorded;

/// So many calls of a function are kept.
const KEPT: usize = 50;
/// One call in so long is kept of a function: busy hours cost no more, and reach further back.
const PAUSE: Duration = Duration::from_millis(20);
/// Calls of a function take no more than this.
const BYTES: usize = 2 << 20;
/// What a call takes beside what can be counted, roughly.
const BESIDE: usize = 4 << 10;
/// Bytes that a value takes for each of its JSON form, roughly: names are not repeated in memory, but texts have lengths and ends.
const SPREAD: usize = 2;

/// A connection's function.
type Key = (String, &'static str);

/// Calls of late, by connection and function.
#[derive(Default)]
pub struct Recordings(Mutex<HashMap<Key, Line>>);

#[derive(Default)]
struct Line {
    calls: VecDeque<Recorded>,
    bytes: usize,
    last: Option<Stopwatch>,
}

/// A call that is under way and will be kept.
pub struct Taken {
    at: Instant,
    request: Request,
    context: CallContext,
}

impl Recordings {
    /// Is the call to be kept? Then its question is copied before it is asked.
    pub fn begin(&self, connection: &str, request: &Request, context: &CallContext, at: Instant) -> Option<Taken> {
        let mut all = self.lock();
        let line = all.entry((connection.to_owned(), request.function())).or_default();
        if line.last.is_some_and(|last| last.elapsed() < PAUSE) {
            return None;
        }
        line.last = Some(Stopwatch::now());
        drop(all);
        let mut request = request.clone();
        // What stands behind the `#` of a link lets whoever has it decide; it is kept nowhere.
        if let Request::Send { message } = &mut request
            && let Some((page, _)) = message.link.as_deref().and_then(|link| link.split_once('#'))
        {
            message.link = Some(format!("{page}#trial"));
        }
        Some(Taken { at, request, context: context.clone() })
    }

    /// Keeps a call that has ended.
    pub fn keep(&self, connection: &str, taken: Taken, called: &Called) {
        let Taken { at, request, context } = taken;
        let key = (connection.to_owned(), request.function());
        let recorded = Recorded { at, request, context, called: called.clone() };
        let bytes = size(&recorded);
        if bytes > BYTES {
            return;
        }
        let mut all = self.lock();
        let line = all.entry(key).or_default();
        line.bytes += bytes;
        line.calls.push_back(recorded);
        while line.calls.len() > KEPT || line.bytes > BYTES {
            let Some(gone) = line.calls.pop_front() else { break };
            line.bytes -= size(&gone);
        }
    }

    /// The last `most` calls of a connection, oldest first.
    pub fn of(&self, connection: &str, most: usize) -> Vec<Recorded> {
        let all = self.lock();
        let lines = all.iter().filter(|((name, _), _)| name == connection);
        let mut calls: Vec<Recorded> = lines.flat_map(|(_, line)| line.calls.iter().cloned()).collect();
        drop(all);
        calls.sort_by_key(|call| call.at);
        let surplus = calls.len().saturating_sub(most);
        calls.split_off(surplus)
    }

    /// Forgets the calls of a connection that is no more.
    pub fn forget(&self, connection: &str) {
        self.lock().retain(|(name, _), _| name != connection);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a call takes, roughly: what was asked and answered, every exchange with its headers, the log.
fn size(recorded: &Recorded) -> usize {
    let pairs = |pairs: &[(String, String)]| pairs.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    let record = &recorded.called.record;
    let exchanges = record.exchanges.iter().map(|one| {
        let bodies = one.url.len() + one.request_body.len() + one.response_body.len();
        bodies + pairs(&one.request_headers) + pairs(&one.response_headers)
    });
    let lines = record.log.iter().map(|line| line.message.len() + pairs(&line.fields));
    let told = written(&recorded.request) + recorded.called.result.as_ref().map_or(0, written);
    exchanges.chain(lines).sum::<usize>() + told * SPREAD + BESIDE
}

/// How long the JSON form is, which nobody keeps.
fn written(value: &impl serde::Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // What cannot be written is not kept.
    if serde_json::to_writer(&mut count, value).is_err() { BYTES } else { count.0 }
}

#[cfg(test)]
mod tests {
    use mortise_domain::call::CallRecord;
    use mortise_domain::notification::{Message, Severity};

    use super::*;

    fn call(recordings: &Recordings, connection: &str, request: &Request, at: i64) -> bool {
        let context = CallContext {
            call_id: at.to_string(),
            idempotency_key: String::new(),
            attempt: 1,
            locale: String::new(),
            trace_parent: String::new(),
            deadline: None,
            send_until: None,
        };
        let Some(taken) = recordings.begin(connection, request, &context, Instant(at)) else { return false };
        let called =
            Called { result: Ok(mortise_domain::call::Answer::ReadReceipts(vec![])), record: CallRecord::default() };
        recordings.keep(connection, taken, &called);
        true
    }

    #[test]
    fn what_is_large_counts_and_links_are_not_kept() {
        let recordings = Recordings::default();
        let message = |link: &str| {
            let text = mortise_domain::text::Text::same("x");
            Request::Send {
                message: Message {
                    kind: "approval-requested".into(),
                    severity: Severity::Info,
                    title: text.clone(),
                    body: text,
                    facts: vec![],
                    subjects: vec![],
                    recipients: vec![],
                    link: Some(link.into()),
                    attachments: vec![],
                    attributes: vec![],
                },
            }
        };
        assert!(call(&recordings, "chat", &message("https://m.example/approve#mra_secret"), 0));
        assert_eq!(recordings.of("chat", 9)[0].request, message("https://m.example/approve#trial"));
        let large = Request::ReadReceipts { external_ids: vec!["x".repeat(200_000)] };
        for at in 1..40 {
            recordings.lock().values_mut().for_each(|line| line.last = None);
            assert!(call(&recordings, "chat", &large, at));
        }
        assert!(recordings.of("chat", 99).len() < 10, "two megabytes of a function, whatever they are");
    }

    #[test]
    fn the_last_calls_of_each_function_are_kept() {
        let recordings = Recordings::default();
        let often = Request::ReadReceipts { external_ids: vec![] };
        let seldom = Request::FindOrder { number: "SO-1".into() };
        assert!(call(&recordings, "chat", &seldom, 0));
        assert!(call(&recordings, "chat", &often, 1) && !call(&recordings, "chat", &often, 2), "too soon");
        for at in 3..100 {
            recordings.lock().values_mut().for_each(|line| line.last = None);
            assert!(call(&recordings, "chat", &often, at));
        }
        let kept: Vec<i64> = recordings.of("chat", 1_000).iter().map(|call| call.at.0).collect();
        assert_eq!((kept.len(), kept[0], kept[1], kept[50]), (51, 0, 50, 99), "the seldom one is not pushed out");
        assert_eq!(recordings.of("chat", 2).iter().map(|call| call.at.0).collect::<Vec<_>>(), [98, 99]);
        assert!(recordings.of("mail", 9).is_empty());
        recordings.forget("chat");
        assert!(recordings.of("chat", 9).is_empty());
    }
}
