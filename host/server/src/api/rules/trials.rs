//! Trials of drafts on past orders.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::instant::Instant;
use mortise_domain::rules::TrialState;
use mortise_store::RuleTrial;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::version;
use crate::api::extract::{Json as Body, Segment};
use crate::api::guard::Actor;
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::rules::RuleSet;
use crate::rules::trial::{MOST_ORDERS, SILENT, Scope, TrialResult, begin};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(try_rules)).routes(routes!(get_trial)).routes(routes!(stop_trial))
}

/// Which past orders a draft is tried on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialScope {
    /// At most so many, those received last: 1 to 2,000.
    #[serde(default = "some")]
    pub orders: u32,
    /// Only those of the last days.
    #[serde(default = "a_quarter")]
    pub days: u32,
}

const fn some() -> u32 {
    300
}
const fn a_quarter() -> u32 {
    92
}

/// A trial.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialView {
    /// Its id.
    pub id: i64,
    /// The version that is tried.
    pub version: i64,
    /// Where it is.
    pub state: TrialState,
    /// Orders that it looks at.
    pub total: i64,
    /// Of these, looked at so far.
    pub done: i64,
    /// What was found so far.
    pub result: TrialResult,
    /// Since when.
    pub started_at: Instant,
    /// By whom.
    pub started_by: String,
}

fn view(trial: RuleTrial, now: Instant) -> TrialView {
    // Nobody writes its progress any more: its server has ended.
    let died = trial.state == TrialState::Running && now.since(trial.updated_at) > SILENT;
    TrialView {
        id: trial.id,
        version: trial.version,
        state: if died { TrialState::Failed } else { trial.state },
        total: trial.total,
        done: trial.done,
        result: serde_json::from_value(trial.result).unwrap_or_default(),
        started_at: trial.started_at,
        started_by: trial.started_by,
    }
}

async fn find(app: &Shared, set: &str, id: i64) -> Result<TrialView, Problem> {
    let trial = app.store.trial(set, id).await?;
    let trial = trial.ok_or_else(|| Problem::not_found(format_args!("trial {id} of the rules {set:?}")))?;
    Ok(view(trial, app.now()))
}

/// Tries a version on past orders: what it would have held, flagged and rejected, against what was decided. Goes on in the background.
///
/// Orders are judged as they were judged last: with their prices, their files, the credit as it was counted then. Other orders of the
/// customer are seen in their state of today.
#[utoipa::path(post, path = "/rules/{set}/versions/{version}/try", tag = "rules",
    params(("set" = String, Path, description = "Name of a connection, or approval_routes"), ("version" = i64, Path, description = "Number of the version")),
    request_body = TrialScope, responses((status = 202, body = TrialView)))]
async fn try_rules(
    State(app): State<Shared>,
    actor: Actor,
    Segment((set, number)): Segment<(String, i64)>,
    Body(TrialScope { orders, days }): Body<TrialScope>,
) -> Result<(StatusCode, Json<TrialView>), Problem> {
    if !(1..=MOST_ORDERS).contains(&orders) {
        return Err(Problem::field("orders", format!("must be between 1 and {MOST_ORDERS}")));
    }
    if !(1..=3_660).contains(&days) {
        return Err(Problem::field("days", "must be between 1 and 3,660"));
    }
    let set = RuleSet::find(&app, &set).await?;
    let stored = version(&app, &set, number).await?;
    let since = app.now().before(Duration::from_secs(u64::from(days) * 86_400));
    let id = begin(&app, &set, (number, &stored.content), Scope { since, most: orders }, actor.name()).await?;
    Ok((StatusCode::ACCEPTED, Json(find(&app, set.name(), id).await?)))
}

/// How far a trial is, and what it has found.
#[utoipa::path(get, path = "/rules/{set}/trials/{id}", tag = "rules",
    params(("set" = String, Path, description = "Name of a connection, or approval_routes"), ("id" = i64, Path, description = "The trial's id")),
    responses((status = 200, body = TrialView)))]
async fn get_trial(
    State(app): State<Shared>,
    Segment((set, id)): Segment<(String, i64)>,
) -> Result<Json<TrialView>, Problem> {
    find(&app, &set, id).await.map(Json)
}

/// Stops a trial; what it has found so far stays.
#[utoipa::path(post, path = "/rules/{set}/trials/{id}/stop", tag = "rules",
    params(("set" = String, Path, description = "Name of a connection, or approval_routes"), ("id" = i64, Path, description = "The trial's id")),
    responses((status = 200, body = TrialView)))]
async fn stop_trial(
    State(app): State<Shared>,
    Segment((set, id)): Segment<(String, i64)>,
) -> Result<Json<TrialView>, Problem> {
    let trial = find(&app, &set, id).await?;
    app.store.note_trial(id, TrialState::Stopped, trial.done, &serde_json::json!(trial.result)).await?;
    find(&app, &set, id).await.map(Json)
}
