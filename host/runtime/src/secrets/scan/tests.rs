use proptest::prelude::*;

use super::*;

fn scanner(secret: &str) -> Scanner {
    Scanner::new([Secret::new(secret)].iter()).unwrap()
}

/// Escapes those characters whose bit in `mask` is set.
fn escaped(secret: &str, mask: u64, escape: impl Fn(char) -> String) -> String {
    let some = |(at, character): (usize, char)| {
        if mask >> (at % 64) & 1 == 1 { escape(character) } else { character.to_string() }
    };
    secret.chars().enumerate().map(some).collect()
}

fn percent_of(character: char) -> String {
    let mut buffer = [0; 4];
    character.encode_utf8(&mut buffer).bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat()
}

fn unicode_of(character: char) -> String {
    let mut buffer = [0; 2];
    character.encode_utf16(&mut buffer).iter().map(|unit| format!("\\u{unit:04X}")).collect::<Vec<_>>().concat()
}

/// As JSON writes a text: some characters by their number, the others with the backslash that they need or may have.
fn in_json(text: &str, mask: u64) -> String {
    let write = |(at, character): (usize, char)| match character {
        _ if mask >> (at % 64) & 1 == 1 => unicode_of(character),
        '\\' | '"' | '/' => format!("\\{character}"),
        _ => character.to_string(),
    };
    text.chars().enumerate().map(write).collect()
}

fn over_lines(text: &str, width: usize, end: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(width).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join(end)
}

proptest! {
    /// Whatever stands around it and however each character is written: nothing of it is left, all around it is.
    #[test]
    fn every_form_is_found(
        secret in "[a-zA-Z0-9!?/&\"'€😀-]{12,40}",
        before in "[ -~]{0,10}",
        after in "[ -~]{0,10}",
        mask: u64,
    ) {
        let scanner = scanner(&secret);
        let pair = format!("{before}{secret}{after}");
        let forms = [
            secret.clone(),
            escaped(&secret, mask, percent_of),
            escaped(&secret, mask, unicode_of),
            escaped(&secret, mask, |character| format!("&#{};", u32::from(character))),
            escaped(&secret, mask, |character| format!("&#x{:X};", u32::from(character))),
            hex::encode(&secret),
        ];
        for form in forms {
            let clean = scanner.blot_text(format!("<{form}>"));
            prop_assert_eq!(clean, "<***>", "{}", form);
        }
        for encoded in [STANDARD_NO_PAD.encode(&pair), URL_SAFE_NO_PAD.encode(&pair)] {
            let clean = scanner.blot_text(encoded.clone());
            prop_assert!(clean.contains("***") && clean.len() < encoded.len() - secret.len() / 2, "{}", clean);
        }
    }

    /// One way of writing within another: JSON in JSON, a URL in a URL, base64 in JSON that escapes its slashes, or over lines.
    #[test]
    fn every_form_within_another_is_found(
        secret in "[a-zA-Z0-9!?/>&\"'€😀~-]{12,40}",
        mask: u64,
        inner in 0..4_usize,
        outer in 0..5_usize,
        width in 4..30_usize,
    ) {
        let scanner = scanner(&secret);
        let within = match inner {
            0 => escaped(&secret, mask, percent_of),
            1 => escaped(&secret, mask, unicode_of),
            2 => STANDARD_NO_PAD.encode(&secret),
            _ => hex::encode(&secret),
        };
        let form = match outer {
            0 => escaped(&within, u64::MAX, percent_of),
            1 => in_json(&within, mask),
            2 => escaped(&within, !mask, |character| format!("&#{};", u32::from(character))),
            3 if inner > 1 => over_lines(&within, width, "\r\n  "),
            _ if inner > 1 => over_lines(&within, width, "\n"),
            _ => within,
        };
        let clean = scanner.blot_text(form.clone());
        // The outermost digits of base64 hang on what stands beside them: they may stay.
        let beside = if inner == 2 { 16 } else { 0 };
        prop_assert!(clean.contains("***") && clean.len() <= 3 + beside, "{} of {}", clean, form);
    }

    #[test]
    fn other_text_stays(text in "\\PC{0,200}") {
        prop_assert_eq!(scanner("a secret that is not there").blot_text(text.clone()), text);
    }

    #[test]
    fn hostile_bytes_do_no_harm(bytes: Vec<u8>) {
        let _ = scanner("%41\\u0041&#65;").blot(bytes);
    }
}

#[test]
fn short_values_are_not_looked_for() {
    assert!(Scanner::new([Secret::new("abc")].iter()).is_none());
}
