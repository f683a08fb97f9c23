//! Connections that rest: their breaker is open, or their rate is used up. What waits for them is left where it is; only when
//! the rest is over is it tried how much may go out, a little first.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use mortise_domain::instant::Instant;

/// From so many at once on a connection is as good as one that never rested.
const ENOUGH: usize = 64;

#[derive(Default)]
pub(super) struct Rests(Mutex<HashMap<String, Rest>>);

struct Rest {
    since: Instant,
    until: Instant,
    /// How many parcels are taken on at once when it is over; doubled whenever one could go out.
    parcels: usize,
}

impl Rest {
    /// A clock that was set back ends it, rather than prolonging it.
    fn lasts(&self, now: Instant) -> bool {
        self.since <= now && now < self.until
    }
}

impl Rests {
    /// Nothing may go out before then.
    pub fn begin(&self, connection: &str, now: Instant, until: Instant) {
        let rest = Rest { since: now, until, parcels: 1 };
        self.lock().insert(connection.to_owned(), rest);
    }

    /// A call goes out.
    pub fn went(&self, connection: &str, now: Instant) {
        let mut rests = self.lock();
        let Some(rest) = rests.get_mut(connection).filter(|rest| !rest.lasts(now)) else { return };
        rest.parcels *= 2;
        if rest.parcels >= ENOUGH {
            rests.remove(connection);
        }
    }

    /// How many parcels may be taken on at once.
    pub fn room(&self, connection: &str, now: Instant) -> usize {
        match self.lock().get(connection) {
            None => usize::MAX,
            Some(rest) if rest.lasts(now) => 0,
            Some(rest) => rest.parcels,
        }
    }

    /// When the next rest ends.
    pub fn next_end(&self, now: Instant) -> Option<Instant> {
        self.lock().values().filter(|rest| rest.lasts(now)).map(|rest| rest.until).min()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Rest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_rest_a_little_is_tried_first() {
        let rests = Rests::default();
        assert_eq!(rests.room("map", Instant(0)), usize::MAX);
        rests.begin("map", Instant(10), Instant(20));
        assert_eq!((rests.room("map", Instant(10)), rests.room("map", Instant(19))), (0, 0));
        assert_eq!((rests.next_end(Instant(19)), rests.next_end(Instant(20))), (Some(Instant(20)), None));
        rests.went("map", Instant(15));
        assert_eq!(rests.room("map", Instant(20)), 1, "what began before the rest says nothing about it");
        let rooms: Vec<usize> = (0..6)
            .map(|_| {
                rests.went("map", Instant(20));
                rests.room("map", Instant(20))
            })
            .collect();
        assert_eq!(rooms, [2, 4, 8, 16, 32, usize::MAX]);
    }

    #[test]
    fn a_clock_set_back_ends_a_rest() {
        let rests = Rests::default();
        rests.begin("map", Instant(1_000), Instant(2_000));
        assert_eq!(rests.room("map", Instant(0)), 1);
        assert_eq!(rests.next_end(Instant(0)), None);
    }
}
