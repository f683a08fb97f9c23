//! Calls of plugins: breaker before, figures after. Each function of a connection has a breaker of its own.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mortise_domain::breaker::Breaker;
use mortise_domain::call::{Answer, CallContext, CallRecord, Called, Interface, Request};
use mortise_domain::connection::Connection;
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_domain::ports::plugins::Plugins;
use mortise_domain::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

use crate::figures;

/// The trace that the calls of one piece of work belong to.
#[derive(Debug, Clone, Copy)]
pub struct Trace([u8; 16]);

/// Under which key and for how long a writing call is made.
#[derive(Debug, Clone)]
pub struct Effect<'a> {
    /// Same key, same effect.
    pub key: &'a str,
    /// 1 for the first.
    pub attempt: u32,
    /// Wall-clock bound.
    pub deadline: Duration,
}

/// A function of the contract. What fails in one says nothing of the others: each has its own breaker.
pub type Function = (Interface, &'static str);

/// The function that a request calls.
pub fn function(request: &Request) -> Function {
    (request.interface(), request.function())
}

/// A function of a connection that fails at present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Failing {
    /// Interface of the function.
    pub interface: Interface,
    /// Name of the function, such as `locate`.
    pub function: &'static str,
    /// Failures in a row.
    pub failures: u32,
    /// When the last of them ended.
    pub at: Instant,
    /// Its class, such as `broken`.
    pub class: &'static str,
    /// What happened, why, and what to do.
    pub text: Text,
    /// Until when its breaker is open; null: it is called when it is needed.
    pub breaker_open_until: Option<Instant>,
}

/// A question that changes nothing at the upstream, with what came of it.
pub struct Asked<T> {
    pub result: Result<T, Failure>,
    pub record: CallRecord,
    /// Where it failed: when to ask again.
    pub again_at: Instant,
}

/// How the calls of one function go.
#[derive(Default)]
struct Line {
    breaker: Breaker,
    /// How the last call ended, unless it ended well.
    last: Option<(Instant, Failure)>,
}

pub struct Calls {
    pub plugins: Arc<dyn Plugins>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    locale: String,
    /// By connection and function.
    lines: Mutex<HashMap<String, BTreeMap<Function, Line>>>,
}

impl Calls {
    pub fn new(plugins: Arc<dyn Plugins>, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>, locale: String) -> Self {
        Self { plugins, clock, chance, locale, lines: Mutex::default() }
    }

    pub fn trace(&self) -> Trace {
        let mut id = [0; 16];
        self.chance.fill(&mut id);
        Trace(id)
    }

    /// Asks a question that changes nothing at the upstream. An open breaker answers in its place. What `read` refuses counts
    /// as a failure of the plugin like any other.
    pub async fn ask<T>(
        &self,
        connection: &Connection,
        request: Request,
        trace: Trace,
        read: impl FnOnce(Answer) -> Result<T, Failure>,
    ) -> Asked<T> {
        let function = function(&request);
        let (result, record) = match self.admit(connection, function) {
            Err(until) => (Err(left_in_peace(function, until)), CallRecord::default()),
            Ok(()) => {
                let Called { result, record } = self.make(connection, request, trace, None).await;
                let result = match result {
                    Err(Failure::Duplicate { .. }) => Err(nonsense(function.1)),
                    answered => answered.and_then(read),
                };
                self.ended(connection, function, &result, record.micros);
                (result, record)
            }
        };
        let again_at =
            result.as_ref().err().map_or(Instant::NEVER, |failure| self.again_at(connection, function, failure));
        Asked { result, record, again_at }
    }

    /// Makes a call that [`Self::admit`] let through, and tells the breaker how it ended.
    pub async fn call(
        &self,
        connection: &Connection,
        request: Request,
        trace: Trace,
        effect: Option<Effect<'_>>,
    ) -> Called {
        let function = function(&request);
        let called = self.make(connection, request, trace, effect).await;
        self.ended(connection, function, &called.result, called.record.micros);
        called
    }

    async fn make(
        &self,
        connection: &Connection,
        request: Request,
        trace: Trace,
        effect: Option<Effect<'_>>,
    ) -> Called {
        let mut span = [0; 8];
        self.chance.fill(&mut span);
        let call_id = hex::encode(span);
        let context = CallContext {
            trace_parent: format!("00-{}-{call_id}-01", hex::encode(trace.0)),
            call_id,
            idempotency_key: effect.as_ref().map(|effect| effect.key.to_owned()).unwrap_or_default(),
            attempt: effect.as_ref().map_or(1, |effect| effect.attempt),
            locale: self.locale.clone(),
            deadline: effect.map(|effect| effect.deadline),
        };
        self.plugins.call(&connection.name, request, context).await
    }

    /// Tells figures and breaker how a call ended.
    fn ended<T>(&self, connection: &Connection, function: Function, result: &Result<T, Failure>, micros: u64) {
        let now = self.clock.now();
        let failure = result.as_ref().err();
        figures::plugin_call(&connection.name, function.1, failure.map_or("ok", Failure::class), micros);
        let failure = failure.filter(|failure| is_fault(failure));
        let opened = {
            let mut lines = self.lock();
            let line = lines.entry(connection.name.clone()).or_default().entry(function).or_default();
            line.last = failure.map(|failure| (now, failure.clone()));
            line.breaker.report(&connection.breaker, failure.is_none(), now)
        };
        if opened {
            figures::breaker_opened(&connection.name, function.1);
            let (name, dry_run) = (&connection.name, connection.breaker.dry_run);
            tracing::warn!(connection = name, function = function.1, dry_run, "breaker opened after repeated failures");
        }
    }

    /// When an order that waits for this function is judged again.
    fn again_at(&self, connection: &Connection, function: Function, failure: &Failure) -> Instant {
        let (streak, open_until) = {
            let lines = self.lock();
            let line = lines.get(&connection.name).and_then(|functions| functions.get(&function));
            line.map_or((0, None), |line| (line.breaker.failures(), line.breaker.open_until()))
        };
        let pause = connection.retry.hold_pause(streak, failure.asked_to_wait(), self.chance.fraction());
        let at = self.clock.now().after(pause);
        // Before the breaker lets a call through there is nothing to find out.
        open_until.filter(|_| !connection.breaker.dry_run).map_or(at, |until| at.max(until))
    }

    /// The connection's functions that fail, and why; a function whose last call ended well is not among them.
    pub fn failing(&self, connection: &str) -> Vec<Failing> {
        let lines = self.lock();
        let failing = |((interface, function), line): (&Function, &Line)| {
            let (at, failure) = line.last.as_ref()?;
            Some(Failing {
                interface: *interface,
                function,
                failures: line.breaker.failures(),
                at: *at,
                class: failure.class(),
                text: failure.text(),
                breaker_open_until: line.breaker.open_until(),
            })
        };
        lines.get(connection).into_iter().flatten().filter_map(failing).collect()
    }

    /// May a call go out now? If not: when to ask again.
    pub fn admit(&self, connection: &Connection, function: Function) -> Result<(), Instant> {
        let now = self.clock.now();
        match self.lock().get_mut(&connection.name).and_then(|functions| functions.get_mut(&function)) {
            Some(line) => line.breaker.admit(&connection.breaker, now),
            None => Ok(()),
        }
    }

    /// Takes an admission back: the call was not made after all.
    pub fn withdraw(&self, connection: &Connection, function: Function) {
        if let Some(line) = self.lock().get_mut(&connection.name).and_then(|functions| functions.get_mut(&function)) {
            line.breaker.withdraw();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, BTreeMap<Function, Line>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an open breaker answers.
fn left_in_peace((_, function): Function, until: Instant) -> Failure {
    let reason = Text::new(
        format!("该连接的 {function} 连续失败，熔断至 {until}"),
        format!("its `{function}` failed too often in a row and is left in peace until {until}"),
    );
    Failure::Unavailable { after_ms: None, reason }
}

/// A plugin answered another question than it was asked.
pub fn nonsense(function: &str) -> Failure {
    Failure::Broken {
        kind: Breakage::Answer,
        reason: Text::new(
            format!("插件对 {function} 的应答不符合约定"),
            format!("the plugin's answer to `{function}` is no answer of the contract"),
        ),
    }
}

/// Did the upstream not answer sensibly? A no is an answer, and so is asking for patience.
fn is_fault(failure: &Failure) -> bool {
    failure.is_passing() && !matches!(failure, Failure::RateLimited { .. })
}
