//! The sandbox from outside: hostile files and guests, outbound policy, credentials, limits.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "it/bombs.rs"]
mod bombs;
#[path = "it/credentials.rs"]
mod credentials;
#[path = "it/doors.rs"]
mod doors;
#[path = "it/failures.rs"]
mod failures;
#[path = "it/fetch.rs"]
mod fetch;
#[path = "it/files.rs"]
mod files;
#[path = "it/floods.rs"]
mod floods;
#[path = "it/harness.rs"]
mod harness;
#[path = "it/languages.rs"]
mod languages;
#[path = "it/liars.rs"]
mod liars;
#[path = "it/limits.rs"]
mod limits;
#[path = "it/memory.rs"]
mod memory;
#[path = "it/outbound.rs"]
mod outbound;
#[path = "it/properties.rs"]
mod properties;
#[path = "it/registry.rs"]
mod registry;
#[path = "it/signatures.rs"]
mod signatures;
#[path = "it/upstream.rs"]
mod upstream;
#[path = "it/wasi.rs"]
mod wasi;
