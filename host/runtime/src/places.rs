//! Whose call may begin: places that all connections share, and a few in reserve. Calls that wait for slow upstreams may hold all
//! that is shared; every connection still gets on, with one call at a time.

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// Places in reserve: so many connections get on at the same time while others hold all that is shared.
const RESERVE: u32 = 32;

/// Places beside those that are shared; a process that makes one call after the other needs none.
pub(crate) fn in_reserve(shared: u32) -> u32 {
    RESERVE.min(shared / 4)
}

/// The places of all calls.
pub(crate) struct Places {
    shared: Semaphore,
    reserve: Semaphore,
}

/// A call's place, until it is dropped.
pub(crate) struct Place<'a> {
    _place: SemaphorePermit<'a>,
    /// The connection's turn to use the reserve.
    _own: Option<SemaphorePermit<'a>>,
}

impl Places {
    pub(crate) fn new(shared: u32) -> Self {
        Self { shared: Semaphore::new(shared as usize), reserve: Semaphore::new(in_reserve(shared) as usize) }
    }

    /// A place, unless the deadline comes first. `own` is the connection's: whoever holds it may use the reserve.
    pub(crate) async fn admit<'a>(&'a self, own: &'a Semaphore, deadline: Instant) -> Option<Place<'a>> {
        if let Ok(place) = self.shared.try_acquire() {
            return Some(Place { _place: place, _own: None });
        }
        // Boxed, so that the many calls that need not wait stay small.
        Box::pin(tokio::time::timeout_at(deadline, self.wait(own))).await.ok()?
    }

    async fn wait<'a>(&'a self, own: &'a Semaphore) -> Option<Place<'a>> {
        tokio::select! {
            place = self.shared.acquire() => Some(Place { _place: place.ok()?, _own: None }),
            own = own.acquire() => {
                let own = own.ok()?;
                Some(Place { _place: self.reserve.acquire().await.ok()?, _own: Some(own) })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_holds_everything_leaves_each_connection_one_place() {
        let places = Places::new(8);
        let (slow, quick) = (Semaphore::new(1), Semaphore::new(1));
        let soon = || Instant::now() + Duration::from_millis(20);
        let mut shared = Vec::new();
        for _ in 0..8 {
            shared.push(places.admit(&slow, soon()).await);
        }
        let own = places.admit(&slow, soon()).await;
        assert!(shared.iter().all(Option::is_some) && own.is_some());
        assert!(places.admit(&slow, soon()).await.is_none(), "no more for those who hold all");
        for _ in 0..3 {
            assert!(places.admit(&quick, soon()).await.is_some(), "the others get on, one by one");
        }
        drop(shared);
        assert!(places.admit(&slow, soon()).await.is_some());
        assert_eq!(places.reserve.available_permits(), 1);
    }
}
