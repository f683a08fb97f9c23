//! The call that is being made.

use std::time::Duration;

use crate::bindings::host::mortise::plugin::context;

pub use crate::bindings::host::mortise::plugin::context::{
    attempt, business_date, call_id, connection, idempotency_key, locale, time_zone, trace_parent,
};

/// Is this a further attempt of the same key? Then look up what exists before writing.
pub fn is_repeat() -> bool {
    attempt() > 1
}

/// Time until the host ends the call.
pub fn time_left() -> Duration {
    Duration::from_millis(context::deadline())
}

/// Time that the whole call was given, the wait for its turn included. What needs more than this will not succeed on the next
/// attempt either: that is [`Error::invalid`](crate::Error::invalid) for `limits.deadline-ms`, not a retry.
pub fn time_limit() -> Duration {
    Duration::from_millis(context::time_limit())
}
