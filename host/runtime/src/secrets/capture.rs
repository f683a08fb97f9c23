//! Credentials that an upstream hands out, such as access tokens: kept by the host, shown to the guest as placeholders.

use std::time::Duration;

use mortise_domain::grant::Origin;
use mortise_domain::instant::Instant;
use mortise_domain::manifest::{Capture, CredentialSlot};
use mortise_domain::ports::sandbox::Credential;
use mortise_domain::secret::Secret;
use serde_json::Value as Json;
use url::Url;

use super::{Secrets, Value};
use crate::http::policy::{base_path, resolve};

/// Life of a value whose upstream does not tell it.
const LIFETIME: Duration = Duration::from_hours(1);
/// A value is given up so long before it ends, or a tenth of its life if that is less.
const MARGIN: Duration = Duration::from_mins(1);
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
    /// Takes declared credentials out of a successful answer. Answers the body that the guest sees, and what is to be kept.
    pub(crate) fn capture(
        &self,
        origin: &Origin,
        url: &Url,
        body: Vec<u8>,
        now: Instant,
    ) -> (Vec<u8>, Vec<Credential>) {
        let rules = || self.slots.iter().enumerate().filter_map(|(at, slot)| Some((at, slot, slot.capture.as_ref()?)));
        if !rules().any(|(_, _, rule)| rule.is_source(origin, url)) {
            return (body, Vec::new());
        }
        let Ok(mut answer) = serde_json::from_slice::<Json>(&body) else { return (body, Vec::new()) };
        let mut kept = Vec::new();
        for (at, slot, rule) in rules().filter(|(_, _, rule)| rule.is_source(origin, url)) {
            let Some(value) = answer.pointer(&rule.capture.pointer).and_then(word) else { continue };
            let life = rule.life(&answer);
            let expires_at = now.after(life.saturating_sub(MARGIN.min(life / 10)));
            let secret = Secret::new(value);
            self.replace(at, Some(&Value { secret: secret.clone(), expires_at }));
            kept.push(Credential { slot: slot.name.clone(), value: secret, expires_at });
            if let Some(place) = answer.pointer_mut(&rule.capture.pointer) {
                *place = Json::String(slot.token.to_string());
            }
        }
        if kept.is_empty() { (body, kept) } else { (answer.to_string().into_bytes(), kept) }
    }
}

impl CaptureRule {
    fn life(&self, answer: &Json) -> Duration {
        let told = self.capture.expires_pointer.as_deref().and_then(|pointer| answer.pointer(pointer));
        let told = told.and_then(|life| life.as_u64().or_else(|| life.as_str()?.parse().ok()));
        told.or(self.capture.lifetime_seconds).map_or(LIFETIME, Duration::from_secs)
    }
}

fn word(value: &Json) -> Option<String> {
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty() && text.len() <= LONGEST).then_some(text)
}
