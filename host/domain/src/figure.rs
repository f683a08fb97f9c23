//! Figures of the calls of plugins, by the hour: how many, how they ended, how long they took.

use crate::instant::Instant;

/// Upper bounds of the ranges of durations, in microseconds; the last range has none.
pub const BUCKETS: [u64; 13] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 10_000_000,
    30_000_000,
];

/// Microseconds of an hour.
pub const HOUR: i64 = 3_600_000_000;

/// Which calls are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Name of the connection.
    pub connection: String,
    /// Name of the function.
    pub function: String,
    /// Beginning of the hour.
    pub hour: Instant,
    /// `ok`, or the class of the failure.
    pub outcome: String,
    /// Which range of durations.
    pub bucket: u32,
}

/// How many they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Calls.
    pub calls: i64,
    /// Wall clock of all together, in microseconds.
    pub micros: i64,
}

impl Cell {
    /// The cell of a call.
    pub fn of(connection: &str, function: &str, outcome: &str, micros: u64, at: Instant) -> Self {
        Self {
            connection: connection.to_owned(),
            function: function.to_owned(),
            hour: hour_of(at),
            outcome: outcome.to_owned(),
            bucket: bucket_of(micros),
        }
    }
}

/// The beginning of the hour of an instant.
pub fn hour_of(at: Instant) -> Instant {
    Instant(at.0 - at.0.rem_euclid(HOUR))
}

fn bucket_of(micros: u64) -> u32 {
    let at = BUCKETS.iter().position(|bound| micros <= *bound).unwrap_or(BUCKETS.len());
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The duration that this share of the calls did not exceed, in microseconds, as exactly as the ranges tell it: the upper bound
/// of the range. `counts`: calls by range.
pub fn percentile(counts: &[i64], share: f64) -> Option<u64> {
    let all: i64 = counts.iter().sum();
    if all == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "numbers of calls of some hours")]
    let wanted = ((all as f64) * share).ceil() as i64;
    let mut seen = 0;
    let at = counts.iter().position(|count| {
        seen += count;
        seen >= wanted
    })?;
    Some(BUCKETS.get(at).or(BUCKETS.last()).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_hour_and_range() {
        let at: Instant = "2026-01-31T08:59:59Z".parse().unwrap();
        let cell = Cell::of("u8", "push-order", "ok", 10_001, at);
        assert_eq!((cell.hour.to_string().as_str(), cell.bucket), ("2026-01-31T08:00:00Z", 4));
        assert_eq!(bucket_of(u64::MAX), 13);
    }

    #[test]
    fn percentiles_are_upper_bounds() {
        assert_eq!(percentile(&[], 0.5), None);
        assert_eq!(percentile(&[98, 0, 1, 1], 0.95), Some(1_000));
        assert_eq!(percentile(&[98, 0, 1, 1], 0.99), Some(5_000));
        let mut slow = [0; 14];
        slow[13] = 1;
        assert_eq!(percentile(&slow, 0.5), Some(30_000_000), "longer than any bound");
    }
}
