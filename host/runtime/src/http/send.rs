//! A request on its way: policy, credentials, exchange, redirects, answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};
use mortise_domain::call::{CallContext, Exchange, LogLine};

use super::draft::Hop;
use super::policy::Target;
use super::reply::Reply;
use super::{Answer, Draft, Refused, redirect};
use crate::runtime::Shared;
use crate::secrets::BLOT;
use crate::state::{Confines, Recorder, State};

/// What becomes of an answer that points elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// The host goes on, each hop checked anew.
    Followed,
    /// The guest gets the answer as it is. What it sends next is a request of its own.
    HandedOver,
}

/// The one way out of a sandbox, whichever door the guest used. It stands apart from the sandbox, so that a request can be under
/// way while the guest does something else.
pub(crate) struct Sender {
    pub(super) confines: Arc<Confines>,
    pub(super) shared: Arc<Shared>,
    recorder: Arc<Mutex<Recorder>>,
    trace_parent: String,
    deadline: Instant,
}

impl State {
    /// The way out for a request of this call.
    pub(crate) fn sender(&self) -> Sender {
        Sender::new(&self.confines, &self.shared, &self.recorder, &self.context, self.deadline)
    }
}

impl Sender {
    pub(super) fn new(
        confines: &Arc<Confines>,
        shared: &Arc<Shared>,
        recorder: &Arc<Mutex<Recorder>>,
        context: &CallContext,
        deadline: Instant,
    ) -> Self {
        Self {
            confines: Arc::clone(confines),
            shared: Arc::clone(shared),
            recorder: Arc::clone(recorder),
            trace_parent: context.trace_parent.clone(),
            deadline,
        }
    }

    pub(super) fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes that the call may still send and receive.
    pub(crate) fn bytes_left(&self) -> u64 {
        self.recorder().http_bytes_left
    }

    /// Tells the plugin's developer what a guest's library keeps to itself.
    pub(super) fn tell(&self, refused: &Refused) {
        let message = self.confines.secrets.blot_text(refused.text().to_owned());
        let mut recorder = self.recorder();
        if recorder.room_for_line(message.len() + 16) {
            recorder.line(LogLine { level: "warn".into(), message, fields: Vec::new() });
        }
    }

    /// Sends a request of the guest.
    pub(crate) async fn send(&self, draft: Draft, redirects: Redirects) -> Result<Answer, Refused> {
        let limits = &self.confines.limits;
        let asked = draft.timeout_ms.map_or(limits.http_timeout_ms, |asked| asked.min(limits.http_timeout_ms));
        let until = (Instant::now() + Duration::from_millis(asked)).min(self.deadline);
        let mut hop = draft.check()?;
        let mut hops = 0;
        loop {
            let sent = self.hop(&hop, until).await;
            let reply = match sent {
                Ok(done) => done,
                Err(refused) => return Err(self.after_redirect(refused, hops)),
            };
            if redirects == Redirects::HandedOver {
                return Ok(self.receive(reply));
            }
            let location = reply.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.as_str());
            let secrets = &self.confines.secrets;
            match redirect::next(&hop, reply.status, location, secrets) {
                Ok(None) => return Ok(self.receive(reply)),
                Ok(Some(next)) if hops < redirect::MOST => hop = next,
                Ok(Some(_)) => {
                    let text = format!("the upstream redirects more than {} times: check the URL", redirect::MOST);
                    return Err(self.after_redirect(Refused::UnknownOutcome(text), hops + 1));
                }
                Err(refused) => return Err(self.after_redirect(refused, hops + 1)),
            }
            hops += 1;
        }
    }

    /// The first request of a chain was answered: its effect may have happened, whatever becomes of the next one.
    fn after_redirect(&self, refused: Refused, hops: usize) -> Refused {
        if hops == 0 {
            return refused;
        }
        let refused = match refused {
            Refused::NotSent(text) => Refused::UnknownOutcome(format!("after a redirect: {text}")),
            Refused::Denied(text) => Refused::Denied(format!("after a redirect: {text}")),
            limit @ Refused::Limit(_) => return limit,
            other => other,
        };
        self.recorder().unknown_outcome = true;
        refused
    }

    /// One request and its answer.
    async fn hop(&self, hop: &Hop, until: Instant) -> Result<Reply, Refused> {
        let (target, request) = match self.prepare(hop) {
            Ok(prepared) => prepared,
            Err(refused) => {
                // The operator sees what was tried, too.
                let exchange = Exchange { error: Some(refused.text().to_owned()), ..self.exchange(hop) };
                self.recorder().exchange(exchange);
                return Err(refused);
            }
        };
        let begun = Instant::now();
        // On record before it leaves: the call may end while it is under way.
        let ticket = self.recorder().begin(self.exchange(hop));
        let mut outcome = self.exchanged(&target, request, until).await;
        if let Ok(reply) = &mut outcome {
            self.capture(hop, &target, reply).await;
        }
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let answer = outcome.as_ref().ok().map(|reply| {
            let body = String::from_utf8_lossy(&reply.body).into_owned();
            (reply.status.as_u16(), self.recorded(&reply.headers), self.confines.secrets.blot_for_record(body))
        });
        // In one go: the call may end at any time.
        let mut recorder = self.recorder();
        if let Some(mut exchange) = recorder.end(ticket) {
            exchange.micros = micros;
            if let Some((status, headers, body)) = answer {
                exchange.status = Some(status);
                exchange.response_headers = headers;
                exchange.response_body = body;
            }
            exchange.error = outcome.as_ref().err().map(|refused| refused.text().to_owned());
            recorder.unknown_outcome |= matches!(outcome, Err(Refused::UnknownOutcome(_) | Refused::TooLarge(_)));
            recorder.exchange(exchange);
        }
        drop(recorder);
        outcome
    }

    /// The request as it leaves, if it may.
    fn prepare(&self, hop: &Hop) -> Result<(Target, reqwest::Request), Refused> {
        let target = self.confines.outbound.judge(&hop.url).map_err(Refused::Denied)?;
        self.charge(hop)?;
        let now = self.shared.ports.clock.now();
        let filled = self.confines.secrets.fill(&hop.url, &hop.headers, hop.body.as_ref(), &target.origin, now)?;
        let mut request = reqwest::Request::new(hop.method.clone(), filled.url);
        *request.headers_mut() = self.header_map(&filled.headers)?;
        *request.body_mut() = filled.body.map(reqwest::Body::from);
        Ok((target, request))
    }

    fn charge(&self, hop: &Hop) -> Result<(), Refused> {
        let limits = &self.confines.limits;
        let mut recorder = self.recorder();
        recorder.requests_left = recorder.requests_left.checked_sub(1).ok_or_else(|| {
            Refused::Limit(format!(
                "the call has made its {} requests: raise `limits.http-requests`",
                limits.http_requests
            ))
        })?;
        if recorder.take_bytes(hop.bytes() as u64) { Ok(()) } else { Err(self.over_bytes()) }
    }

    pub(super) fn over_bytes(&self) -> Refused {
        let most = self.confines.limits.http_bytes;
        Refused::Limit(format!("the call may send and receive {most} bytes: raise `limits.http-bytes`"))
    }

    fn header_map(&self, headers: &[(String, String)]) -> Result<HeaderMap, Refused> {
        let mut map = HeaderMap::with_capacity(headers.len() + 2);
        for (name, value) in headers {
            // The value may hold a credential: it is not told.
            let bad = || Refused::NotSent(format!("the header `{name}` holds a character that headers cannot have"));
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| bad())?;
            map.append(HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?, value);
        }
        // A secret within compressed bytes would not be found.
        map.insert(http::header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Ok(parent) = HeaderValue::from_str(&self.trace_parent)
            && !parent.is_empty()
        {
            map.insert(HeaderName::from_static("traceparent"), parent);
        }
        Ok(map)
    }

    /// The request as it is recorded: what the guest wrote, placeholders blotted out.
    fn exchange(&self, hop: &Hop) -> Exchange {
        let secrets = &self.confines.secrets;
        let body = hop.body.as_ref().map(|body| String::from_utf8_lossy(body).into_owned()).unwrap_or_default();
        Exchange {
            at: self.shared.ports.clock.now(),
            method: hop.method.to_string(),
            url: secrets.blot_for_record(hop.url.to_string()),
            request_headers: self.recorded(&hop.headers),
            request_body: secrets.blot_for_record(body),
            status: None,
            response_headers: Vec::new(),
            response_body: String::new(),
            error: None,
            micros: 0,
        }
    }

    fn recorded(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        headers
            .iter()
            .map(|(name, value)| {
                let secret = matches!(name.as_str(), "authorization" | "cookie" | "set-cookie");
                let value = if secret { BLOT.to_owned() } else { self.confines.secrets.blot_for_record(value.clone()) };
                (name.clone(), value)
            })
            .collect()
    }
}
