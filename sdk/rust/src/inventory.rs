//! Stock and the work of warehouses.

use serde::de::DeserializeOwned;

use crate::bindings::inventory::exports::mortise::plugin::inventory::Guest;
use crate::registration::call;
use crate::{ChangePage, Document, Error, Result, Text};

pub use crate::bindings::inventory::exports::mortise::plugin::inventory::{
    Item, PickTask, Reservation, StockLevel, StockQuery,
};

/// A connector to a warehouse system, or to the warehouse side of an ERP.
///
/// **One effect per key** holds for every writing function: see [the crate's page](crate#one-effect-per-key).
pub trait Inventory {
    /// Levels of the items asked for. An item that the upstream does not know, or has nowhere, has no level in the answer.
    fn stock(&self, queries: Vec<StockQuery>) -> Result<Vec<StockLevel>>;

    /// Sets goods aside.
    fn reserve(&self, reservation: Reservation) -> Result<Document> {
        let _ = reservation;
        Err(Error::not_implemented("inventory.reserve"))
    }

    /// Frees what was set aside. Releasing twice succeeds.
    fn release(&self, external_id: String) -> Result<Document> {
        let _ = external_id;
        Err(Error::not_implemented("inventory.release"))
    }

    /// Finds the pick task with this key.
    fn find_pick(&self, key: String) -> Result<Option<Document>> {
        let _ = key;
        Err(Error::not_implemented("inventory.find-pick"))
    }

    /// Orders goods to be picked and dispatched (or received).
    fn push_pick(&self, task: PickTask) -> Result<Document> {
        let _ = task;
        Err(Error::not_implemented("inventory.push-pick"))
    }

    /// Takes a pick task back. Cancelling twice succeeds.
    fn cancel_pick(&self, external_id: String, reason: Text) -> Result<Document> {
        let _ = (external_id, reason);
        Err(Error::not_implemented("inventory.cancel-pick"))
    }

    /// What has changed since a cursor (none: from the beginning); at most `limit` changes. Of a plugin that implements
    /// [`Erp`](crate::Erp) too, each interface has changes of its own.
    fn changes(&self, since: Option<String>, limit: u32) -> Result<ChangePage> {
        let _ = (since, limit);
        Err(Error::not_implemented("inventory.changes"))
    }
}

impl<P: Inventory + DeserializeOwned> Guest for P {
    fn stock(queries: Vec<StockQuery>) -> Result<Vec<StockLevel>> {
        call(|plugin: &P| plugin.stock(queries))
    }

    fn reserve(reservation: Reservation) -> Result<Document> {
        call(|plugin: &P| plugin.reserve(reservation))
    }

    fn release(external_id: String) -> Result<Document> {
        call(|plugin: &P| plugin.release(external_id))
    }

    fn find_pick(key: String) -> Result<Option<Document>> {
        call(|plugin: &P| plugin.find_pick(key))
    }

    fn push_pick(task: PickTask) -> Result<Document> {
        call(|plugin: &P| plugin.push_pick(task))
    }

    fn cancel_pick(external_id: String, reason: Text) -> Result<Document> {
        call(|plugin: &P| plugin.cancel_pick(external_id, reason))
    }

    fn changes(since: Option<String>, limit: u32) -> Result<ChangePage> {
        call(|plugin: &P| plugin.changes(since, limit))
    }
}
