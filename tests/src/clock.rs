//! Time that stands still until a test moves it.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::{Chance, Clock};

/// A clock that starts at a fixed instant.
pub struct MovableClock(AtomicI64);

impl MovableClock {
    /// 2026-03-02T01:00:00Z, a Monday morning in Shanghai.
    pub fn start() -> Self {
        Self(AtomicI64::new(1_772_413_200_000_000))
    }

    /// Moves on by so much.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    /// Moves on to an instant; never back.
    pub fn advance_to(&self, at: Instant) {
        self.0.fetch_max(at.0, Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

/// The same chance in every run.
pub struct SeededChance(pub AtomicU64);

impl Chance for SeededChance {
    fn fill(&self, buffer: &mut [u8]) {
        for byte in buffer {
            // SplitMix64: good enough to spread retries and name ids, and the same each time.
            let mut z = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (z >> 56) as u8;
        }
    }
}
