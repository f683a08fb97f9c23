//! The plugin's decisions against written answers, without a host.

#[path = "scripted/changes.rs"]
mod changes;
#[path = "scripted/desk.rs"]
mod desk;
#[path = "scripted/orders.rs"]
mod orders;
#[path = "scripted/warehouse.rs"]
mod warehouse;
