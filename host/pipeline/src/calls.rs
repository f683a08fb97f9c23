//! Calls of plugins: breaker before, figures after.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mortise_domain::breaker::Breaker;
use mortise_domain::call::{CallContext, CallRecord, Called, Request};
use mortise_domain::connection::Connection;
use mortise_domain::failure::Failure;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::{Chance, Clock, Fence};
use mortise_domain::ports::memory::Deliveries;
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
    /// No request leaves after it.
    pub send_until: Fence,
}

/// Why a connection's calls fail at present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Failing {
    /// Failures in a row.
    pub failures: u32,
    /// When the last of them ended.
    pub at: Instant,
    /// Its class, such as `broken`.
    pub class: String,
    /// What happened, why, and what to do.
    pub text: Text,
}

/// The longest that a question waits for its connection's rate; an order or a quote waits with it.
const SOON: Duration = Duration::from_secs(1);

/// Why a call may not go out yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// When to ask again.
    pub until: Instant,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The connection failed too often in a row.
    Breaker,
    /// Its rate is used up.
    Rate,
}

pub struct Calls {
    pub plugins: Arc<dyn Plugins>,
    deliveries: Arc<dyn Deliveries>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    locale: String,
    breakers: Mutex<HashMap<String, Breaker>>,
    /// How the last call ended, of connections whose last call did not end well.
    failing: Mutex<HashMap<String, Failing>>,
}

impl Calls {
    pub fn new(
        plugins: Arc<dyn Plugins>,
        deliveries: Arc<dyn Deliveries>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        locale: String,
    ) -> Self {
        Self { plugins, deliveries, clock, chance, locale, breakers: Mutex::default(), failing: Mutex::default() }
    }

    pub fn trace(&self) -> Trace {
        let mut id = [0; 16];
        self.chance.fill(&mut id);
        Trace(id)
    }

    /// Asks a question that changes nothing at the upstream. An open breaker answers in its place, and so does a rate that is
    /// used up for longer than a moment.
    pub async fn ask(&self, connection: &Connection, request: Request, trace: Trace) -> Called {
        match self.leave_soon(connection).await {
            Ok(()) => self.call(connection, request, trace, None).await,
            Err(failure) => Called { result: Err(failure), record: CallRecord::default() },
        }
    }

    async fn leave_soon(&self, connection: &Connection) -> Result<(), Failure> {
        let give_up = tokio::time::Instant::now() + SOON;
        loop {
            let Wait { until, why } = match self.leave(connection).await {
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
                Why::Breaker => {
                    let reason = Text::new(
                        format!("该连接连续失败，熔断至 {until}"),
                        format!("it failed too often in a row and is left in peace until {until}"),
                    );
                    return Err(Failure::Unavailable { after_ms: None, reason });
                }
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

    /// May a call go out now? Breaker first, then the rate: a slot is taken only for a call that goes out.
    pub async fn leave(&self, connection: &Connection) -> Result<Result<(), Wait>, StoreError> {
        if let Err(until) = self.admit(connection) {
            return Ok(Err(Wait { until, why: Why::Breaker }));
        }
        let Some(rate) = connection.rate else { return Ok(Ok(())) };
        let pace = rate.pace(connection.limits.http_timeout());
        let slot = self.deliveries.take_slot(&connection.name, pace, self.clock.now()).await;
        if !matches!(slot, Ok(Ok(()))) {
            self.withdraw(connection);
        }
        Ok(slot?.map_err(|until| Wait { until, why: Why::Rate }))
    }

    /// Makes a call that [`Self::leave`] let through, and tells the breaker how it ended.
    pub async fn call(
        &self,
        connection: &Connection,
        request: Request,
        trace: Trace,
        effect: Option<Effect<'_>>,
    ) -> Called {
        let function = request.function();
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
        let called = self.plugins.call(&connection.name, request, context).await;
        let outcome = called.result.as_ref().err().map_or("ok", Failure::class);
        figures::plugin_call(&connection.name, function, outcome, called.record.micros);
        let opened = self.report(connection, &called);
        if opened {
            figures::breaker_opened(&connection.name);
            let dry_run = connection.breaker.dry_run;
            tracing::warn!(connection = connection.name, dry_run, "breaker opened after repeated failures");
        }
        called
    }

    /// Tells the breaker how a call ended. Answers whether it opened by this.
    fn report(&self, connection: &Connection, called: &Called) -> bool {
        let (now, healthy) = (self.clock.now(), is_healthy(&called.result));
        let (opened, failures) = {
            let mut breakers = self.lock();
            let breaker = breakers.entry(connection.name.clone()).or_default();
            (breaker.report(&connection.breaker, healthy, now), breaker.failures())
        };
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        match &called.result {
            Err(failure) if !healthy => {
                let (class, text) = (failure.class().to_owned(), failure.text());
                failing.insert(connection.name.clone(), Failing { failures, at: now, class, text });
            }
            _ => drop(failing.remove(&connection.name)),
        }
        opened
    }

    /// Why the connection's calls fail; none: the last one ended well, or there was none.
    pub fn failing(&self, connection: &str) -> Option<Failing> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner).get(connection).cloned()
    }

    /// Does the breaker let a call through now? If not: when to ask again.
    fn admit(&self, connection: &Connection) -> Result<(), Instant> {
        let now = self.clock.now();
        match self.lock().get_mut(&connection.name) {
            Some(breaker) => breaker.admit(&connection.breaker, now),
            None => Ok(()),
        }
    }

    /// Takes an admission back: the call was not made after all.
    pub fn withdraw(&self, connection: &Connection) {
        if let Some(breaker) = self.lock().get_mut(&connection.name) {
            breaker.withdraw();
        }
    }

    /// Failures of the connection in a row.
    pub fn failures(&self, connection: &str) -> u32 {
        self.lock().get(connection).map_or(0, Breaker::failures)
    }

    /// Until when the connection's breaker is open.
    pub fn open_until(&self, connection: &str) -> Option<Instant> {
        self.lock().get(connection).and_then(Breaker::open_until)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Breaker>> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Did the upstream answer sensibly, be it with a no?
fn is_healthy<T>(result: &Result<T, Failure>) -> bool {
    match result {
        Ok(_) => true,
        Err(failure) => !failure.is_passing() || matches!(failure, Failure::RateLimited { .. }),
    }
}
