//! Time and chance of language runtimes: the same ports as everybody's, so that a bench can fix both.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use mortise_domain::ports::clock::{Chance, Clock};
use rand_core::TryRng;
use tokio::time::Instant;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

pub(super) struct WallClock(pub(super) Arc<dyn Clock>);

impl HostWallClock for WallClock {
    fn resolution(&self) -> Duration {
        Duration::from_micros(1)
    }

    fn now(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.now().0).unwrap_or(0))
    }
}

/// Counts from the beginning of the call.
pub(super) struct Stopwatch(pub(super) Instant);

impl HostMonotonicClock for Stopwatch {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

pub(super) struct Dice(pub(super) Arc<dyn Chance>);

impl Dice {
    pub(super) fn seed(&self) -> u128 {
        let mut bytes = [0; 16];
        self.0.fill(&mut bytes);
        u128::from_le_bytes(bytes)
    }
}

impl TryRng for Dice {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(buffer);
        Ok(())
    }
}
