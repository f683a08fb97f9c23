//! Lanes: how much is in hand per connection, so that a slow upstream does not hold up the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mortise_domain::connection::Connection;
use tokio::sync::Semaphore;

pub(super) struct Lanes {
    most_in_hand: usize,
    lanes: Mutex<HashMap<String, Lane>>,
}

struct Lane {
    in_hand: usize,
    /// As many may call at once.
    concurrency: usize,
    running: Arc<Semaphore>,
}

/// A place in a lane, until it is dropped.
pub(super) struct Place<'a> {
    lanes: &'a Lanes,
    connection: String,
    /// Whoever holds a permit of it may call.
    pub running: Arc<Semaphore>,
}

impl Lanes {
    pub fn new(most_in_hand: usize) -> Self {
        Self { most_in_hand, lanes: Mutex::default() }
    }

    /// How many places the connection's lane has left.
    pub fn free(&self, connection: &str) -> usize {
        self.most_in_hand - self.lock().get(connection).map_or(0, |lane| lane.in_hand)
    }

    /// Takes a place, if the lane has one.
    pub fn enter(&self, connection: &Connection) -> Option<Place<'_>> {
        let concurrency = usize::try_from(connection.limits.concurrency).unwrap_or(usize::MAX).clamp(1, 1_000);
        let mut lanes = self.lock();
        let fresh = || Lane { in_hand: 0, concurrency, running: Arc::new(Semaphore::new(concurrency)) };
        let lane = lanes.entry(connection.name.clone()).or_insert_with(fresh);
        if lane.concurrency != concurrency {
            // The setting was changed: calls that run keep their old place, later ones count anew.
            (lane.concurrency, lane.running) = (concurrency, Arc::new(Semaphore::new(concurrency)));
        }
        if lane.in_hand >= self.most_in_hand {
            return None;
        }
        lane.in_hand += 1;
        Some(Place { lanes: self, connection: connection.name.clone(), running: Arc::clone(&lane.running) })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(lane) = self.lanes.lock().get_mut(&self.connection) {
            lane.in_hand = lane.in_hand.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_lane_lets_nobody_in_until_someone_leaves() {
        let connection: Connection = serde_json::from_str(r#"{ "name": "slow", "plugin": "" }"#).unwrap();
        let lanes = Lanes::new(2);
        let first = lanes.enter(&connection).unwrap();
        let _second = lanes.enter(&connection).unwrap();
        assert!(lanes.enter(&connection).is_none());
        assert_eq!((lanes.free("slow"), lanes.free("quick")), (0, 2));
        drop(first);
        assert!(lanes.enter(&connection).is_some());
    }
}
