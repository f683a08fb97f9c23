//! A connection's credentials: placeholders in, values out, and never a value in the guest's memory except after a reveal.

mod capture;
mod decode;
mod fill;
mod scan;
pub(crate) mod sign;

use std::sync::Arc;

use aho_corasick::AhoCorasick;
use arc_swap::ArcSwap;
use mortise_domain::grant::{Allowed, Origin};
use mortise_domain::instant::Instant;
use mortise_domain::manifest::{Manifest, Place, Shape};
use mortise_domain::ports::clock::Chance;
use mortise_domain::ports::sandbox::Credential;
use mortise_domain::secret::Secret;
use serde_json::Value as Json;

use capture::CaptureRule;
pub(crate) use scan::{Scanner, forms};

/// What stands where a secret stood.
pub(crate) const BLOT: &str = "***";
/// Values that captures have replaced and that upstreams may still echo.
const RETIRED: usize = 8;

/// Why a credential is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not declared, not granted, or not in a declared shape.
    Denied(String),
    /// The slot is empty.
    Missing(String),
}

struct Slot {
    name: String,
    token: Arc<str>,
    origins: Vec<Origin>,
    places: Vec<Place>,
    capture: Option<CaptureRule>,
}

#[derive(Clone)]
struct Value {
    secret: Secret,
    expires_at: Instant,
}

/// The values as they are now.
#[derive(Default)]
struct Held {
    values: Vec<Option<Value>>,
    retired: Vec<Secret>,
    scanner: Option<Scanner>,
}

/// The credentials of a loaded connection.
#[derive(Default)]
pub(crate) struct Secrets {
    slots: Vec<Slot>,
    shapes: Vec<Shape>,
    missing: Vec<String>,
    /// Finds placeholders.
    tokens: Option<AhoCorasick>,
    held: ArcSwap<Held>,
}

impl Secrets {
    /// Places and hosts come from the manifest, values from the vault. Placeholders are new at every load.
    pub(crate) fn new(
        manifest: &Manifest,
        settings: &Json,
        allowed: &Allowed,
        credentials: Vec<Credential>,
        chance: &dyn Chance,
    ) -> Self {
        let slots: Vec<Slot> = manifest
            .credentials
            .iter()
            .map(|declared| {
                let rule = allowed.slots.iter().find(|rule| rule.slot == declared.slot);
                Slot {
                    name: declared.slot.clone(),
                    token: token(chance),
                    origins: rule.map(|rule| rule.origins.clone()).unwrap_or_default(),
                    places: rule.map(|rule| rule.places.clone()).unwrap_or_default(),
                    capture: CaptureRule::new(declared, settings),
                }
            })
            .collect();
        let mut values: Vec<Option<Value>> = vec![None; slots.len()];
        for Credential { slot, value, expires_at } in credentials {
            // An empty value is no value.
            if let Some(at) = slots.iter().position(|known| known.name == slot)
                && !value.expose().is_empty()
                && let Some(place) = values.get_mut(at)
            {
                *place = Some(Value { secret: value, expires_at });
            }
        }
        let required = |name: &str| manifest.slot(name).is_some_and(|slot| slot.required);
        let missing = slots
            .iter()
            .zip(&values)
            .filter(|(slot, value)| value.is_none() && required(&slot.name))
            .map(|(slot, _)| slot.name.clone())
            .collect();
        let tokens = if slots.is_empty() { None } else { AhoCorasick::new(slots.iter().map(|slot| &*slot.token)).ok() };
        Self {
            tokens,
            missing,
            shapes: manifest.shapes.clone(),
            held: ArcSwap::from_pointee(Held::new(values, Vec::new())),
            slots,
        }
    }

    /// Required slots without a value.
    pub(crate) fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Is any value known?
    pub(crate) fn any(&self) -> bool {
        self.held.load().scanner.is_some()
    }

    fn slot(&self, name: &str) -> Result<usize, Refusal> {
        self.slots.iter().position(|slot| slot.name == name).ok_or_else(|| {
            Refusal::Denied(format!(
                "the manifest declares no credential slot `{name}`: the plugin's developer adds it"
            ))
        })
    }

    fn value(&self, slot: usize, now: Instant) -> Option<Secret> {
        let held = self.held.load();
        let value = held.values.get(slot)?.as_ref()?;
        (value.expires_at > now).then(|| value.secret.clone())
    }

    fn required_value(&self, name: &str, now: Instant) -> Result<Secret, Refusal> {
        self.value(self.slot(name)?, now)
            .ok_or_else(|| Refusal::Missing(format!("the credential slot `{name}` is empty or its value has expired")))
    }

    /// The stand-in for a slot's value; none where it has no value.
    pub(crate) fn placeholder(&self, name: &str, now: Instant) -> Result<Option<Arc<str>>, Refusal> {
        let at = self.slot(name)?;
        let known = self.value(at, now).is_some();
        Ok(self.slots.get(at).filter(|_| known).map(|slot| Arc::clone(&slot.token)))
    }

    /// The value itself, where the admin allows that.
    pub(crate) fn reveal(&self, name: &str, allowed: &[String], now: Instant) -> Result<Option<String>, Refusal> {
        let at = self.slot(name)?;
        if !allowed.iter().any(|slot| slot == name) {
            return Err(Refusal::Denied(format!(
                "the value of `{name}` may not be seen: use its placeholder, or wish for it in `wishes.reveal` and have an admin add it to `grant.reveal`"
            )));
        }
        Ok(self.value(at, now).map(|secret| secret.expose().to_owned()))
    }

    /// Forgets a captured value.
    pub(crate) fn forget(&self, name: &str) -> Result<(), Refusal> {
        let at = self.slot(name)?;
        if self.slots.get(at).is_none_or(|slot| slot.capture.is_none()) {
            return Err(Refusal::Denied(format!(
                "`{name}` is filled in by an admin: only captured values can be forgotten"
            )));
        }
        self.replace(at, None);
        Ok(())
    }

    /// Puts a value into a slot. The one before is still looked for in answers.
    fn replace(&self, at: usize, value: Option<&Value>) {
        self.held.rcu(|held| {
            let mut values = held.values.clone();
            let mut retired = held.retired.clone();
            if let Some(place) = values.get_mut(at) {
                retired.extend(std::mem::replace(place, value.cloned()).map(|old| old.secret));
            }
            let surplus = retired.len().saturating_sub(RETIRED);
            retired.drain(..surplus);
            Held::new(values, retired)
        });
    }

    /// The text without known secrets, in whatever form they stand there.
    pub(crate) fn blot_text(&self, text: String) -> String {
        match &self.held.load().scanner {
            Some(scanner) => scanner.blot_text(text),
            None => text,
        }
    }

    /// The bytes without known secrets.
    pub(crate) fn blot(&self, bytes: Vec<u8>) -> Vec<u8> {
        match &self.held.load().scanner {
            Some(scanner) => scanner.blot(bytes),
            None => bytes,
        }
    }

    /// Does a known secret stand in there?
    pub(crate) fn holds_secret(&self, bytes: &[u8]) -> bool {
        self.held.load().scanner.as_ref().is_some_and(|scanner| scanner.finds(bytes))
    }

    /// The beginning of a body for records, and its length where not all of it is there. What stood at the end of the beginning may
    /// have been cut in the middle of a secret, so that it is left out.
    pub(crate) fn head_for_record(&self, body: &[u8], most: usize) -> (String, Option<usize>) {
        let text = |bytes: &[u8]| self.blot_for_record(String::from_utf8_lossy(bytes).into_owned());
        let form = self.held.load().scanner.as_ref().map_or(0, Scanner::longest_form);
        let margin = form.max(self.slots.iter().map(|slot| slot.token.len()).max().unwrap_or(0));
        let Some(head) = body.get(..most.saturating_add(margin)).filter(|head| head.len() < body.len()) else {
            return (text(body), None);
        };
        let mut head = text(head);
        let end = head.len().saturating_sub(margin);
        let end = (0..=end).rev().find(|at| head.is_char_boundary(*at)).unwrap_or(0);
        head.truncate(end);
        (head, Some(body.len()))
    }

    /// For records: neither secrets nor placeholders.
    pub(crate) fn blot_for_record(&self, text: String) -> String {
        let text = self.blot_text(text);
        match &self.tokens {
            Some(tokens) if tokens.is_match(&text) => tokens.replace_all(&text, &vec![BLOT; self.slots.len()]),
            _ => text,
        }
    }
}

impl Held {
    fn new(values: Vec<Option<Value>>, retired: Vec<Secret>) -> Self {
        let scanner = Scanner::new(values.iter().flatten().map(|value| &value.secret).chain(&retired));
        Self { values, retired, scanner }
    }
}

/// Does one of these values stand in there, in whatever form? For benches, which write files out of live calls.
pub fn finds_secret(secrets: &[Secret], bytes: &[u8]) -> bool {
    Scanner::new(secrets.iter()).is_some_and(|scanner| scanner.finds(bytes))
}

/// Letters and digits alone, so that no encoding on the guest's side changes it.
fn token(chance: &dyn Chance) -> Arc<str> {
    let mut bytes = [0; 24];
    chance.fill(&mut bytes);
    format!("credential{}", hex::encode(bytes)).into()
}

#[cfg(test)]
mod tests;
