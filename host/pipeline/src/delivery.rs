//! The courier: takes due deliveries under a lease, calls the plugin with no transaction open, settles in a short transaction.

mod lane;
mod parcel;
mod request;
mod settle;
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mortise_domain::connection::Connection;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Deliveries, Orders};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::batch::Batcher;
use crate::calls::Calls;
use crate::config::Config;
use crate::pipeline::InFlight;
use crate::writes::Settling;
use lane::Lanes;
use parcel::{Parcel, parcels};

/// Most deliveries that are claimed at once.
const CLAIM: usize = 64;

/// How long a lease covers before a connection is seen that needs more: the usual deadline and upstream time-out.
const USUAL_CALL_MICROS: u64 = 90_000_000;

pub(crate) struct Courier {
    orders: Arc<dyn Orders>,
    deliveries: Arc<dyn Deliveries>,
    calls: Arc<Calls>,
    settling: Batcher<Settling>,
    lanes: Lanes,
    in_hand: Arc<Semaphore>,
    flights: Arc<InFlight>,
    due: Notify,
    /// Longest call so far, with what the upstream may go on after it, in microseconds.
    longest_call: AtomicU64,
    lease_margin: Duration,
    longest_sleep: Duration,
    paused: Duration,
}

impl Courier {
    pub fn new(config: &Config, orders: Arc<dyn Orders>, deliveries: Arc<dyn Deliveries>, calls: Arc<Calls>) -> Self {
        Self {
            orders,
            settling: Batcher::new(Settling(Arc::clone(&deliveries)), config.shared_commit, usize::MAX),
            deliveries,
            calls,
            lanes: Lanes::new(config.deliveries_per_connection),
            in_hand: Arc::new(Semaphore::new(config.deliveries.min(Semaphore::MAX_PERMITS))),
            flights: Arc::default(),
            due: Notify::new(),
            longest_call: AtomicU64::new(USUAL_CALL_MICROS),
            lease_margin: config.lease_margin(),
            longest_sleep: config.longest_sleep(),
            paused: config.paused(),
        }
    }

    /// Deliveries may be due.
    pub fn wake(&self) {
        self.due.notify_one();
    }

    /// Waits until nothing is in flight.
    pub async fn ended(&self) {
        self.flights.ended().await;
    }

    /// When something is next due.
    pub async fn next_due(&self) -> Result<Option<Instant>, StoreError> {
        self.deliveries.next_due().await
    }

    /// Works due deliveries until the token is cancelled.
    pub async fn deliver(self: &Arc<Self>, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            let started = tokio::select! {
                () = shutdown.cancelled() => return,
                permit = Arc::clone(&self.in_hand).acquire_owned() => match permit {
                    Ok(first) => self.start_due(first).await,
                    Err(_) => return,
                },
            };
            match started {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(%error, "due deliveries could not be claimed; tried again"),
            }
            let pause = self.pause().await;
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.due.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Works one batch of due deliveries and waits for it. Answers how many.
    pub async fn deliver_due_now(self: &Arc<Self>) -> Result<usize, StoreError> {
        self.ended().await;
        let parcels = self.claim(CLAIM).await?;
        let count = parcels.iter().map(|parcel| parcel.deliveries.len()).sum();
        futures::future::join_all(parcels.into_iter().map(|parcel| self.work(parcel))).await;
        Ok(count)
    }

    /// Claims as many as there is room for and works them in the background. Answers how many.
    async fn start_due(self: &Arc<Self>, first: OwnedSemaphorePermit) -> Result<usize, StoreError> {
        let mut permits = first;
        let mut room = 1;
        while room < CLAIM
            && let Ok(permit) = Arc::clone(&self.in_hand).try_acquire_owned()
        {
            permits.merge(permit);
            room += 1;
        }
        let mut count = 0;
        for parcel in self.claim(room).await? {
            count += parcel.deliveries.len();
            // One permit each; what a merged message has too many goes back with the rest.
            let permit = permits.split(1);
            let (courier, flight) = (Arc::clone(self), self.flights.begin());
            tokio::spawn(async move {
                let _until_the_end = (permit, flight);
                courier.work(parcel).await;
            });
        }
        Ok(count)
    }

    async fn claim(&self, room: usize) -> Result<Vec<Parcel>, StoreError> {
        let now = self.calls.clock.now();
        let lease_until =
            now.after(Duration::from_micros(self.longest_call.load(Ordering::Relaxed)) + self.lease_margin);
        let claimed = self.deliveries.claim(now, lease_until, u32::try_from(room).unwrap_or(u32::MAX)).await?;
        let merge = |connection: &str| self.calls.plugins.connection(connection).map_or(1, |found| found.merge);
        Ok(parcels(claimed, lease_until, merge))
    }

    /// How long a call of this connection needs its lease: until the call ends and the upstream has certainly ended too.
    /// Later leases are long enough for it.
    fn lease_need(&self, connection: &Connection) -> Duration {
        let need = connection.limits.deadline() + Duration::from_millis(connection.upstream_timeout_ms);
        self.longest_call.fetch_max(u64::try_from(need.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        need
    }

    async fn pause(&self) -> Duration {
        match self.next_due().await {
            Ok(Some(due)) => {
                // A little at least, should what is due not be claimable just now.
                let wait = due.since(self.calls.clock.now()).max(Duration::from_millis(10));
                wait.min(self.longest_sleep)
            }
            Ok(None) => self.longest_sleep,
            Err(error) => {
                tracing::error!(%error, "the next due time could not be read");
                self.longest_sleep
            }
        }
    }
}
