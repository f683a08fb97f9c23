//! Finds known secrets in what an upstream or a guest said: plain, percent-encoded, escaped as in JSON or
//! XML, base64, hex, broken over lines, and one such way within another.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use mortise_domain::secret::Secret;

use super::BLOT;
use super::decode::{View, entities, joined, json, percent};

/// Shorter values stand in every text by chance.
const SHORTEST: usize = 4;
/// Encoded forms of shorter values do too.
const SHORTEST_ENCODED: usize = 8;

/// How often escapes are resolved within what escapes stood for: JSON in JSON, a URL in a URL's query.
const ROUNDS: u8 = 2;
/// How many bytes a byte of a value takes at most where it is written in any of these ways, twice.
const SPREAD: usize = 40;

pub(crate) struct Scanner {
    /// All forms that have fixed bytes.
    forms: AhoCorasick,
    longest: usize,
}

/// A way of writing, and how it is undone.
struct Way {
    /// Bytes without which nothing is written in this way.
    marks: &'static [u8],
    undo: fn(&[u8]) -> View,
}

const WAYS: [Way; 4] = [
    Way { marks: b"%+", undo: percent },
    Way { marks: b"\\", undo: json },
    Way { marks: b"&", undo: entities },
    Way { marks: b"\n", undo: joined },
];

impl Scanner {
    /// None where there is nothing to look for.
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = &'a Secret>) -> Option<Self> {
        let plain: Vec<&str> = secrets.map(Secret::expose).filter(|value| value.len() >= SHORTEST).collect();
        let longest = plain.iter().map(|value| value.len()).max()?;
        let forms: Vec<String> = plain.iter().flat_map(|value| forms(value)).collect();
        let forms = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms).ok()?;
        Some(Self { forms, longest })
    }

    /// No written form of a secret is longer.
    pub(super) fn longest_form(&self) -> usize {
        self.longest * SPREAD
    }

    pub(super) fn finds(&self, bytes: &[u8]) -> bool {
        !self.places(bytes).is_empty()
    }

    pub(super) fn blot(&self, bytes: Vec<u8>) -> Vec<u8> {
        let places = self.places(&bytes);
        if places.is_empty() {
            return bytes;
        }
        let mut clean = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for place in places {
            clean.extend_from_slice(bytes.get(at..place.start).unwrap_or_default());
            clean.extend_from_slice(BLOT.as_bytes());
            at = place.end;
        }
        clean.extend_from_slice(bytes.get(at..).unwrap_or_default());
        clean
    }

    pub(crate) fn blot_text(&self, text: String) -> String {
        // Every form begins and ends between characters, so that the rest stays text.
        String::from_utf8(self.blot(text.into_bytes()))
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// Where secrets stand, in order, none overlapping.
    fn places(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        self.search(bytes, None, ROUNDS, &mut places);
        places.sort_unstable_by_key(|place| place.start);
        places.dedup_by(|later, earlier| {
            let overlap = later.start < earlier.end;
            if overlap {
                earlier.end = earlier.end.max(later.end);
            }
            overlap
        });
        places
    }

    /// Looks through the bytes, and through what they say once escapes are resolved. `from`: where each of them stood.
    fn search(&self, bytes: &[u8], from: Option<&[usize]>, rounds: u8, places: &mut Vec<Range<usize>>) {
        let stood = |at: usize| from.map_or(Some(at), |from| from.get(at).copied());
        for found in self.forms.find_iter(bytes) {
            if let (Some(start), Some(end)) = (stood(found.start()), stood(found.end())) {
                places.push(start..end);
            }
        }
        let Some(rounds) = rounds.checked_sub(1) else { return };
        for way in WAYS {
            if !bytes.iter().any(|byte| way.marks.contains(byte)) {
                continue;
            }
            let View { bytes: said, from: mut places_of } = (way.undo)(bytes);
            if said != bytes {
                for at in &mut places_of {
                    *at = stood(*at).unwrap_or_default();
                }
                self.search(&said, Some(&places_of), rounds, places);
            }
        }
    }
}

/// The value and its encodings.
pub(crate) fn forms(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned()];
    if value.len() < SHORTEST_ENCODED {
        return forms;
    }
    forms.push(hex::encode(value));
    forms.push(hex::encode_upper(value));
    for before in 0..3 {
        // Where the value stands within longer base64, its first and last digits hang on its neighbours.
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(value.as_bytes());
        let first = (before * 8).div_ceil(6);
        let last = bytes.len() * 8 / 6;
        for encoded in [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            forms.extend(encoded.get(first..last).map(str::to_owned));
        }
    }
    forms
}

#[cfg(test)]
mod tests;
