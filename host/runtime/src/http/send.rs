//! A request on its way: policy, credentials, exchange, redirects, answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use mortise_domain::call::{CallContext, LogLine};
use mortise_domain::ports::clock::Fence;
use tokio::time::Instant;

use super::draft::Hop;
use super::policy::Target;
use super::reply::Reply;
use super::resolver::LOOKUPS;
use super::wire::{Outgoing, WireFault};
use super::{Answer, Draft, Refused, outcome, redirect};
use crate::runtime::Shared;
use crate::state::{Confines, Recorder, State, Taken, Ticket};
use crate::turn::aside;

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
    send_until: Option<Fence>,
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
            send_until: context.send_until,
        }
    }

    pub(super) fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes that the call may still send and receive.
    pub(super) fn bytes_left(&self) -> u64 {
        self.recorder().http_bytes_left
    }

    /// Tells the plugin's developer what a guest's library keeps to itself.
    pub(super) fn tell(&self, refused: &Refused) {
        // Room first: a guest may be refused as often as it likes.
        if self.recorder().room_for_line(refused.text().len() + 16) {
            let message = self.confines.secrets.blot_text(refused.text().to_owned());
            self.recorder().line(LogLine { level: "warn".into(), message, fields: Vec::new() });
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
                return self.receive(reply).await;
            }
            match self.redirected(&hop, &reply).await {
                Ok(None) => return self.receive(reply).await,
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

    /// Where the upstream sends the request on to, if it does.
    async fn redirected(&self, hop: &Hop, reply: &Reply) -> Result<Option<Hop>, Refused> {
        if !reply.status.is_redirection() {
            return Ok(None);
        }
        let location = reply.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.clone());
        let (from, status, confines) = (hop.clone(), reply.status, Arc::clone(&self.confines));
        let next = move || redirect::next(&from, status, location.as_deref(), &confines.secrets);
        aside(&self.shared.asides, hop.bytes(), next).await?
    }

    /// One request and its answer.
    async fn hop(&self, hop: &Hop, until: Instant) -> Result<Reply, Refused> {
        // Refused ones count too: each is judged, and put on record, at the host's expense.
        let within = self.recorder().take_request();
        if within == Taken::Over {
            return Err(self.over_requests());
        }
        let prepared = if within == Taken::Last { Err(self.over_requests()) } else { self.prepare(hop).await };
        let (target, request) = match prepared {
            Ok(prepared) => prepared,
            Err(refused) => {
                // The operator sees what was tried, too.
                let mut entry = self.entry(hop);
                entry.exchange.error = Some(refused.text().to_owned());
                self.recorder().exchange(entry);
                return Err(refused);
            }
        };
        let begun = Instant::now();
        // On record before it leaves: the call may end while it is under way. What is not on record does not leave.
        let entry = self.entry(hop);
        let ticket = self.recorder().begin(entry);
        let Some(ticket) = ticket else {
            return Err(Refused::NotSent("the call has ended; what it did not wait for is not sent any more".into()));
        };
        let outcome = match self.exchanged(&target, request, until).await {
            Ok(reply) => self.capture(hop, &target, reply).await,
            Err(refused) => Err(refused),
        };
        self.settle(ticket, &outcome, begun);
        outcome
    }

    /// Puts what became of a request on record.
    fn settle(&self, ticket: Ticket, outcome: &Result<Reply, Refused>, begun: Instant) {
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let answer = outcome.as_ref().map(|reply| self.answer(reply));
        // In one go: the call may end at any time.
        let mut recorder = self.recorder();
        let Some(mut entry) = recorder.end(ticket) else { return };
        entry.exchange.micros = micros;
        match answer {
            Ok(answer) => {
                recorder.unknown_outcome |= outcome::is_unknown(answer.status);
                answer.complete(&mut entry);
            }
            Err(refused) => {
                recorder.unknown_outcome |= matches!(refused, Refused::UnknownOutcome(_) | Refused::TooLarge(_));
                entry.exchange.error = Some(refused.text().to_owned());
            }
        }
        recorder.exchange(entry);
    }

    /// The request as it leaves, if it may.
    async fn prepare(&self, hop: &Hop) -> Result<(Target, Outgoing), Refused> {
        let target = self.confines.outbound.judge(&hop.url).map_err(Refused::Denied)?;
        self.charge(hop)?;
        let now = self.shared.ports.clock.now();
        let (draft, origin, confines) = (hop.clone(), target.origin.clone(), Arc::clone(&self.confines));
        let fill = move || confines.secrets.fill(&draft.url, &draft.headers, draft.body.as_ref(), &origin, now);
        let filled = aside(&self.shared.asides, hop.bytes(), fill).await??;
        let headers = self.header_map(&filled.headers)?;
        let private = target.private;
        let request = Outgoing { method: hop.method.clone(), url: filled.url, headers, body: filled.body, private };
        self.check_lease()?;
        Ok((target, request))
    }

    /// Somebody else may have taken the work over: what leaves after that may be done twice.
    fn check_lease(&self) -> Result<(), Refused> {
        match self.send_until {
            Some(until) if until.is_past(&*self.shared.ports.clock) => Err(Refused::NotSent(format!(
                "the time for this delivery ended at {}, so another worker may have taken it over: nothing is sent any more; \
                 the machine was suspended, or its clock was changed",
                until.at()
            ))),
            _ => Ok(()),
        }
    }

    fn charge(&self, hop: &Hop) -> Result<(), Refused> {
        let within = self.recorder().take_bytes(hop.bytes() as u64);
        if within { Ok(()) } else { Err(self.over_bytes()) }
    }

    fn over_requests(&self) -> Refused {
        let most = self.confines.limits.http_requests;
        Refused::Limit(format!("the call has made its {most} requests: raise `limits.http-requests`"))
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

    async fn exchanged(&self, target: &Target, request: Outgoing, until: Instant) -> Result<Reply, Refused> {
        let late = |ms: u64| {
            Refused::UnknownOutcome(format!(
                "no whole answer came from `{}` in time (`limits.http-timeout-ms` is {ms}, the plugin or the call's deadline may want less)",
                target.origin
            ))
        };
        let limit = self.confines.limits.http_timeout_ms;
        let sending = self.shared.wire.exchange(request);
        let sending = LOOKUPS.scope(Arc::clone(&self.confines.lookups), sending);
        let incoming = tokio::time::timeout_at(until, sending)
            .await
            .map_err(|_| late(limit))?
            .map_err(|fault| self.failed(target, fault))?;
        tokio::time::timeout_at(until, self.read_reply(incoming)).await.map_err(|_| late(limit))?
    }

    fn failed(&self, target: &Target, fault: WireFault) -> Refused {
        let origin = &target.origin;
        let blot = |text: String| self.confines.secrets.blot_text(text);
        match fault {
            WireFault::Address(refused) => {
                Refused::Denied(self.confines.outbound.refused_address(origin, refused.address, refused.kind, false))
            }
            WireFault::NotReached(text) => Refused::NotSent(format!("`{origin}` cannot be reached ({})", blot(text))),
            WireFault::Unfit(text) => {
                Refused::Denied(format!("the request to `{origin}` cannot be built ({})", blot(text)))
            }
            WireFault::Broken(text) => Refused::UnknownOutcome(format!(
                "the connection to `{origin}` broke after the request began ({})",
                blot(text)
            )),
        }
    }
}
