//! Calls of plugins: breaker before, figures after. Each function of a connection has a breaker of its own.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mortise_domain::breaker::Breaker;
use mortise_domain::call::{Answer, CallContext, CallRecord, Called, Interface, Request};
use mortise_domain::connection::Connection;
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::{Chance, Clock, Fence};
use mortise_domain::ports::memory::Deliveries;
use mortise_domain::ports::plugins::Plugins;
use mortise_domain::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

use crate::figures::{self, Tallies};

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
    /// No request leaves after it.
    pub send_until: Fence,
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

/// The longest that a question waits for its connection's rate; an order or a quote waits with it.
const SOON: Duration = Duration::from_secs(1);

/// Why a call may not go out yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// When to ask again.
    pub until: Instant,
    pub why: Why,
    /// Does it concern whatever the connection is called for, not these functions alone?
    pub whole: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The function failed too often in a row.
    Breaker,
    /// Its rate is used up.
    Rate,
    /// A person lets it rest.
    Paused,
}

pub struct Calls {
    pub plugins: Arc<dyn Plugins>,
    deliveries: Arc<dyn Deliveries>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    locale: String,
    tallies: Arc<Tallies>,
    /// By connection and function.
    lines: Mutex<HashMap<String, BTreeMap<Function, Line>>>,
}

impl Calls {
    pub fn new(
        plugins: Arc<dyn Plugins>,
        deliveries: Arc<dyn Deliveries>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        locale: String,
        tallies: Arc<Tallies>,
    ) -> Self {
        Self { plugins, deliveries, clock, chance, locale, tallies, lines: Mutex::default() }
    }

    pub fn trace(&self) -> Trace {
        let mut id = [0; 16];
        self.chance.fill(&mut id);
        Trace(id)
    }

    /// Asks a question that changes nothing at the upstream. An open breaker answers in its place, and so does a rate that is
    /// used up for longer than a moment. What `read` refuses counts as a failure of the plugin like any other.
    pub async fn ask<T>(
        &self,
        connection: &Connection,
        request: Request,
        trace: Trace,
        read: impl FnOnce(Answer) -> Result<T, Failure>,
    ) -> Asked<T> {
        let function = function(&request);
        let (result, record) = if let Err(failure) = self.leave_soon(connection, function).await {
            (Err(failure), CallRecord::default())
        } else {
            let Called { result, record } = self.make(connection, request, trace, None).await;
            let result = match result {
                Err(Failure::Duplicate { .. }) => Err(nonsense(function.1)),
                answered => answered.and_then(read),
            };
            self.ended(connection, function, &result, record.micros);
            (result, record)
        };
        let again_at =
            result.as_ref().err().map_or(Instant::NEVER, |failure| self.again_at(connection, function, failure));
        Asked { result, record, again_at }
    }

    async fn leave_soon(&self, connection: &Connection, function: Function) -> Result<(), Failure> {
        let give_up = tokio::time::Instant::now() + SOON;
        loop {
            let Wait { until, why, .. } = match self.leave(connection, &[function]).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(wait)) => wait,
                Err(error) => {
                    let reason = Text::new(
                        format!("无法登记该连接的调用频率：{error}"),
                        format!("the rate of the connection could not be counted: {error}"),
                    );
                    return Err(Failure::Unavailable { after_ms: None, reason });
                }
            };
            let wait = until.since(self.clock.now()).max(Duration::from_millis(1));
            match why {
                Why::Breaker => return Err(left_in_peace(function, until)),
                Why::Paused => return Err(self.resting(connection)),
                Why::Rate if tokio::time::Instant::now() + wait > give_up => {
                    let reason = Text::new(
                        format!("该连接的调用频率已用完，{until} 起可再次调用；如上游允许，可调高其 rate"),
                        format!("its rate is used up until {until}; raise its `rate` where the upstream allows more"),
                    );
                    let after_ms = u64::try_from(wait.as_millis()).ok();
                    return Err(Failure::RateLimited { after_ms, reason });
                }
                Why::Rate => tokio::time::sleep(wait).await,
            }
        }
    }

    /// May calls of these functions go out now? Breakers first, then the rate: a slot is taken only for what goes out.
    pub async fn leave(&self, connection: &Connection, functions: &[Function]) -> Result<Result<(), Wait>, StoreError> {
        if self.plugins.paused(&connection.name).is_some() {
            let until = self.clock.now().after(SOON);
            return Ok(Err(Wait { until, why: Why::Paused, whole: true }));
        }
        for (at, function) in functions.iter().enumerate() {
            if let Err(until) = self.admit(connection, *function) {
                self.withdraw(connection, functions.get(..at).unwrap_or_default());
                return Ok(Err(Wait { until, why: Why::Breaker, whole: self.all_open(&connection.name) }));
            }
        }
        let Some(rate) = connection.rate else { return Ok(Ok(())) };
        let pace = rate.pace(connection.limits.http_timeout());
        let slot = self.deliveries.take_slot(&connection.name, pace, self.clock.now()).await;
        if !matches!(slot, Ok(Ok(()))) {
            self.withdraw(connection, functions);
        }
        Ok(slot?.map_err(|until| Wait { until, why: Why::Rate, whole: true }))
    }

    fn resting(&self, connection: &Connection) -> Failure {
        let reason = self.plugins.paused(&connection.name).map(|pause| pause.text());
        let over = || Text::new("该连接刚刚恢复", "the connection has just been resumed");
        Failure::Unavailable { after_ms: None, reason: reason.unwrap_or_else(over) }
    }

    /// Makes a call that [`Self::leave`] let through, and tells the breaker how it ended.
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
            deadline: effect.as_ref().map(|effect| effect.deadline),
            send_until: effect.map(|effect| effect.send_until),
        };
        self.plugins.call(&connection.name, request, context).await
    }

    /// Tells figures and breaker how a call ended.
    fn ended<T>(&self, connection: &Connection, function: Function, result: &Result<T, Failure>, micros: u64) {
        let now = self.clock.now();
        let failure = result.as_ref().err();
        let outcome = failure.map_or("ok", Failure::class);
        figures::plugin_call(&connection.name, function.1, outcome, micros);
        self.tallies.add(&connection.name, function.1, outcome, micros, now);
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

    /// Forgets how the calls of a connection went: it is another one now.
    pub fn forget(&self, connection: &str) {
        self.lock().remove(connection);
    }

    /// Does the breaker let a call through now? If not: when to ask again.
    fn admit(&self, connection: &Connection, function: Function) -> Result<(), Instant> {
        let now = self.clock.now();
        match self.lock().get_mut(&connection.name).and_then(|functions| functions.get_mut(&function)) {
            Some(line) => line.breaker.admit(&connection.breaker, now),
            None => Ok(()),
        }
    }

    /// Takes an admission back: the call was not made after all.
    pub fn withdraw(&self, connection: &Connection, functions: &[Function]) {
        let mut lines = self.lock();
        let Some(known) = lines.get_mut(&connection.name) else { return };
        for function in functions {
            if let Some(line) = known.get_mut(function) {
                line.breaker.withdraw();
            }
        }
    }

    /// Is every function that was ever called left in peace?
    fn all_open(&self, connection: &str) -> bool {
        let lines = self.lock();
        lines.get(connection).is_some_and(|known| known.values().all(|line| line.breaker.open_until().is_some()))
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
