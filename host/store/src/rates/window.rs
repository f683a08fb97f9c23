//! The calls of the last span: pure.

use std::collections::VecDeque;

use mortise_domain::connection::Pace;
use mortise_domain::instant::Instant;

/// Moments that are kept. Where a pace allows more calls, those that lie close together are counted as one moment, the latest
/// of them: they may count a little longer than they need, never shorter.
const MOMENTS: i64 = 1_000;

const BYTES: usize = 12;

/// Moments with their numbers of calls, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Window(VecDeque<(i64, u32)>);

impl Window {
    pub(super) fn decode(bytes: &[u8]) -> Self {
        let moment = |bytes: &[u8; BYTES]| {
            let at = bytes.first_chunk().copied().map(i64::from_be_bytes);
            let count = bytes.last_chunk().copied().map(u32::from_be_bytes);
            (at.unwrap_or_default(), count.unwrap_or_default())
        };
        Self(bytes.as_chunks().0.iter().map(moment).collect())
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * BYTES);
        for (at, count) in &self.0 {
            bytes.extend(at.to_be_bytes());
            bytes.extend(count.to_be_bytes());
        }
        bytes
    }

    /// Counts a call at `now`, or says when there is room for one.
    pub(super) fn take(&mut self, pace: Pace, now: Instant) -> Result<(), Instant> {
        let length = i64::try_from(pace.span.as_micros()).unwrap_or(i64::MAX);
        while self.0.front().is_some_and(|(at, _)| at.saturating_add(length) <= now.0) {
            self.0.pop_front();
        }
        let made: u64 = self.0.iter().map(|(_, count)| u64::from(*count)).sum();
        let allowed = u64::from(pace.calls.max(1));
        if made >= allowed {
            return Err(self.free_at(made - allowed, length));
        }
        let grain = if i64::from(pace.calls) <= MOMENTS { 1 } else { (length / MOMENTS).max(1) };
        // A clock that went back must not make the window look emptier than it is.
        let at = now.0.max(self.0.back().map_or(i64::MIN, |(at, _)| *at));
        let at = at.div_euclid(grain).saturating_mul(grain).saturating_add(grain - 1);
        match self.0.back_mut() {
            Some((last, count)) if *last >= at => *count = count.saturating_add(1),
            _ => self.0.push_back((at, 1)),
        }
        Ok(())
    }

    /// When so many calls more than one have left the window.
    fn free_at(&self, mut surplus: u64, length: i64) -> Instant {
        for (at, count) in &self.0 {
            if surplus < u64::from(*count) {
                return Instant(at.saturating_add(length));
            }
            surplus -= u64::from(*count);
        }
        Instant::NEVER
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use mortise_domain::connection::Rate;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_slot_is_free_when_the_oldest_call_leaves_the_window() {
        let pace = Pace { calls: 2, span: Duration::from_secs(1) };
        let mut window = Window::default();
        assert_eq!(window.take(pace, Instant(0)), Ok(()));
        assert_eq!(window.take(pace, Instant(400_000)), Ok(()));
        assert_eq!(window.take(pace, Instant(999_999)), Err(Instant(1_000_000)));
        assert_eq!(window.take(pace, Instant(1_000_000)), Ok(()));
        assert_eq!(window.take(pace, Instant(1_000_001)), Err(Instant(1_400_000)));
        assert_eq!(Window::decode(&window.encode()), window);
    }

    proptest! {
        #[test]
        fn no_window_of_the_upstream_holds_more_than_allowed(
            calls in 1..3_000_u32,
            seconds in 1..5_u32,
            http_timeout_ms in 1..400_u64,
            steps in proptest::collection::vec((0..20_000_i64, 0..=100_i64), 1..4_000),
        ) {
            let rate = Rate { calls, seconds };
            let pace = rate.pace(Duration::from_millis(http_timeout_ms));
            let span = i64::try_from(pace.span.as_micros()).unwrap();
            let length = i64::from(seconds) * 1_000_000;
            let slowest = (i64::try_from(http_timeout_ms).unwrap() * 1_000).min(length / 20);
            let (mut window, mut now) = (Window::default(), 0);
            let (mut made, mut arrived): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
            for (step, slowness) in steps {
                now += step / 10;
                match window.take(pace, Instant(now)) {
                    Ok(()) => {
                        made.push(now);
                        arrived.push(now + slowest * slowness / 100);
                    }
                    Err(free_at) => {
                        prop_assert!(free_at.0 > now);
                        let mut later = window.clone();
                        prop_assert_eq!(later.take(pace, free_at), Ok(()), "it is free when it says so");
                    }
                }
            }
            arrived.sort_unstable();
            for (times, length) in [(made, span), (arrived, length)] {
                for (at, first) in times.iter().enumerate() {
                    if let Some(next) = times.get(at + calls as usize) {
                        prop_assert!(next - first >= length, "more than {} calls within {} us", calls, length);
                    }
                }
            }
            prop_assert!(window.encode().len() <= 1_002 * BYTES);
        }
    }
}
