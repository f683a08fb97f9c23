//! The host's clock.

pub use crate::bindings::host::mortise::plugin::clock::{monotonic, now};
pub use crate::bindings::host::mortise::plugin::types::{Date, Instant};

/// Seconds since 1970, as most upstreams want them in signatures.
pub fn unix_seconds() -> i64 {
    now().div_euclid(1_000_000)
}

/// Milliseconds since 1970.
pub fn unix_millis() -> i64 {
    now().div_euclid(1_000)
}
