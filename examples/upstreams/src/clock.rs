//! What time is it for the upstreams? Real time, unless a control request moved it.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, tz::Offset};
use serde::{Deserialize, Serialize};

/// A clock that runs beside the real one, or stands still.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    offset_ms: i64,
    frozen_at: Option<i64>,
}

/// A request to move the clock.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Move {
    /// Unix seconds.
    pub now: Option<i64>,
    /// Seconds to add, after `now`.
    pub advance: i64,
    /// Stand still from here on, or run again; none: as before.
    pub frozen: Option<bool>,
    /// Back to real time; the rest is ignored.
    pub real: bool,
}

/// What the clock shows.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Reading {
    pub now: i64,
    pub now_ms: i64,
    pub frozen: bool,
    pub offset_ms: i64,
}

impl Clock {
    pub fn now_ms(&self) -> i64 {
        self.frozen_at.unwrap_or_else(|| real_ms() + self.offset_ms)
    }

    pub fn apply(&mut self, change: Move) {
        if change.real {
            *self = Self::default();
            return;
        }
        let target = change.now.map_or_else(|| self.now_ms(), |s| s * 1000) + change.advance * 1000;
        let frozen = change.frozen.unwrap_or(self.frozen_at.is_some());
        self.frozen_at = frozen.then_some(target);
        self.offset_ms = target - real_ms();
    }

    pub fn reading(&self) -> Reading {
        let now_ms = self.now_ms();
        Reading { now: now_ms / 1000, now_ms, frozen: self.frozen_at.is_some(), offset_ms: self.offset_ms }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place where the simulator reads real time")]
fn real_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The civil day in China (all three vendors count their days there).
pub fn day(now_ms: i64) -> String {
    let instant = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    Offset::constant(8).to_datetime(instant).date().to_string()
}

/// Is this a day such as `2024-01-31`?
pub fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_stands_still_and_a_moved_one_runs() {
        let mut clock = Clock::default();
        clock.apply(Move { now: Some(1_700_000_000), frozen: Some(true), ..Move::default() });
        assert_eq!(clock.now_ms(), 1_700_000_000_000);
        clock.apply(Move { advance: 60, ..Move::default() });
        assert_eq!(clock.now_ms(), 1_700_000_060_000);
        clock.apply(Move { real: true, ..Move::default() });
        assert!(clock.now_ms() > 1_700_000_060_000);
    }

    #[test]
    fn days_are_china_days() {
        assert_eq!(day(1_700_000_000_000), "2023-11-15");
        assert!(is_day("2024-02-29") && !is_day("2023-02-29") && !is_day("20240229"));
    }
}
