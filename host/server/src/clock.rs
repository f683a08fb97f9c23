//! The real providers of time and chance.

use std::time::Duration;

use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::{Chance, Clock};

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the product asks the system for the time")]
    fn now(&self) -> Instant {
        Instant(jiff::Timestamp::now().as_microsecond())
    }

    #[cfg(target_os = "linux")]
    fn elapsed(&self) -> Duration {
        // The other monotonic clock stands still while the machine is suspended.
        let since_boot = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Duration::try_from(since_boot).unwrap_or_default()
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, buffer: &mut [u8]) {
        if let Err(error) = getrandom::fill(buffer) {
            // Without randomness, ids and keys could repeat; no safe answer is left.
            tracing::error!(%error, "the operating system gives no randomness; the process ends");
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_nobody_sets_goes_on() {
        let before = SystemClock.elapsed();
        std::thread::sleep(Duration::from_millis(20));
        let passed = SystemClock.elapsed().saturating_sub(before);
        assert!(before > Duration::ZERO && passed >= Duration::from_millis(20), "{before:?}, {passed:?}");
        #[cfg(target_os = "linux")]
        assert!(before < SystemClock.now().since(Instant(0)), "it is no time of day");
    }
}
