//! May a plugin's file be fetched from there? One policy for registries, their token services, and every redirect.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::FetchError;
use crate::http::address;

/// Where plugin files may be fetched from: anywhere by HTTPS at a public address, and where these lists allow more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Sources {
    /// Hosts that are spoken to without TLS: `HOST` or `HOST:PORT`.
    pub plain_http: Vec<String>,
    /// Hosts that may lie in private networks or on this machine: `HOST`, `HOST:PORT`, or `*` for all.
    pub private: Vec<String>,
    /// Most milliseconds for a whole fetch.
    pub timeout_ms: u64,
}

impl Default for Sources {
    fn default() -> Self {
        Self { plain_http: Vec::new(), private: Vec::new(), timeout_ms: 60_000 }
    }
}

fn names(list: &[String], host: &str, port: Option<u16>) -> bool {
    list.iter().any(|entry| {
        entry == "*"
            || entry.eq_ignore_ascii_case(host)
            || port.is_some_and(|port| entry.eq_ignore_ascii_case(&format!("{host}:{port}")))
    })
}

impl Sources {
    /// The scheme that a registry (`HOST` or `HOST:PORT`) is spoken to with.
    pub(super) fn scheme_of(&self, registry: &str) -> &'static str {
        let (host, port) = match registry.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok()),
            None => (registry, None),
        };
        if names(&self.plain_http, host, port) { "http" } else { "https" }
    }

    /// May a request go there? Answers whether the host may lie at a private address.
    pub(super) fn judge(&self, url: &Url) -> Result<bool, FetchError> {
        let place = place(url);
        let Some(host) = url.host() else {
            return Err(FetchError::Refused(format!("`{place}` has no host: check the address")));
        };
        let name = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default();
        match url.scheme() {
            "https" => {}
            "http" if names(&self.plain_http, name, port) => {}
            "http" => {
                return Err(FetchError::Refused(format!(
                    "`{place}` is not HTTPS: others could change the file on the way; use https, or name the host in `plugin-sources.plain-http`"
                )));
            }
            other => return Err(FetchError::Refused(format!("`{other}:` is not HTTP: use an https address"))),
        }
        let private = names(&self.private, name, port);
        let literal = match host {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(_) => None,
        };
        match literal.and_then(|address| Some((address, address::kind(address)?))) {
            Some((address, kind)) if !(private && kind.grantable(false)) => Err(refused_address(url, address, kind)),
            _ => Ok(private),
        }
    }
}

/// What is told where a host lies where requests may not go.
pub(super) fn refused_address(url: &Url, address: IpAddr, kind: address::Kind) -> FetchError {
    let (place, kind_name) = (place(url), kind.name());
    FetchError::Refused(if kind.grantable(false) {
        format!("`{place}` lies at {address}, {kind_name}: if that is meant, name the host in `plugin-sources.private`")
    } else {
        format!("`{place}` lies at {address}, {kind_name}: files are never fetched from there")
    })
}

/// Scheme, host and port; the rest of an address may hold what lets one in.
pub(super) fn place(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(plain: &[&str], private: &[&str]) -> Sources {
        let own = |list: &[&str]| list.iter().map(|entry| (*entry).to_owned()).collect();
        Sources { plain_http: own(plain), private: own(private), ..Sources::default() }
    }

    fn told(sources: &Sources, url: &str) -> String {
        match sources.judge(&url.parse().unwrap()) {
            Ok(private) => format!("{url}: allowed, private {private}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn https_and_public_unless_the_lists_say_more() {
        let (none, some) =
            (sources(&[], &[]), sources(&["127.0.0.1:5000"], &["127.0.0.1", "registry.corp", "[::1]:5000"]));
        let told = [
            told(&none, "https://ghcr.io/x"),
            told(&none, "http://ghcr.io/x?token=s3cr3t"),
            told(&none, "ftp://ghcr.io/x"),
            told(&none, "https://127.0.0.1/x"),
            told(&none, "https://2130706433/x"),
            told(&none, "https://[::ffff:10.0.0.1]/x"),
            told(&none, "https://169.254.169.254/latest/meta-data"),
            told(&some, "http://127.0.0.1:5000/v2/"),
            told(&some, "http://127.0.0.1:5001/v2/"),
            told(&some, "https://127.0.0.1:5001/v2/"),
            told(&some, "https://[::1]:5000/v2/"),
            told(&some, "https://[::1]:5001/v2/"),
            told(&some, "https://registry.corp:8443/v2/"),
            told(&sources(&[], &["*"]), "https://169.254.169.254/latest/meta-data"),
        ];
        insta::assert_snapshot!(told.join("\n"), @"
        https://ghcr.io/x: allowed, private false
        `http://ghcr.io` is not HTTPS: others could change the file on the way; use https, or name the host in `plugin-sources.plain-http`
        `ftp:` is not HTTP: use an https address
        `https://127.0.0.1` lies at 127.0.0.1, this machine itself: if that is meant, name the host in `plugin-sources.private`
        `https://127.0.0.1` lies at 127.0.0.1, this machine itself: if that is meant, name the host in `plugin-sources.private`
        `https://[::ffff:a00:1]` lies at ::ffff:10.0.0.1, a private network: if that is meant, name the host in `plugin-sources.private`
        `https://169.254.169.254` lies at 169.254.169.254, a cloud's metadata service: files are never fetched from there
        http://127.0.0.1:5000/v2/: allowed, private true
        `http://127.0.0.1:5001` is not HTTPS: others could change the file on the way; use https, or name the host in `plugin-sources.plain-http`
        https://127.0.0.1:5001/v2/: allowed, private true
        https://[::1]:5000/v2/: allowed, private true
        `https://[::1]:5001` lies at ::1, this machine itself: if that is meant, name the host in `plugin-sources.private`
        https://registry.corp:8443/v2/: allowed, private true
        `https://169.254.169.254` lies at 169.254.169.254, a cloud's metadata service: files are never fetched from there
        ");
    }

    #[test]
    fn the_scheme_of_a_registry() {
        let some = sources(&["127.0.0.1:5000", "registry.corp"], &[]);
        for (registry, scheme) in [
            ("127.0.0.1:5000", "http"),
            ("127.0.0.1:5001", "https"),
            ("127.0.0.1", "https"),
            ("registry.corp", "http"),
            ("registry.corp:81", "http"),
            ("ghcr.io", "https"),
        ] {
            assert_eq!(some.scheme_of(registry), scheme, "{registry}");
        }
    }
}
