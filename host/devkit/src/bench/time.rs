//! Time and chance of a bench: the same in every run.

use std::sync::Mutex;
use std::sync::PoisonError;

use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::{Chance, Clock};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Begins at a given instant and goes on with the executor's time, which stands still in a scenario unless something waits.
pub struct BenchClock {
    first: Instant,
    begun: tokio::time::Instant,
}

impl BenchClock {
    /// Begins now.
    pub fn new(first: Instant) -> Self {
        Self { first, begun: tokio::time::Instant::now() }
    }
}

impl Clock for BenchClock {
    fn now(&self) -> Instant {
        self.first.after(self.begun.elapsed())
    }
}

/// The same bytes for the same seed, in every run and on every machine.
pub struct SeededChance(Mutex<ChaCha8Rng>);

impl SeededChance {
    /// Chance of this seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha8Rng::seed_from_u64(seed)))
    }
}

impl Chance for SeededChance {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(buffer);
    }
}
