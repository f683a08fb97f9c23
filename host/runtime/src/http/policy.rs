//! May a plugin send a request there? One pure function.

use std::net::IpAddr;

use mortise_domain::connection::Connection;
use mortise_domain::grant::{Allowed, Origin};
use mortise_domain::manifest::{HostRef, Manifest, RecordKind};
use serde_json::Value;
use url::{Host, Url};

use super::address::{self, Kind};

/// What a connection may reach, and what is told where it may not.
#[derive(Default)]
pub(crate) struct Outbound {
    connection: String,
    pub(crate) allowed: Allowed,
    wished: Vec<Origin>,
    pub(crate) kv_wished: u64,
    pub(crate) records_wished: Vec<RecordKind>,
}

/// A permitted target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) origin: Origin,
    /// Private addresses are granted.
    pub(crate) private: bool,
}

/// The origin that a wish or slot names.
pub(crate) fn resolve(host: &HostRef, settings: &Value) -> Option<Origin> {
    Origin::parse(written(host, settings)?)
}

/// The path of the URL that a wish or slot names, without a slash at its end.
pub(crate) fn base_path(host: &HostRef, settings: &Value) -> String {
    let url = written(host, settings).and_then(|text| Url::parse(&text.replacen("://*.", "://", 1)).ok());
    url.map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default()
}

fn written<'a>(host: &'a HostRef, settings: &'a Value) -> Option<&'a str> {
    match host {
        HostRef::Origin(origin) => Some(origin),
        HostRef::Setting(name) => settings.get(name)?.as_str(),
    }
}

impl Outbound {
    pub(crate) fn new(manifest: &Manifest, settings: &Value, connection: &Connection) -> Self {
        Self {
            connection: connection.name.clone(),
            allowed: Allowed::new(manifest, settings, &connection.grant),
            wished: manifest.wishes.http.iter().filter_map(|wish| resolve(&wish.host, settings)).collect(),
            kv_wished: manifest.wishes.kv.as_ref().map_or(0, |wish| wish.bytes),
            records_wished: manifest.wishes.records.iter().flat_map(|wish| wish.kinds.clone()).collect(),
        }
    }

    /// The target of a request, or why it may not leave and which wish or grant would allow it.
    pub(crate) fn judge(&self, url: &Url) -> Result<Target, String> {
        let connection = &self.connection;
        let Some(origin) = Origin::of(url) else {
            return Err(format!("`{}:` is not HTTP: use an http or https URL", url.scheme()));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the URL holds a user name or password: send them in the `authorization` header".into());
        }
        let Some(private) = self.allowed.permits(&origin) else {
            return Err(if self.wished.iter().any(|wish| wish.covers(&origin)) {
                format!("`{origin}` is not granted: an admin adds it to `grant.http` of the connection `{connection}`")
            } else {
                let wishes: Vec<String> = self.wished.iter().map(|origin| format!("`{origin}`")).collect();
                let wishes = if wishes.is_empty() { "nothing".to_owned() } else { wishes.join(", ") };
                format!(
                    "`{origin}` is not wished for (the manifest wishes for {wishes} with these settings): the plugin's developer adds it to `wishes.http`, then an admin grants it"
                )
            });
        };
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if let Some(address) = literal
            && let Some(kind) = address::kind(address)
            && !(private && kind.grantable(true))
        {
            return Err(self.refused_address(&origin, address, kind, true));
        }
        Ok(Target { origin, private })
    }

    /// What is told where an origin lies at an address that is not allowed.
    pub(crate) fn refused_address(&self, origin: &Origin, address: IpAddr, kind: Kind, literal: bool) -> String {
        let connection = &self.connection;
        let lies = if literal { "is" } else { "lies at" };
        let place = kind.name();
        if kind.grantable(literal) {
            format!(
                "`{origin}` {lies} {address}, {place}: if that is meant, an admin adds `{origin}` to `grant.private` of the connection `{connection}`"
            )
        } else {
            format!(
                "`{origin}` {lies} {address}, {place}: requests never go there; check the host's name and its DNS entry"
            )
        }
    }
}

#[cfg(test)]
mod tests;
