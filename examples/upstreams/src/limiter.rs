//! How many requests came within a window?

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

/// Sliding windows by name (a robot's key, a map key, a member).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Limiter(BTreeMap<String, VecDeque<i64>>);

impl Limiter {
    /// Counts one request unless that would exceed `limit` within the last `window_ms`. A limit of 0 is no limit.
    pub fn admit(&mut self, name: &str, limit: u32, window_ms: i64, now_ms: i64) -> bool {
        if limit == 0 {
            return true;
        }
        let hits = self.0.entry(name.to_owned()).or_default();
        // A clock that was moved back must not keep the window shut.
        while hits.front().is_some_and(|at| *at <= now_ms - window_ms || *at > now_ms) {
            hits.pop_front();
        }
        let open = hits.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        if open {
            hits.push_back(now_ms);
        }
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let mut limiter = Limiter::default();
        let admitted = (0..5).filter(|at| limiter.admit("a", 3, 1000, *at)).count();
        assert_eq!(admitted, 3);
        assert!(limiter.admit("b", 3, 1000, 5));
        assert!(!limiter.admit("a", 3, 1000, 999));
        assert!(limiter.admit("a", 3, 1000, 1001));
    }
}
