//! Channels to people: group robot, mail, text message.

use serde::de::DeserializeOwned;

use crate::bindings::notifier::exports::mortise::plugin::notifier::Guest;
use crate::registration::call;
use crate::{Result, Text};

pub use crate::bindings::notifier::exports::mortise::plugin::notifier::{
    Attachment, Fact, Message, ReadReceipt, Receipt, Severity,
};

/// A channel to people.
pub trait Notifier {
    /// Sends the message in the reader's language ([`Text::local`]).
    fn send(&self, message: Message) -> Result<Receipt>;

    /// Who has read these messages. A channel that does not know answers an empty list, as this default does.
    fn read_receipts(&self, external_ids: Vec<String>) -> Result<Vec<ReadReceipt>> {
        let _ = external_ids;
        Ok(Vec::new())
    }
}

impl Fact {
    /// A fact shown as name and value.
    #[expect(clippy::needless_pass_by_value, reason = "calls read better with values")]
    pub fn new(name: Text, value: impl ToString) -> Self {
        Self { name, value: value.to_string() }
    }
}

impl<P: Notifier + DeserializeOwned> Guest for P {
    fn send(message: Message) -> Result<Receipt> {
        call(|plugin: &P| plugin.send(message))
    }

    fn read_receipts(external_ids: Vec<String>) -> Result<Vec<ReadReceipt>> {
        call(|plugin: &P| plugin.read_receipts(external_ids))
    }
}
