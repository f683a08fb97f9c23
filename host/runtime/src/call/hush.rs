//! Links that let whoever has them do something: they go to the channel and stand in no record, no log and no failure.

use mortise_domain::call::{CallRecord, Called, LogLine, Request};
use mortise_domain::secret::Secret;

use crate::secrets::{BLOT, Scanner, forms};

/// Shortest key that is blotted out; shorter ones are no keys and might stand anywhere.
const SHORTEST: usize = 16;
/// So many characters of a key before a cut are taken out; fewer tell nothing of it.
const BEGUN: usize = 12;

/// The key of the message's link, if there is one.
pub(crate) struct Hush(Option<Key>);

struct Key {
    plain: Secret,
    /// Knows it in whatever way it is written: a channel may take its content in base64.
    scanner: Option<Scanner>,
}

impl Hush {
    /// What stands behind the `#` of the link.
    pub(crate) fn of(request: &Request) -> Self {
        let Request::Send { message } = request else { return Self(None) };
        let key = message.link.as_deref().and_then(|link| link.split_once('#')).map(|(_, key)| key);
        Self(key.filter(|key| key.len() >= SHORTEST).map(|key| {
            let plain = Secret::new(key);
            Key { scanner: Scanner::new(std::iter::once(&plain)), plain }
        }))
    }

    /// A line of the plugin's log without it.
    pub(crate) fn over_line(&self, line: &mut LogLine) {
        let Some(key) = &self.0 else { return };
        key.blot(&mut line.message);
        for (name, value) in &mut line.fields {
            key.blot(name);
            key.blot(value);
        }
    }

    /// The outcome of the call without it.
    pub(super) fn over(&self, mut called: Called) -> Called {
        let Some(key) = &self.0 else { return called };
        key.over_record(&mut called.record);
        if let Err(failure) = &mut called.result {
            for text in failure.texts_mut() {
                key.blot(text);
            }
        }
        called
    }
}

impl Key {
    fn over_record(&self, record: &mut CallRecord) {
        for exchange in &mut record.exchanges {
            self.blot(&mut exchange.url);
            self.blot(&mut exchange.request_body);
            self.blot(&mut exchange.response_body);
            exchange.error.iter_mut().for_each(|error| self.blot(error));
            let headers = exchange.request_headers.iter_mut().chain(&mut exchange.response_headers);
            headers.for_each(|(_, value)| self.blot(value));
        }
        for line in &mut record.log {
            self.blot(&mut line.message);
            line.fields.iter_mut().for_each(|(_, value)| self.blot(value));
        }
    }

    fn blot(&self, text: &mut String) {
        if let Some(scanner) = &self.scanner {
            *text = scanner.blot_text(std::mem::take(text));
        }
        // Where the record was cut, the beginning of the key may stand before the cut: the last such mark is the record's own.
        let Some(cut) = text.rfind("…[") else { return };
        for form in forms(self.plain.expose()) {
            let Some(head) = text.get(..cut) else { return };
            let mut lengths = (BEGUN..form.len()).rev();
            let begun = lengths.find(|length| form.get(..*length).is_some_and(|part| head.ends_with(part)));
            if let Some(length) = begun {
                text.replace_range(cut - length..cut, BLOT);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_goes_wherever_it_stands() {
        let key = "mra_abcdefghijklmnopqrstuvwxyz";
        let plain = Secret::new(key);
        let hush = Key { scanner: Scanner::new(std::iter::once(&plain)), plain };
        let hushed = |text: &str| {
            let mut text = text.to_owned();
            hush.blot(&mut text);
            text
        };
        assert_eq!(
            hushed(r"https:\/\/m.example.com\/approve#mra_abcdefghijklmnopqrstuvwxyz)"),
            r"https:\/\/m.example.com\/approve#***)"
        );
        assert_eq!(hushed("approve#mra_abcdefghijklmnopq…[900 bytes]"), "approve#***…[900 bytes]");
        assert_eq!(hushed("nothing of it…[900 bytes]"), "nothing of it…[900 bytes]");
        // Whole at one place, cut at another; and where the plugin writes such a mark itself.
        assert_eq!(
            hushed("a#mra_abcdefghijklmnopqrstuvwxyz b#mra_abcdefghijklmnopqrstuvwxy…[900 bytes]"),
            "a#*** b#***…[900 bytes]"
        );
        assert_eq!(hushed("of …[1] approve#mra_abcdefghijklmnopq…[900 bytes]"), "of …[1] approve#***…[900 bytes]");
        // As mail takes its content.
        for before in ["", "x", "xy"] {
            use base64::Engine as _;
            let sent = base64::engine::general_purpose::STANDARD.encode(format!("{before}{key} and more"));
            assert!(hushed(&sent).contains("***"), "{sent}");
        }
        assert_eq!(hushed(&hex::encode(key)), "***");
        assert_eq!(hushed(&format!("{}…[900 bytes]", &hex::encode(key)[..40])), "***…[900 bytes]");
    }
}
