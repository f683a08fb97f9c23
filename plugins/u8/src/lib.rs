//! Yonyou U8: sales orders, receivables, stock and delivery notes through the Yonyou open platform.

mod answer;
mod body;
mod changes;
mod client;
mod codes;
mod currency;
mod document;
pub mod host;
mod order;
mod pick;
mod price;
mod receivable;
mod refusal;
mod settings;
mod stock;
mod time;

pub use changes::Interest;
pub use settings::{Settings, WriteMode};

use host::{Guest, Host};
use mortise_sdk::erp::Receivable;
use mortise_sdk::inventory::{PickTask, StockLevel, StockQuery};
use mortise_sdk::{ChangePage, Document, Erp, Inventory, Order, Result, Text};

/// U8 with a host to work through: what the guest does, and what tests do without one.
pub struct U8<'a>(client::Client<'a>);

impl<'a> U8<'a> {
    pub fn new(settings: &'a Settings, host: &'a mut dyn Host) -> Self {
        Self(client::Client { host, settings })
    }

    pub fn find_order(&mut self, number: &str) -> Result<Option<Document>> {
        order::find(&mut self.0, number)
    }

    pub fn push_order(&mut self, order: &Order) -> Result<Document> {
        order::push(&mut self.0, order)
    }

    pub fn change_order(&mut self, external_id: &str, order: &Order) -> Result<Document> {
        order::change(&mut self.0, external_id, order)
    }

    pub fn cancel_order(&mut self, external_id: &str, reason: &Text) -> Result<Document> {
        order::cancel(&mut self.0, external_id, reason)
    }

    pub fn find_receivable(&mut self, number: &str) -> Result<Option<Document>> {
        receivable::find(&mut self.0, number)
    }

    pub fn push_receivable(&mut self, receivable: &Receivable) -> Result<Document> {
        receivable::push(&mut self.0, receivable)
    }

    pub fn cancel_receivable(&mut self, external_id: &str, reason: &Text) -> Result<Document> {
        receivable::cancel(&mut self.0, external_id, reason)
    }

    pub fn stock(&mut self, queries: &[StockQuery]) -> Result<Vec<StockLevel>> {
        stock::levels(&mut self.0, queries)
    }

    pub fn find_pick(&mut self, key: &str) -> Result<Option<Document>> {
        pick::find(&mut self.0, key)
    }

    pub fn push_pick(&mut self, task: &PickTask) -> Result<Document> {
        pick::push(&mut self.0, task)
    }

    pub fn cancel_pick(&mut self, external_id: &str, reason: &Text) -> Result<Document> {
        pick::cancel(&mut self.0, external_id, reason)
    }

    pub fn changes(&mut self, interest: Interest, since: Option<&str>, limit: u32) -> Result<ChangePage> {
        changes::page(&mut self.0, interest, since, limit)
    }
}

impl Erp for Settings {
    fn find_order(&self, number: String) -> Result<Option<Document>> {
        U8::new(self, &mut Guest).find_order(&number)
    }

    fn push_order(&self, order: Order) -> Result<Document> {
        U8::new(self, &mut Guest).push_order(&order)
    }

    fn change_order(&self, external_id: String, order: Order) -> Result<Document> {
        U8::new(self, &mut Guest).change_order(&external_id, &order)
    }

    fn cancel_order(&self, external_id: String, reason: Text) -> Result<Document> {
        U8::new(self, &mut Guest).cancel_order(&external_id, &reason)
    }

    fn find_receivable(&self, number: String) -> Result<Option<Document>> {
        U8::new(self, &mut Guest).find_receivable(&number)
    }

    fn push_receivable(&self, receivable: Receivable) -> Result<Document> {
        U8::new(self, &mut Guest).push_receivable(&receivable)
    }

    fn cancel_receivable(&self, external_id: String, reason: Text) -> Result<Document> {
        U8::new(self, &mut Guest).cancel_receivable(&external_id, &reason)
    }

    fn changes(&self, since: Option<String>, limit: u32) -> Result<ChangePage> {
        U8::new(self, &mut Guest).changes(Interest::Orders, since.as_deref(), limit)
    }
}

/// `reserve` and `release` stay unimplemented: U8 has no reservation of its own, its delivery notes hold the stock.
impl Inventory for Settings {
    fn stock(&self, queries: Vec<StockQuery>) -> Result<Vec<StockLevel>> {
        U8::new(self, &mut Guest).stock(&queries)
    }

    fn find_pick(&self, key: String) -> Result<Option<Document>> {
        U8::new(self, &mut Guest).find_pick(&key)
    }

    fn push_pick(&self, task: PickTask) -> Result<Document> {
        U8::new(self, &mut Guest).push_pick(&task)
    }

    fn cancel_pick(&self, external_id: String, reason: Text) -> Result<Document> {
        U8::new(self, &mut Guest).cancel_pick(&external_id, &reason)
    }

    fn changes(&self, since: Option<String>, limit: u32) -> Result<ChangePage> {
        U8::new(self, &mut Guest).changes(Interest::Shipments, since.as_deref(), limit)
    }
}

mortise_sdk::plugin!(Settings: Erp, Inventory);
