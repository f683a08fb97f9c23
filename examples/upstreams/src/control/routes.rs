//! Paths of the control endpoints.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    clock::{Move, Reading},
    faults::{Chaos, Rule},
    shared::Shared,
};

type Sim = State<Arc<Shared>>;

pub fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/chaos", post(set_chaos))
        .route("/counters", get(|State(sim): Sim| async move { Json(super::counters(&sim)) }))
        .route("/clock", get(|State(sim): Sim| async move { Json(sim.core().clock.reading()) }).post(move_clock))
        .route("/config", get(settings).post(configure))
        .route("/state", get(|State(sim): Sim| async move { Json(super::state(&sim)) }))
        .route("/messages", get(|State(sim): Sim| async move { Json(super::messages(&sim)) }))
        .route("/inflight", get(in_flight))
        .route("/log", get(log))
        .route("/seed", post(seed))
        .route("/ship", post(|State(sim): Sim, Json(body): Json<Value>| async move { done(super::ship(&sim, &body)) }))
        .route("/pay", post(|State(sim): Sim, Json(body): Json<Value>| async move { done(super::pay(&sim, &body)) }))
        .route("/reset", post(|State(sim): Sim| async move { done(sim.reset().map(|()| json!({"ok": true}))) }))
}

/// One rule, a list, or `{"faults": [...]}`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Rules {
    List(Vec<Rule>),
    Named { faults: Vec<Rule> },
    One(Rule),
}

async fn add_faults(State(sim): Sim, Json(body): Json<Value>) -> Response {
    let rules = match Rules::deserialize(&body) {
        Ok(Rules::List(rules) | Rules::Named { faults: rules }) => rules,
        Ok(Rules::One(rule)) => vec![rule],
        // An untagged enum does not say what is wrong; a rule does.
        Err(_) => {
            let first = body.get("faults").unwrap_or(&body);
            let first = first.get(0).unwrap_or(first);
            return done(Rule::deserialize(first).map(|_| json!({})).map_err(|e| e.to_string()));
        }
    };
    sim.core().planner.add(rules);
    faults(State(sim)).await.into_response()
}

async fn faults(State(sim): Sim) -> Json<Value> {
    let core = sim.core();
    Json(json!({"faults": core.planner.rules(), "chaos": core.planner.chaos()}))
}

async fn clear_faults(State(sim): Sim) -> Json<Value> {
    sim.core().planner.clear();
    Json(json!({"ok": true}))
}

async fn set_chaos(State(sim): Sim, Json(body): Json<Value>) -> Response {
    match Chaos::deserialize(&body) {
        Ok(chaos) if (0.0..=1.0).contains(&chaos.rate) => {
            sim.core().planner.set_chaos(chaos);
            faults(State(sim)).await.into_response()
        }
        Ok(_) => done(Err("rate: between 0 and 1".into())),
        Err(error) => done(Err(error.to_string())),
    }
}

async fn move_clock(State(sim): Sim, Json(change): Json<Move>) -> Json<Reading> {
    let mut core = sim.core();
    core.clock.apply(change);
    Json(core.clock.reading())
}

async fn settings(State(sim): Sim) -> Json<Value> {
    Json(json!(sim.core().settings))
}

async fn configure(State(sim): Sim, Json(change): Json<Value>) -> Response {
    let core = &mut *sim.core();
    done(core.settings.with(&change).map(|settings| {
        core.settings = settings;
        json!(core.settings)
    }))
}

async fn in_flight(State(sim): Sim) -> Json<Value> {
    let core = sim.core();
    let requests: Vec<_> = core.in_flight.values().collect();
    Json(json!({"count": requests.len(), "requests": requests}))
}

#[derive(Deserialize)]
struct Last {
    limit: Option<usize>,
}

async fn log(State(sim): Sim, Query(last): Query<Last>) -> Json<Value> {
    Json(json!(sim.core().journal.last(last.limit.unwrap_or(200))))
}

async fn seed(State(sim): Sim, Json(body): Json<Value>) -> Response {
    done(sim.with_world(|world, _| world.u8.seed(&body)).map(|()| json!({"ok": true})))
}

fn done(result: Result<Value, String>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"error": error}))).into_response(),
    }
}
