//! Connections: an installed plugin with settings, credentials, grant, routing, limits and policies.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::breaker::BreakerPolicy;
use crate::grant::Grant;
use crate::retry::RetryPolicy;
use crate::submission::FieldError;

mod cause;

pub use cause::Cause;

/// A connection as an admin configures it. Every number has a default; see [`Limits`] for the sandbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Connection {
    /// Unique name: lower-case letters, digits, hyphens.
    pub name: String,
    /// Content hash (SHA-256, hex) of the installed component.
    pub plugin: String,
    /// Is it used?
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Settings, valid against the plugin's schema.
    #[serde(default)]
    pub settings: Value,
    /// What it may do.
    #[serde(default)]
    pub grant: Grant,
    /// What it serves.
    #[serde(default)]
    pub routing: Routing,
    /// Bounds of a call.
    #[serde(default)]
    pub limits: Limits,
    /// How fast it may be called; none: no limit of ours.
    #[serde(default)]
    pub rate: Option<Rate>,
    /// When failed deliveries are tried again.
    #[serde(default)]
    pub retry: RetryPolicy,
    /// When it is left in peace.
    #[serde(default)]
    pub breaker: BreakerPolicy,
    /// What happens to an order when it does not answer during evaluation.
    #[serde(default)]
    pub failure_mode: FailureMode,
    /// How long the upstream itself may go on with a request whose client has gone, up to an hour. After an attempt of unknown
    /// outcome the next one waits at least this long and then looks up.
    #[serde(default = "upstream_timeout")]
    pub upstream_timeout_ms: u64,
    /// Of a notifier: which kinds of messages it takes; empty: all.
    #[serde(default)]
    pub events: Vec<String>,
    /// Of a notifier: how many waiting messages of one kind become one.
    #[serde(default = "merge")]
    pub merge: usize,
    /// Of an ERP or a warehouse: after how many seconds it is asked again what was shipped and paid; 0: never.
    #[serde(default = "poll_seconds")]
    pub poll_seconds: u64,
}

impl Connection {
    /// The longest `upstream-timeout-ms`: an hour.
    pub const MOST_UPSTREAM_TIMEOUT_MS: u64 = HOUR_MS;

    /// How long the upstream may go on with a request whose client has gone.
    pub fn upstream_timeout(&self) -> Duration {
        // Those stored before there was a bound may have more.
        Duration::from_millis(self.upstream_timeout_ms.min(Self::MOST_UPSTREAM_TIMEOUT_MS))
    }

    /// What is out of range beside the sandbox's limits: how often and how fast it is called, and how long it is waited for.
    /// Too short, and a fault becomes a storm; too long, and a delivery is never tried again. And grants that never match.
    pub fn faults(&self) -> Vec<FieldError> {
        let Self { retry, breaker, rate, merge, upstream_timeout_ms, poll_seconds, .. } = self;
        let merge = u64::try_from(*merge).unwrap_or(u64::MAX);
        let mut ranges = vec![
            ("retry.first-ms", retry.first_ms, 50, HOUR_MS),
            ("retry.most-ms", retry.most_ms, retry.first_ms.clamp(50, HOUR_MS), DAY_MS),
            ("retry.slow-ms", retry.slow_ms, 1_000, DAY_MS),
            ("retry.ticket-after", retry.ticket_after.into(), 1, 1_000),
            ("breaker.failures", breaker.failures.into(), 1, 10_000),
            ("breaker.cool-down-ms", breaker.cool_down_ms, 50, DAY_MS),
            ("upstream-timeout-ms", *upstream_timeout_ms, 0, Self::MOST_UPSTREAM_TIMEOUT_MS),
            ("merge", merge, 1, 1_000),
            ("poll-seconds", *poll_seconds, 0, DAY_MS / 1_000),
        ];
        if let Some(Rate { calls, seconds }) = *rate {
            ranges.push(("rate.calls", calls.into(), 1, 1_000_000));
            ranges.push(("rate.seconds", seconds.into(), 1, DAY_MS / 1_000));
        }
        let wrong = ranges.into_iter().filter(|(_, value, least, most)| value < least || value > most);
        let wrong = wrong.map(|(field, value, least, most)| {
            FieldError::new(field, format!("{value} is not between {least} and {most}: choose a value in that range"))
        });
        wrong.chain(self.grant.faults()).collect()
    }
}

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

fn yes() -> bool {
    true
}
fn upstream_timeout() -> u64 {
    60_000
}
fn merge() -> usize {
    50
}
fn poll_seconds() -> u64 {
    300
}

/// Which orders a connection serves; an empty list means all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Routing {
    /// Codes of stores.
    pub stores: Vec<String>,
    /// Codes of regions.
    pub regions: Vec<String>,
    /// Codes of warehouses.
    pub warehouses: Vec<String>,
    /// Customer levels.
    pub levels: Vec<String>,
    /// Lower is asked first.
    pub priority: i64,
}

/// What is matched against a routing; an empty field matches everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct RouteKey<'a> {
    /// Code of the store.
    pub store: &'a str,
    /// Code of the region.
    pub region: &'a str,
    /// Code of the warehouse.
    pub warehouse: &'a str,
    /// Customer level.
    pub level: &'a str,
}

impl Routing {
    /// Does the connection serve this?
    pub fn serves(&self, key: RouteKey<'_>) -> bool {
        let fits = |list: &[String], value: &str| {
            list.is_empty() || value.is_empty() || list.iter().any(|entry| entry == value)
        };
        fits(&self.stores, key.store)
            && fits(&self.regions, key.region)
            && fits(&self.warehouses, key.warehouse)
            && fits(&self.levels, key.level)
    }
}

/// What the upstream allows: so many calls in so many seconds, in any window of that length. The host lets a little less out,
/// because not every call takes the same time to arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rate {
    /// How many.
    pub calls: u32,
    /// In how many seconds.
    pub seconds: u32,
}

/// What the host lets out: so many calls in any span of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How many.
    pub calls: u32,
    /// The upstream's window and the margin.
    pub span: Duration,
}

impl Rate {
    /// Length of the upstream's window.
    pub fn window(self) -> Duration {
        Duration::from_secs(u64::from(self.seconds.max(1)))
    }

    /// The pace that keeps the rate.
    ///
    /// The host counts a call when it goes out, the upstream when it arrives: where the last call of one window arrives at once
    /// and the first one was slow, one too many arrives within a window. So a call is counted for a margin longer: what a
    /// request may take to arrive, which is `limits.http-timeout-ms`, yet not more than a twentieth of the window. For a minute
    /// that is 3 s, long enough for a first packet that is lost twice; and it costs less than 5 % of the calls. Calls that take
    /// even longer to arrive may be refused for the rate, which the retry policy takes for a wait and no failure.
    pub fn pace(self, http_timeout: Duration) -> Pace {
        let window = self.window();
        Pace { calls: self.calls.max(1), span: window + http_timeout.min(window / 20) }
    }
}

/// What happens to an order when the plugin does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailureMode {
    /// The order is held until it answers.
    #[default]
    Hold,
    /// The step is skipped, or the last known figure is used, and the order is flagged.
    Degrade,
}

/// Bounds of one call. Each protects the host and the other plugins from this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Limits {
    /// Linear memory, in bytes.
    pub memory_bytes: u64,
    /// Elements of all tables.
    pub table_elements: u64,
    /// CPU, in milliseconds of running guest code.
    pub cpu_ms: u64,
    /// Wall clock of the whole call, in milliseconds.
    pub deadline_ms: u64,
    /// Bytes copied through host calls.
    pub host_call_bytes: u64,
    /// Host calls that reach the host's own store (key-value space, core data, forgotten credentials).
    pub store_calls: u32,
    /// Bytes of log lines.
    pub log_bytes: u64,
    /// Outbound requests.
    pub http_requests: u32,
    /// Bytes sent and received, together.
    pub http_bytes: u64,
    /// Wall clock of one outbound request, in milliseconds, where the plugin does not ask for less.
    pub http_timeout_ms: u64,
    /// Calls of this connection at the same time.
    pub concurrency: u32,
    /// Bytes of exchanges kept in a call's record.
    pub record_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 64 << 20,
            table_elements: 100_000,
            cpu_ms: 1_000,
            deadline_ms: 30_000,
            host_call_bytes: 64 << 20,
            store_calls: 1_000,
            log_bytes: 16 << 10,
            http_requests: 20,
            http_bytes: 8 << 20,
            http_timeout_ms: 10_000,
            concurrency: 16,
            record_bytes: 32 << 10,
        }
    }
}

impl Limits {
    /// Wall clock of the whole call.
    pub fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }

    /// Wall clock of one outbound request.
    pub fn http_timeout(&self) -> Duration {
        Duration::from_millis(self.http_timeout_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(change: &serde_json::Value) -> Vec<String> {
        let mut connection = serde_json::json!({ "name": "erp", "plugin": "" });
        for (name, value) in change.as_object().unwrap() {
            connection[name] = value.clone();
        }
        let connection: Connection = serde_json::from_value(connection).unwrap();
        connection.faults().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn policies_have_ranges() {
        assert_eq!(faults(&serde_json::json!({})), [""; 0]);
        let short = serde_json::json!({
            "retry": { "first-ms": 0, "most-ms": 0, "slow-ms": 0, "ticket-after": 0 },
            "breaker": { "failures": 0, "cool-down-ms": 0 }, "rate": { "calls": 0, "seconds": 0 }, "merge": 0,
        });
        insta::assert_json_snapshot!(faults(&short), @r#"
        [
          "retry.first-ms: 0 is not between 50 and 3600000: choose a value in that range",
          "retry.most-ms: 0 is not between 50 and 86400000: choose a value in that range",
          "retry.slow-ms: 0 is not between 1000 and 86400000: choose a value in that range",
          "retry.ticket-after: 0 is not between 1 and 1000: choose a value in that range",
          "breaker.failures: 0 is not between 1 and 10000: choose a value in that range",
          "breaker.cool-down-ms: 0 is not between 50 and 86400000: choose a value in that range",
          "merge: 0 is not between 1 and 1000: choose a value in that range",
          "rate.calls: 0 is not between 1 and 1000000: choose a value in that range",
          "rate.seconds: 0 is not between 1 and 86400: choose a value in that range"
        ]
        "#);
        let long = serde_json::json!({
            "retry": { "first-ms": u64::MAX, "most-ms": u64::MAX, "slow-ms": u64::MAX, "ticket-after": u32::MAX },
            "breaker": { "failures": u32::MAX, "cool-down-ms": u64::MAX },
            "upstream-timeout-ms": u64::MAX, "rate": { "calls": u32::MAX, "seconds": u32::MAX }, "merge": u32::MAX,
        });
        insta::assert_json_snapshot!(faults(&long), @r#"
        [
          "retry.first-ms: 18446744073709551615 is not between 50 and 3600000: choose a value in that range",
          "retry.most-ms: 18446744073709551615 is not between 3600000 and 86400000: choose a value in that range",
          "retry.slow-ms: 18446744073709551615 is not between 1000 and 86400000: choose a value in that range",
          "retry.ticket-after: 4294967295 is not between 1 and 1000: choose a value in that range",
          "breaker.failures: 4294967295 is not between 1 and 10000: choose a value in that range",
          "breaker.cool-down-ms: 18446744073709551615 is not between 50 and 86400000: choose a value in that range",
          "upstream-timeout-ms: 18446744073709551615 is not between 0 and 3600000: choose a value in that range",
          "merge: 4294967295 is not between 1 and 1000: choose a value in that range",
          "rate.calls: 4294967295 is not between 1 and 1000000: choose a value in that range",
          "rate.seconds: 4294967295 is not between 1 and 86400: choose a value in that range"
        ]
        "#);
        let shrinking = serde_json::json!({ "retry": { "first-ms": 2_000, "most-ms": 1_000 } });
        assert_eq!(
            faults(&shrinking),
            ["retry.most-ms: 1000 is not between 2000 and 86400000: choose a value in that range"]
        );
    }

    #[test]
    fn the_margin_is_what_arrival_may_take_and_little_of_the_window() {
        for (seconds, http_timeout_ms, span_ms) in [
            (60, 10_000, 63_000),
            (60, 250, 60_250),
            (1, 10_000, 1_050),
            (0, 10_000, 1_050),
            (86_400, 10_000, 86_410_000),
        ] {
            let pace = Rate { calls: 20, seconds }.pace(Duration::from_millis(http_timeout_ms));
            assert_eq!(
                pace,
                Pace { calls: 20, span: Duration::from_millis(span_ms) },
                "{seconds} s, {http_timeout_ms} ms"
            );
        }
        assert_eq!(Rate { calls: 0, seconds: 1 }.pace(Duration::ZERO).calls, 1);
    }
}
