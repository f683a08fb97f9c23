//! What a node does beside requests and work: notice changes of other nodes, expire what is old.

use std::time::Duration;

use mortise_domain::lockout::Patience;
use mortise_domain::ports::StoreError;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Shared};

/// How often changes of other nodes are looked for.
const LOOK: Duration = Duration::from_millis(500);
/// How often connections that could not be loaded are tried again.
const RETRY: Duration = Duration::from_secs(30);
/// How often old things are removed.
const SWEEP: Duration = Duration::from_hours(1);
/// Rows removed in one transaction.
const SWEPT: u32 = 1_000;

/// Runs until `stop`.
pub async fn run(app: Shared, stop: CancellationToken) {
    let every = |period| {
        let mut ticks = tokio::time::interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks
    };
    let (mut look, mut retry, mut sweep, mut figures) = (every(LOOK), every(RETRY), every(SWEEP), every(RETRY));
    loop {
        let (what, outcome) = tokio::select! {
            () = stop.cancelled() => return,
            _ = look.tick() => ("looking for changes", app.refresh().await),
            _ = retry.tick() => ("trying broken connections again", retry_broken(&app).await),
            _ = sweep.tick() => ("removing what is old", sweep_old(&app).await),
            _ = figures.tick() => {
                crate::metrics::handle().run_upkeep();
                continue;
            }
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, "{what} failed; it is tried again");
        }
    }
}

async fn retry_broken(app: &App) -> Result<(), StoreError> {
    if app.connections.retry().await? {
        app.pipeline().wake();
    }
    Ok(())
}

async fn sweep_old(app: &App) -> Result<(), StoreError> {
    let now = app.now();
    app.store.sweep(now).await?;
    crate::files::sweep(app).await?;
    let forgotten = Patience::ACCOUNT.forgotten.max(Patience::ADDRESS.forgotten);
    app.store.sweep_access(app.access.callers.idle_since(), now.before(forgotten)).await?;
    let age = Duration::from_secs(u64::from(app.config.attempt_days) * 86_400);
    while app.store.expire_attempts(now.before(age), SWEPT).await? >= u64::from(SWEPT) {
        tokio::task::yield_now().await;
    }
    Ok(())
}

impl App {
    /// Applies what has changed in the configuration, on this node or another.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let Some(changed) = self.connections.refresh().await? else { return Ok(()) };
        let company = self.store.company().await?;
        let routes = self.store.approval_routes().await?;
        let zone = company.time_zone.clone();
        match self.work.serve(company, routes) {
            Ok(true) => {
                if let Err(error) = self.runtime.set_time_zone(&zone) {
                    tracing::error!(%error, "the company's time zone is not in force for plugins");
                }
            }
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the change of the company is not in force"),
        }
        for connection in changed {
            self.pipeline().changed(&connection);
        }
        self.pipeline().wake();
        Ok(())
    }
}
