//! The control endpoints under `/__sim/`: faults, time, settings, and what exists.

mod routes;

pub use routes::router;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    shared::Shared,
    yonyou::{Payment, Shipment},
};

/// Everything that exists at the vendors, with counts and duplicates.
pub fn state(shared: &Shared) -> Value {
    shared.with_world(|world, cx| {
        world.u8.settle(cx);
        let mut state = world.u8.view(cx.settings);
        state["messages"] = world.wecom.view();
        state
    })
}

pub fn messages(shared: &Shared) -> Value {
    shared.with_world(|world, _| world.wecom.view())
}

pub fn counters(shared: &Shared) -> Value {
    let core = shared.core();
    let mut figures = serde_json::to_value(&core.counters).unwrap_or_default();
    figures["u8_replays"] = core.world.u8.replays().into();
    figures["wecom_repeats_dropped"] = core.world.wecom.repeats_dropped().into();
    figures
}

/// Goods leave the warehouse.
pub fn ship(shared: &Shared, request: &Value) -> Result<Value, String> {
    let shipment = Shipment::deserialize(request).map_err(|e| e.to_string())?;
    shared
        .with_world(|world, cx| world.u8.ship(cx, &shipment))
        .map(|consignments| json!({"consignments": consignments}))
}

/// The customer pays.
pub fn pay(shared: &Shared, request: &Value) -> Result<Value, String> {
    let payment = Payment::deserialize(request).map_err(|e| e.to_string())?;
    shared.with_world(|world, cx| world.u8.pay(cx, &payment)).map(|voucher| json!({"accept": voucher}))
}
