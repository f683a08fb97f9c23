//! The breaker of a connection: leaves an upstream in peace that fails again and again. A pure state machine.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::instant::Instant;

/// When a breaker opens and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct BreakerPolicy {
    /// Failures in a row that open it.
    pub failures: u32,
    /// How long it stays open, in milliseconds, before one call may try.
    pub cool_down_ms: u64,
    /// Only says what it would do.
    pub dry_run: bool,
}

impl Default for BreakerPolicy {
    fn default() -> Self {
        Self { failures: 10, cool_down_ms: 30_000, dry_run: false }
    }
}

/// The state of a breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Breaker {
    failures: u32,
    /// Set while open: when one call may try.
    open_until: Option<Instant>,
    trying: bool,
}

impl Breaker {
    /// May a call go out now? If not: when to ask again.
    pub fn admit(&mut self, policy: &BreakerPolicy, now: Instant) -> Result<(), Instant> {
        let Some(until) = self.open_until else { return Ok(()) };
        let cool_down = Duration::from_millis(policy.cool_down_ms);
        if now < until {
            return if policy.dry_run { Ok(()) } else { Err(until) };
        }
        if self.trying && !policy.dry_run {
            // One call is trying; should it never report, another may after a further cool-down.
            self.open_until = Some(now.after(cool_down));
            self.trying = false;
            return Err(now.after(cool_down));
        }
        self.trying = true;
        Ok(())
    }

    /// Tells how a call ended. `healthy`: the upstream answered sensibly, be it with a no. Answers whether it opened by this.
    pub fn report(&mut self, policy: &BreakerPolicy, healthy: bool, now: Instant) -> bool {
        self.trying = false;
        if healthy {
            *self = Self::default();
            return false;
        }
        self.failures = self.failures.saturating_add(1);
        let opens = self.failures >= policy.failures;
        let was_open = self.open_until.is_some();
        if opens {
            self.open_until = Some(now.after(Duration::from_millis(policy.cool_down_ms)));
        }
        opens && !was_open
    }

    /// Takes an admission back: the call was not made after all.
    pub fn withdraw(&mut self) {
        self.trying = false;
    }

    /// Failures in a row so far.
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// Is it open, and until when?
    pub const fn open_until(&self) -> Option<Instant> {
        self.open_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_tries_once_and_closes() {
        let policy = BreakerPolicy { failures: 2, cool_down_ms: 1, dry_run: false };
        let mut breaker = Breaker::default();
        assert!(!breaker.report(&policy, false, Instant(0)));
        assert!(breaker.report(&policy, false, Instant(0)));
        assert_eq!(breaker.admit(&policy, Instant(500)), Err(Instant(1_000)));
        assert_eq!(breaker.admit(&policy, Instant(1_000)), Ok(()));
        assert!(breaker.admit(&policy, Instant(1_000)).is_err(), "only one tries");
        breaker.report(&policy, true, Instant(1_500));
        assert_eq!(breaker.admit(&policy, Instant(1_500)), Ok(()));
    }
}
