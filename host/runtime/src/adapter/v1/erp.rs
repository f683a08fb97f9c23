//! The company's ERP.

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::erp::Receivable;
use wasmtime::Store;
use wasmtime::component::Instance;

use super::imports::types::{ChangePage, Document, Order, Text};
use super::interface::functions;
use super::types::{bilingual, customer, decimal, kind, order, read_changes, read_document, read_found};
use super::wit::exports::mortise::plugin::erp as wit;
use crate::adapter::Fault;
use crate::state::State;

functions!(Interface::Erp, "mortise:plugin/erp@1.0.0" {
    find_order = "find-order" (&str) -> Option<Document>;
    push_order = "push-order" (&Order) -> Document;
    change_order = "change-order" (&str, &Order) -> Document;
    cancel_order = "cancel-order" (&str, &Text) -> Document;
    find_receivable = "find-receivable" (&str) -> Option<Document>;
    push_receivable = "push-receivable" (&wit::Receivable) -> Document;
    cancel_receivable = "cancel-receivable" (&str, &Text) -> Document;
    changes = "changes" (Option<&str>, u32) -> ChangePage;
});

fn receivable(value: Receivable) -> wit::Receivable {
    wit::Receivable {
        order: value.order,
        kind: kind(value.kind),
        order_document: value.order_document,
        customer: customer(value.customer),
        currency: value.currency,
        exchange_rate: value.exchange_rate.map(decimal),
        net: value.totals.net,
        tax: value.totals.tax,
        gross: value.totals.gross,
        business_date: value.business_date,
        due_date: value.due_date,
        attributes: value.attributes,
    }
}

impl Functions {
    pub(super) async fn answer(
        &self,
        store: &mut Store<State>,
        instance: &Instance,
        request: Request,
    ) -> Result<Answer, Fault> {
        let document = match request {
            Request::FindOrder { number } => {
                return Ok(Answer::Found(read_found(self.find_order(store, instance, (&number,)).await?)?));
            }
            Request::FindReceivable { number } => {
                return Ok(Answer::Found(read_found(self.find_receivable(store, instance, (&number,)).await?)?));
            }
            Request::ErpChanges { since, limit } => {
                let page = self.changes(store, instance, (since.as_deref(), limit)).await?;
                return Ok(Answer::Changes(read_changes(page)?));
            }
            Request::PushOrder { order: pushed } => self.push_order(store, instance, (&order(*pushed),)).await?,
            Request::ChangeOrder { external_id, order: changed } => {
                self.change_order(store, instance, (&external_id, &order(*changed))).await?
            }
            Request::CancelOrder { external_id, reason } => {
                self.cancel_order(store, instance, (&external_id, &bilingual(reason))).await?
            }
            Request::PushReceivable { receivable: pushed } => {
                self.push_receivable(store, instance, (&receivable(*pushed),)).await?
            }
            Request::CancelReceivable { external_id, reason } => {
                self.cancel_receivable(store, instance, (&external_id, &bilingual(reason))).await?
            }
            _ => return Err(Fault::Missing),
        };
        Ok(Answer::Document(read_document(document)?))
    }
}
