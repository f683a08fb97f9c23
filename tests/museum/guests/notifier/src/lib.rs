//! Exhibit: the interface `notifier`, every function of it.

#[path = "../../desk.rs"]
mod desk;

use desk::Desk;
use mortise_sdk::notifier::{Message, ReadReceipt, Receipt};
use mortise_sdk::{Notifier, Result};

mortise_sdk::plugin!(Desk: Notifier);

impl Notifier for Desk {
    fn send(&self, message: Message) -> Result<Receipt> {
        self.answer("send", &message)
    }

    fn read_receipts(&self, external_ids: Vec<String>) -> Result<Vec<ReadReceipt>> {
        self.answer("read-receipts", &external_ids)
    }
}
