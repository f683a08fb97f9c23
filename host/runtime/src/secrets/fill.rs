//! Placeholders become values on the way out, only where their slot may stand and go.

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use mortise_domain::grant::Origin;
use mortise_domain::instant::Instant;
use mortise_domain::manifest::Place;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::{Secrets, Slot};
use crate::http::Refused;

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A request as it leaves.
pub(crate) struct Filled {
    pub(crate) url: Url,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Bytes>,
}

/// Where a request goes and when.
#[derive(Clone, Copy)]
struct Way<'a> {
    origin: &'a Origin,
    now: Instant,
}

type Encode = fn(&str) -> String;

impl Secrets {
    /// Puts values in the place of placeholders, or says why the request may not leave.
    pub(crate) fn fill(
        &self,
        url: &Url,
        headers: &[(String, String)],
        body: Option<&Bytes>,
        origin: &Origin,
        now: Instant,
    ) -> Result<Filled, Refused> {
        let mut filled = Filled { url: url.clone(), headers: headers.to_vec(), body: body.cloned() };
        let Some(tokens) = &self.tokens else { return Ok(filled) };
        let way = Way { origin, now };
        if let Some(path) = self.replaced(tokens, url.path().as_bytes(), Place::Path, percent, way)? {
            filled.url.set_path(&String::from_utf8_lossy(&path));
        }
        if let Some(query) = url.query()
            && let Some(query) = self.replaced(tokens, query.as_bytes(), Place::Query, percent, way)?
        {
            filled.url.set_query(Some(&String::from_utf8_lossy(&query)));
        }
        for (name, value) in &mut filled.headers {
            if tokens.is_match(name.as_str()) {
                return Err(Refused::Denied("a placeholder stands in a header's name: use it in the value".into()));
            }
            if let Some(replaced) = self.header(tokens, name, value, way)? {
                *value = replaced;
            }
        }
        if let Some(body) = body
            && let Some(replaced) = self.replaced(tokens, body, Place::Body, encoding(headers, body), way)?
        {
            filled.body = Some(replaced.into());
        }
        Ok(filled)
    }

    /// Does a placeholder or a value stand in there?
    pub(crate) fn is_sensitive(&self, bytes: &[u8]) -> bool {
        self.tokens.as_ref().is_some_and(|tokens| tokens.is_match(bytes)) || self.holds_secret(bytes)
    }

    fn header(&self, tokens: &AhoCorasick, name: &str, value: &str, way: Way<'_>) -> Result<Option<String>, Refused> {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        if name.eq_ignore_ascii_case("authorization")
            && let Some((scheme, encoded)) = value.split_once(' ')
            && scheme.eq_ignore_ascii_case("basic")
            && let Ok(pair) = STANDARD.decode(encoded.trim())
            && let Some(pair) = self.replaced(tokens, &pair, Place::Header, str::to_owned, way)?
        {
            return Ok(Some(format!("{scheme} {}", STANDARD.encode(pair))));
        }
        Ok(self.replaced(tokens, value.as_bytes(), Place::Header, str::to_owned, way)?.map(text))
    }

    fn replaced(
        &self,
        tokens: &AhoCorasick,
        text: &[u8],
        place: Place,
        encode: Encode,
        way: Way<'_>,
    ) -> Result<Option<Vec<u8>>, Refused> {
        if !tokens.is_match(text) {
            return Ok(None);
        }
        let mut filled = Vec::with_capacity(text.len());
        let mut at = 0;
        for found in tokens.find_iter(text) {
            let index = found.pattern().as_usize();
            let Some(slot) = self.slots.get(index) else { continue };
            may_stand(slot, place, way.origin)?;
            let value = self.value(index, way.now).ok_or_else(|| {
                Refused::NotSent(format!("the credential slot `{}` is empty or its value has expired", slot.name))
            })?;
            filled.extend_from_slice(text.get(at..found.start()).unwrap_or_default());
            filled.extend_from_slice(encode(value.expose()).as_bytes());
            at = found.end();
        }
        filled.extend_from_slice(text.get(at..).unwrap_or_default());
        Ok(Some(filled))
    }
}

fn may_stand(slot: &Slot, place: Place, origin: &Origin) -> Result<(), Refused> {
    let name = &slot.name;
    if !slot.origins.iter().any(|allowed| allowed.covers(origin)) {
        let hosts: Vec<String> = slot.origins.iter().map(|origin| format!("`{origin}`")).collect();
        let hosts = if hosts.is_empty() { "no host".to_owned() } else { hosts.join(", ") };
        return Err(Refused::Denied(format!(
            "the credential `{name}` may go to {hosts}, not to `{origin}`: the plugin's developer declares the host in the slot's `hosts`"
        )));
    }
    if !slot.places.contains(&place) {
        let word = |place: &Place| match place {
            Place::Header => "header",
            Place::Query => "query",
            Place::Path => "path",
            Place::Body => "body",
        };
        let places: Vec<&str> = slot.places.iter().map(word).collect();
        return Err(Refused::Denied(format!(
            "the credential `{name}` may stand in {}, not in the {}: the plugin's developer declares it in the slot's `places`",
            if places.is_empty() { "no part of a request".to_owned() } else { places.join(", ") },
            word(&place)
        )));
    }
    Ok(())
}

fn percent(value: &str) -> String {
    utf8_percent_encode(value, ENCODED).to_string()
}

fn json(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

fn xml(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}

/// How a value is written into this body.
fn encoding(headers: &[(String, String)], body: &[u8]) -> Encode {
    let media = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media = media.map(|(_, value)| value.to_ascii_lowercase()).unwrap_or_default();
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if media.contains("json") || (media.is_empty() && matches!(first, Some(b'{' | b'['))) {
        json
    } else if media.contains("x-www-form-urlencoded") {
        percent
    } else if media.contains("xml") {
        xml
    } else {
        str::to_owned
    }
}
