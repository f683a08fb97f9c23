//! How guessing is slowed down: after a few failures each further one is followed by a longer wait.

use std::time::Duration;

use crate::instant::Instant;

/// Failures so far, of one account or from one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// How many, since the last quiet time.
    pub count: u32,
    /// When the last one was.
    pub last_at: Instant,
}

/// How failures are followed by waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// So many failures cost nothing: people mistype.
    pub free: u32,
    /// The wait after the next one; each further one doubles it.
    pub first: Duration,
    /// No wait is longer, so that nobody is locked out for good by somebody else's guesses.
    pub longest: Duration,
    /// After so long without a failure all are forgotten.
    pub forgotten: Duration,
}

impl Patience {
    /// For one account. The longest wait leaves a guesser about a hundred guesses a day.
    pub const ACCOUNT: Self = Self {
        free: 5,
        first: Duration::from_secs(5),
        longest: Duration::from_mins(15),
        forgotten: Duration::from_hours(24),
    };

    /// For one address, behind which a whole office may be: it stops those who try one password on many accounts.
    pub const ADDRESS: Self = Self {
        free: 40,
        first: Duration::from_secs(5),
        longest: Duration::from_mins(15),
        forgotten: Duration::from_hours(2),
    };

    /// Until when no attempt is looked at; none: the next may come.
    pub fn locked_until(&self, failures: Failures, now: Instant) -> Option<Instant> {
        let further = failures.count.checked_sub(self.free + 1)?;
        let wait = self.first.saturating_mul(1_u32.checked_shl(further).unwrap_or(u32::MAX)).min(self.longest);
        Some(failures.last_at.after(wait)).filter(|until| now < *until)
    }

    /// With one more failure.
    #[must_use]
    pub fn with_another(&self, failures: Failures, now: Instant) -> Failures {
        let remembered = if now.since(failures.last_at) >= self.forgotten { 0 } else { failures.count };
        Failures { count: remembered.saturating_add(1), last_at: now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant(1_767_225_600_000_000);

    fn at(seconds: u64) -> Instant {
        START.after(Duration::from_secs(seconds))
    }

    #[test]
    fn waits_grow_up_to_the_longest() {
        let patience = Patience::ACCOUNT;
        let wait = |count| {
            let until = patience.locked_until(Failures { count, last_at: START }, START)?;
            Some(until.since(START).as_secs())
        };
        let waits: Vec<_> = [0, 5, 6, 7, 8, 13, 14, 40, u32::MAX].map(wait).into();
        assert_eq!(waits, [None, None, Some(5), Some(10), Some(20), Some(640), Some(900), Some(900), Some(900)]);
        let failures = Failures { count: 6, last_at: START };
        assert_eq!(
            (patience.locked_until(failures, at(4)), patience.locked_until(failures, at(5))),
            (Some(at(5)), None)
        );
    }

    #[test]
    fn a_quiet_time_forgets() {
        let patience = Patience::ACCOUNT;
        let failures = Failures { count: 9, last_at: START };
        assert_eq!(patience.with_another(failures, at(86_399)).count, 10);
        assert_eq!(patience.with_another(failures, at(86_400)).count, 1);
    }
}
