//! Stock and the work of warehouses.

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::instant::Instant;
use mortise_domain::inventory::{Item, PickTask, StockLevel, StockQuery, UpstreamReservation};
use wasmtime::Store;
use wasmtime::component;

use super::imports::types::{ChangePage, Document, Text};
use super::interface::functions;
use super::types::{
    address, bilingual, customer, decimal, kind, read_changes, read_decimal, read_document, read_found,
};
use super::wit::exports::mortise::plugin::inventory as wit;
use crate::adapter::Fault;
use crate::adapter::check::{Checked, attributes, list, required_id};
use crate::state::State;

functions!(Interface::Inventory, "mortise:plugin/inventory@1.0.0" {
    stock = "stock" (&[wit::StockQuery]) -> Vec<wit::StockLevel>;
    reserve = "reserve" (&wit::Reservation) -> Document;
    release = "release" (&str) -> Document;
    find_pick = "find-pick" (&str) -> Option<Document>;
    push_pick = "push-pick" (&wit::PickTask) -> Document;
    cancel_pick = "cancel-pick" (&str, &Text) -> Document;
    changes = "changes" (Option<&str>, u32) -> ChangePage;
});

fn query(value: StockQuery) -> wit::StockQuery {
    wit::StockQuery { sku: value.sku, warehouses: value.warehouses }
}

fn item(value: Item) -> wit::Item {
    wit::Item {
        line: value.line,
        sku: value.sku,
        name: value.name,
        quantity: decimal(value.quantity),
        attributes: value.attributes,
    }
}

fn reservation(value: UpstreamReservation) -> wit::Reservation {
    wit::Reservation {
        order: value.order,
        warehouse: value.warehouse,
        items: value.items.into_iter().map(item).collect(),
        expires: value.expires.map(|at| at.0),
        attributes: value.attributes,
    }
}

fn pick_task(value: PickTask) -> wit::PickTask {
    wit::PickTask {
        key: value.key,
        kind: kind(value.kind),
        order: value.order,
        order_document: value.order_document,
        wave: value.wave,
        warehouse: value.warehouse,
        zone: value.zone,
        customer: customer(value.customer),
        ship_to: address(value.ship_to),
        items: value.items.into_iter().map(item).collect(),
        attributes: value.attributes,
    }
}

pub(super) fn read_level(value: wit::StockLevel) -> Checked<StockLevel> {
    Ok(StockLevel {
        warehouse: required_id("warehouse", value.warehouse)?,
        sku: required_id("sku", value.sku)?,
        on_hand: read_decimal("on-hand", value.on_hand)?,
        available: read_decimal("available", value.available)?,
        as_of: Instant(value.as_of),
        attributes: attributes("attributes", value.attributes)?,
    })
}

impl Functions {
    pub(super) async fn answer(
        &self,
        store: &mut Store<State>,
        instance: &component::Instance,
        request: Request,
    ) -> Result<Answer, Fault> {
        let document = match request {
            Request::Stock { queries } => {
                let queries: Vec<_> = queries.into_iter().map(query).collect();
                let levels = self.stock(store, instance, (queries.as_slice(),)).await?;
                return Ok(Answer::Stock(list("stock", levels, read_level)?));
            }
            Request::FindPick { key } => {
                return Ok(Answer::Found(read_found(self.find_pick(store, instance, (&key,)).await?)?));
            }
            Request::InventoryChanges { since, limit } => {
                let page = self.changes(store, instance, (since.as_deref(), limit)).await?;
                return Ok(Answer::Changes(read_changes(page)?));
            }
            Request::Reserve { reservation: asked } => self.reserve(store, instance, (&reservation(asked),)).await?,
            Request::Release { external_id } => self.release(store, instance, (&external_id,)).await?,
            Request::PushPick { task } => self.push_pick(store, instance, (&pick_task(*task),)).await?,
            Request::CancelPick { external_id, reason } => {
                self.cancel_pick(store, instance, (&external_id, &bilingual(reason))).await?
            }
            _ => return Err(Fault::Missing),
        };
        Ok(Answer::Document(read_document(document)?))
    }
}
