//! Links that let whoever has them do something: they go to the channel and stand in no record, no log and no failure.

use mortise_domain::call::{CallRecord, Called, Request};
use mortise_domain::failure::Failure;
use mortise_domain::secret::Secret;

use crate::secrets::BLOT;

/// Shortest key that is blotted out; shorter ones are no keys and might stand anywhere.
const SHORTEST: usize = 16;

/// The key of the message's link, if there is one.
pub(super) struct Hush(Option<Secret>);

impl Hush {
    /// What stands behind the `#` of the link.
    pub(super) fn of(request: &Request) -> Self {
        let Request::Send { message } = request else { return Self(None) };
        let key = message.link.as_deref().and_then(|link| link.split_once('#')).map(|(_, key)| key);
        Self(key.filter(|key| key.len() >= SHORTEST).map(Secret::new))
    }

    /// The outcome of the call without it.
    pub(super) fn over(&self, mut called: Called) -> Called {
        let Some(key) = &self.0 else { return called };
        Self::record(key.expose(), &mut called.record);
        if let Err(failure) = &mut called.result {
            hush_failure(key.expose(), failure);
        }
        called
    }

    fn record(key: &str, record: &mut CallRecord) {
        for exchange in &mut record.exchanges {
            blot(key, &mut exchange.url);
            blot(key, &mut exchange.request_body);
            blot(key, &mut exchange.response_body);
            exchange.error.iter_mut().for_each(|error| blot(key, error));
            let headers = exchange.request_headers.iter_mut().chain(&mut exchange.response_headers);
            headers.for_each(|(_, value)| blot(key, value));
        }
        for line in &mut record.log {
            blot(key, &mut line.message);
            line.fields.iter_mut().for_each(|(_, value)| blot(key, value));
        }
    }
}

fn hush_failure(key: &str, failure: &mut Failure) {
    for text in failure.texts_mut() {
        blot(key, text);
    }
}

fn blot(key: &str, text: &mut String) {
    if text.contains(key) {
        *text = text.replace(key, BLOT);
        return;
    }
    // Where the record was cut, the beginning of the key may stand before the cut.
    let Some(cut) = text.find("…[") else { return };
    let Some(head) = text.get(..cut) else { return };
    let begun = (SHORTEST..key.len()).rev().find(|length| key.get(..*length).is_some_and(|part| head.ends_with(part)));
    if let Some(length) = begun {
        text.replace_range(cut - length..cut, BLOT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_goes_wherever_it_stands() {
        let key = "mra_abcdefghijklmnopqrstuvwxyz";
        let hushed = |text: &str| {
            let mut text = text.to_owned();
            blot(key, &mut text);
            text
        };
        assert_eq!(
            hushed(r"https:\/\/m.example.com\/approve#mra_abcdefghijklmnopqrstuvwxyz)"),
            r"https:\/\/m.example.com\/approve#***)"
        );
        assert_eq!(hushed("approve#mra_abcdefghijklmnopq…[900 bytes]"), "approve#***…[900 bytes]");
        assert_eq!(hushed("nothing of it…[900 bytes]"), "nothing of it…[900 bytes]");
    }
}
