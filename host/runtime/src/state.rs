//! What a sandbox knows while a call runs in it.

mod bounds;
mod log;
mod recorder;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use mortise_domain::call::CallContext;
use mortise_domain::connection::Limits;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use wasmtime::{Engine, Store, UpdateDeadline};

pub(crate) use bounds::{Bounds, Breach, Memory};
pub(crate) use recorder::{Entry, Recorder, Taken, Ticket};

use crate::call::Hush;
use crate::config::RuntimeConfig;
use crate::engine::TABLE_ELEMENTS;
use crate::http::policy::Outbound;
use crate::http::resolver::MOST_LOOKUPS;
use crate::http::wasi::Door;
use crate::runtime::Shared;
use crate::secrets::Secrets;
use crate::turn::Turn;
use crate::wasi::Wasi;

/// So much may be handed over in one host call or answer whatever a request's body may have: lifting it holds the executor.
const HANDED_OVER: u64 = 8 << 20;
/// Room beside the body: headers, names.
const BESIDE: u64 = 1 << 20;

/// Most resources of WASI that a guest may hold; each takes memory of the host.
pub(crate) const HANDLES: usize = 10_000;
/// What the one instance of a proof may use.
const PROOF_MEMORY: u64 = 256 << 20;
const PROOF_CPU_MS: u64 = 2_000;

/// How many bytes a guest may hand over in one host call or answer.
pub(crate) fn at_once(limits: &Limits) -> u64 {
    limits.host_call_bytes.min(limits.http_bytes.max(HANDED_OVER) + BESIDE)
}

/// The company's zone.
pub(crate) struct Zone {
    pub(crate) name: Arc<str>,
    pub(crate) zone: TimeZone,
}

/// All of a connection that its calls need, computed when it is loaded.
pub(crate) struct Confines {
    pub(crate) name: Arc<str>,
    pub(crate) settings: Arc<str>,
    pub(crate) limits: Limits,
    pub(crate) outbound: Outbound,
    pub(crate) secrets: Secrets,
    /// Places for lookups of names.
    pub(crate) lookups: Arc<Semaphore>,
    /// One write to the store at a time, so that the writes of others wait behind one of them at most.
    pub(crate) writing: Arc<Semaphore>,
}

impl Confines {
    /// Nothing is granted. The bounds of a proof are wider than those of a new connection: a connection may have wider ones too,
    /// and language runtimes begin slowly.
    pub(crate) fn blank(config: &RuntimeConfig) -> Self {
        let limits = Limits {
            memory_bytes: PROOF_MEMORY.min(config.memory_bytes),
            table_elements: TABLE_ELEMENTS,
            cpu_ms: PROOF_CPU_MS,
            ..Limits::default()
        };
        Self {
            name: "".into(),
            settings: "{}".into(),
            limits,
            outbound: Outbound::default(),
            secrets: Secrets::default(),
            lookups: Arc::new(Semaphore::new(MOST_LOOKUPS)),
            writing: Arc::new(Semaphore::new(1)),
        }
    }
}

/// The data of one sandbox.
pub(crate) struct State {
    pub(crate) confines: Arc<Confines>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) context: CallContext,
    pub(crate) begun: Instant,
    pub(crate) deadline: Instant,
    pub(crate) bounds: Bounds,
    /// Shared with the requests that are under way.
    pub(crate) recorder: Arc<Mutex<Recorder>>,
    pub(crate) wasi: Option<Box<Wasi>>,
    pub(crate) door: Option<Box<Door>>,
    pub(crate) turn: Arc<Turn>,
    /// A credential was revealed: answers are searched for it.
    pub(crate) revealed: bool,
    /// What goes to the channel alone.
    pub(crate) hush: Option<Arc<Hush>>,
}

impl State {
    pub(crate) fn new(
        confines: Arc<Confines>,
        shared: Arc<Shared>,
        context: CallContext,
        begun: Instant,
        deadline: Instant,
    ) -> Self {
        let bounds = Bounds::new(&confines.limits, &shared.memory);
        let recorder = Arc::new(Mutex::new(Recorder::new(&confines.limits)));
        let turn = Arc::new(Turn::new(&shared.turns));
        let (wasi, door, revealed, hush) = (None, None, false, None);
        Self { confines, shared, context, begun, deadline, bounds, recorder, wasi, door, turn, revealed, hush }
    }

    /// For the proof of a plugin.
    pub(crate) fn blank(confines: Arc<Confines>, shared: Arc<Shared>) -> Self {
        let context = CallContext {
            call_id: String::new(),
            idempotency_key: String::new(),
            attempt: 1,
            locale: String::new(),
            trace_parent: String::new(),
            deadline: None,
            send_until: None,
        };
        let begun = Instant::now();
        Self::new(confines, shared, context, begun, begun + Duration::from_mins(1))
    }

    /// A fresh sandbox with its bounds in force.
    pub(crate) fn into_store(self, engine: &Engine) -> Store<Self> {
        let fuel = usize::try_from(at_once(&self.confines.limits)).unwrap_or(usize::MAX);
        let mut store = Store::new(engine, self);
        store.limiter(|state| &mut state.bounds);
        store.set_hostcall_fuel(fuel);
        store.set_max_component_handles(HANDLES);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut context| {
            let state = context.data_mut();
            state.bounds.tick()?;
            let turn = Arc::clone(&state.turn);
            Ok(UpdateDeadline::YieldCustom(1, Box::pin(async move { turn.next().await })))
        });
        store
    }

    /// What is kept about the call.
    pub(crate) fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the call may still take.
    pub(crate) fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// How long the whole call may take, the wait for its turn included.
    pub(crate) fn allowed(&self) -> Duration {
        self.deadline.saturating_duration_since(self.begun)
    }
}
