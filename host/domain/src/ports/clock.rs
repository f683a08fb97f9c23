//! Time and chance.

use std::time::Duration;

use crate::instant::Instant;

/// Where time comes from. Tests move it.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Instant;

    /// Time since some moment before the start, which nobody sets: it goes on while the machine is suspended, and no step of
    /// the clock changes it.
    fn elapsed(&self) -> Duration {
        self.now().since(Instant(0))
    }
}

/// The end of a time that one may use, by both clocks: whichever comes first. The clock that tells the time may be set back, the
/// other one may stand still where a whole machine is frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    at: Instant,
    elapsed: Duration,
}

impl Fence {
    /// So long from now.
    pub fn after(clock: &dyn Clock, time: Duration) -> Self {
        Self { at: clock.now().after(time), elapsed: clock.elapsed().saturating_add(time) }
    }

    /// Later by so much.
    pub fn later(self, time: Duration) -> Self {
        Self { at: self.at.after(time), elapsed: self.elapsed.saturating_add(time) }
    }

    /// Earlier by so much.
    pub fn before(self, time: Duration) -> Self {
        Self { at: self.at.before(time), elapsed: self.elapsed.saturating_sub(time) }
    }

    /// Has it come?
    pub fn is_past(&self, clock: &dyn Clock) -> bool {
        clock.now() > self.at || clock.elapsed() > self.elapsed
    }

    /// When it comes, by the clock that tells the time.
    pub const fn at(&self) -> Instant {
        self.at
    }
}

/// Where chance comes from. Tests seed it.
pub trait Chance: Send + Sync + 'static {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);

    /// A number from 0 up to (not including) 1.
    fn fraction(&self) -> f64 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    struct Two(Mutex<(i64, u64)>);

    impl Clock for Two {
        fn now(&self) -> Instant {
            Instant(self.0.lock().unwrap().0 * 1_000_000)
        }

        fn elapsed(&self) -> Duration {
            Duration::from_secs(self.0.lock().unwrap().1)
        }
    }

    #[test]
    fn a_fence_comes_by_whichever_clock_is_first() {
        let clock = Two(Mutex::new((1_000, 10)));
        let fence = Fence::after(&clock, Duration::from_mins(1));
        let past = |now, elapsed| {
            *clock.0.lock().unwrap() = (now, elapsed);
            fence.is_past(&clock)
        };
        assert!(!past(1_060, 70));
        assert!(past(1_061, 70), "the clock was set forward, or all stood still but the time");
        assert!(past(1_000, 71), "the clock was set back, or does not know of a suspension");
        assert!(fence.before(Duration::from_secs(1)).is_past(&Two(Mutex::new((1_000, 70)))));
        assert_eq!(fence.at(), Instant(1_060_000_000));
    }
}
