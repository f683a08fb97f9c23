//! Counters and histograms.

use std::time::Duration;

use metrics::{counter, histogram};

/// An order reached a state; `outcome` is its name.
pub fn order(outcome: &'static str) {
    counter!("mortise_orders_total", "outcome" => outcome).increment(1);
}

/// A try of a delivery ended.
pub fn delivery(operation: &'static str, outcome: &'static str) {
    counter!("mortise_deliveries_total", "operation" => operation, "outcome" => outcome).increment(1);
}

/// A plugin was called.
pub fn plugin_call(connection: &str, function: &'static str, outcome: &'static str, micros: u64) {
    histogram!(
        "mortise_plugin_call_seconds",
        "connection" => connection.to_owned(), "function" => function, "outcome" => outcome
    )
    .record(Duration::from_micros(micros).as_secs_f64());
}

/// A delivery failed so often that a person is asked.
pub fn ticket(connection: &str) {
    counter!("mortise_tickets_total", "connection" => connection.to_owned()).increment(1);
}

/// Messages that may be repeats were sent.
pub fn message_repeats(connection: &str, count: usize) {
    counter!("mortise_message_repeats_total", "connection" => connection.to_owned())
        .increment(u64::try_from(count).unwrap_or(u64::MAX));
}

/// The breaker of a connection's function opened.
pub fn breaker_opened(connection: &str, function: &'static str) {
    let connection = connection.to_owned();
    counter!("mortise_breaker_opened_total", "connection" => connection, "function" => function).increment(1);
}
