//! The handle, what it is made of, and its workers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::tz::TimeZone;
use mortise_domain::approval::ApprovalRoutes;
use mortise_domain::catalog::Company;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::approvals::{Approvals, Links};
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_domain::ports::memory::{Deliveries, Orders, Returns};
use mortise_domain::ports::plugins::Plugins;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::batch::Batcher;
use crate::calls::{Calls, Failing};
use crate::config::{Config, ConfigError};
use crate::delivery::Courier;
use crate::evaluation::Remembered;
use crate::figures::Tallies;
use crate::polling::Poller;
use crate::writes::{Accepting, Deciding};

/// What a pipeline is made of.
pub struct Parts {
    /// Orders in the store.
    pub orders: Arc<dyn Orders>,
    /// Deliveries in the store.
    pub deliveries: Arc<dyn Deliveries>,
    /// What comes back from the upstreams, in the store; none: nobody is asked.
    pub returns: Option<Arc<dyn Returns>>,
    /// Approvals in the store.
    pub approvals: Arc<dyn Approvals>,
    /// Links in messages.
    pub links: Arc<dyn Links>,
    /// The loaded connections.
    pub plugins: Arc<dyn Plugins>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Whose orders they are.
    pub company: Company,
    /// Who is asked about holds.
    pub routes: ApprovalRoutes,
    /// Bounds and pauses.
    pub config: Config,
    /// Where calls are counted.
    pub tallies: Arc<Tallies>,
}

/// What happens to orders over time. A cheap handle.
#[derive(Clone)]
pub struct Pipeline(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub orders: Arc<dyn Orders>,
    pub approvals: Arc<dyn Approvals>,
    pub company: Company,
    pub routes: ApprovalRoutes,
    pub zone: TimeZone,
    pub config: Config,
    pub calls: Arc<Calls>,
    pub accepting: Batcher<Accepting>,
    pub deciding: Batcher<Deciding>,
    /// Permits to judge an order now.
    pub evaluations: Arc<Semaphore>,
    /// Orders that are being judged, to wait for.
    pub judging: Arc<InFlight>,
    /// Where waiting orders go.
    pub places: Remembered,
    pub courier: Arc<Courier>,
    pub poller: Option<Poller>,
    /// Orders may be due.
    pub orders_due: Notify,
    /// Timers of approvals may be due.
    pub approvals_due: Notify,
}

impl Pipeline {
    /// Joins the parts. Nothing runs yet but what is submitted; see [`Self::run`].
    pub fn new(parts: Parts) -> Result<Self, ConfigError> {
        let Parts {
            orders,
            deliveries,
            returns,
            approvals,
            links,
            plugins,
            clock,
            chance,
            company,
            routes,
            config,
            tallies,
        } = parts;
        config.check()?;
        let zone = TimeZone::get(&company.time_zone).map_err(|_| ConfigError::TimeZone(company.time_zone.clone()))?;
        let locale = company.locale.clone();
        let calls = Arc::new(Calls::new(plugins, Arc::clone(&deliveries), clock, chance, locale, tallies));
        let poller =
            returns.map(|returns| Poller { returns, calls: Arc::clone(&calls), lease_margin: config.lease_margin() });
        let courier = Courier::new(&config, Arc::clone(&orders), deliveries, links, Arc::clone(&calls));
        Ok(Self(Arc::new(Inner {
            accepting: Batcher::new(Accepting(Arc::clone(&orders)), config.shared_commit, config.intake_queue),
            // Bounded by the permits of those who decide.
            deciding: Batcher::new(Deciding(Arc::clone(&orders)), config.shared_commit, usize::MAX),
            evaluations: Arc::new(Semaphore::new(config.evaluations.min(Semaphore::MAX_PERMITS))),
            judging: Arc::default(),
            places: Remembered::default(),
            courier: Arc::new(courier),
            poller,
            orders_due: Notify::new(),
            approvals_due: Notify::new(),
            orders,
            approvals,
            company,
            routes,
            zone,
            config,
            calls,
        })))
    }

    /// Something may have become due: a hold was released, a delivery replayed, a connection enabled.
    pub fn wake(&self) {
        self.0.orders_due.notify_one();
        self.0.approvals_due.notify_one();
        self.0.courier.wake();
    }

    /// The connection's functions that fail at present, and why; those whose last call ended well are not among them.
    pub fn failing(&self, connection: &str) -> Vec<Failing> {
        self.0.calls.failing(connection)
    }

    /// A connection or a credential of it was changed: what failed before says nothing of it, and its breakers are closed.
    pub fn changed(&self, connection: &str) {
        self.0.calls.forget(connection);
    }

    /// Works until the token is cancelled; then takes on nothing new and waits for what is in flight, within the configured
    /// bound. What is left then is leased and will be taken over.
    pub async fn run(&self, shutdown: CancellationToken) {
        let poll = async {
            if let Some(poller) = &self.0.poller {
                poller.run(&shutdown).await;
            }
        };
        let (judge, deliver) = (self.judge_pending(&shutdown), self.0.courier.deliver(&shutdown));
        tokio::join!(judge, deliver, poll, self.watch_approvals(&shutdown));
        let ended = async {
            self.0.judging.ended().await;
            self.0.courier.ended().await;
        };
        if tokio::time::timeout(self.0.config.shutdown(), ended).await.is_err() {
            tracing::warn!(
                "shutdown did not wait for all that is in flight; it will be taken over when its leases end"
            );
        }
    }

    /// Asks the upstreams whose time has come what has changed; answers how many pages were read. For tests.
    pub async fn ask_for_changes(&self) -> Result<usize, StoreError> {
        match &self.0.poller {
            Some(poller) => poller.ask_due(&CancellationToken::new()).await,
            None => Ok(0),
        }
    }

    /// Works everything that is due now and answers when something is next due. For tests with a movable clock.
    pub async fn run_until_idle(&self) -> Result<Option<Instant>, StoreError> {
        loop {
            self.0.judging.ended().await;
            let judged = self.judge_due_now().await?;
            let rung = self.ring_due_now().await?;
            let delivered = self.0.courier.deliver_due_now().await?;
            if judged + rung + delivered == 0 {
                let timer = self.0.approvals.next_timer().await?;
                return Ok(self.0.courier.next_due().await?.into_iter().chain(timer).min());
            }
        }
    }
}

/// Counts what is in flight, and lets others wait for its end.
#[derive(Default)]
pub(crate) struct InFlight {
    count: AtomicUsize,
    ended: Notify,
}

impl InFlight {
    pub fn begin(self: &Arc<Self>) -> Flight {
        self.count.fetch_add(1, Ordering::AcqRel);
        Flight(Arc::clone(self))
    }

    /// Waits until nothing is in flight.
    pub async fn ended(&self) {
        loop {
            let notified = self.ended.notified();
            if self.count.load(Ordering::Acquire) == 0 {
                return;
            }
            notified.await;
        }
    }
}

/// One thing in flight, until it is dropped.
pub(crate) struct Flight(Arc<InFlight>);

impl Drop for Flight {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.ended.notify_waiters();
        }
    }
}
