//! A request on its way: policy, credentials, exchange, redirects, answer.

use std::time::Duration;

use futures::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use mortise_domain::call::Exchange;
use tokio::time::Instant;

use super::draft::{Hop, is_hosts_own};
use super::policy::Target;
use super::wire::{Incoming, Outgoing, WireFault};
use super::{Answer, Draft, Refused, redirect};
use crate::secrets::BLOT;
use crate::state::State;

/// An answer with its body read.
struct Reply {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

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
    fn after_redirect(&mut self, refused: Refused, hops: usize) -> Refused {
        match refused {
            Refused::UnknownOutcome(text) => {
                self.recorder.unknown_outcome = true;
                Refused::UnknownOutcome(text)
            }
            Refused::NotSent(text) if hops > 0 => {
                self.recorder.unknown_outcome = true;
                Refused::UnknownOutcome(format!("after a redirect: {text}"))
            }
            Refused::Denied(text) if hops > 0 => {
                self.recorder.unknown_outcome = true;
                Refused::Denied(format!("after a redirect: {text}"))
            }
            Refused::TooLarge(text) => {
                self.recorder.unknown_outcome = true;
                Refused::TooLarge(text)
            }
            other => other,
        }
    }

    /// One request and its answer.
    async fn hop(&mut self, hop: &Hop, until: Instant) -> Result<Reply, Refused> {
        let (target, request) = match self.prepare(hop) {
            Ok(prepared) => prepared,
            Err(refused) => {
                // The operator sees what was tried, too.
                let exchange = Exchange { error: Some(refused.text().to_owned()), ..self.exchange(hop) };
                self.recorder.exchange(exchange);
                return Err(refused);
            }
        };
        let begun = Instant::now();
        // On record before it leaves: the call may end while it is under way.
        self.recorder.open = Some(self.exchange(hop));
        let mut outcome = self.exchanged(&target, request, until).await;
        if let Ok(reply) = &mut outcome {
            self.capture(hop, &target, reply).await;
        }
        let mut exchange = self.recorder.open.take().unwrap_or_else(|| self.exchange(hop));
        exchange.micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        match &outcome {
            Ok(reply) => {
                let secrets = &self.confines.secrets;
                exchange.status = Some(reply.status.as_u16());
                exchange.response_headers = self.recorded(&reply.headers);
                exchange.response_body = secrets.blot_for_record(String::from_utf8_lossy(&reply.body).into_owned());
            }
            Err(refused) => exchange.error = Some(refused.text().to_owned()),
        }
        self.recorder.exchange(exchange);
        outcome
    }

    /// The request as it leaves, if it may.
    fn prepare(&mut self, hop: &Hop) -> Result<(Target, Outgoing), Refused> {
        let target = self.confines.outbound.judge(&hop.url).map_err(Refused::Denied)?;
        self.charge(hop)?;
        let now = self.shared.ports.clock.now();
        let filled = self.confines.secrets.fill(&hop.url, &hop.headers, hop.body.as_ref(), &target.origin, now)?;
        let headers = self.header_map(&filled.headers)?;
        let private = target.private;
        let request = Outgoing { method: hop.method.clone(), url: filled.url, headers, body: filled.body, private };
        Ok((target, request))
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

    async fn exchanged(&mut self, target: &Target, request: Outgoing, until: Instant) -> Result<Reply, Refused> {
        let late = |ms: u64| {
            Refused::UnknownOutcome(format!(
                "no whole answer came in time (`limits.http-timeout-ms` is {ms}, the plugin or the call's deadline may want less)"
            ))
        };
        let limit = self.confines.limits.http_timeout_ms;
        let sending = self.shared.wire.exchange(request);
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

    async fn read_reply(&mut self, mut incoming: Incoming) -> Result<Reply, Refused> {
        let status = incoming.status;
        let headers = incoming
            .headers
            .iter()
            .filter(|(name, _)| !is_hosts_own(name.as_str()) && *name != http::header::CONTENT_LENGTH)
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect::<Vec<_>>();
        let encoded = headers.iter().find(|(name, value)| name == "content-encoding" && value != "identity");
        if let Some((_, encoding)) = encoded {
            return Err(Refused::UnknownOutcome(format!(
                "the upstream answered compressed ({encoding}) though it was asked not to: its answer cannot be read"
            )));
        }
        let most = self.confines.limits.http_bytes;
        let too_large = || {
            Refused::TooLarge(format!(
                "the answer is larger than the call may still receive: `limits.http-bytes` is {most} for all requests together; raise it or ask for less"
            ))
        };
        if incoming.length.is_some_and(|length| length > self.recorder.http_bytes_left) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = incoming.body.next().await {
            let chunk = chunk.map_err(|text| {
                let text = self.confines.secrets.blot_text(text);
                Refused::UnknownOutcome(format!("the connection broke in the middle of the answer ({text})"))
            })?;
            self.recorder.http_bytes_left =
                self.recorder.http_bytes_left.checked_sub(chunk.len() as u64).ok_or_else(too_large)?;
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, headers, body })
    }

    /// Takes declared credentials out of the answer before anybody sees it.
    async fn capture(&mut self, hop: &Hop, target: &Target, reply: &mut Reply) {
        if !reply.status.is_success() {
            return;
        }
        let body = std::mem::take(&mut reply.body);
        let (seen, captured) =
            self.confines.secrets.capture(&target.origin, &hop.url, body, self.shared.ports.clock.now());
        reply.body = seen;
        for credential in captured {
            let kept = self.shared.ports.vault.keep(&self.confines.name, &credential).await;
            if let Err(error) = kept {
                tracing::warn!(connection = &*self.confines.name, slot = credential.slot, %error, "a captured credential cannot be stored: it lasts until the next start");
            }
        }
    }

    /// The answer as the guest sees it: known secrets blotted out.
    fn receive(&self, reply: Reply) -> Answer {
        let secrets = &self.confines.secrets;
        let headers = reply.headers.into_iter().map(|(name, value)| (name, secrets.blot_text(value))).collect();
        Answer { status: reply.status.as_u16(), headers, body: secrets.blot(reply.body) }
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
