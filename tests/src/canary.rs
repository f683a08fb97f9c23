//! Texts that must be found nowhere, in whatever form they are written.

use std::fmt::Write as _;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Looks for all forms of some secrets.
pub struct Canaries {
    finder: AhoCorasick,
    /// Name of the secret and of the form, for each pattern.
    names: Vec<(String, &'static str)>,
}

impl Canaries {
    /// Looks for these secrets, each with a name that may be told.
    pub fn new(secrets: &[(&str, &[u8])]) -> Self {
        let mut names = Vec::new();
        let mut patterns = Vec::new();
        for (name, secret) in secrets {
            assert!(secret.len() >= 16, "{name} is too short: it would be found by chance");
            for (form, pattern) in forms(secret) {
                names.push(((*name).to_owned(), form));
                patterns.push(pattern);
            }
        }
        Self { finder: AhoCorasick::new(&patterns).unwrap(), names }
    }

    /// What was found there: name, form, and what stands around it.
    pub fn found(&self, bytes: &[u8]) -> Vec<String> {
        let told = |found: aho_corasick::Match| {
            let (name, form) = &self.names[found.pattern().as_usize()];
            let around = &bytes[found.start().saturating_sub(80)..(found.end() + 40).min(bytes.len())];
            format!("{name} ({form}): …{}…", String::from_utf8_lossy(around))
        };
        self.finder.find_iter(bytes).map(told).collect()
    }

    /// Is anything there?
    pub fn stand_in(&self, bytes: &[u8]) -> bool {
        self.finder.is_match(bytes)
    }
}

/// Raw, percent-encoded (all bytes, and only those that must be), hex, base64 in all three alignments, escaped in JSON.
fn forms(secret: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let text = String::from_utf8_lossy(secret).into_owned();
    let all = |write: &dyn Fn(&mut String, u8)| {
        let mut form = String::new();
        for byte in secret {
            write(&mut form, *byte);
        }
        form.into_bytes()
    };
    let percent = |form: &mut String, byte: u8| write!(form, "%{byte:02X}").unwrap();
    let mut forms = vec![
        ("raw", secret.to_vec()),
        ("percent, every byte", all(&percent)),
        ("percent, lower case", all(&|form, byte| write!(form, "%{byte:02x}").unwrap())),
        (
            "percent",
            all(&|form, byte| {
                if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                    form.push(char::from(byte));
                } else {
                    percent(form, byte);
                }
            }),
        ),
        ("hex", all(&|form, byte| write!(form, "{byte:02x}").unwrap())),
        ("hex, upper case", all(&|form, byte| write!(form, "{byte:02X}").unwrap())),
        ("JSON, every character", all(&|form, byte| write!(form, "\\u{byte:04x}").unwrap())),
        ("debug", format!("{text:?}").trim_matches('"').as_bytes().to_vec()),
        ("JSON", serde_json::Value::from(text).to_string().trim_matches('"').as_bytes().to_vec()),
    ];
    for before in 0..3_usize {
        // What stands before and after shifts the digits at its ends.
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret);
        let (first, last) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        forms.push(("base64", STANDARD_NO_PAD.encode(&bytes).as_bytes()[first..last].to_vec()));
        forms.push(("base64url", URL_SAFE_NO_PAD.encode(&bytes).as_bytes()[first..last].to_vec()));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found_and_nothing_else() {
        let secret = "canary: a \"secret\" & 7";
        let canaries = Canaries::new(&[("it", secret.as_bytes())]);
        let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for (form, text) in [
            ("raw", format!("x{secret}y")),
            ("percent, every byte", percent),
            ("percent", "?key=canary%3A%20a%20%22secret%22%20%26%207&".to_owned()),
            // Of this one both forms are the same.
            ("debug", serde_json::json!({ "key": secret }).to_string()),
            ("base64", STANDARD_NO_PAD.encode(format!("user:{secret}!"))),
            ("base64", STANDARD_NO_PAD.encode(format!("use:{secret}!!"))),
            ("base64", STANDARD_NO_PAD.encode(format!("us:{secret}!!"))),
            ("hex", secret.bytes().map(|byte| format!("{byte:02x}")).collect()),
        ] {
            let found = canaries.found(text.as_bytes());
            assert!(found.iter().any(|told| told.starts_with(&format!("it ({form}"))), "{form}: {text}: {found:?}");
        }
        assert!(!canaries.stand_in(b"canary: a secret & 7"));
    }
}
