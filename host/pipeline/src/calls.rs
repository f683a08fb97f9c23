//! Calls of plugins: breaker before, figures after.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mortise_domain::breaker::Breaker;
use mortise_domain::call::{CallContext, CallRecord, Called, Request};
use mortise_domain::connection::Connection;
use mortise_domain::failure::Failure;
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

pub struct Calls {
    pub plugins: Arc<dyn Plugins>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    locale: String,
    breakers: Mutex<HashMap<String, Breaker>>,
    /// How the last call ended, of connections whose last call did not end well.
    failing: Mutex<HashMap<String, Failing>>,
}

impl Calls {
    pub fn new(plugins: Arc<dyn Plugins>, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>, locale: String) -> Self {
        Self { plugins, clock, chance, locale, breakers: Mutex::default(), failing: Mutex::default() }
    }

    pub fn trace(&self) -> Trace {
        let mut id = [0; 16];
        self.chance.fill(&mut id);
        Trace(id)
    }

    /// Asks a question that changes nothing at the upstream. An open breaker answers in its place.
    pub async fn ask(&self, connection: &Connection, request: Request, trace: Trace) -> Called {
        if let Err(until) = self.admit(connection) {
            let reason = Text::new(
                format!("该连接连续失败，熔断至 {until}"),
                format!("it failed too often in a row and is left in peace until {until}"),
            );
            let result = Err(Failure::Unavailable { after_ms: None, reason });
            return Called { result, record: CallRecord::default() };
        }
        self.call(connection, request, trace, None).await
    }

    /// Makes a call that [`Self::admit`] let through, and tells the breaker how it ended.
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
            deadline: effect.map(|effect| effect.deadline),
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

    /// May a call go out now? If not: when to ask again.
    pub fn admit(&self, connection: &Connection) -> Result<(), Instant> {
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
