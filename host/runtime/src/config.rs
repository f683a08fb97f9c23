//! What a runtime is built from.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mortise_domain::ports::clock::{Chance, Clock};
use mortise_domain::ports::sandbox::{KeyValue, Records, Vault};
use zeroize::Zeroizing;

use crate::http::resolver::{Resolver, SystemResolver};

/// What plugins reach through the host.
#[derive(Clone)]
pub struct Ports {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Key-value spaces.
    pub key_value: Arc<dyn KeyValue>,
    /// Credentials.
    pub vault: Arc<dyn Vault>,
    /// Core data.
    pub records: Arc<dyn Records>,
}

/// Settings of the sandbox as a whole; bounds of single calls are the connections' own.
#[derive(Clone)]
pub struct RuntimeConfig {
    /// Where compiled components are kept; none: they are compiled at every start.
    pub cache_dir: Option<PathBuf>,
    /// Authenticates what is kept there. Secret, and the same at every start.
    pub cache_key: Zeroizing<[u8; 32]>,
    /// IANA name of the company's time zone.
    pub time_zone: String,
    /// Largest component, in bytes.
    pub component_bytes: usize,
    /// Calls at the same time, of all connections together.
    pub calls: u32,
    /// The most that a connection may allow a call, in bytes of linear memory.
    pub memory_bytes: u64,
    /// Linear memory of all calls together, in bytes; half of the machine's by default.
    pub guest_bytes: u64,
    /// Calls that take longer than a tick and run at the same time; the others wait for their turn.
    pub turns: usize,
    /// Compilations at the same time; each may take some hundred megabytes.
    pub compilers: usize,
    /// How long a compilation may take.
    pub compile_time: Duration,
    /// How long the one instance of a proof may take to begin, whatever else the machine does. What it may use of the CPU meanwhile
    /// is a bound of its own.
    pub proof_time: Duration,
    /// The program that compiles in a process of its own, by [`compile_apart`](crate::compile_apart); none: a thread of this
    /// process does.
    pub compiler: Option<PathBuf>,
    /// Memory of that process, in bytes.
    pub compiler_bytes: u64,
    /// Certificate authorities beside the system's, as PEM.
    pub extra_roots: Vec<Vec<u8>>,
    /// Finds addresses of hosts.
    pub resolver: Arc<dyn Resolver>,
}

impl RuntimeConfig {
    /// The defaults.
    pub fn new(cache_key: [u8; 32]) -> Self {
        Self {
            cache_dir: None,
            cache_key: Zeroizing::new(cache_key),
            time_zone: "Asia/Shanghai".into(),
            component_bytes: 64 << 20,
            calls: 128,
            memory_bytes: 1 << 30,
            guest_bytes: machine_bytes() / 2,
            turns: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
            compilers: 1,
            compile_time: Duration::from_mins(2),
            proof_time: Duration::from_secs(30),
            compiler: None,
            compiler_bytes: 2 << 30,
            extra_roots: Vec::new(),
            resolver: Arc::new(SystemResolver),
        }
    }
}

/// Memory of this machine, or of a common one where it does not tell.
fn machine_bytes() -> u64 {
    let told = std::fs::read_to_string("/proc/meminfo").ok();
    let kibibytes = told.as_deref().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    });
    kibibytes.map_or(8 << 30, |count| count << 10)
}
