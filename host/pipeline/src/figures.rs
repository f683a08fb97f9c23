//! Counters and histograms.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use metrics::{counter, histogram};
use mortise_domain::figure::{Cell, Tally};
use mortise_domain::instant::Instant;

/// Calls of this node that are not stored yet, by connection, function and hour.
#[derive(Debug, Default)]
pub struct Tallies(Mutex<BTreeMap<Cell, Tally>>);

impl Tallies {
    /// Counts a call.
    pub(crate) fn add(&self, connection: &str, function: &str, outcome: &str, micros: u64, at: Instant) {
        self.merge([(
            Cell::of(connection, function, outcome, micros, at),
            Tally { calls: 1, micros: i64::try_from(micros).unwrap_or(i64::MAX) },
        )]);
    }

    /// Takes what was counted, to store it.
    pub fn take(&self) -> BTreeMap<Cell, Tally> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts back what could not be stored.
    pub fn merge(&self, figures: impl IntoIterator<Item = (Cell, Tally)>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (cell, tally) in figures {
            let sum = kept.entry(cell).or_default();
            sum.calls = sum.calls.saturating_add(tally.calls);
            sum.micros = sum.micros.saturating_add(tally.micros);
        }
    }
}

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
