//! From where a request comes, and what its handler wants noted in the audit trail.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};

use super::super::problem::Problem;
use super::RequestId;
use super::routes::PREFIX;
use crate::listen::Peer;

/// Whoever makes the request, known or not.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// From where.
    pub address: IpAddr,
    /// With which program.
    pub agent: String,
    /// Method and address, without the query.
    pub target: String,
    /// Id of the request.
    pub request: String,
    notes: Arc<Mutex<Map<String, Value>>>,
}

impl Visitor {
    /// Of this request. `proxies` are believed when they say who asks.
    pub fn of(request: &Request, proxies: &[IpAddr]) -> Self {
        let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let path = request.uri().path();
        let target = format!("{} {}", request.method(), path.strip_prefix(PREFIX).unwrap_or(path));
        Self {
            address: address(peer.to_canonical(), request.headers(), proxies),
            agent: agent.unwrap_or_default().chars().take(200).collect(),
            target: target.chars().take(500).collect(),
            request: request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
            notes: Arc::default(),
        }
    }

    /// Notes a particular for the audit trail. Never a secret.
    pub fn note(&self, name: &str, value: impl Into<Value>) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), value.into());
    }

    /// What was noted.
    pub fn notes(&self) -> Value {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone().into()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::internal)
    }
}

/// The last address of the way that no proxy of ours vouches for. What stands before it, anybody may have written.
fn address(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    if !proxies.contains(&peer) {
        return peer;
    }
    let values: Vec<&str> =
        headers.get_all("x-forwarded-for").into_iter().filter_map(|value| value.to_str().ok()).collect();
    let mut nearest = peer;
    for hop in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        nearest = hop.to_canonical();
        if !proxies.contains(&nearest) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_proxies_are_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let from = |peer: &str, values: &[&'static str]| {
            let headers = values.iter().map(|value| ("x-forwarded-for".parse().unwrap(), value.parse().unwrap()));
            address(ip(peer), &headers.collect(), &[ip("10.0.0.1"), ip("10.0.0.2")])
        };
        assert_eq!(from("203.0.113.9", &["198.51.100.1"]), ip("203.0.113.9"));
        assert_eq!(from("10.0.0.1", &["198.51.100.1"]), ip("198.51.100.1"));
        assert_eq!(from("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"]), ip("198.51.100.1"));
        assert_eq!(from("10.0.0.1", &["1.1.1.1", "198.51.100.1"]), ip("198.51.100.1"));
        assert_eq!(from("10.0.0.1", &["198.51.100.1, nonsense"]), ip("10.0.0.1"));
        assert_eq!(from("10.0.0.1", &[]), ip("10.0.0.1"));
    }
}
