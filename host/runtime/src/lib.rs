//! Sandbox: the only crate that knows wasmtime.
//!
//! A plugin file is looked at ([`inspect`]), proved ([`Runtime::prove`]) and loaded for a connection ([`Registry::load`]). Each
//! call gets a fresh sandbox that is dropped afterwards; what it may do is wish ∩ grant, decided when it is loaded.
//! Who vouches for a file is read from its [`Signatures`]; [`fetch`] gets files from registries.
//!
//! A bench for authors puts a world of its own around the same sandbox: [`Runtime::beside`] with a [`Wire`] in the place of the
//! network, and [`Registry::invoke`] with values whose types come from the component.
//!
//! A [`Rehearsal`] makes recorded calls again in such a world, without any effect.

mod adapter;
mod cache;
mod call;
mod compile;
mod config;
mod dynamic;
mod engine;
pub mod fetch;
mod http;
mod inspect;
mod load;
mod places;
mod prove;
mod registry;
mod rehearse;
mod runtime;
mod scratch;
mod secrets;
mod signature;
mod state;
mod turn;
mod wasi;

pub use compile::compile_apart;
pub use config::{Ports, RuntimeConfig};
pub use dynamic::{Ended, Function, Invoked, Type, Usage, Val};
pub use http::address::is_metadata;
pub use http::resolver::{Resolver, SystemResolver};
pub use http::wire::{AddressRefused, Incoming, Outgoing, Wire, WireFault};
pub use inspect::{InspectError, Inspection, inspect};
pub use load::{Fault, LoadError, settle_settings};
pub use prove::{ProveError, Proven};
pub use registry::Registry;
pub use rehearse::plan::PlannedAnswer;
pub use rehearse::{Rehearsal, RehearsalError};
pub use runtime::{Runtime, RuntimeError};
pub use scratch::Scratch;
pub use secrets::finds_secret;
pub use signature::{KeyError, PublicKey, SignError, Signatures, SigningKey, sign};
