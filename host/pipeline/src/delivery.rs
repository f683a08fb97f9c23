//! The courier: takes due deliveries under a lease, calls the plugin with no transaction open, settles in a short transaction.

mod hand;
mod lane;
mod parcel;
mod request;
mod rest;
mod settle;
mod work;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use mortise_domain::call::Interface;
use mortise_domain::connection::{Connection, RouteKey};
use mortise_domain::delivery::Delivery;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::approvals::Links;
use mortise_domain::ports::clock::Fence;
use mortise_domain::ports::memory::{Claim, Deliveries, Orders, Share};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::batch::Batcher;
use crate::calls::Calls;
use crate::config::Config;
use crate::pipeline::InFlight;
use crate::writes::Settling;
use hand::Hand;
use lane::Lanes;
use parcel::{Parcel, parcels};
use rest::Rests;

/// Most deliveries that are claimed at once.
const CLAIM: usize = 64;

pub(crate) struct Courier {
    orders: Arc<dyn Orders>,
    deliveries: Arc<dyn Deliveries>,
    links: Arc<dyn Links>,
    calls: Arc<Calls>,
    settling: Batcher<Settling>,
    lanes: Lanes,
    rests: Rests,
    hand: Hand,
    in_hand: Arc<Semaphore>,
    flights: Arc<InFlight>,
    due: Notify,
    lease_margin: Duration,
    longest_sleep: Duration,
    paused: Duration,
}

impl Courier {
    pub fn new(
        config: &Config,
        orders: Arc<dyn Orders>,
        deliveries: Arc<dyn Deliveries>,
        links: Arc<dyn Links>,
        calls: Arc<Calls>,
    ) -> Self {
        Self {
            orders,
            settling: Batcher::new(Settling(Arc::clone(&deliveries)), config.shared_commit, usize::MAX),
            deliveries,
            links,
            calls,
            lanes: Lanes::new(config.deliveries_per_connection),
            rests: Rests::default(),
            hand: Hand::default(),
            in_hand: Arc::new(Semaphore::new(config.deliveries.min(Semaphore::MAX_PERMITS))),
            flights: Arc::default(),
            due: Notify::new(),
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

    /// When something is next due that can be worked then.
    pub async fn next_due(&self) -> Result<Option<Instant>, StoreError> {
        let now = self.calls.clock.now();
        let connections: Vec<String> = self
            .calls
            .plugins
            .connections()
            .iter()
            .map(|connection| connection.name.clone())
            .filter(|name| self.calls.plugins.paused(name).is_none())
            .filter(|name| self.rests.room(name, now) > 0 && self.lanes.free(name) > 0)
            .collect();
        let due = self.deliveries.next_due(&connections).await?;
        Ok(due.into_iter().chain(self.rests.next_end(now)).min())
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
        let clock = &*self.calls.clock;
        // Read before the leases begin, so that they seem to end a little early rather than late.
        let begun = Fence::after(clock, Duration::ZERO);
        let now = begun.at();
        let limit = u32::try_from(room).unwrap_or(u32::MAX);
        let claim = Claim { now, shares: self.shares(now, room), limit, in_hand: self.hand.overdue(now) };
        let claimed = self.deliveries.claim(&claim).await?;
        self.hand.take(&claimed);
        let lease = |delivery: &Delivery| begun.later(delivery.due_at.since(now));
        let merge = |connection: &str| self.calls.plugins.connection(connection).map_or(1, |found| found.merge);
        Ok(parcels(claimed, lease, merge))
    }

    /// What is taken on of each connection that does not rest: as much as its lane holds.
    fn shares(&self, now: Instant, room: usize) -> Vec<Share> {
        let plugins = &self.calls.plugins;
        let notifiers = plugins.serving(Interface::Notifier, RouteKey::default());
        let notifiers: HashSet<&str> = notifiers.iter().map(|one| one.name.as_str()).collect();
        let share = |connection: Arc<Connection>| {
            if plugins.paused(&connection.name).is_some() {
                return None;
            }
            let parcels = self.lanes.free(&connection.name).min(self.rests.room(&connection.name, now));
            let merged = if notifiers.contains(connection.name.as_str()) { connection.merge.max(1) } else { 1 };
            Some(Share {
                most: u32::try_from(parcels.saturating_mul(merged).min(room)).ok().filter(|most| *most > 0)?,
                lease_until: now.after(lease_need(&connection) + self.lease_margin),
                connection: connection.name.clone(),
            })
        };
        plugins.connections().into_iter().filter_map(share).collect()
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

/// How long a call of this connection needs its lease: until the call ends and the upstream has certainly ended too.
fn lease_need(connection: &Connection) -> Duration {
    connection.limits.deadline() + connection.upstream_timeout()
}
