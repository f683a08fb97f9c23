//! The pipeline that is in force, and its workers. A change of the company replaces it; what is in flight ends on the old one.

use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::tz::TimeZone;
use mortise_domain::approval::ApprovalRoutes;
use mortise_domain::catalog::Company;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_pipeline::leads::{LeadWork, Setting};
use mortise_pipeline::{Config, ConfigError, Parts, Pipeline, Tallies};
use mortise_store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::connections::Connections;
use crate::links::Links;

/// What every pipeline of this process is made of.
pub struct Workshop {
    /// Memory.
    pub store: Store,
    /// Links in messages.
    pub links: Arc<Links>,
    /// The loaded connections.
    pub connections: Arc<Connections>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Bounds and pauses.
    pub config: Config,
    /// Do workers run, or does someone call `run_until_idle`?
    pub workers: bool,
    /// Ends all workers.
    pub stop: CancellationToken,
}

struct Shift {
    company: Company,
    routes: ApprovalRoutes,
    pipeline: Pipeline,
    leads: LeadWork,
    stop: CancellationToken,
}

/// The pipeline that is in force.
pub struct Work {
    shop: Workshop,
    tallies: Arc<Tallies>,
    shift: ArcSwap<Shift>,
    running: TaskTracker,
}

impl Work {
    /// Begins to work for this company.
    pub fn start(shop: Workshop, company: Company, routes: ApprovalRoutes) -> Result<Self, ConfigError> {
        let running = TaskTracker::new();
        let tallies = Arc::default();
        let shift = shop.shift(company, routes, &running, &tallies)?;
        Ok(Self { shop, tallies, shift: ArcSwap::from_pointee(shift), running })
    }

    /// The pipeline that is in force.
    pub fn pipeline(&self) -> Pipeline {
        self.shift.load().pipeline.clone()
    }

    /// Calls that are counted and not stored yet.
    pub fn tallies(&self) -> &Tallies {
        &self.tallies
    }

    /// The work on leads that is in force.
    pub fn leads(&self) -> LeadWork {
        self.shift.load().leads.clone()
    }

    /// Works for the company as it is now, by the approval routes as they are now. Answers whether that is a change.
    pub fn serve(&self, company: Company, routes: ApprovalRoutes) -> Result<bool, ConfigError> {
        let before = self.shift.load_full();
        if before.company == company && before.routes == routes {
            return Ok(false);
        }
        self.shift.store(Arc::new(self.shop.shift(company, routes, &self.running, &self.tallies)?));
        before.stop.cancel();
        Ok(true)
    }

    /// Waits until the workers have ended; they end when the workshop's token is cancelled.
    pub async fn ended(&self) {
        self.running.close();
        self.running.wait().await;
    }
}

impl Workshop {
    fn shift(
        &self,
        company: Company,
        routes: ApprovalRoutes,
        running: &TaskTracker,
        tallies: &Arc<Tallies>,
    ) -> Result<Shift, ConfigError> {
        let pipeline = Pipeline::new(Parts {
            orders: Arc::new(self.store.clone()),
            deliveries: Arc::new(self.store.clone()),
            returns: Some(Arc::new(self.store.clone())),
            approvals: Arc::new(self.store.clone()),
            links: Arc::<Links>::clone(&self.links),
            plugins: Arc::<Connections>::clone(&self.connections),
            clock: Arc::clone(&self.clock),
            chance: Arc::clone(&self.chance),
            company: company.clone(),
            routes: routes.clone(),
            config: self.config.clone(),
            tallies: Arc::clone(tallies),
        })?;
        let leads = LeadWork::new(Arc::new(self.store.clone()), Arc::clone(&self.clock), setting(&company)?);
        let stop = self.stop.child_token();
        if self.workers {
            let (worker, end) = (leads.clone(), stop.clone());
            running.spawn(async move { worker.run(end).await });
            let (worker, stop) = (pipeline.clone(), stop.clone());
            running.spawn(async move { worker.run(stop).await });
        }
        Ok(Shift { company, routes, pipeline, leads, stop })
    }
}

/// What leads need to know of the company. The country of telephone numbers is that of its locale.
pub fn setting(company: &Company) -> Result<Setting, ConfigError> {
    let zone = TimeZone::get(&company.time_zone).map_err(|_| ConfigError::TimeZone(company.time_zone.clone()))?;
    let region = company.locale.rsplit(['-', '_']).next().filter(|part| part.len() == 2).unwrap_or("CN");
    Ok(Setting { zone, region: region.to_uppercase() })
}
