//! Deliveries: what is done at the connections, every attempt, and the replay.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use mortise_domain::delivery::{Attempt, Delivery, DeliveryState, Operation};
use mortise_domain::ids::DeliveryId;
use mortise_domain::instant::Instant;
use mortise_store::{DeliveryFilter, Replay, ReplayJob};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Params, Segment};
use super::guard::Actor;
use super::page::{Listed, PageParams, page};
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_deliveries))
        .routes(routes!(replay_deliveries))
        .routes(routes!(list_replays))
        .routes(routes!(get_replay))
        .routes(routes!(get_delivery))
        .routes(routes!(replay_delivery))
}

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeliveryParams {
    /// Only those of the order with this number.
    order: Option<String>,
    /// Only those in this state.
    state: Option<DeliveryState>,
    /// Only those at this connection.
    connection: Option<String>,
    /// Only those that do this.
    operation: Option<Operation>,
    /// Only those caused since.
    #[param(value_type = Option<String>)]
    since: Option<Instant>,
    /// Only those caused before.
    #[param(value_type = Option<String>)]
    until: Option<Instant>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many entries; 50 where it is missing, 500 at most.
    limit: Option<u32>,
}

/// Lists deliveries, newest first.
#[utoipa::path(get, path = "/deliveries", tag = "deliveries", params(DeliveryParams), responses((status = 200, body = Listed<Delivery>)))]
async fn list_deliveries(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<DeliveryParams>,
) -> Result<Json<Listed<Delivery>>, Problem> {
    let request = page(params.cursor.as_deref(), params.limit)?;
    let order = match params.order {
        None => None,
        Some(number) => Some(super::orders::find(&app, &actor, &number).await?.summary.id),
    };
    let filter = DeliveryFilter {
        order,
        state: params.state,
        connection: params.connection,
        operation: params.operation,
        since: params.since,
        until: params.until,
    };
    Ok(Json(Listed::of(app.store.list_deliveries(actor.reach(), &filter, &request).await?)))
}

/// A delivery with every attempt.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryView {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// Its attempts, oldest first.
    pub tries: Vec<Attempt>,
}

/// One delivery with every attempt.
#[utoipa::path(get, path = "/deliveries/{id}", tag = "deliveries", params(("id" = i64, Path, description = "The delivery's id")),
    responses((status = 200, body = DeliveryView)))]
async fn get_delivery(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
) -> Result<Json<DeliveryView>, Problem> {
    let found = app.store.delivery(DeliveryId(id), actor.reach()).await?;
    let (delivery, tries) = found.ok_or_else(|| Problem::not_found(format_args!("delivery {id}")))?;
    Ok(Json(DeliveryView { delivery, tries }))
}

/// Which deliveries are tried again now: those of `ids`, or those that wait or fail since `since`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayOrder {
    /// Ids of deliveries.
    #[serde(default)]
    ids: Option<Vec<i64>>,
    /// Those caused from then on that wait for a person or fail.
    #[serde(default)]
    since: Option<Instant>,
    /// With `since`: only those at this connection.
    #[serde(default)]
    connection: Option<String>,
}

/// How many deliveries are tried again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Replayed {
    /// Their number so far. Those that are done, cancelled or blocked are left alone.
    pub replayed: i64,
    /// The replay, whose progress can be asked for.
    pub job: ReplayView,
}

/// A replay and how far it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayView {
    /// Its id.
    pub id: i64,
    /// Who asked for it.
    pub actor: String,
    /// When.
    pub created_at: Instant,
    /// When all its deliveries had been looked at; null: it goes on.
    pub ended_at: Option<Instant>,
    /// Deliveries that were chosen.
    pub total: i64,
    /// Of these, not looked at yet.
    pub left: i64,
    /// Made due.
    pub replayed: i64,
    /// Left as they were, because they were done, cancelled, blocked or being tried.
    pub passed_over: i64,
    /// Of those made due: done by now.
    pub done: i64,
    /// Of those made due: failed again by now.
    pub failed: i64,
}

impl From<ReplayJob> for ReplayView {
    fn from(job: ReplayJob) -> Self {
        let ReplayJob { id, actor, created_at, ended_at, total, left, replayed, passed_over, done, failed } = job;
        Self { id, actor, created_at, ended_at, total, left, replayed, passed_over, done, failed }
    }
}

/// How long an answer waits for a replay; the rest goes on by itself.
const WAIT: Duration = Duration::from_secs(2);

async fn replay(app: &Shared, replay: &Replay, actor: &Actor) -> Result<Json<Replayed>, Problem> {
    let id = app.store.begin_replay(replay, actor.name()).await?;
    actor.note("replay", id);
    let begun = tokio::time::Instant::now();
    while !app.store.go_on_with_replay(id).await? && begun.elapsed() < WAIT {}
    app.pipeline().wake();
    let job = app.store.replay_job(id).await?.ok_or_else(Problem::internal)?;
    actor.note("replayed", job.replayed);
    Ok(Json(Replayed { replayed: job.replayed, job: job.into() }))
}

/// Lists replays, newest first.
#[utoipa::path(get, path = "/deliveries/replays", tag = "deliveries", params(PageParams), responses((status = 200, body = Listed<ReplayView>)))]
async fn list_replays(
    State(app): State<Shared>,
    Params(params): Params<PageParams>,
) -> Result<Json<Listed<ReplayView>>, Problem> {
    Ok(Json(Listed::of(app.store.list_replays(&params.request()?).await?)))
}

/// One replay and how far it is.
#[utoipa::path(get, path = "/deliveries/replays/{id}", tag = "deliveries", params(("id" = i64, Path, description = "The replay's id")),
    responses((status = 200, body = ReplayView)))]
async fn get_replay(State(app): State<Shared>, Segment(id): Segment<i64>) -> Result<Json<ReplayView>, Problem> {
    let job = app.store.replay_job(id).await?;
    job.map(|job| Json(job.into())).ok_or_else(|| Problem::not_found(format_args!("replay {id}")))
}

/// Tries one delivery again now.
#[utoipa::path(post, path = "/deliveries/{id}/replay", tag = "deliveries", params(("id" = i64, Path, description = "The delivery's id")),
    responses((status = 200, body = Replayed)))]
async fn replay_delivery(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
) -> Result<Json<Replayed>, Problem> {
    if app.store.delivery(DeliveryId(id), actor.reach()).await?.is_none() {
        return Err(Problem::not_found(format_args!("delivery {id}")));
    }
    replay(&app, &Replay::One(DeliveryId(id)), &actor).await
}

/// Tries many deliveries again now. A long replay goes on by itself after two seconds: ask for `job.id`.
#[utoipa::path(post, path = "/deliveries/replay", tag = "deliveries", request_body = ReplayOrder, responses((status = 200, body = Replayed)))]
async fn replay_deliveries(
    State(app): State<Shared>,
    actor: Actor,
    Body(order): Body<ReplayOrder>,
) -> Result<Json<Replayed>, Problem> {
    let which = match (order.ids, order.since, order.connection) {
        (Some(ids), None, None) if !ids.is_empty() && ids.len() <= 10_000 => {
            Replay::Many(ids.into_iter().map(DeliveryId).collect())
        }
        (Some(_), None, None) => return Err(Problem::field("ids", "must have 1 to 10,000 entries")),
        (None, Some(at), connection) => Replay::Since { at, connection },
        (None, None, _) => return Err(Problem::field("since", "is missing; say either ids or since")),
        (Some(_), _, _) => return Err(Problem::field("ids", "stands alone, without since and connection")),
    };
    replay(&app, &which, &actor).await
}
