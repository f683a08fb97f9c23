//! The sandbox on an author's machine: no server, no database. Engine, bounds, outbound policy, credentials and checks are the
//! host's own; only what lies around them is the bench's.

mod memory;
mod records;
mod time;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mortise_domain::call::Interface;
use mortise_domain::connection::Connection;
use mortise_domain::grant::{Grant, Origin};
use mortise_domain::manifest::Manifest;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_domain::ports::sandbox::Records;
use mortise_runtime::{
    Fault, Function, LoadError, Ports, ProveError, Proven, Registry, Runtime, RuntimeConfig, RuntimeError, Wire,
    is_metadata, settle_settings,
};
use serde_json::{Map, Value, json};

pub use memory::Memory;
pub use records::{CodePair, DatedPrice, PastOrder, Shelf};
pub use time::{BenchClock, SeededChance};

/// Name of the one connection of a bench, as the plugin and messages see it.
pub const CONNECTION: &str = "bench";

/// Largest component; a server's default.
const COMPONENT_BYTES: usize = 64 << 20;
/// Nobody else waits behind an author's plugin, and an author's machine may be busy.
const COMPILE_TIME: Duration = Duration::from_mins(20);
/// Calls at the same time, of all scenarios together.
pub(crate) const CALLS: u32 = 64;

/// Why a bench cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The sandbox itself.
    #[error(transparent)]
    Sandbox(#[from] RuntimeError),
    /// The file is no plugin that fits.
    #[error(transparent)]
    Plugin(#[from] ProveError),
    /// Settings or limits do not fit the plugin.
    #[error(transparent)]
    Connection(#[from] LoadError),
    /// No such function.
    #[error("the plugin has no function `{wanted}`: it has {known}")]
    NoFunction {
        /// The name asked for.
        wanted: String,
        /// What there is.
        known: String,
    },
    /// No thread of execution.
    #[error("the bench cannot run: {0}")]
    Executor(#[source] std::io::Error),
    /// The grant of a scenario is none.
    #[error("grant: {0}")]
    Grant(String),
    /// Two interfaces have it.
    #[error("several interfaces have a function `{wanted}`: say which, {known}")]
    Ambiguous {
        /// The name asked for.
        wanted: String,
        /// The full names.
        known: String,
    },
}

/// Where compiled plugins are kept between runs, and the key that authenticates them.
#[derive(Clone)]
pub struct Cache {
    /// The folder; only its owner may write there.
    pub folder: PathBuf,
    /// Secret, and the same in every run.
    pub key: [u8; 32],
}

/// A plugin on the bench. Compiled once; every world around it is new.
pub struct Bench {
    runtime: Arc<Runtime>,
    proven: Arc<Proven>,
}

/// What lies around the sandbox in one world.
pub struct World {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Key-value space and credentials.
    pub memory: Arc<Memory>,
    /// Core data.
    pub records: Arc<dyn Records>,
    /// Where requests go; none: to the network.
    pub wire: Option<Arc<dyn Wire>>,
    /// The company's zone.
    pub time_zone: String,
}

/// A sandbox without a plugin, for looking at files.
pub(crate) fn sandbox(cache: Option<Cache>) -> Result<Arc<Runtime>, RuntimeError> {
    let (folder, key) = cache.map_or((None, [0; 32]), |cache| (Some(cache.folder), cache.key));
    let config = RuntimeConfig {
        cache_dir: folder,
        component_bytes: COMPONENT_BYTES,
        calls: CALLS,
        compilers: 2,
        compile_time: COMPILE_TIME,
        ..RuntimeConfig::new(key)
    };
    let memory = Arc::new(Memory::default());
    Runtime::new(
        config,
        Ports {
            clock: Arc::new(BenchClock::new(mortise_domain::instant::Instant(0))),
            chance: Arc::new(SeededChance::new(0)),
            key_value: Arc::clone(&memory.key_value) as _,
            vault: memory,
            records: Arc::new(Shelf::default()),
        },
    )
}

impl Bench {
    /// Proves the plugin: the same proof as at its installation.
    pub async fn new(plugin: Vec<u8>, cache: Option<Cache>) -> Result<Self, BenchError> {
        let runtime = sandbox(cache)?;
        let proven = runtime.prove(plugin.into()).await?;
        Ok(Self { runtime, proven })
    }

    /// What the plugin says about itself.
    pub fn manifest(&self) -> &Manifest {
        self.proven.manifest()
    }

    /// SHA-256 of the file, in hex.
    pub fn hash(&self) -> &str {
        self.proven.hash()
    }

    /// The interfaces that it exports.
    pub fn interfaces(&self) -> Vec<Interface> {
        self.proven.inspection().interfaces.clone()
    }

    /// The functions that can be called.
    pub fn functions(&self) -> Vec<Function> {
        self.proven.functions()
    }

    /// The function of this name: `price`, or `pricing.price`.
    pub fn function(&self, wanted: &str) -> Result<Function, BenchError> {
        let all = self.functions();
        let listed = |functions: &[&Function]| {
            functions.iter().map(|function| format!("`{}`", function.path())).collect::<Vec<_>>().join(", ")
        };
        let fitting: Vec<&Function> =
            all.iter().filter(|function| function.name == wanted || function.path() == wanted).collect();
        match fitting.as_slice() {
            [one] => Ok((*one).clone()),
            [] => {
                let known = listed(&all.iter().collect::<Vec<_>>());
                Err(BenchError::NoFunction { wanted: wanted.to_owned(), known })
            }
            several => Err(BenchError::Ambiguous { wanted: wanted.to_owned(), known: listed(several) }),
        }
    }

    /// Puts a world around the plugin and loads its one connection there.
    pub async fn open(&self, world: World, connection: Connection) -> Result<Arc<Registry>, BenchError> {
        let ports = Ports {
            clock: world.clock,
            chance: world.chance,
            key_value: Arc::clone(&world.memory.key_value) as _,
            vault: world.memory,
            records: world.records,
        };
        let runtime = self.runtime.beside(ports, world.wire, &world.time_zone)?;
        let registry = Registry::new(runtime);
        registry.load(Arc::new(connection), &self.proven).await?;
        Ok(registry)
    }

    /// The bench's connection with these settings and limits. It is granted all that the plugin wishes for with them, private
    /// addresses included: an author's own upstream may run beside the bench. The addresses at which clouds give credentials to their
    /// machines are not: nobody's upstream is there. `grant` changes single parts of that.
    pub fn connection(
        &self,
        settings: &Value,
        limits: &Value,
        grant: &Map<String, Value>,
    ) -> Result<Connection, BenchError> {
        let manifest = self.manifest();
        let settled = settle_settings(manifest, settings)?;
        let wishes = Grant::of_wishes(manifest, &settled);
        let reveal = manifest.wishes.reveal.iter().map(|wish| wish.slot.clone()).collect();
        let private = upstreams(&wishes.http);
        let mut whole = json!(Grant { private, reveal, ..wishes });
        if let Some(whole) = whole.as_object_mut() {
            whole.extend(grant.clone());
        }
        let grant: Grant = serde_json::from_value(whole).map_err(|error| BenchError::Grant(error.to_string()))?;
        let form = json!({
            "name": CONNECTION, "plugin": self.hash(), "settings": settled, "grant": grant, "limits": limits,
        });
        let fault = |error: serde_json::Error| Fault { field: "limits".into(), message: error.to_string() };
        serde_json::from_value(form).map_err(|error| LoadError::Limit(fault(error)).into())
    }
}

/// Those of these origins at which an upstream may be.
fn upstreams(origins: &[String]) -> Vec<String> {
    let is_upstream = |origin: &&String| !Origin::parse(origin).is_some_and(|origin| is_metadata(&origin.host));
    origins.iter().filter(is_upstream).cloned().collect()
}

impl std::fmt::Debug for Bench {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bench").field("plugin", &self.manifest().name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gets_a_machines_credentials() {
        let origins = |all: &[&str]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        let wished = origins(&[
            "http://127.0.0.1:8080",
            "http://169.254.169.254",
            "http://100.100.100.200:80",
            "http://10.0.0.1",
        ]);
        assert_eq!(upstreams(&wished), origins(&["http://127.0.0.1:8080", "http://10.0.0.1"]));
    }
}
