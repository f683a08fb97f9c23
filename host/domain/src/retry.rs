//! When a failed delivery is tried again: pure decisions.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::delivery::Settlement;
use crate::failure::Failure;
use crate::instant::Instant;

/// How a connection's failed deliveries are tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RetryPolicy {
    /// Pause after the first failure, in milliseconds; doubled for each further one.
    pub first_ms: u64,
    /// Longest pause before the ticket is opened.
    pub most_ms: u64,
    /// After so many failures in a row a ticket is opened.
    pub ticket_after: u32,
    /// Pause while a ticket is open.
    pub slow_ms: u64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { first_ms: 2_000, most_ms: 300_000, ticket_after: 3, slow_ms: 900_000 }
    }
}

/// What is known when an attempt has failed.
#[derive(Debug, Clone, Copy)]
pub struct FailedAttempt {
    /// When it ended.
    pub now: Instant,
    /// Failures in a row, this one included.
    pub failures: u32,
    /// May the upstream still be working on it?
    pub unknown_outcome: bool,
    /// How long it may still do so.
    pub upstream_timeout: Duration,
    /// From 0 to 1; spreads the retries.
    pub jitter: f64,
}

impl FailedAttempt {
    /// After this pause, and not before an upstream that may still be working has given up.
    fn not_before(&self, pause: Duration) -> Instant {
        self.now.after(if self.unknown_outcome { pause.max(self.upstream_timeout) } else { pause })
    }
}

impl RetryPolicy {
    /// The pause before the next attempt after so many failures in a row.
    pub fn pause(&self, failures: u32, jitter: f64) -> Duration {
        let base = if failures >= self.ticket_after {
            self.slow_ms
        } else {
            self.first_ms.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(self.most_ms)
        };
        // Between 75 % and 125 %, so that deliveries that failed together do not come back together.
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "milliseconds, far below the bounds"
        )]
        let spread = (base as f64 * (0.75 + 0.5 * jitter.clamp(0.0, 1.0))) as u64;
        Duration::from_millis(spread)
    }

    /// The pause before an order that waits for this connection is judged again. Such holds release themselves, so they look
    /// again soon: the pause doubles as for deliveries but stays within a minute, whether a ticket is open or not.
    pub fn hold_pause(&self, failures: u32, asked: Option<Duration>, jitter: f64) -> Duration {
        let quick = Self { most_ms: self.most_ms.min(60_000), ticket_after: u32::MAX, ..*self };
        quick.pause(failures.max(1), jitter).max(asked.unwrap_or_default())
    }

    /// What becomes of the delivery. [`Failure::Duplicate`] is a success and never comes here.
    pub fn settle(&self, failure: &Failure, attempt: FailedAttempt) -> Settlement {
        match failure {
            Failure::Rejected { .. } | Failure::Invalid { .. } | Failure::NotFound { .. } => Settlement::Wait,
            Failure::Duplicate { external_id } => Settlement::Done { external_id: Some(external_id.clone()) },
            Failure::RateLimited { .. } => {
                // The upstream works; it only asks for patience. That is no failure in a row.
                let pause = failure.asked_to_wait().unwrap_or_else(|| self.pause(1, attempt.jitter));
                Settlement::Again { at: attempt.not_before(pause), counts: false, ticket: false }
            }
            Failure::Retry { .. }
            | Failure::Unauthorized { .. }
            | Failure::Unavailable { .. }
            | Failure::Broken { .. } => {
                let pause =
                    self.pause(attempt.failures, attempt.jitter).max(failure.asked_to_wait().unwrap_or_default());
                let ticket = attempt.failures >= self.ticket_after || matches!(failure, Failure::Unauthorized { .. });
                Settlement::Again { at: attempt.not_before(pause), counts: true, ticket }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::Text;

    proptest! {
        #[test]
        fn never_before_the_upstream_has_given_up(failures in 1..50_u32, jitter in 0.0..1.0_f64, upstream in 0..100_000_u64) {
            let attempt = FailedAttempt { now: Instant(0), failures, unknown_outcome: true, upstream_timeout: Duration::from_millis(upstream), jitter };
            let Settlement::Again { at, counts, ticket } = RetryPolicy::default().settle(&Failure::Retry { after_ms: None }, attempt) else { panic!("retried") };
            prop_assert!(at >= Instant(0).after(Duration::from_millis(upstream)));
            prop_assert!(counts);
            prop_assert_eq!(ticket, failures >= 3);
            // An earlier request of the same call may be the lost one.
            let limited = Failure::RateLimited { after_ms: Some(1) };
            let Settlement::Again { at, counts, .. } = RetryPolicy::default().settle(&limited, attempt) else { panic!("retried") };
            prop_assert!(at >= Instant(0).after(Duration::from_millis(upstream)));
            prop_assert!(!counts);
        }
    }

    #[test]
    fn holds_look_again_within_a_minute() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.hold_pause(1, None, 0.5), Duration::from_secs(2));
        assert_eq!(policy.hold_pause(3, None, 0.5), Duration::from_secs(8));
        assert_eq!(policy.hold_pause(40, None, 0.5), Duration::from_mins(1));
        assert_eq!(policy.hold_pause(1, Some(Duration::from_secs(90)), 0.5), Duration::from_secs(90));
    }

    #[test]
    fn a_business_no_waits_for_a_person() {
        let attempt = FailedAttempt {
            now: Instant(0),
            failures: 1,
            unknown_outcome: false,
            upstream_timeout: Duration::ZERO,
            jitter: 0.5,
        };
        assert_eq!(
            RetryPolicy::default().settle(&Failure::Rejected { reason: Text::same("no") }, attempt),
            Settlement::Wait
        );
    }
}
