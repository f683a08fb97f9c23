//! Exhibit: the interface `erp`, every function of it.

#[path = "../../desk.rs"]
mod desk;

use desk::Desk;
use mortise_sdk::erp::Receivable;
use mortise_sdk::{ChangePage, Document, Erp, Order, Result, Text};

mortise_sdk::plugin!(Desk: Erp);

impl Erp for Desk {
    fn find_order(&self, number: String) -> Result<Option<Document>> {
        self.answer("find-order", &number)
    }

    fn push_order(&self, order: Order) -> Result<Document> {
        self.answer("push-order", &order)
    }

    fn change_order(&self, external_id: String, order: Order) -> Result<Document> {
        self.answer("change-order", &(external_id, order))
    }

    fn cancel_order(&self, external_id: String, reason: Text) -> Result<Document> {
        self.answer("cancel-order", &(external_id, reason))
    }

    fn find_receivable(&self, number: String) -> Result<Option<Document>> {
        self.answer("find-receivable", &number)
    }

    fn push_receivable(&self, receivable: Receivable) -> Result<Document> {
        self.answer("push-receivable", &receivable)
    }

    fn cancel_receivable(&self, external_id: String, reason: Text) -> Result<Document> {
        self.answer("cancel-receivable", &(external_id, reason))
    }

    fn changes(&self, since: Option<String>, limit: u32) -> Result<ChangePage> {
        self.answer("changes", &(since, limit))
    }
}
