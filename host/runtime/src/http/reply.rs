//! An exchange itself, and the answer on its way in: bounds, captured credentials, blotted secrets.

use std::time::Instant;

use http::StatusCode;
use reqwest::Response;

use super::client::{chain, refused_address};
use super::draft::{Hop, is_hosts_own};
use super::policy::Target;
use super::send::Sender;
use super::{Answer, Refused};

/// An answer with its body read.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Sender {
    /// Sends it and reads the answer.
    pub(super) async fn exchanged(
        &self,
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

    async fn read_reply(&self, mut response: Response) -> Result<Reply, Refused> {
        let status = response.status();
        let headers = response
            .headers()
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
        if response.content_length().is_some_and(|length| length > self.bytes_left()) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await.map_err(|error| {
                let text = self.confines.secrets.blot_text(chain(&error));
                Refused::UnknownOutcome(format!("the connection broke in the middle of the answer ({text})"))
            })?;
            let Some(chunk) = chunk else { break };
            if !self.recorder().take_bytes(chunk.len() as u64) {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, headers, body })
    }

    /// Takes declared credentials out of the answer before anybody sees it.
    pub(super) async fn capture(&self, hop: &Hop, target: &Target, reply: &mut Reply) {
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
    pub(super) fn receive(&self, reply: Reply) -> Answer {
        let secrets = &self.confines.secrets;
        let headers = reply.headers.into_iter().map(|(name, value)| (name, secrets.blot_text(value))).collect();
        Answer { status: reply.status.as_u16(), headers, body: secrets.blot(reply.body) }
    }
}
