//! The company's ERP: sales orders and receivables.

use serde::de::DeserializeOwned;

use crate::bindings::erp::exports::mortise::plugin::erp::Guest;
use crate::registration::call;
use crate::{ChangePage, Document, Error, Order, Result, Text};

pub use crate::bindings::erp::exports::mortise::plugin::erp::Receivable;

/// A connector to an ERP.
///
/// **One effect per key**: see [the crate's page](crate#one-effect-per-key).
pub trait Erp {
    /// Finds the document of the order with this number. None: the ERP has none.
    fn find_order(&self, number: String) -> Result<Option<Document>>;

    /// Writes a sales order (or, by its kind, a return).
    fn push_order(&self, order: Order) -> Result<Document>;

    /// Makes the document equal to the order as it now is.
    fn change_order(&self, external_id: String, order: Order) -> Result<Document> {
        let _ = (external_id, order);
        Err(Error::not_implemented("erp.change-order"))
    }

    /// Cancels or closes the document. Cancelling twice succeeds.
    fn cancel_order(&self, external_id: String, reason: Text) -> Result<Document> {
        let _ = (external_id, reason);
        Err(Error::not_implemented("erp.cancel-order"))
    }

    /// Finds the receivable of the order with this number.
    fn find_receivable(&self, number: String) -> Result<Option<Document>> {
        let _ = number;
        Err(Error::not_implemented("erp.find-receivable"))
    }

    /// Posts what the customer owes.
    fn push_receivable(&self, receivable: Receivable) -> Result<Document> {
        let _ = receivable;
        Err(Error::not_implemented("erp.push-receivable"))
    }

    /// Takes the receivable back. Cancelling twice succeeds.
    fn cancel_receivable(&self, external_id: String, reason: Text) -> Result<Document> {
        let _ = (external_id, reason);
        Err(Error::not_implemented("erp.cancel-receivable"))
    }

    /// What has changed since a cursor (none: from the beginning); at most `limit` changes.
    fn changes(&self, since: Option<String>, limit: u32) -> Result<ChangePage> {
        let _ = (since, limit);
        Err(Error::not_implemented("erp.changes"))
    }
}

impl<P: Erp + DeserializeOwned> Guest for P {
    fn find_order(number: String) -> Result<Option<Document>> {
        call(|plugin: &P| plugin.find_order(number))
    }

    fn push_order(order: Order) -> Result<Document> {
        call(|plugin: &P| plugin.push_order(order))
    }

    fn change_order(external_id: String, order: Order) -> Result<Document> {
        call(|plugin: &P| plugin.change_order(external_id, order))
    }

    fn cancel_order(external_id: String, reason: Text) -> Result<Document> {
        call(|plugin: &P| plugin.cancel_order(external_id, reason))
    }

    fn find_receivable(number: String) -> Result<Option<Document>> {
        call(|plugin: &P| plugin.find_receivable(number))
    }

    fn push_receivable(receivable: Receivable) -> Result<Document> {
        call(|plugin: &P| plugin.push_receivable(receivable))
    }

    fn cancel_receivable(external_id: String, reason: Text) -> Result<Document> {
        call(|plugin: &P| plugin.cancel_receivable(external_id, reason))
    }

    fn changes(since: Option<String>, limit: u32) -> Result<ChangePage> {
        call(|plugin: &P| plugin.changes(since, limit))
    }
}
