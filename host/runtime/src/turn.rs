//! Turns: how many guests that take long run at the same time, whoever they belong to.
//!
//! A call that ends within its first tick needs none. One that goes on waits for its turn after every tick, so that the
//! executor's queue holds no more long-running guests than the machine has cores, however many there are: everything else waits
//! for a tick of one of them at most. Work of the host on many bytes of one guest is done aside, as much at a time as there are cores.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Up to so many bytes are worked on in place: handing them over would cost more than that.
const IN_PLACE: usize = 64 << 10;

/// The turn of one call.
pub(crate) struct Turn {
    all: Arc<Semaphore>,
    held: Mutex<Option<OwnedSemaphorePermit>>,
}

/// The host is stopping, or a fault of its own.
#[derive(Debug, thiserror::Error)]
#[error("the host broke off what it did for the plugin ({0}): try again")]
pub(crate) struct Interrupted(#[from] tokio::task::JoinError);

impl Turn {
    pub(crate) fn new(all: &Arc<Semaphore>) -> Self {
        Self { all: Arc::clone(all), held: Mutex::default() }
    }

    /// To the back of the queue; goes on when the turn comes. It lasts until [`Self::end`].
    pub(crate) async fn next(&self) {
        self.end();
        // Tokio's own yield lets timers and sockets be served before the guest goes on.
        tokio::task::yield_now().await;
        let turn = Arc::clone(&self.all).acquire_owned().await.ok();
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = turn;
    }

    /// The guest waits for something, or has ended.
    pub(crate) fn end(&self) {
        drop(self.held.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Works on so many bytes of a guest; many of them on a thread where nobody waits behind.
pub(crate) async fn aside<T: Send + 'static>(
    asides: &Arc<Semaphore>,
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Interrupted> {
    if bytes <= IN_PLACE {
        return Ok(work());
    }
    let place = Arc::clone(asides).acquire_owned().await.ok();
    let work = move || {
        let done = work();
        drop(place);
        done
    };
    Ok(tokio::task::spawn_blocking(work).await?)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_more_run_than_there_are_turns() {
        let all = Arc::new(Semaphore::new(2));
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let guests: Vec<_> = (0..10)
            .map(|_| {
                let (all, running, most) = (Arc::clone(&all), Arc::clone(&running), Arc::clone(&most));
                tokio::spawn(async move {
                    let turn = Turn::new(&all);
                    for _ in 0..50 {
                        turn.next().await;
                        most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        running.fetch_sub(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        for guest in guests {
            guest.await.unwrap();
        }
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)), "{most:?}");
        assert_eq!(all.available_permits(), 2, "a turn ends with its call");
    }

    #[tokio::test]
    async fn turns_go_round() {
        let all = Arc::new(Semaphore::new(1));
        let story = Arc::new(Mutex::new(Vec::new()));
        let guests: Vec<_> = (0..3)
            .map(|name| {
                let (turn, story) = (Turn::new(&all), Arc::clone(&story));
                tokio::spawn(async move {
                    for _ in 0..20 {
                        turn.next().await;
                        story.lock().unwrap().push(name);
                    }
                })
            })
            .collect();
        for guest in guests {
            guest.await.unwrap();
        }
        let story = story.lock().unwrap();
        let all_of_them = |round: &[i32]| (0..3).all(|name| round.contains(&name));
        assert!(story.chunks(3).all(all_of_them), "{story:?}");
    }

    #[tokio::test]
    async fn much_work_needs_a_turn_and_little_does_not() {
        let all = Arc::new(Semaphore::new(1));
        let taken = Arc::clone(&all).acquire_owned().await.unwrap();
        assert_eq!(aside(&all, IN_PLACE, || 1).await.unwrap(), 1);
        let mut much = Box::pin(aside(&all, IN_PLACE + 1, || 2));
        assert!(futures::poll!(much.as_mut()).is_pending());
        drop(taken);
        assert_eq!(much.await.unwrap(), 2);
        assert_eq!(all.available_permits(), 1);
    }
}
