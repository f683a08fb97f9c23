//! An exchange as it is recorded: what the guest wrote, placeholders and secrets blotted out.

use http::StatusCode;
use mortise_domain::call::Exchange;

use super::Sender;
use super::draft::Hop;
use super::reply::Reply;
use crate::secrets::BLOT;
use crate::state::Entry;

/// An answer as it is recorded.
pub(super) struct Recorded {
    pub(super) status: StatusCode,
    headers: Vec<(String, String)>,
    body: String,
    cut: Option<usize>,
}

impl Recorded {
    /// Adds the answer to its request.
    pub(super) fn complete(self, entry: &mut Entry) {
        entry.exchange.status = Some(self.status.as_u16());
        entry.exchange.response_headers = self.headers;
        entry.exchange.response_body = self.body;
        entry.response_cut = self.cut;
    }
}

impl Sender {
    /// The request, before there is an answer.
    pub(super) fn entry(&self, hop: &Hop) -> Entry {
        let secrets = &self.confines.secrets;
        let room = self.recorder().room_for_exchange();
        let body = hop.body.as_deref().unwrap_or_default();
        let (request_body, request_cut) = secrets.head_for_record(body, room);
        let exchange = Exchange {
            at: self.shared.ports.clock.now(),
            method: hop.method.to_string(),
            url: secrets.blot_for_record(hop.url.to_string()),
            request_headers: self.recorded(&hop.headers),
            request_body,
            status: None,
            response_headers: Vec::new(),
            response_body: String::new(),
            error: None,
            micros: 0,
        };
        Entry { exchange, request_cut, response_cut: None }
    }

    /// The answer, as it is recorded.
    pub(super) fn answer(&self, reply: &Reply) -> Recorded {
        let room = self.recorder().room_for_exchange();
        let (body, cut) = self.confines.secrets.head_for_record(&reply.body, room);
        Recorded { status: reply.status, headers: self.recorded(&reply.headers), body, cut }
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
