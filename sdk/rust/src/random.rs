//! Randomness fit for keys and nonces.

pub use crate::bindings::host::mortise::plugin::random::{bytes, number};
