//! The simulated upstreams, asked over HTTP.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers included")]

mod amap;
mod client;
mod control;
mod faults;
mod u8_documents;
mod u8_door;
mod wecom;
