//! A request on its way: policy, credentials, exchange, redirects, answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::client::{chain, refused_address};
use super::draft::Hop;
use super::policy::Target;
use super::reply::Reply;
use super::resolver::LOOKUPS;
use super::{Answer, Draft, Plan, Refused, outcome, plan, redirect};
use crate::state::State;
use crate::turn::aside;

impl State {
    /// Sends a request of the guest and follows its redirects.
    pub(crate) async fn send_http(&mut self, draft: Draft) -> Result<Answer, Refused> {
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
    async fn redirected(&mut self, hop: &Hop, reply: &Reply) -> Result<Option<Hop>, Refused> {
        if !reply.status.is_redirection() {
            return Ok(None);
        }
        let location = reply.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.clone());
        let (from, status, confines) = (hop.clone(), reply.status, Arc::clone(&self.confines));
        let next = move || redirect::next(&from, status, location.as_deref(), &confines.secrets);
        aside(&self.shared.asides, hop.bytes(), next).await?
    }

    /// One request and its answer.
    async fn hop(&mut self, hop: &Hop, until: Instant) -> Result<Reply, Refused> {
        let (target, request) = match self.prepare(hop).await {
            Ok(prepared) => prepared,
            Err(refused) => {
                // The operator sees what was tried, too.
                let mut entry = self.entry(hop);
                entry.exchange.error = Some(refused.text().to_owned());
                self.recorder.exchange(entry);
                return Err(refused);
            }
        };
        let begun = Instant::now();
        // On record before it leaves: the call may end while it is under way.
        self.recorder.open = Some(self.entry(hop));
        let answered = match self.plan.as_mut().map(Plan::answer) {
            // The request has been built, so that what is wrong with it shows, and goes nowhere.
            Some(planned) => self.planned(planned),
            None => self.exchanged(&target, request, until).await,
        };
        let outcome = match answered {
            Ok(reply) => self.capture(hop, &target, reply).await,
            Err(refused) => Err(refused),
        };
        let mut entry = self.recorder.open.take().unwrap_or_else(|| self.entry(hop));
        entry.exchange.micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        match &outcome {
            Ok(reply) => {
                self.recorder.unknown_outcome |= outcome::is_unknown(reply.status);
                self.complete(&mut entry, reply);
            }
            Err(refused) => entry.exchange.error = Some(refused.text().to_owned()),
        }
        self.recorder.exchange(entry);
        outcome
    }

    fn planned(&mut self, answer: Result<Reply, Refused>) -> Result<Reply, Refused> {
        let reply = answer?;
        self.take_in(plan::bytes(&reply))?;
        Ok(reply)
    }

    /// The request as it leaves, if it may.
    async fn prepare(&mut self, hop: &Hop) -> Result<(Target, reqwest::Request), Refused> {
        let target = self.confines.outbound.judge(&hop.url).map_err(Refused::Denied)?;
        self.charge(hop)?;
        let now = self.shared.ports.clock.now();
        let (draft, origin, confines) = (hop.clone(), target.origin.clone(), Arc::clone(&self.confines));
        let fill = move || confines.secrets.fill(&draft.url, &draft.headers, draft.body.as_ref(), &origin, now);
        let filled = aside(&self.shared.asides, hop.bytes(), fill).await??;
        let mut request = reqwest::Request::new(hop.method.clone(), filled.url);
        *request.headers_mut() = self.header_map(&filled.headers)?;
        *request.body_mut() = filled.body.map(reqwest::Body::from);
        self.check_lease()?;
        Ok((target, request))
    }

    /// Somebody else may have taken the work over: what leaves after that may be done twice.
    fn check_lease(&self) -> Result<(), Refused> {
        match self.context.send_until {
            Some(until) if until.is_past(&*self.shared.ports.clock) => Err(Refused::NotSent(format!(
                "the time for this delivery ended at {}, so another worker may have taken it over: nothing is sent any more; \
                 the machine was suspended, or its clock was changed",
                until.at()
            ))),
            _ => Ok(()),
        }
    }

    fn charge(&mut self, hop: &Hop) -> Result<(), Refused> {
        let limits = &self.confines.limits;
        let recorder = &mut self.recorder;
        recorder.requests_left = recorder.requests_left.checked_sub(1).ok_or_else(|| {
            Refused::Limit(format!(
                "the call has made its {} requests: raise `limits.http-requests`",
                limits.http_requests
            ))
        })?;
        recorder.http_bytes_left = recorder.http_bytes_left.checked_sub(hop.bytes() as u64).ok_or_else(|| {
            Refused::Limit(format!(
                "the call may send and receive {} bytes: raise `limits.http-bytes`",
                limits.http_bytes
            ))
        })?;
        Ok(())
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
        if let Ok(parent) = HeaderValue::from_str(&self.context.trace_parent)
            && !parent.is_empty()
        {
            map.insert(HeaderName::from_static("traceparent"), parent);
        }
        Ok(map)
    }

    async fn exchanged(
        &mut self,
        target: &Target,
        request: reqwest::Request,
        until: Instant,
    ) -> Result<Reply, Refused> {
        let late = |ms: u64| {
            Refused::UnknownOutcome(format!(
                "no whole answer came from `{}` in time (`limits.http-timeout-ms` is {ms}, the plugin or the call's deadline may want less)",
                target.origin
            ))
        };
        let limit = self.confines.limits.http_timeout_ms;
        let sending = self.shared.clients.of(target.private).execute(request);
        let sending = LOOKUPS.scope(Arc::clone(&self.confines.lookups), sending);
        let response = tokio::time::timeout_at(until.into(), sending)
            .await
            .map_err(|_| late(limit))?
            .map_err(|error| self.failed(target, &error))?;
        tokio::time::timeout_at(until.into(), self.read_reply(response)).await.map_err(|_| late(limit))?
    }

    /// What a failed exchange means: nothing was sent before there was a connection.
    fn failed(&self, target: &Target, error: &reqwest::Error) -> Refused {
        if let Some(refused) = refused_address(error) {
            let outbound = &self.confines.outbound;
            return Refused::Denied(outbound.refused_address(&target.origin, refused.address, refused.kind, false));
        }
        let text = self.confines.secrets.blot_text(chain(error));
        let origin = &target.origin;
        if error.is_connect() {
            Refused::NotSent(format!("`{origin}` cannot be reached ({text})"))
        } else if error.is_builder() {
            Refused::Denied(format!("the request to `{origin}` cannot be built ({text})"))
        } else {
            Refused::UnknownOutcome(format!("the connection to `{origin}` broke after the request began ({text})"))
        }
    }
}
