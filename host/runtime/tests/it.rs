//! The sandbox from outside: hostile files and guests, outbound policy, credentials, limits.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "it/credentials.rs"]
mod credentials;
#[path = "it/fetch.rs"]
mod fetch;
#[path = "it/files.rs"]
mod files;
#[path = "it/harness.rs"]
mod harness;
#[path = "it/limits.rs"]
mod limits;
#[path = "it/memory.rs"]
mod memory;
#[path = "it/outbound.rs"]
mod outbound;
#[path = "it/registry.rs"]
mod registry;
#[path = "it/signatures.rs"]
mod signatures;
#[path = "it/upstream.rs"]
mod upstream;
