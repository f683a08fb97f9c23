//! Whole-system tests. The harness is here: a whole house in one process — store, sandbox, plugins, doors — with the simulated
//! upstreams beside it and a clock that tests move. The tests are in `tests/`, by what they show.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a harness that cannot be set up is a failed test")]

pub mod canary;
pub mod catalog;
pub mod clock;
pub mod database;
pub mod dump;
pub mod exhibit;
pub mod guest;
pub mod house;
pub mod listener;
pub mod parrot;
pub mod people;
pub mod plugins;
pub mod registry;
pub mod walk;

pub use clock::MovableClock;
pub use database::Engine;
pub use house::House;
