//! Bounds and pauses of the work, each with a default.

use std::collections::BTreeMap;
use std::time::Duration;

use mortise_domain::decimal::Decimal;
use serde::{Deserialize, Serialize};

const MOST_LEASE_MARGIN: Duration = Duration::from_hours(1);

/// How much is worked at once and how long things may take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// Orders that are judged at the same time; beyond, orders are stored and judged when there is room.
    pub evaluations: usize,
    /// For how long a node has an order to itself while it judges it, in milliseconds.
    pub evaluation_lease_ms: u64,
    /// Submissions that wait to be stored; beyond, callers are asked to come back.
    pub intake_queue: usize,
    /// Most rows that share one commit.
    pub shared_commit: usize,
    /// Deliveries in hand at the same time.
    pub deliveries: usize,
    /// Of these, for one connection, so that a slow upstream does not take all.
    pub deliveries_per_connection: usize,
    /// How much longer than its longest call a delivery is leased, in milliseconds, up to an hour: time to wait for its turn and to settle.
    pub lease_margin_ms: u64,
    /// Longest sleep of a worker, in milliseconds.
    pub longest_sleep_ms: u64,
    /// How long a delivery of a paused connection is put off, in milliseconds.
    pub paused_ms: u64,
    /// How long an orderly shutdown waits for what is in flight, in milliseconds.
    pub shutdown_ms: u64,
    /// Where the newest month of a region collected less of what was due, in percent, new credit is frozen there; 0: never.
    pub collection_percent: u32,
    /// Worth of one unit of each foreign currency in the company's currency.
    pub exchange_rates: BTreeMap<String, Decimal>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            evaluations: 256,
            evaluation_lease_ms: 60_000,
            intake_queue: 1_024,
            shared_commit: 64,
            deliveries: 256,
            deliveries_per_connection: 64,
            lease_margin_ms: 30_000,
            longest_sleep_ms: 1_000,
            paused_ms: 10_000,
            shutdown_ms: 30_000,
            collection_percent: 92,
            exchange_rates: BTreeMap::new(),
        }
    }
}

/// A configuration that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// No such zone.
    #[error("the company's time zone {0:?} is not known; use an IANA name such as Asia/Shanghai")]
    TimeZone(String),
    /// A bound that lets nothing through.
    #[error("`{0}` must be above zero, otherwise nothing is ever worked")]
    Zero(&'static str),
    /// A rate that is no rate.
    #[error("the exchange rate of {0} must be above zero")]
    Rate(String),
}

impl Config {
    /// Checks that work can go on under these bounds.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let bounds = [
            ("evaluations", self.evaluations),
            ("intake-queue", self.intake_queue),
            ("shared-commit", self.shared_commit),
            ("deliveries", self.deliveries),
            ("deliveries-per-connection", self.deliveries_per_connection),
        ];
        if let Some((name, _)) = bounds.into_iter().find(|(_, bound)| *bound == 0) {
            return Err(ConfigError::Zero(name));
        }
        match self.exchange_rates.iter().find(|(_, rate)| !rate.is_positive()) {
            Some((currency, _)) => Err(ConfigError::Rate(currency.clone())),
            None => Ok(()),
        }
    }

    pub(crate) fn evaluation_lease(&self) -> Duration {
        Duration::from_millis(self.evaluation_lease_ms)
    }

    pub(crate) fn lease_margin(&self) -> Duration {
        // No lease lasts for ever, whatever stands in the configuration: what it covers would never be taken over.
        Duration::from_millis(self.lease_margin_ms).min(MOST_LEASE_MARGIN)
    }

    pub(crate) fn longest_sleep(&self) -> Duration {
        // A worker that sleeps for no time at all would spin.
        Duration::from_millis(self.longest_sleep_ms.max(10))
    }

    pub(crate) fn paused(&self) -> Duration {
        Duration::from_millis(self.paused_ms.max(100))
    }

    pub(crate) fn shutdown(&self) -> Duration {
        Duration::from_millis(self.shutdown_ms)
    }
}
