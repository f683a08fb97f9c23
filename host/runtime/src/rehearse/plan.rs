//! A plan of a call: its requests are recorded as they would leave, and none leaves.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::ports::ReadOnly;
use crate::config::Ports;
use crate::http::wire::{Incoming, Outgoing, Wire, WireFault};
use crate::runtime::{Runtime, RuntimeError};
use crate::scratch::Scratch;

/// What a request of a plan is told that gets no answer.
const NOT_SENT: &str = "a plan: the request is shown, not sent";

/// An answer that a request of a plan gets in place of the upstream's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedAnswer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// The answers that are left.
struct Planned(Mutex<VecDeque<PlannedAnswer>>);

/// The world of a plan: each request gets the next of these answers and, where none is left, the plugin is told that nothing was
/// sent. The plugin's memory is empty and forgotten; of credentials nothing is kept.
pub(crate) fn world(runtime: &Runtime, answers: Vec<PlannedAnswer>) -> Result<Arc<Runtime>, RuntimeError> {
    let real = &runtime.shared.ports;
    let ports = Ports {
        clock: Arc::clone(&real.clock),
        chance: Arc::clone(&real.chance),
        key_value: Arc::new(Scratch::default()),
        vault: Arc::new(ReadOnly(Arc::clone(&real.vault))),
        records: Arc::clone(&real.records),
    };
    let wire = Arc::new(Planned(Mutex::new(answers.into())));
    let zone = Arc::clone(&runtime.shared.zone.load().name);
    runtime.beside(ports, Some(wire), &zone)
}

#[async_trait]
impl Wire for Planned {
    async fn exchange(&self, _: Outgoing) -> Result<Incoming, WireFault> {
        let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let PlannedAnswer { status, headers, body } = next.ok_or_else(|| WireFault::NotReached(NOT_SENT.to_owned()))?;
        let unfit = |what: String| WireFault::Unfit(format!("{what}: correct the answers of the plan"));
        let status = StatusCode::from_u16(status).map_err(|_| unfit(format!("{status} is no HTTP status")))?;
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let value = HeaderValue::from_str(&value).map_err(|_| unfit(format!("{name:?} has no fit value")))?;
            let name = HeaderName::try_from(&name).map_err(|_| unfit(format!("{name:?} is no header")))?;
            map.append(name, value);
        }
        let length = Some(body.len() as u64);
        let body = stream::iter([Ok(Bytes::from(body))]).boxed();
        Ok(Incoming { status, headers: map, length, body })
    }
}
