//! Sandbox: the only crate that knows wasmtime.
//!
//! A plugin file is looked at ([`inspect`]), proved ([`Runtime::prove`]) and loaded for a connection ([`Registry::load`]). Each
//! call gets a fresh sandbox that is dropped afterwards; what it may do is wish ∩ grant, decided when it is loaded.

mod adapter;
mod cache;
mod call;
mod compile;
mod config;
mod engine;
mod http;
mod inspect;
mod load;
mod places;
mod prove;
mod registry;
mod runtime;
mod secrets;
mod state;
mod turn;
mod wasi;

pub use compile::compile_apart;
pub use config::{Ports, RuntimeConfig};
pub use http::PlannedAnswer;
pub use http::resolver::{Resolver, SystemResolver};
pub use inspect::{InspectError, Inspection, inspect};
pub use load::{Fault, LoadError, settle_settings};
pub use prove::{ProveError, Proven};
pub use registry::Registry;
pub use runtime::{Runtime, RuntimeError};
