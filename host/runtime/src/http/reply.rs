//! What an upstream answered: read within its bounds, credentials taken out before anybody sees them.

use std::sync::Arc;

use futures::StreamExt;
use http::StatusCode;

use super::draft::{Hop, is_hosts_own, size};
use super::policy::Target;
use super::wire::Incoming;
use super::{Answer, Refused, Sender};
use crate::turn::aside;

/// An answer with its body read.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Sender {
    pub(super) async fn read_reply(&self, mut incoming: Incoming) -> Result<Reply, Refused> {
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
        self.take_in(size(&headers) as u64)?;
        if incoming.length.is_some_and(|length| length > self.bytes_left()) {
            return Err(self.too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = incoming.body.next().await {
            let chunk = chunk.map_err(|text| {
                let text = self.confines.secrets.blot_text(text);
                Refused::UnknownOutcome(format!("the connection broke in the middle of the answer ({text})"))
            })?;
            self.take_in(chunk.len() as u64)?;
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, headers, body })
    }

    fn take_in(&self, bytes: u64) -> Result<(), Refused> {
        if self.recorder().take_bytes(bytes) { Ok(()) } else { Err(self.too_large()) }
    }

    fn too_large(&self) -> Refused {
        let most = self.confines.limits.http_bytes;
        Refused::TooLarge(format!(
            "the answer is larger than the call may still receive: `limits.http-bytes` is {most} for all requests together; raise it or ask for less"
        ))
    }

    /// Takes declared credentials out of the answer before anybody sees it.
    pub(super) async fn capture(&self, hop: &Hop, target: &Target, reply: Reply) -> Result<Reply, Refused> {
        let Reply { status, headers, body } = reply;
        if !self.confines.secrets.captures_from(&target.origin, &hop.url) {
            return Ok(Reply { status, headers, body });
        }
        let (confines, origin, url) = (Arc::clone(&self.confines), target.origin.clone(), hop.url.clone());
        let (now, bytes) = (self.shared.ports.clock.now(), body.len());
        let take = move || confines.secrets.capture(&origin, &url, status.is_success(), body, now);
        let (seen, captured) = aside(&self.shared.asides, bytes, take).await?;
        for credential in captured {
            let kept = self.shared.ports.vault.keep(&self.confines.name, &credential).await;
            if let Err(error) = kept {
                tracing::warn!(connection = &*self.confines.name, slot = credential.slot, %error, "a captured credential cannot be stored: it lasts until the next start");
            }
        }
        Ok(Reply { status, headers, body: seen })
    }

    /// The answer as the guest sees it: known secrets blotted out.
    pub(super) async fn receive(&self, reply: Reply) -> Result<Answer, Refused> {
        let confines = Arc::clone(&self.confines);
        let bytes = reply.body.len() + size(&reply.headers);
        let blot = move || {
            let secrets = &confines.secrets;
            let headers = reply.headers.into_iter().map(|(name, value)| (name, secrets.blot_text(value))).collect();
            Answer { status: reply.status.as_u16(), headers, body: secrets.blot(reply.body) }
        };
        Ok(aside(&self.shared.asides, bytes, blot).await?)
    }
}
