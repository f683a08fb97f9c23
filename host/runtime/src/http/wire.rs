//! Where a request leaves the host: one door, so that a bench can stand in for the world behind it.

use std::net::IpAddr;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::address::Kind;

/// A request as it leaves: policy passed, credentials filled in, the host's own headers set.
#[derive(Debug)]
pub struct Outgoing {
    /// Never `CONNECT` or `TRACE`.
    pub method: Method,
    /// Absolute, without a fragment.
    pub url: Url,
    /// All of them but those that belong to the connection itself.
    pub headers: HeaderMap,
    /// None: the request has no body.
    pub body: Option<Bytes>,
    /// May its host lie in a private or loopback network?
    pub private: bool,
}

/// An answer whose body has not been read yet.
pub struct Incoming {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// How long the body says that it is.
    pub length: Option<u64>,
    /// The body; an error says how the connection broke.
    pub body: BoxStream<'static, Result<Bytes, String>>,
}

/// Why there is no answer. The texts hold neither URL nor credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireFault {
    /// The host lies at an address that is not allowed.
    Address(AddressRefused),
    /// There never was a connection: the request surely did not reach the upstream.
    NotReached(String),
    /// It is no request that HTTP can carry.
    Unfit(String),
    /// The connection broke after the request began.
    Broken(String),
}

/// A host lies where requests may not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host lies at {address}, {}", .kind.name())]
pub struct AddressRefused {
    pub(crate) address: IpAddr,
    pub(crate) kind: Kind,
}

/// Carries a request to its upstream. Time-outs are the caller's: it drops the exchange.
#[async_trait]
pub trait Wire: Send + Sync + 'static {
    /// One request and the beginning of its answer. Redirects are answers.
    async fn exchange(&self, request: Outgoing) -> Result<Incoming, WireFault>;
}
