//! What signing in needs: who calls, passwords, where people reach the server, and the slowing down of guesses.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use mortise_domain::lockout::Patience;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_store::{Guesser, Store};
use reqwest::Url;
use sha2::{Digest as _, Sha256};

use crate::callers::Callers;
use crate::config::{AccessConfig, Config};
use crate::passwords::Passwords;
use crate::strangers::Strangers;

/// What signing in needs.
pub struct Access {
    /// Who calls.
    pub callers: Callers,
    /// Passwords.
    pub passwords: Passwords,
    /// Where people reach the server.
    pub site: Site,
    /// Who knocked lately without being known.
    pub strangers: Strangers,
    /// Who filled in the public form lately: no form hides that somebody knocked.
    pub form_senders: Strangers,
    /// Times and costs.
    pub settings: AccessConfig,
    /// Hides names and addresses in the table of failed sign-ins.
    key: [u8; 32],
}

/// Where people reach the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Without a slash at its end; links begin with it.
    pub url: String,
    /// Scheme, host and port as browsers name them; none: whatever host a request asks for.
    pub origin: Option<String>,
    /// Is it https, so that cookies are sent by it alone?
    pub secure: bool,
}

impl Site {
    /// By the public URL of the settings, else where the server listens.
    pub fn new(public_url: Option<&str>, listens_at: &str) -> anyhow::Result<Self> {
        let Some(text) = public_url else { return Ok(Self { url: listens_at.into(), origin: None, secure: false }) };
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let url = url.with_context(|| {
            format!(
                "the public URL {text:?} is not usable; give it as people type it, such as https://mortise.example.com"
            )
        })?;
        let origin = url.origin().ascii_serialization();
        let secure = url.scheme() == "https";
        Ok(Self { url: url.as_str().trim_end_matches('/').to_owned(), origin: Some(origin), secure })
    }
}

impl Access {
    /// For this server. `key` is its own for this purpose.
    pub fn new(
        store: &Store,
        clock: &Arc<dyn Clock>,
        chance: &dyn Chance,
        config: &Config,
        listens_at: &str,
        key: [u8; 32],
    ) -> anyhow::Result<Self> {
        let settings = config.access.clone();
        let idle = Duration::from_mins(settings.session_idle_minutes.into());
        Ok(Self {
            callers: Callers::new(store.clone(), Arc::clone(clock), idle),
            passwords: Passwords::new(settings.password_memory_kib, settings.password_passes, chance)?,
            site: Site::new(config.public_url.as_deref(), listens_at)?,
            strangers: Strangers::default(),
            form_senders: Strangers::default(),
            settings,
            key,
        })
    }

    /// Whose failures an attempt to sign in counts for: the account, whether or not it exists, and the address.
    pub fn guessers(&self, name: &str, address: IpAddr) -> [Guesser; 2] {
        [
            Guesser { subject: self.subject("account", name), patience: Patience::ACCOUNT },
            Guesser { subject: self.subject("address", &network(address)), patience: Patience::ADDRESS },
        ]
    }

    fn subject(&self, kind: &str, name: &str) -> String {
        // The key has a fixed length and the digest is never shown, so that a plain hash over both is enough.
        let mut digest = Sha256::new();
        for part in [self.key.as_slice(), kind.as_bytes(), b"\0", name.as_bytes()] {
            digest.update(part);
        }
        hex::encode(digest.finalize())
    }
}

/// One household or office: an IPv4 address, or the 64 bits of IPv6 that a customer of a network gets at least.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_what_people_type() {
        let site = |url| Site::new(Some(url), "").map(|site| (site.url, site.origin.unwrap_or_default(), site.secure));
        let expected = ("https://m.example.com".to_owned(), "https://m.example.com".to_owned(), true);
        assert_eq!(site("https://m.example.com/").unwrap(), expected);
        let (url, origin, secure) = site("http://intranet:8080/mortise").unwrap();
        assert_eq!(
            (url.as_str(), origin.as_str(), secure),
            ("http://intranet:8080/mortise", "http://intranet:8080", false)
        );
        for bad in ["m.example.com", "ftp://m.example.com", "https://", "javascript:alert(1)"] {
            assert!(site(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_network_counts_as_one() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!((of("203.0.113.9"), of("::ffff:203.0.113.9")), ("203.0.113.9".into(), "203.0.113.9".into()));
        assert_eq!(of("2001:db8:1:2:aaaa::1"), of("2001:db8:1:2::ffff"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
