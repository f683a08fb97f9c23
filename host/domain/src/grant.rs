//! What an admin allows a connection, and what follows from wish and grant together. Deny by default.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use utoipa::ToSchema;

use crate::manifest::{HostRef, Manifest, Place, RecordKind};

mod ungranted;
mod upgrade;

pub use ungranted::Ungranted;
pub use upgrade::Version;

/// What an admin allows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Grant {
    /// Origins to which requests may go, such as `https://api.example.com`.
    pub http: Vec<String>,
    /// Origins among them that may lie in private or loopback networks.
    pub private: Vec<String>,
    /// Bytes of the key-value space; 0: none.
    pub kv_bytes: u64,
    /// Core data that may be read.
    pub records: Vec<RecordKind>,
    /// Slots whose values the plugin may see.
    pub reveal: Vec<String>,
}

/// Scheme, host pattern and port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// `http` or `https`.
    pub scheme: String,
    /// Lower-case host; `*.` in front: all hosts below it.
    pub host: String,
    /// The port, the scheme's own where none was written.
    pub port: u16,
}

impl Origin {
    /// Reads scheme, host and port of a URL or origin; anything behind them is ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let wildcard = text.contains("://*.");
        let url = Url::parse(&text.replacen("://*.", "://", 1)).ok()?;
        let mut origin = Self::of(&url)?;
        if wildcard {
            origin.host.insert_str(0, "*.");
        }
        Some(origin)
    }

    /// The origin of a URL; none where it is not HTTP.
    pub fn of(url: &Url) -> Option<Self> {
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        Some(Self {
            scheme: url.scheme().to_owned(),
            host: url.host_str()?.to_ascii_lowercase(),
            port: url.port_or_known_default()?,
        })
    }

    /// Is `other`, a concrete origin, this one or below it?
    pub fn covers(&self, other: &Self) -> bool {
        let host = match self.host.strip_prefix("*.") {
            Some(parent) => other.host.strip_suffix(parent).is_some_and(|sub| sub.len() > 1 && sub.ends_with('.')),
            None => self.host == other.host,
        };
        host && self.scheme == other.scheme && self.port == other.port
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

/// Where a credential may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotRule {
    /// The slot.
    pub slot: String,
    /// To which origins.
    pub origins: Vec<Origin>,
    /// Where in a request.
    pub places: Vec<Place>,
}

/// Wish and grant together: what a connection may do. Computed once when it is loaded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowed {
    /// Origins with the mark whether private addresses are allowed.
    pub http: Vec<(Origin, bool)>,
    /// Bytes of the key-value space.
    pub kv_bytes: u64,
    /// Readable core data.
    pub records: Vec<RecordKind>,
    /// Visible slots.
    pub reveal: Vec<String>,
    /// Where each credential may go.
    pub slots: Vec<SlotRule>,
}

/// Why a request may not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denial {
    /// The manifest does not wish for it.
    NotWished,
    /// The admin has not granted it.
    NotGranted,
}

fn resolve(host: &HostRef, settings: &Value) -> Option<Origin> {
    match host {
        HostRef::Origin(origin) => Origin::parse(origin),
        HostRef::Setting(name) => Origin::parse(settings.get(name)?.as_str()?),
    }
}

impl Allowed {
    /// The intersection. A wish whose setting is empty or no URL allows nothing.
    pub fn new(manifest: &Manifest, settings: &Value, grant: &Grant) -> Self {
        let granted: Vec<Origin> = grant.http.iter().filter_map(|text| Origin::parse(text)).collect();
        let private: Vec<Origin> = grant.private.iter().filter_map(|text| Origin::parse(text)).collect();
        let wished: Vec<Origin> =
            manifest.wishes.http.iter().filter_map(|wish| resolve(&wish.host, settings)).collect();
        let mut http = Vec::new();
        for wish in &wished {
            for grant in &granted {
                let narrower = if grant.covers(wish) {
                    Some(wish)
                } else if wish.covers(grant) {
                    Some(grant)
                } else {
                    None
                };
                if let Some(origin) = narrower {
                    http.push((origin.clone(), private.iter().any(|allowed| allowed.covers(origin))));
                }
            }
        }
        let slots = manifest
            .credentials
            .iter()
            .map(|slot| SlotRule {
                slot: slot.slot.clone(),
                origins: slot.hosts.iter().filter_map(|host| resolve(host, settings)).collect(),
                places: slot.places.clone(),
            })
            .collect();
        Self {
            http,
            kv_bytes: manifest.wishes.kv.as_ref().map_or(0, |wish| wish.bytes.min(grant.kv_bytes)),
            records: manifest
                .wishes
                .records
                .iter()
                .flat_map(|wish| &wish.kinds)
                .copied()
                .filter(|kind| grant.records.contains(kind))
                .collect(),
            reveal: manifest
                .wishes
                .reveal
                .iter()
                .map(|wish| wish.slot.clone())
                .filter(|slot| grant.reveal.contains(slot))
                .collect(),
            slots,
        }
    }

    /// May requests go to this origin? Answers whether private addresses are allowed there.
    pub fn permits(&self, origin: &Origin) -> Option<bool> {
        self.http.iter().find(|(allowed, _)| allowed.covers(origin)).map(|(_, private)| *private)
    }
}

impl Grant {
    /// All that a manifest wishes for with these settings, private addresses excepted: what an admin approves with one click.
    pub fn of_wishes(manifest: &Manifest, settings: &Value) -> Self {
        Self {
            http: manifest
                .wishes
                .http
                .iter()
                .filter_map(|wish| resolve(&wish.host, settings))
                .map(|origin| origin.to_string())
                .collect(),
            private: Vec::new(),
            kv_bytes: manifest.wishes.kv.as_ref().map_or(0, |wish| wish.bytes),
            records: manifest.wishes.records.iter().flat_map(|wish| wish.kinds.clone()).collect(),
            reveal: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_is_exact() {
        let covers = |wide: &str, narrow: &str| Origin::parse(wide).unwrap().covers(&Origin::parse(narrow).unwrap());
        assert!(covers("https://api.example.com", "https://API.example.com:443/path"));
        assert!(covers("https://*.example.com", "https://a.b.example.com"));
        for narrow in [
            "http://api.example.com",
            "https://api.example.com:8443",
            "https://example.com.evil.net",
            "https://evilexample.com",
        ] {
            assert!(!covers("https://api.example.com", narrow), "{narrow}");
            assert!(!covers("https://*.example.com", narrow), "{narrow}");
        }
        assert!(!covers("https://*.example.com", "https://example.com"));
    }
}
