//! The world behind the plugin's requests: answers from the scenario, in the place of the network.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use mortise_domain::ports::clock::Clock;
use mortise_runtime::{Incoming, Outgoing, Wire, WireFault};
use serde_json::{Value, json};

use super::pattern;
use super::seen::Seen;
use super::template::Templates;
use crate::bench::BenchClock;
use crate::matching::Difference;
use crate::scenario::{Exchange, Fault, RequestPattern, Response, Scenario};

/// An exchange with how often it has happened.
struct Entry {
    /// Where it stands in the file.
    at: String,
    exchange: Exchange,
    happened: u32,
}

impl Entry {
    fn new(at: String, exchange: &Exchange) -> Self {
        Self { at, exchange: exchange.clone(), happened: 0 }
    }

    fn bounds(&self, else_: (u32, u32)) -> (u32, u32) {
        self.exchange.times.map_or(else_, crate::scenario::Times::bounds)
    }
}

#[derive(Default)]
struct State {
    /// What templates know about the call.
    call: Value,
    /// Of the call that is being made, in order.
    own: Vec<Entry>,
    /// The first of them that may still happen.
    next: usize,
    standing: Vec<Entry>,
    differences: Vec<Difference>,
    seen: Vec<Seen>,
}

/// Answers from a scenario.
pub(super) struct Script {
    forbidden: Vec<RequestPattern>,
    clock: Arc<BenchClock>,
    state: Mutex<State>,
}

const ONCE: (u32, u32) = (1, 1);
const ANY: (u32, u32) = (0, u32::MAX);

impl Script {
    pub(super) fn new(scenario: &Scenario, clock: Arc<BenchClock>) -> Self {
        let standing = scenario.http.iter().enumerate();
        let standing = standing.map(|(index, exchange)| Entry::new(format!("http[{index}]"), exchange)).collect();
        Self {
            forbidden: scenario.must_not_send.clone(),
            clock,
            state: Mutex::new(State { standing, ..State::default() }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call begins: its own exchanges come first.
    pub(super) fn begin(&self, index: usize, exchanges: &[Exchange], call: Value) {
        let mut state = self.state();
        let own = exchanges.iter().enumerate();
        state.own = own.map(|(nth, exchange)| Entry::new(format!("calls[{index}].http[{nth}]"), exchange)).collect();
        state.next = 0;
        state.call = call;
    }

    /// The call has ended. Answers what was wrong with its requests, and the requests.
    pub(super) fn end(&self) -> (Vec<Difference>, Vec<Seen>) {
        let mut state = self.state();
        let own = std::mem::take(&mut state.own);
        let mut differences = std::mem::take(&mut state.differences);
        differences.extend(own.iter().filter_map(|entry| missing(entry, ONCE)));
        (differences, std::mem::take(&mut state.seen))
    }

    /// All calls have ended. Answers which standing exchanges did not happen often enough.
    pub(super) fn close(&self) -> Vec<Difference> {
        self.state().standing.iter().filter_map(|entry| missing(entry, ANY)).collect()
    }

    /// Chooses the exchange for a request, and counts it.
    fn choose(&self, seen: &Seen) -> Result<(Exchange, Value), ()> {
        let mut state = self.state();
        let state = &mut *state;
        state.seen.push(seen.clone());
        let banned = self.forbidden.iter().position(|pattern| pattern::differences(pattern, seen).is_empty());
        if let Some(index) = banned {
            let at = format!("must-not-send[{index}]");
            state.differences.push(Difference::new(at, "no such request", seen.line.clone()));
            return Err(());
        }
        let chosen = match own(state, seen) {
            Some(at) => state.own.get_mut(at),
            None => state.standing.iter_mut().find(|entry| {
                entry.happened < entry.bounds(ANY).1 && pattern::differences(&entry.exchange.request, seen).is_empty()
            }),
        };
        match chosen {
            Some(entry) => {
                entry.happened += 1;
                let context = json!({ "request": seen.parts, "call": state.call, "count": entry.happened });
                Ok((entry.exchange.clone(), context))
            }
            None => {
                let differences = unexpected(state, seen);
                state.differences.extend(differences);
                Err(())
            }
        }
    }

    fn note(&self, difference: Difference) {
        self.state().differences.push(difference);
    }
}

/// The call's own exchange that fits, if its turn has come.
fn own(state: &mut State, seen: &Seen) -> Option<usize> {
    let mut at = state.next;
    let found = loop {
        let entry = state.own.get(at)?;
        let (least, most) = entry.bounds(ONCE);
        if entry.happened < most && pattern::differences(&entry.exchange.request, seen).is_empty() {
            break at;
        }
        // Only what has happened often enough may be left behind.
        if entry.happened < least {
            return None;
        }
        at += 1;
    };
    state.next = found;
    Some(found)
}

fn missing(entry: &Entry, else_: (u32, u32)) -> Option<Difference> {
    let (least, _) = entry.bounds(else_);
    let times = |count: u32| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    (entry.happened < least).then(|| {
        let request = serde_json::to_string(&entry.exchange.request).unwrap_or_default();
        let found = if entry.happened == 0 { "never".to_owned() } else { times(entry.happened) };
        Difference::new(entry.at.clone(), format!("{} {request}", times(least)), found)
    })
}

/// Nobody expects the request; the exchange whose turn it is says best why not.
fn unexpected(state: &State, seen: &Seen) -> Vec<Difference> {
    let nearest = state.own.iter().skip(state.next).find(|entry| entry.happened < entry.bounds(ONCE).1);
    match nearest {
        Some(entry) => {
            let all = pattern::differences(&entry.exchange.request, seen);
            all.into_iter()
                .map(|difference| Difference { at: format!("{}.request.{}", entry.at, difference.at), ..difference })
                .collect()
        }
        None => vec![Difference::new("http", "no further request", seen.line.clone())],
    }
}

#[async_trait]
impl Wire for Script {
    async fn exchange(&self, outgoing: Outgoing) -> Result<Incoming, WireFault> {
        let seen = Seen::of(&outgoing);
        let Ok((exchange, mut context)) = self.choose(&seen) else {
            return Err(WireFault::NotReached("the scenario does not expect this request".into()));
        };
        if let Some(after) = exchange.after {
            tokio::time::sleep(after.0).await;
        }
        // When the answer comes, not when the request did.
        context["now"] = self.clock.now().to_string().into();
        match exchange.fault {
            Some(Fault::TimeOut) => std::future::pending().await,
            Some(Fault::Drop) => return Err(WireFault::Broken("the scenario drops the connection".into())),
            Some(Fault::Refuse) => return Err(WireFault::NotReached("the scenario refuses the connection".into())),
            Some(Fault::Cut) | None => {}
        }
        let cut = exchange.fault == Some(Fault::Cut);
        answer(&exchange.response.unwrap_or_default(), &context, cut).map_err(|problem| {
            self.note(Difference::new("response", "an answer that can be made", problem.clone()));
            WireFault::NotReached(problem)
        })
    }
}

fn answer(response: &Response, context: &Value, cut: bool) -> Result<Incoming, String> {
    let templates = Templates::new(context);
    let mut headers = HeaderMap::new();
    for (name, value) in &response.headers {
        let bad = || format!("the header `{name}` cannot be sent");
        let value = HeaderValue::from_str(&templates.text(value)?).map_err(|_| bad())?;
        headers.append(HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?, value);
    }
    let body = match (&response.json, &response.text, &response.base64) {
        (Some(value), ..) => {
            headers.entry(http::header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
            templates.value(value)?.to_string().into_bytes()
        }
        (None, Some(text), _) => templates.text(text)?.into_bytes(),
        (None, None, Some(encoded)) => STANDARD.decode(encoded).map_err(|error| format!("no base64 ({error})"))?,
        (None, None, None) => Vec::new(),
    };
    let length = Some(body.len() as u64);
    let chunks = if cut {
        let half = Bytes::copy_from_slice(body.get(..body.len() / 2).unwrap_or_default());
        vec![Ok(half), Err("the scenario cuts the connection".to_owned())]
    } else {
        vec![Ok(Bytes::from(body))]
    };
    Ok(Incoming {
        status: StatusCode::from_u16(response.status).map_err(|error| error.to_string())?,
        headers,
        length,
        body: stream::iter(chunks).boxed(),
    })
}
