//! A request as the guest wrote it, and the answer as it sees it.

use bytes::Bytes;
use http::{HeaderName, Method};
use url::Url;

use super::Refused;

/// Longest method.
const METHOD: usize = 32;
/// Longest URL, the address of a redirect too.
pub(crate) const URL: usize = 16 << 10;
/// Longest host, as in DNS.
const HOST: usize = 253;
/// Most headers of a request, and most bytes of all of them.
const HEADERS: usize = 100;
const HEADER_BYTES: usize = 64 << 10;

/// What the guest asks for.
pub(crate) struct Draft {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Bytes>,
    pub(crate) timeout_ms: Option<u64>,
}

/// What the guest sees.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// One request on its way, placeholders not yet filled in.
#[derive(Clone)]
pub(crate) struct Hop {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Bytes>,
}

pub(crate) fn size(headers: &[(String, String)]) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum()
}

impl Draft {
    pub(crate) fn bytes(&self) -> usize {
        self.method.len() + self.url.len() + size(&self.headers) + self.body.as_ref().map_or(0, Bytes::len)
    }

    /// Sizes first: what is longer is not even looked at.
    fn check_sizes(&self) -> Result<(), Refused> {
        let sizes = [
            ("method", self.method.len(), METHOD, "bytes"),
            ("URL", self.url.len(), URL, "bytes"),
            ("list of headers", self.headers.len(), HEADERS, "headers"),
            ("list of headers", size(&self.headers), HEADER_BYTES, "bytes"),
        ];
        match sizes.into_iter().find(|(_, found, most, _)| found > most) {
            None => Ok(()),
            Some((part, found, most, unit)) => {
                Err(Refused::Denied(format!("the {part} has {found} {unit}, the most is {most}: send less there")))
            }
        }
    }

    /// Checks method, URL and headers.
    pub(crate) fn check(self) -> Result<Hop, Refused> {
        self.check_sizes()?;
        let method = Method::from_bytes(self.method.to_ascii_uppercase().as_bytes())
            .ok()
            .filter(|method| *method != Method::CONNECT && *method != Method::TRACE)
            .ok_or_else(|| Refused::Denied(format!("the method {:?} is not allowed", self.method)))?;
        let mut url = Url::parse(&self.url).map_err(|error| {
            Refused::Denied(format!("the URL cannot be read ({error}): use an absolute http or https URL"))
        })?;
        check_host(&url)?;
        url.set_fragment(None);
        let mut headers = Vec::with_capacity(self.headers.len() + 2);
        for (name, value) in self.headers {
            let Ok(known) = HeaderName::from_bytes(name.as_bytes()) else {
                let name: String = name.chars().take(40).collect();
                return Err(Refused::Denied(format!("{name:?} is no name of a header")));
            };
            if is_hosts_own(known.as_str()) {
                return Err(Refused::Denied(format!("the header `{known}` is set by the host: leave it out")));
            }
            // Counted and set by the host; many libraries write them by themselves.
            if !matches!(known.as_str(), "content-length" | "accept-encoding" | "traceparent" | "user-agent") {
                headers.push((known.as_str().to_owned(), value));
            }
        }
        Ok(Hop { method, url, headers, body: self.body })
    }
}

/// Names that DNS cannot have are neither looked up nor told at their length.
pub(crate) fn check_host(url: &Url) -> Result<(), Refused> {
    match url.host_str() {
        Some(host) if host.len() > HOST => {
            Err(Refused::Denied(format!("the URL's host has {} bytes, the most is {HOST}: check the URL", host.len())))
        }
        _ => Ok(()),
    }
}

impl Hop {
    pub(crate) fn bytes(&self) -> usize {
        self.url.as_str().len() + size(&self.headers) + self.body.as_ref().map_or(0, Bytes::len)
    }
}

impl Answer {
    pub(crate) fn bytes(&self) -> usize {
        size(&self.headers) + self.body.len()
    }
}

/// Headers of one connection between two machines, and the host's name.
pub(crate) fn is_hosts_own(name: &str) -> bool {
    matches!(
        name,
        "host"
            | "connection"
            | "keep-alive"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "expect"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "proxy-connection"
            | "http2-settings"
    )
}
