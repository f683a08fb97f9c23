//! Joins the parts to a running server.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_runtime::fetch::{Fetcher, Logins};
use mortise_runtime::{Ports, Registry, Runtime, RuntimeConfig};
use mortise_store::{SecretKey, Store};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::access::{Access, Site};
use crate::app::{App, Shared};
use crate::clock::{SystemChance, SystemClock};
use crate::config::Config;
use crate::connections::Connections;
use crate::feed::{self, Feed};
use crate::folder::{Folder, read_private, write_private};
use crate::form_gate::FormGate;
use crate::invites::{self, Link};
use crate::links::Links;
use crate::tokens;
use crate::work::{Work, Workshop};
use crate::{api, lead_imports, listen, metrics, upkeep};

/// What the outside world gives; tests give their own.
pub struct Outside {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Do workers run? Otherwise someone calls `run_until_idle` of the pipeline.
    pub workers: bool,
    /// Last word on the settings of the sandbox, such as another resolver.
    pub sandbox: Box<dyn FnOnce(&mut RuntimeConfig) + Send>,
}

impl Default for Outside {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), chance: Arc::new(SystemChance), workers: true, sandbox: Box::new(|_| ()) }
    }
}

/// A server that runs in this process.
pub struct Running {
    /// Where it listens, such as `http://127.0.0.1:8080`.
    pub url: String,
    /// The token in the data folder; empty: another node made the first token.
    pub token: String,
    /// The link by which the first admin sets a password; none: somebody has set one.
    pub first_link: Option<Link>,
    /// Cancelled: it stops.
    pub stop: CancellationToken,
    /// Its parts.
    pub app: Shared,
    task: JoinHandle<()>,
}

impl Running {
    /// Stops accepting, lets what is in flight end (10 s at most), and closes the database.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.ended().await;
    }

    /// Waits until it has stopped.
    pub async fn ended(self) {
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the server ended by a fault of its own");
        }
    }
}

/// Starts a server with these settings.
pub async fn start(config: Config) -> anyhow::Result<Running> {
    start_in(config, Outside::default()).await
}

/// Starts a server with another clock and the like.
pub async fn start_in(config: Config, outside: Outside) -> anyhow::Result<Running> {
    metrics::handle();
    let Outside { clock, chance, workers, sandbox } = outside;
    let folder = Folder::open(&config.data)?;
    let key = secret_key(&config, &folder)?;
    let (cache_key, guess_key) = (derive(&key, b"compile cache"), derive(&key, b"guesses"));
    let link_key = derive(&key, b"approval links");
    let store = Store::open(&config.database, key, Arc::clone(&clock)).await?;
    if tokens::make_first(&store, &folder, chance.as_ref()).await? {
        tracing::info!(file = %folder.admin_token().display(), "the first API token was made; it is in this file");
    }
    let token = read_private(&folder.admin_token())?.unwrap_or_default();
    let company = store.company().await?;
    let mut bounds = RuntimeConfig {
        cache_dir: Some(folder.cache()),
        time_zone: company.time_zone.clone(),
        component_bytes: config.plugin_bytes,
        compile_time: config.compile_time,
        ..RuntimeConfig::new(cache_key)
    };
    bounds.guest_bytes = config.guest_bytes.unwrap_or(bounds.guest_bytes);
    sandbox(&mut bounds);
    let fetcher = fetcher(&config, &bounds)?;
    let runtime = Runtime::new(bounds, ports(&store, &clock, &chance))?;
    let registry = Registry::new(Arc::clone(&runtime));
    let (policy, sandbox) = (config.plugin_signatures, Arc::clone(&runtime));
    let connections = Connections::new(store.clone(), sandbox, Arc::clone(&registry), policy, Arc::clone(&clock));
    let connections = Arc::new(connections);
    // Company and routes are read at other moments: the upkeep's first look puts all in force that came in between.
    connections.refresh().await?;
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.with_context(|| {
        format!("cannot listen at {}; is another server there? Choose another with --listen", config.listen)
    })?;
    let url = format!("http://{}", listener.local_addr()?);
    let stop = CancellationToken::new();
    let site = Site::new(config.public_url.as_deref(), &url)?;
    let links = Arc::new(Links::new(site, link_key));
    let workshop = Workshop {
        store: store.clone(),
        links: Arc::clone(&links),
        connections: Arc::clone(&connections),
        clock: Arc::clone(&clock),
        chance: Arc::clone(&chance),
        config: config.pipeline.clone(),
        workers,
        stop: stop.child_token(),
    };
    let work = Work::start(workshop, company, store.approval_routes().await?)?;
    let access = Access::new(&store, &clock, chance.as_ref(), &config, &url, guess_key)?;
    let lasts = Duration::from_hours(config.access.invite_hours.into());
    let first_link = invites::first(&store, &access.site, chance.as_ref(), clock.now(), lasts).await?;
    let feed = Feed::new(stop.child_token());
    let trials = crate::rules::trial::permits();
    let app = Arc::new(App {
        config,
        folder,
        store,
        runtime,
        fetcher,
        registry,
        connections,
        work,
        access,
        forms: FormGate::default(),
        links,
        trials,
        clock,
        chance,
        feed,
        refreshing: tokio::sync::Mutex::default(),
    });
    tracing::info!(url, database = app.store.engine(), "the server listens");
    lead_imports::resume(&app).await?;
    let task = tokio::spawn(run(listener, Arc::clone(&app), stop.clone()));
    Ok(Running { url, token, first_link, stop, app, task })
}

fn ports(store: &Store, clock: &Arc<dyn Clock>, chance: &Arc<dyn Chance>) -> Ports {
    Ports {
        clock: Arc::clone(clock),
        chance: Arc::clone(chance),
        key_value: Arc::new(store.clone()),
        vault: Arc::new(store.clone()),
        records: Arc::new(store.clone()),
    }
}

fn fetcher(config: &Config, bounds: &RuntimeConfig) -> anyhow::Result<Fetcher> {
    let (sources, logins) = (config.plugin_sources.clone(), Logins::of_environment());
    let made = Fetcher::new(sources, logins, config.plugin_bytes, &bounds.extra_roots, &bounds.resolver);
    made.map_err(|error| anyhow::anyhow!("fetching of plugins cannot be set up: {error}"))
}

async fn run(listener: TcpListener, app: Shared, stop: CancellationToken) {
    let upkeep = tokio::spawn(upkeep::run(Arc::clone(&app), stop.clone()));
    let told = tokio::spawn(feed::run(Arc::clone(&app)));
    let router = api::router(Arc::clone(&app));
    // The workers stop at the same time; whoever waits for a judgement still gets it.
    listen::serve(listener, router, stop).await;
    let workers = tokio::time::timeout(listen::DRAIN + Duration::from_secs(1), app.work.ended()).await;
    if workers.is_err() {
        tracing::warn!("work was still in flight; it is taken over when its leases end");
    }
    upkeep.abort();
    told.abort();
    // What was counted last.
    if let Err(error) = app.keep_figures().await {
        tracing::warn!(%error, "the last figures of calls could not be stored");
    }
    app.store.close().await;
    tracing::info!("the server has stopped");
}

/// The key of the stored credentials: from the settings, or the file, which the first start makes.
pub fn secret_key(config: &Config, folder: &Folder) -> anyhow::Result<SecretKey> {
    if let Some(text) = &config.secret_key {
        return SecretKey::from_hex(text.expose()).context("the secret key of the settings is not usable");
    }
    let path = folder.secret_key();
    if let Some(text) = read_private(&path)? {
        return SecretKey::from_hex(&text).with_context(|| format!("the key in {} is not usable", path.display()));
    }
    let key = SecretKey::generate()?;
    write_private(&path, &key.to_hex())?;
    tracing::info!(file = %path.display(), "the key of the stored credentials was made; keep a copy of this file");
    Ok(key)
}

/// A key for another purpose, which does not tell the first.
fn derive(key: &SecretKey, purpose: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(b"mortise\0");
    digest.update(purpose);
    digest.update(b"\0");
    digest.update(key.to_hex().as_bytes());
    digest.finalize().into()
}
