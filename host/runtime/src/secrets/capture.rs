//! Credentials that an upstream hands out, such as access tokens: kept by the host, shown to the guest as placeholders.

use std::time::Duration;

use mortise_domain::grant::Origin;
use mortise_domain::instant::Instant;
use mortise_domain::manifest::{Capture, CredentialSlot};
use mortise_domain::ports::sandbox::Credential;
use mortise_domain::secret::Secret;
use serde_json::Value as Json;
use url::Url;

use super::{BLOT, Secrets, Slot, Value};
use crate::http::policy::{base_path, resolve};

/// Life of a value whose upstream does not tell it.
const LIFETIME: Duration = Duration::from_hours(1);
/// A value is given up so long before it ends, or a tenth of its life if that is less.
const MARGIN: Duration = Duration::from_mins(1);
/// What the guest gets in the place of a successful answer in which the credential cannot be found and taken out.
const WITHHELD: &str = "[withheld by the host: this address answers with a credential, and its answer is no JSON]";
/// Longest value.
const LONGEST: usize = 16 << 10;

pub(super) struct CaptureRule {
    capture: Capture,
    /// Hosts with the whole path of the answer.
    sources: Vec<(Origin, String)>,
}

impl CaptureRule {
    pub(super) fn new(slot: &CredentialSlot, settings: &Json) -> Option<Self> {
        let capture = slot.capture.clone()?;
        let tail = capture.path.trim_start_matches('/');
        let sources = slot
            .hosts
            .iter()
            .filter_map(|host| Some((resolve(host, settings)?, format!("{}/{tail}", base_path(host, settings)))))
            .collect();
        Some(Self { capture, sources })
    }

    fn is_source(&self, origin: &Origin, url: &Url) -> bool {
        self.sources.iter().any(|(source, path)| source.covers(origin) && path == url.path())
    }
}

impl Secrets {
    /// Does this address answer with a declared credential?
    pub(crate) fn captures_from(&self, origin: &Origin, url: &Url) -> bool {
        self.rules(origin, url).next().is_some()
    }

    fn rules<'a>(
        &'a self,
        origin: &'a Origin,
        url: &'a Url,
    ) -> impl Iterator<Item = (usize, &'a Slot, &'a CaptureRule)> + 'a {
        let all = self.slots.iter().enumerate().filter_map(|(at, slot)| Some((at, slot, slot.capture.as_ref()?)));
        all.filter(|(_, _, rule)| rule.is_source(origin, url))
    }

    /// Takes declared credentials out of an answer. Answers the body that the guest sees, and what is to be kept. Whatever the
    /// upstream calls a failure: what stands where the credential would stand is hidden, not kept.
    pub(crate) fn capture(
        &self,
        origin: &Origin,
        url: &Url,
        success: bool,
        body: Vec<u8>,
        now: Instant,
    ) -> (Vec<u8>, Vec<Credential>) {
        let Ok(mut answer) = serde_json::from_slice::<Json>(&body) else {
            return (if success { WITHHELD.into() } else { body }, Vec::new());
        };
        let mut kept = Vec::new();
        let mut hidden = false;
        for (at, slot, rule) in self.rules(origin, url) {
            let life = rule.life(&answer);
            let Some(place) = answer.pointer_mut(&rule.capture.pointer).filter(|place| !is_nothing(place)) else {
                continue;
            };
            hidden = true;
            let Some(value) = word(place).filter(|_| success) else {
                *place = Json::String(BLOT.into());
                continue;
            };
            *place = Json::String(slot.token.to_string());
            let expires_at = now.after(life.saturating_sub(MARGIN.min(life / 10)));
            let secret = Secret::new(value);
            self.replace(at, Some(&Value { secret: secret.clone(), expires_at }));
            kept.push(Credential { slot: slot.name.clone(), value: secret, expires_at });
        }
        if hidden { (answer.to_string().into_bytes(), kept) } else { (body, kept) }
    }
}

impl CaptureRule {
    fn life(&self, answer: &Json) -> Duration {
        let told = self.capture.expires_pointer.as_deref().and_then(|pointer| answer.pointer(pointer));
        let told = told.and_then(|life| life.as_u64().or_else(|| life.as_str()?.parse().ok()));
        told.or(self.capture.lifetime_seconds).map_or(LIFETIME, Duration::from_secs)
    }
}

/// What stands there where there is no credential.
fn is_nothing(value: &Json) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

/// The credential, where it is one that can be used.
fn word(value: &Json) -> Option<String> {
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    (text.len() <= LONGEST).then_some(text)
}
