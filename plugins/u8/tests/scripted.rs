//! The plugin's decisions against written answers, without a host.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers included"
)]

#[path = "scripted/changes.rs"]
mod changes;
#[path = "scripted/desk.rs"]
mod desk;
#[path = "scripted/orders.rs"]
mod orders;
#[path = "scripted/warehouse.rs"]
mod warehouse;
