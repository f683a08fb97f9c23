//! What all connections share: the world, the switches, the records.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;
use serde_json::Value;

use crate::{
    amap::Gazetteer,
    clock::Clock,
    counters::Counters,
    faults::{Fault, Plan, Planner},
    journal::Journal,
    message::{Reply, Request, Vendor},
    settings::Settings,
    world::{Cx, World},
};

/// One of these per program.
pub struct Shared {
    core: Mutex<Core>,
    pub gazetteer: Gazetteer,
    initial: Settings,
    seed: Option<Value>,
}

/// What changes.
pub struct Core {
    pub world: World,
    pub settings: Settings,
    pub clock: Clock,
    pub planner: Planner,
    pub counters: Counters,
    pub journal: Journal,
    pub in_flight: BTreeMap<u64, InFlight>,
    seq: u64,
    /// Counts changes of the world, for the state file.
    pub version: u64,
}

/// A request that is being handled (or will be, late).
#[derive(Debug, Clone, Serialize)]
pub struct InFlight {
    pub vendor: Vendor,
    pub method: String,
    pub path: String,
    pub fault: Option<Fault>,
    pub since_ms: i64,
}

/// A request on record.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    pub seq: u64,
    pub plan: Option<Plan>,
    pub hang_ms: u64,
    pub late_commit_ms: u64,
    pub slow_ms: u64,
    pub latency_ms: u64,
}

impl Shared {
    pub fn new(gazetteer: Gazetteer, world: World, settings: Settings, seed: Option<Value>, journal: Journal) -> Self {
        let core = Core {
            world,
            planner: Planner::new(settings.seed),
            settings: settings.clone(),
            clock: Clock::default(),
            counters: Counters::default(),
            journal,
            in_flight: BTreeMap::new(),
            seq: 0,
            version: 0,
        };
        Self { core: Mutex::new(core), gazetteer, initial: settings, seed }
    }

    /// A handler that panicked must not take the whole program with it.
    pub fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn arrive(&self, request: &Request) -> Arrival {
        let core = &mut *self.core();
        let plan = core.planner.plan(request);
        core.seq += 1;
        let (seq, now_ms) = (core.seq, core.clock.now_ms());
        core.counters.arrived(request, plan.as_ref());
        core.journal.request(seq, now_ms, request, plan.as_ref());
        let (method, path) = (request.method.clone(), request.path.clone());
        let fault = plan.map(|plan| plan.fault);
        core.in_flight.insert(seq, InFlight { vendor: request.vendor, method, path, fault, since_ms: now_ms });
        let ms = plan.and_then(|plan| plan.ms);
        let late = plan.is_some_and(|plan| plan.fault == Fault::LateCommit);
        Arrival {
            seq,
            plan,
            hang_ms: ms.filter(|_| !late).unwrap_or(core.settings.hang_ms),
            late_commit_ms: ms.unwrap_or(core.settings.late_commit_ms),
            slow_ms: ms.unwrap_or(core.settings.slow_ms),
            latency_ms: core.settings.latency_ms,
        }
    }

    /// Does what was asked; `told`: the caller will receive the answer.
    pub fn perform(&self, arrival: &Arrival, request: &Request, told: bool) -> Reply {
        let core = &mut *self.core();
        let now_ms = core.clock.now_ms();
        let cx = Cx { settings: &core.settings, gazetteer: &self.gazetteer, now_ms };
        let reply = core.world.handle(cx, request);
        core.version += 1;
        core.counters.answered(request, arrival.plan.as_ref(), &reply);
        core.journal.answer(arrival.seq, now_ms, &reply, told);
        reply
    }

    /// An answer that the vendor's business code never saw.
    pub fn record(&self, arrival: &Arrival, request: &Request, reply: Reply) -> Reply {
        let core = &mut *self.core();
        let now_ms = core.clock.now_ms();
        core.counters.answered(request, arrival.plan.as_ref(), &reply);
        core.journal.answer(arrival.seq, now_ms, &reply, true);
        reply
    }

    pub fn expire_tokens(&self, vendor: Vendor) {
        self.core().world.expire_tokens(vendor);
    }

    /// Runs `change` on the world, with the time and the settings.
    pub fn with_world<T>(&self, change: impl FnOnce(&mut World, Cx<'_>) -> T) -> T {
        let core = &mut *self.core();
        core.version += 1;
        let cx = Cx { settings: &core.settings, gazetteer: &self.gazetteer, now_ms: core.clock.now_ms() };
        change(&mut core.world, cx)
    }

    /// Back to the beginning: first settings, first seed, real time, no documents, no faults, no figures.
    pub fn reset(&self) -> Result<(), String> {
        let mut world = World::default();
        if let Some(seed) = &self.seed {
            world.u8.seed(seed)?;
        }
        let core = &mut *self.core();
        core.world = world;
        core.settings = self.initial.clone();
        core.planner = Planner::new(core.settings.seed);
        core.clock = Clock::default();
        core.counters = Counters::default();
        core.journal.clear();
        core.version += 1;
        Ok(())
    }
}

/// Keeps a request on the list of those in flight for as long as it lives.
pub struct Flight(pub Arc<Shared>, pub u64);

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.core().in_flight.remove(&self.1);
    }
}
