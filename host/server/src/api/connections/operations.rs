//! What operations do with a connection: let it rest, let it work, close its breakers; and what waits for it.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use mortise_domain::control::Pause;
use mortise_domain::instant::Instant;
use mortise_store::Queue;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Json as Body, Segment};
use super::super::guard::Actor;
use super::super::page::Listed;
use super::super::problem::Problem;
use super::find;
use super::status::{ConnectionStatus, of};
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(pause_connection))
        .routes(routes!(resume_connection))
        .routes(routes!(set_breaker))
        .routes(routes!(list_queues))
}

/// How a person lets a connection rest.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseOrder {
    /// Why; whoever waits for the connection reads it.
    reason: String,
    /// When it works again by itself; missing: when somebody resumes it.
    #[serde(default)]
    until: Option<Instant>,
}

/// What a person does to the breakers of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerState {
    /// Nothing is called for a while, as if it had failed too often.
    Open,
    /// It is called again at once: failures so far are forgotten.
    Closed,
}

/// A breaker by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakerOrder {
    /// Open or closed.
    state: BreakerState,
    /// Of an opened one: after how many seconds it closes by itself; 60 where it is missing, a day at most.
    #[serde(default)]
    seconds: Option<u64>,
    /// Of an opened one: why.
    #[serde(default)]
    reason: String,
}

fn reason(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 500 {
        return Err(Problem::field("reason", "must say in 1 to 500 characters why"));
    }
    Ok(text.to_owned())
}

async fn rest(app: &Shared, actor: &Actor, name: &str, pause: Pause) -> Result<Json<ConnectionStatus>, Problem> {
    actor.note("reason", pause.reason.as_str());
    actor.note("until", pause.until.to_string());
    app.store.pause_connection(name, &pause).await?;
    now(app, name).await
}

async fn now(app: &Shared, name: &str) -> Result<Json<ConnectionStatus>, Problem> {
    app.refresh().await?;
    let stored = find(app, name).await?;
    of(app, &stored.connection).await.map(Json)
}

/// Lets a connection rest: nothing of it is called, deliveries to it wait, and orders that need it are held until it works again.
/// In force at once on this node and within a second on the others.
#[utoipa::path(post, path = "/connections/{name}/pause", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    request_body = PauseOrder, responses((status = 200, body = ConnectionStatus)))]
async fn pause_connection(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
    Body(order): Body<PauseOrder>,
) -> Result<Json<ConnectionStatus>, Problem> {
    let reason = reason(&order.reason)?;
    let until = order.until.unwrap_or(Instant::NEVER);
    if until <= app.now() {
        return Err(Problem::field("until", "must lie ahead; leave it out to pause until somebody resumes it"));
    }
    find(&app, &name).await?;
    let pause = Pause { since: app.now(), until, by: actor.name().to_owned(), reason };
    rest(&app, &actor, &name, pause).await
}

/// Ends the rest of a connection: what waits for it is tried at once.
#[utoipa::path(post, path = "/connections/{name}/resume", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    responses((status = 200, body = ConnectionStatus)))]
async fn resume_connection(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
) -> Result<Json<ConnectionStatus>, Problem> {
    find(&app, &name).await?;
    if app.connections.pause(&name).is_none() {
        return Err(Problem::conflict(format!("The connection {name} is not paused.")));
    }
    app.store.resume_connection(&name, actor.name()).await?;
    now(&app, &name).await
}

/// Opens or closes the breakers of a connection by hand, on all nodes. An opened one is a pause that ends by itself; closing them
/// ends it too.
#[utoipa::path(post, path = "/connections/{name}/breaker", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    request_body = BreakerOrder, responses((status = 200, body = ConnectionStatus)))]
async fn set_breaker(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
    Body(order): Body<BreakerOrder>,
) -> Result<Json<ConnectionStatus>, Problem> {
    find(&app, &name).await?;
    match order.state {
        BreakerState::Open => {
            let seconds = order.seconds.unwrap_or(60);
            if !(1..=86_400).contains(&seconds) {
                return Err(Problem::field("seconds", "must be from 1 to 86400"));
            }
            let reason = reason(&order.reason)?;
            let since = app.now();
            let until = since.after(Duration::from_secs(seconds));
            rest(&app, &actor, &name, Pause { since, until, by: actor.name().to_owned(), reason }).await
        }
        BreakerState::Closed => {
            if app.connections.pause(&name).is_some_and(|pause| pause.until < Instant::NEVER) {
                app.store.resume_connection(&name, actor.name()).await?;
            }
            app.store.close_breakers(&name, actor.name()).await?;
            now(&app, &name).await
        }
    }
}

/// What waits for a connection.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueView {
    /// Name of the connection.
    pub connection: String,
    /// Deliveries that will be tried when due.
    pub pending: i64,
    /// Of these, due by now.
    pub due: i64,
    /// Of the pending ones, those that failed before.
    pub failing: i64,
    /// Wait for another delivery of their order.
    pub blocked: i64,
    /// Wait for a person.
    pub waiting: i64,
    /// When the oldest pending one was caused.
    pub oldest_pending: Option<Instant>,
    /// When the oldest one that waits for a person was caused.
    pub oldest_waiting: Option<Instant>,
    /// When the next one is tried; while one is being tried: when its lease ends.
    pub next_due: Option<Instant>,
    /// Open tickets.
    pub open_tickets: i64,
    /// It rests, because a person said so.
    pub paused: Option<Pause>,
}

/// What waits for each connection and for how long already; those for which nothing waits too.
#[utoipa::path(get, path = "/queues", tag = "connections", responses((status = 200, body = Listed<QueueView>)))]
async fn list_queues(State(app): State<Shared>) -> Result<Json<Listed<QueueView>>, Problem> {
    let (queues, stored) = tokio::try_join!(app.store.queues(), app.store.connections())?;
    let names = stored.into_iter().map(|row| (row.connection.name, Queue::default()));
    let mut all: BTreeMap<String, Queue> = names.collect();
    all.extend(queues);
    let view = |(connection, queue): (String, Queue)| QueueView {
        paused: app.connections.pause(&connection),
        connection,
        pending: queue.pending,
        due: queue.due,
        failing: queue.failing,
        blocked: queue.blocked,
        waiting: queue.waiting,
        oldest_pending: queue.oldest_pending,
        oldest_waiting: queue.oldest_waiting,
        next_due: queue.next_due,
        open_tickets: queue.tickets,
    };
    Ok(Json(Listed { items: all.into_iter().map(view).collect(), next: None }))
}
