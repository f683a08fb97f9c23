//! Exhibit: the interface `inventory`, every function of it.

#[path = "../../desk.rs"]
mod desk;

use desk::Desk;
use mortise_sdk::inventory::{PickTask, Reservation, StockLevel, StockQuery};
use mortise_sdk::{ChangePage, Document, Inventory, Result, Text};

mortise_sdk::plugin!(Desk: Inventory);

impl Inventory for Desk {
    fn stock(&self, queries: Vec<StockQuery>) -> Result<Vec<StockLevel>> {
        self.answer("stock", &queries)
    }

    fn reserve(&self, reservation: Reservation) -> Result<Document> {
        self.answer("reserve", &reservation)
    }

    fn release(&self, external_id: String) -> Result<Document> {
        self.answer("release", &external_id)
    }

    fn find_pick(&self, key: String) -> Result<Option<Document>> {
        self.answer("find-pick", &key)
    }

    fn push_pick(&self, task: PickTask) -> Result<Document> {
        self.answer("push-pick", &task)
    }

    fn cancel_pick(&self, external_id: String, reason: Text) -> Result<Document> {
        self.answer("cancel-pick", &(external_id, reason))
    }

    fn changes(&self, since: Option<String>, limit: u32) -> Result<ChangePage> {
        self.answer("changes", &(since, limit))
    }
}
