//! A node's life: it may end at any touch of the outside world, before or after that touch took effect.

use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};

use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::{Chance, Clock};

/// When a node dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    Never,
    /// The touch of this number does not happen.
    Before(usize),
    /// It happens, but nobody hears of it.
    After(usize),
    /// It happens, and the node hears of it only when it is woken: it was slow, not dead.
    Sleep(usize),
}

#[derive(Debug)]
pub struct Life {
    death: Death,
    touches: AtomicUsize,
    pub wake: tokio::sync::Notify,
}

impl Life {
    pub fn new(death: Death) -> Self {
        Self { death, touches: AtomicUsize::new(0), wake: tokio::sync::Notify::new() }
    }

    pub fn touches(&self) -> usize {
        self.touches.load(Ordering::SeqCst)
    }

    /// Does something to the outside world, unless the node is dead. A dead node waits for ever.
    pub async fn touch<T>(&self, effect: impl FnOnce() -> T) -> T {
        let number = self.touches.fetch_add(1, Ordering::SeqCst);
        match self.death {
            Death::Before(at) if number >= at => std::future::pending().await,
            Death::After(at) if number > at => std::future::pending().await,
            Death::After(at) if number == at => {
                effect();
                std::future::pending().await
            }
            Death::Sleep(at) if number == at => {
                let heard = effect();
                self.wake.notified().await;
                heard
            }
            _ => {
                // Others may run between any two touches.
                tokio::task::yield_now().await;
                effect()
            }
        }
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct StandingClock(AtomicI64);

impl Default for StandingClock {
    fn default() -> Self {
        Self(AtomicI64::new(1_767_600_000_000_000))
    }
}

impl StandingClock {
    pub fn set(&self, at: Instant) {
        self.0.fetch_max(at.0, Ordering::SeqCst);
    }

    pub fn pass(&self, time: std::time::Duration) {
        self.set(self.now().after(time));
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

/// Chance that repeats.
#[derive(Debug)]
pub struct Seeded(pub AtomicU64);

impl Chance for Seeded {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let mut x = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst);
            x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.copy_from_slice(&(x ^ (x >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}
