//! Start and stop, in a test's process or in the program.

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    amap::Gazetteer,
    clock::Move,
    control,
    faults::{Chaos, Rule},
    journal::Journal,
    serve::{self, Doors, Line},
    settings::Settings,
    shared::Shared,
    state_file::StateFile,
};

/// How to start.
#[derive(Debug, Clone)]
pub struct Config {
    /// Port 0: any free one.
    pub listen: SocketAddr,
    /// The gazetteer: a CSV file with the columns name, address, city, province_code, longitude, latitude.
    pub addresses: Option<PathBuf>,
    /// Master data, as `POST /__sim/seed` takes it.
    pub seed: Option<Value>,
    /// Raw request log, appended.
    pub log: Option<PathBuf>,
    /// Documents and messages survive in this file.
    pub state: Option<PathBuf>,
    pub settings: Settings,
}

impl Default for Config {
    fn default() -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { listen, addresses: None, seed: None, log: None, state: None, settings: Settings::default() }
    }
}

/// Why the upstreams did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    #[error("cannot read the addresses {0}")]
    Addresses(PathBuf, #[source] csv::Error),
    #[error("the seed is not usable: {0}")]
    Seed(String),
    #[error("cannot write the log {0}")]
    Log(PathBuf, #[source] io::Error),
    #[error("cannot use the state file {0}")]
    State(PathBuf, #[source] io::Error),
}

/// The running upstreams. Dropping it stops them.
pub struct Upstreams {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
    keeper: Option<(JoinHandle<()>, StateFile)>,
}

impl Upstreams {
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let gazetteer = match &config.addresses {
            Some(path) => Gazetteer::load(path).map_err(|e| StartError::Addresses(path.clone(), e))?,
            None => Gazetteer::default(),
        };
        let log_error = |e| StartError::Log(config.log.clone().unwrap_or_default(), e);
        let journal = Journal::open(config.log.as_deref()).map_err(log_error)?;
        let state_error = |e| StartError::State(config.state.clone().unwrap_or_default(), e);
        let state = config.state.clone().map(StateFile::new);
        let saved = state.as_ref().map(StateFile::load).transpose().map_err(state_error)?.flatten();
        let mut world = saved.unwrap_or_default();
        if let Some(seed) = &config.seed {
            world.u8.seed_missing(seed).map_err(StartError::Seed)?;
        }
        let shared = Arc::new(Shared::new(gazetteer, world, config.settings, config.seed, journal));

        let listen_error = |e| StartError::Listen(config.listen, e);
        let listener = TcpListener::bind(config.listen).await.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let service = serve::router(Arc::clone(&shared)).into_make_service_with_connect_info::<Line>();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let serving = axum::serve(Doors(listener), service).with_graceful_shutdown(async {
                let _ = stopped.await;
            });
            if let Err(error) = serving.await {
                tracing::error!(%error, "the upstreams stopped serving");
            }
        });
        let keeper = state.map(|file| (file.clone().keep(Arc::clone(&shared)), file));
        Ok(Self { address, shared, stop: Some(stop), server, keeper })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn u8_url(&self) -> String {
        format!("{}/u8", self.base_url())
    }

    pub fn amap_url(&self) -> String {
        format!("{}/amap", self.base_url())
    }

    pub fn wecom_url(&self) -> String {
        format!("{}/wecom", self.base_url())
    }

    /// Stops listening, lets requests end for two seconds, and saves the state.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if tokio::time::timeout(Duration::from_secs(2), &mut self.server).await.is_err() {
            self.server.abort();
        }
        if let Some((_, file)) = &self.keeper
            && let Err(error) = file.save(&self.shared)
        {
            tracing::warn!(%error, "the state was not saved");
        }
    }
}

/// The control endpoints without HTTP, for tests in the same process.
impl Upstreams {
    pub fn fault(&self, rule: Rule) {
        self.shared.core().planner.add(vec![rule]);
    }

    pub fn chaos(&self, chaos: Chaos) {
        self.shared.core().planner.set_chaos(chaos);
    }

    pub fn clear_faults(&self) {
        self.shared.core().planner.clear();
    }

    /// Fields of [`Settings`]; an unknown one is an error.
    pub fn configure(&self, change: &Value) -> Result<(), String> {
        let core = &mut *self.shared.core();
        core.settings = core.settings.with(change)?;
        Ok(())
    }

    pub fn advance_clock(&self, seconds: i64) {
        self.shared.core().clock.apply(Move { advance: seconds, ..Move::default() });
    }

    pub fn seed(&self, seed: &Value) -> Result<(), String> {
        self.shared.with_world(|world, _| world.u8.seed(seed))
    }

    pub fn ship(&self, request: &Value) -> Result<Value, String> {
        control::ship(&self.shared, request)
    }

    pub fn pay(&self, request: &Value) -> Result<Value, String> {
        control::pay(&self.shared, request)
    }

    pub fn state(&self) -> Value {
        control::state(&self.shared)
    }

    pub fn messages(&self) -> Value {
        control::messages(&self.shared)
    }

    pub fn counters(&self) -> Value {
        control::counters(&self.shared)
    }

    /// Requests being handled now, late commits included.
    pub fn in_flight(&self) -> usize {
        self.shared.core().in_flight.len()
    }

    pub fn reset(&self) -> Result<(), String> {
        self.shared.reset()
    }
}

impl Drop for Upstreams {
    fn drop(&mut self) {
        if let Some((keeper, _)) = &self.keeper {
            keeper.abort();
        }
    }
}
