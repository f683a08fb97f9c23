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
                // The upstream works; it only asks for patience. That is no failure in a row. Zero is no patience.
                let asked = failure.asked_to_wait().filter(|asked| !asked.is_zero());
                let pause = asked.unwrap_or_else(|| self.pause(1, attempt.jitter));
                Settlement::Again { at: attempt.not_before(pause), counts: false, ticket: false }
            }
            Failure::Retry { .. }
            | Failure::Unauthorized { .. }
            | Failure::Unavailable { .. }
            | Failure::Broken { .. } => {
                let asked = failure.asked_to_wait().unwrap_or_default();
                let pause = self.pause(attempt.failures, attempt.jitter).max(asked);
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
    use crate::failure::Breakage;
    use crate::text::Text;

    const NOW: Instant = Instant(1_769_846_400_000_000);
    const UPSTREAM: Duration = Duration::from_mins(1);

    fn attempt(failures: u32, unknown_outcome: bool, jitter: f64) -> FailedAttempt {
        FailedAttempt { now: NOW, failures, unknown_outcome, upstream_timeout: UPSTREAM, jitter }
    }

    /// When it is tried again, whether that counts as a failure in a row, and whether it opens a ticket.
    fn again(failure: &Failure, attempt: FailedAttempt) -> (Duration, bool, bool) {
        let settlement = RetryPolicy::default().settle(failure, attempt);
        let Settlement::Again { at, counts, ticket } = settlement else { panic!("{failure:?}: {settlement:?}") };
        (at.since(NOW), counts, ticket)
    }

    proptest! {
        #[test]
        fn a_fault_waits_for_the_longest_of_back_off_the_upstreams_word_and_its_time_out(
            failures in 1..50_u32, asked in proptest::option::of(0..200_000_000_u64), unknown in proptest::bool::ANY, jitter in 0.0..1.0_f64
        ) {
            let policy = RetryPolicy::default();
            let attempt = attempt(failures, unknown, jitter);
            let wished = asked.map_or(Duration::ZERO, |asked| Duration::from_millis(asked).min(Duration::from_hours(24)));
            let doubt = if unknown { UPSTREAM } else { Duration::ZERO };
            let expected = policy.pause(failures, jitter).max(wished).max(doubt);
            let retry = Failure::Retry { after_ms: asked, reason: Text::default() };
            let unavailable = Failure::Unavailable { after_ms: asked, reason: Text::default() };
            for failure in [retry, unavailable] {
                prop_assert_eq!(again(&failure, attempt), (expected, true, failures >= 3));
            }
        }

        #[test]
        fn what_asks_for_no_wait_backs_off(failures in 1..50_u32, jitter in 0.0..1.0_f64) {
            let pause = RetryPolicy::default().pause(failures, jitter);
            let broken = Failure::Broken { kind: Breakage::Trap, reason: Text::default() };
            prop_assert_eq!(again(&broken, attempt(failures, false, jitter)), (pause, true, failures >= 3));
            let refused = Failure::Unauthorized { reason: Text::default() };
            prop_assert_eq!(again(&refused, attempt(failures, false, jitter)), (pause, true, true));
        }

        #[test]
        fn a_limit_waits_as_long_as_asked_and_is_no_failure(
            failures in 1..50_u32, asked in proptest::option::of(0..200_000_000_u64), unknown in proptest::bool::ANY, jitter in 0.0..1.0_f64
        ) {
            let limited = Failure::RateLimited { after_ms: asked, reason: Text::default() };
            let wished = match asked {
                None | Some(0) => RetryPolicy::default().pause(1, jitter),
                Some(asked) => Duration::from_millis(asked).min(Duration::from_hours(24)),
            };
            let expected = if unknown { wished.max(UPSTREAM) } else { wished };
            prop_assert_eq!(again(&limited, attempt(failures, unknown, jitter)), (expected, false, false));
        }

        #[test]
        fn pauses_are_spread_around_their_bounds(failures in 1..50_u32, jitter in 0.0..1.0_f64) {
            let policy = RetryPolicy::default();
            let base = if failures >= 3 { policy.slow_ms } else { policy.first_ms << (failures - 1) };
            let pause = policy.pause(failures, jitter);
            prop_assert!(Duration::from_millis(base * 3 / 4) <= pause && pause <= Duration::from_millis(base * 5 / 4));
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
    fn a_business_no_waits_for_a_person_and_what_exists_is_done() {
        let reason = || Text::same("no");
        let settle = |failure: &Failure| RetryPolicy::default().settle(failure, attempt(1, false, 0.5));
        let waits = [
            Failure::Rejected { reason: reason() },
            Failure::Invalid { field: "settings.account".into(), reason: reason() },
            Failure::NotFound { reason: reason() },
        ];
        for failure in waits {
            assert_eq!(settle(&failure), Settlement::Wait, "{failure:?}");
        }
        let known = Settlement::Done { external_id: Some("U8-1".into()) };
        assert_eq!(settle(&Failure::Duplicate { external_id: "U8-1".into() }), known);
    }
}
