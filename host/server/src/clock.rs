//! The real providers of time and chance.

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
