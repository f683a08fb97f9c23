//! What a sandbox knows while a call runs in it.

mod bounds;
mod log;
mod recorder;

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use mortise_domain::call::CallContext;
use mortise_domain::connection::Limits;
use tokio::time::Instant;
use wasmtime::{Engine, Store, UpdateDeadline};

pub(crate) use bounds::{Bounds, Breach};
pub(crate) use recorder::Recorder;

use crate::http::policy::Outbound;
use crate::runtime::Shared;
use crate::secrets::Secrets;
use crate::wasi::Wasi;

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
}

impl Confines {
    /// Nothing is granted.
    pub(crate) fn blank() -> Self {
        Self {
            name: "".into(),
            settings: "{}".into(),
            limits: Limits::default(),
            outbound: Outbound::default(),
            secrets: Secrets::default(),
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
    pub(crate) recorder: Recorder,
    pub(crate) wasi: Option<Box<Wasi>>,
    /// A credential was revealed: answers are searched for it.
    pub(crate) revealed: bool,
}

impl State {
    pub(crate) fn new(
        confines: Arc<Confines>,
        shared: Arc<Shared>,
        context: CallContext,
        begun: Instant,
        deadline: Instant,
    ) -> Self {
        let bounds = Bounds::new(&confines.limits);
        let recorder = Recorder::new(&confines.limits);
        Self { confines, shared, context, begun, deadline, bounds, recorder, wasi: None, revealed: false }
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
        };
        let begun = Instant::now();
        Self::new(confines, shared, context, begun, begun + Duration::from_mins(1))
    }

    /// A fresh sandbox with its bounds in force.
    pub(crate) fn into_store(self, engine: &Engine) -> Store<Self> {
        let fuel = usize::try_from(self.confines.limits.host_call_bytes).unwrap_or(usize::MAX);
        let mut store = Store::new(engine, self);
        store.limiter(|state| &mut state.bounds);
        store.set_hostcall_fuel(fuel);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut context| {
            context.data_mut().bounds.tick()?;
            // Tokio's own yield lets timers and sockets be served before the guest goes on.
            Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
        });
        store
    }

    /// How long the call may still take.
    pub(crate) fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}
