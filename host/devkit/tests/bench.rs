//! The author's bench from outside: JSON of every function, wrong files, scenarios, recording, conformance.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "bench/calls.rs"]
mod calls;
#[path = "bench/check.rs"]
mod check;
#[path = "bench/conformance.rs"]
mod conformance;
#[path = "bench/contract.rs"]
mod contract;
#[path = "bench/files.rs"]
mod files;
#[path = "bench/guests.rs"]
mod guests;
#[path = "bench/json.rs"]
mod json;
#[path = "bench/new.rs"]
mod new;
#[path = "bench/play.rs"]
mod play;
#[path = "bench/readme.rs"]
mod readme;
#[path = "bench/record.rs"]
mod record;
#[path = "bench/run.rs"]
mod run;
#[path = "bench/schema.rs"]
mod schema;
