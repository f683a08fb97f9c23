//! What a node does beside requests and work: notice changes of other nodes, expire what is old.

use std::time::Duration;

use mortise_domain::lockout::Patience;
use mortise_domain::ports::StoreError;
use mortise_domain::retention::Retention;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::app::{App, Shared};

/// How often changes of other nodes are looked for.
const LOOK: Duration = Duration::from_millis(500);
/// How often connections that could not be loaded are tried again.
const RETRY: Duration = Duration::from_secs(30);
/// How often old things are removed.
const SWEEP: Duration = Duration::from_hours(1);
/// How often the terms of new orders are written, and replays gone on with.
const INDEX: Duration = Duration::from_millis(250);
/// Orders indexed in one transaction.
const INDEXED: u32 = 200;
/// How often the figures of calls are stored.
const COUNT: Duration = Duration::from_secs(15);
/// Days that the figures of calls are kept where nothing is decided.
const FIGURE_DAYS: u32 = 400;
/// Rows removed in one transaction.
const SWEPT: u32 = 1_000;

fn every(period: Duration) -> Interval {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Runs until `stop`. What is old is removed beside all else: it may be much.
pub async fn run(app: Shared, stop: CancellationToken) {
    tokio::join!(look_after(&app, &stop), sweep(&app, &stop));
}

async fn sweep(app: &Shared, stop: &CancellationToken) {
    let mut ticks = every(SWEEP);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = sweep_old(app, stop).await {
            tracing::warn!(%error, "removing what is old failed; it is tried again");
        }
    }
}

async fn look_after(app: &Shared, stop: &CancellationToken) {
    let (mut look, mut retry, mut figures) = (every(LOOK), every(RETRY), every(RETRY));
    let (mut index, mut count) = (every(INDEX), every(COUNT));
    loop {
        let (what, outcome) = tokio::select! {
            () = stop.cancelled() => return,
            _ = look.tick() => ("looking for changes", app.refresh().await),
            _ = retry.tick() => ("trying broken connections again", retry_broken(app).await),
            _ = index.tick() => ("writing what search needs", catch_up(app).await),
            _ = count.tick() => ("storing the figures of calls", app.keep_figures().await),
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

async fn sweep_old(app: &App, stop: &CancellationToken) -> Result<(), StoreError> {
    let now = app.now();
    app.store.sweep(now).await?;
    crate::files::sweep(app).await?;
    let forgotten = Patience::ACCOUNT.forgotten.max(Patience::ADDRESS.forgotten);
    app.store.sweep_access(app.access.callers.idle_since(), now.before(forgotten)).await?;
    let Retention { attempt_days, figure_days } = app.retention().await?;
    let days = |days: u32| Duration::from_secs(u64::from(days) * 86_400);
    let (figures, attempts) = (now.before(days(figure_days)), now.before(days(attempt_days)));
    let all = u64::from(SWEPT);
    while !stop.is_cancelled() && app.store.expire_figures(figures, SWEPT).await? >= all {
        tokio::task::yield_now().await;
    }
    while !stop.is_cancelled() && app.store.expire_attempts(attempts, SWEPT).await? >= all {
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Writes terms for a moment, so that nothing else waits long, and goes on with replays whose node has died or that are long.
async fn catch_up(app: &App) -> Result<(), StoreError> {
    let begun = tokio::time::Instant::now();
    while app.store.index_orders(INDEXED).await? > 0 && begun.elapsed() < INDEX {
        tokio::task::yield_now().await;
    }
    for job in app.store.open_replays().await? {
        app.store.go_on_with_replay(job).await?;
        app.pipeline().wake();
    }
    Ok(())
}

impl App {
    /// How long things are kept: as was decided, or as the settings say.
    pub async fn retention(&self) -> Result<Retention, StoreError> {
        let decided = self.store.retention().await?;
        Ok(decided.unwrap_or(Retention { attempt_days: self.config.attempt_days, figure_days: FIGURE_DAYS }))
    }

    /// Stores the calls that were counted since the last time.
    pub async fn keep_figures(&self) -> Result<(), StoreError> {
        let figures = self.work.tallies().take();
        let stored = self.store.add_figures(&figures).await;
        if stored.is_err() {
            self.work.tallies().merge(figures);
        }
        stored
    }

    /// Applies what has changed in the configuration, on this node or another: all of it, or it is tried again with the next look.
    /// One change after the other, so that nobody puts in force what was read before a newer one.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let mut untold = self.refreshing.lock().await;
        let Some((revision, changed)) = self.connections.refresh().await? else { return Ok(()) };
        untold.extend(changed);
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
        for connection in std::mem::take(&mut *untold) {
            self.pipeline().changed(&connection);
        }
        self.pipeline().wake();
        self.connections.in_force(revision).await;
        Ok(())
    }
}
