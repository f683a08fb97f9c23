//! Every method of the store on both engines.
//!
//! PostgreSQL is found by `DATABASE_URL`, else on 127.0.0.1; each test has a schema of its own there, and a file of its own
//! on SQLite. Without PostgreSQL run `cargo test -p mortise-store sqlite`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on says so by a panic"
)]

mod approvals;
mod audit;
mod backup;
mod catalog;
mod claims;
mod configuration;
mod deciding;
mod deliveries;
mod differential;
mod doubt;
mod growth;
mod harness;
mod leads;
mod leads_apart;
mod leads_given;
mod leases;
mod migration;
mod operations;
mod orders;
mod overview;
mod publishers;
mod races;
mod reach;
mod returns;
mod rules;
mod sandbox;
mod schema;
mod search;
mod sessions;
mod users;
