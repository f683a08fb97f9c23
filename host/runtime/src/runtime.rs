//! The sandbox as a whole: engine, linker, cache, outbound clients.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use arc_swap::ArcSwap;
use jiff::tz::TimeZone;
use tokio::sync::Semaphore;
use wasmtime::component::Linker;
use wasmtime::{Engine, Store};

use crate::adapter;
use crate::cache::Cache;
use crate::config::{Ports, RuntimeConfig};
use crate::engine::{self, Ticker};
use crate::http::client::Clients;
use crate::http::wire::Wire;
use crate::places::Places;
use crate::prove::Proven;
use crate::state::{Confines, Memory, State, Zone};

/// What calls share.
pub(crate) struct Shared {
    pub(crate) ports: Ports,
    pub(crate) wire: Arc<dyn Wire>,
    pub(crate) zone: ArcSwap<Zone>,
    pub(crate) turns: Arc<Semaphore>,
    /// Work aside on many bytes; no turn, or whoever needs one for a moment would wait until it is done.
    pub(crate) asides: Arc<Semaphore>,
    pub(crate) memory: Arc<Memory>,
}

/// The sandbox. One per process.
pub struct Runtime {
    pub(crate) config: RuntimeConfig,
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<State>,
    /// The same with `wasi:http`, for plugins that import it.
    pub(crate) http_linker: Linker<State>,
    pub(crate) cache: Arc<Cache>,
    pub(crate) compilers: Arc<Semaphore>,
    pub(crate) places: Arc<Places>,
    pub(crate) shared: Arc<Shared>,
    blank: Arc<Confines>,
    proven: Mutex<HashMap<String, Weak<Proven>>>,
    ticker: Arc<Ticker>,
}

/// Why the sandbox cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The engine refuses its settings or this machine.
    #[error("the sandbox cannot be set up: {0}")]
    Engine(String),
    /// No thread for the ticker.
    #[error("the sandbox's clock cannot be started: {0}")]
    Ticker(#[source] std::io::Error),
    /// The HTTP client cannot be built.
    #[error("outbound HTTP cannot be set up: {0}; check `extra-roots`")]
    Http(String),
    /// No such zone.
    #[error("there is no time zone {0:?}: use an IANA name such as Asia/Shanghai")]
    Zone(String),
}

impl Runtime {
    /// Sets the sandbox up. The limit of open files is raised to what the system allows.
    pub fn new(config: RuntimeConfig, ports: Ports) -> Result<Arc<Self>, RuntimeError> {
        engine::raise_file_limit();
        let failed = |error: wasmtime::Error| RuntimeError::Engine(format!("{error:#}"));
        let engine = engine::build(&config).map_err(failed)?;
        let mut linker = Linker::new(&engine);
        adapter::link(&mut linker).map_err(failed)?;
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(failed)?;
        let mut http_linker = linker.clone();
        crate::http::wasi::link(&mut http_linker).map_err(failed)?;
        let ticker = Ticker::start(&engine).map_err(RuntimeError::Ticker)?;
        let wire = Arc::new(Clients::new(&config.extra_roots, &config.resolver).map_err(RuntimeError::Http)?);
        let zone = Zone::named(&config.time_zone).ok_or_else(|| RuntimeError::Zone(config.time_zone.clone()))?;
        let turns = Arc::new(Semaphore::new(config.turns.max(1)));
        let asides = Arc::new(Semaphore::new(config.turns.max(1)));
        let memory = Arc::new(Memory::new(config.guest_bytes));
        let cache = Cache::new(&engine, config.cache_dir.clone(), config.cache_key.clone());
        Ok(Arc::new(Self {
            compilers: Arc::new(Semaphore::new(config.compilers.max(1))),
            places: Arc::new(Places::new(config.calls)),
            shared: Arc::new(Shared { ports, wire, zone: ArcSwap::from_pointee(zone), turns, asides, memory }),
            blank: Arc::new(Confines::blank(&config)),
            proven: Mutex::default(),
            ticker: Arc::new(ticker),
            cache: Arc::new(cache),
            linker,
            http_linker,
            engine,
            config,
        }))
    }

    /// Another sandbox on the same engine, with ports and a way out of its own. What was proved for one can be loaded for the
    /// other: a bench compiles a plugin once and gives every scenario its own world. Without a wire, requests leave where they
    /// leave here.
    pub fn beside(
        &self,
        ports: Ports,
        wire: Option<Arc<dyn Wire>>,
        time_zone: &str,
    ) -> Result<Arc<Self>, RuntimeError> {
        let zone = Zone::named(time_zone).ok_or_else(|| RuntimeError::Zone(time_zone.to_owned()))?;
        let wire = wire.unwrap_or_else(|| Arc::clone(&self.shared.wire));
        // Its own turns: where the clock stands still, whoever waited for a guest of another world would find its time run out.
        let turns = Arc::new(Semaphore::new(self.config.turns.max(1)));
        let asides = Arc::new(Semaphore::new(self.config.turns.max(1)));
        let memory = Arc::clone(&self.shared.memory);
        Ok(Arc::new(Self {
            config: self.config.clone(),
            engine: self.engine.clone(),
            linker: self.linker.clone(),
            http_linker: self.http_linker.clone(),
            cache: Arc::clone(&self.cache),
            compilers: Arc::clone(&self.compilers),
            places: Arc::clone(&self.places),
            shared: Arc::new(Shared { ports, wire, zone: ArcSwap::from_pointee(zone), turns, asides, memory }),
            blank: Arc::clone(&self.blank),
            proven: Mutex::default(),
            ticker: Arc::clone(&self.ticker),
        }))
    }

    /// Changes the company's time zone; calls that begin later see it.
    pub fn set_time_zone(&self, name: &str) -> Result<(), RuntimeError> {
        let zone = Zone::named(name).ok_or_else(|| RuntimeError::Zone(name.to_owned()))?;
        self.shared.zone.store(Arc::new(zone));
        Ok(())
    }

    /// A proof of the same content that a connection still uses.
    pub(crate) fn known(&self, hash: &str) -> Option<Arc<Proven>> {
        self.proven.lock().unwrap_or_else(PoisonError::into_inner).get(hash)?.upgrade()
    }

    pub(crate) fn remember(&self, proven: &Arc<Proven>) {
        let mut known = self.proven.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, proven| proven.strong_count() > 0);
        known.insert(proven.hash().to_owned(), Arc::downgrade(proven));
    }

    /// A sandbox for the proof: no connection, nothing granted, default limits.
    pub(crate) fn proof_store(&self) -> Store<State> {
        State::blank(Arc::clone(&self.blank), Arc::clone(&self.shared)).into_store(&self.engine)
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime").finish_non_exhaustive()
    }
}

impl Zone {
    fn named(name: &str) -> Option<Self> {
        Some(Self { name: name.into(), zone: TimeZone::get(name).ok()? })
    }
}
