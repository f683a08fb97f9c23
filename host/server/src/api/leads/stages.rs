//! Stages of a lead: where it may go, what is missing, and the price that a supervisor approves.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::lead::Lead;
use mortise_domain::lead::stage::Stay;
use mortise_domain::submission::FieldError;
use mortise_domain::text::Text;
use mortise_pipeline::leads::{MoveError, StageVerdict, Unmet};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Json as Body, Segment};
use super::super::guard::Actor;
use super::super::problem::Problem;
use super::{find, present, shown};
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_stages)).routes(routes!(move_lead)).routes(routes!(approve_price))
}

/// Where a lead has been, and where it may go.
#[derive(Debug, Serialize, ToSchema)]
pub struct StagesView {
    /// Its stays so far, oldest first.
    pub stays: Vec<Stay>,
    /// Every other stage with all that is missing for it.
    pub open: Vec<StageVerdict>,
}

/// Where a lead has been, and what each other stage still asks for.
#[utoipa::path(get, path = "/leads/{number}/stages", tag = "leads", params(("number" = String, Path, description = "The lead's number")),
    responses((status = 200, body = StagesView)))]
async fn get_stages(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
) -> Result<Json<StagesView>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    let open = app.work.leads().open_stages(lead.id).await?;
    let stays = app.store.lead_stays(lead.id).await?.into_iter().map(|stay| shown(&actor, stay)).collect();
    Ok(Json(StagesView { stays, open }))
}

/// A change of stage.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// Code of the new stage.
    pub to: String,
    /// The version that was looked at; 0: whichever it has.
    #[serde(default)]
    pub version: i64,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// Moves a lead to another stage. A refusal (`urn:mortise:problem:gate`) says in `errors` all that is missing, each with its rule.
#[utoipa::path(post, path = "/leads/{number}/stage", tag = "leads", request_body = Move,
    params(("number" = String, Path, description = "The lead's number")), responses((status = 200, body = Lead)))]
async fn move_lead(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Body(Move { to, version, note }): Body<Move>,
) -> Result<Json<Lead>, Problem> {
    if note.chars().count() > 1_000 {
        return Err(Problem::field("note", "has more than 1,000 characters"));
    }
    let lead = find(&app, &actor, &number).await?;
    let moved = app.work.leads().move_lead(lead.id, version, &to, &note, actor.name()).await;
    moved.map_err(|error| match error {
        MoveError::UnknownStage(..) => Problem::field("to", error.to_string()),
        MoveError::There => Problem::conflict(format!("{} is in the stage {to} already.", lead.number)),
        MoveError::Unmet(unmet) => closed(&lead.number, &to, unmet),
        MoveError::Store(error) => error.into(),
    })?;
    present(&app, &actor, lead.id).await?.map(Json).ok_or_else(|| Problem::not_found(format_args!("lead {number:?}")))
}

fn closed(number: &str, to: &str, unmet: Vec<Unmet>) -> Problem {
    let join = |texts: Vec<&str>, mark: &str| texts.join(mark);
    let zh = join(unmet.iter().map(|one| one.missing.zh.as_str()).collect(), "；");
    let en = join(unmet.iter().map(|one| one.missing.en.as_str()).collect(), "; ");
    let parts = unmet.into_iter().map(|one| FieldError::new(one.gate, one.missing.en)).collect();
    let detail = format!("{number} cannot move to {to}: {en}.");
    Problem::new(StatusCode::CONFLICT, "gate", "Something is missing for this stage", detail)
        .parts(parts)
        .text(Text::new(zh, en))
        .remedy("Add what is missing and move it again.")
}

/// An approval of the price.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LeadApproval)]
pub struct Approval {
    /// What was approved, and why.
    pub note: String,
}

/// Approves the price for a lead: what the gate before the contract asks a supervisor for.
#[utoipa::path(post, path = "/leads/{number}/approval", tag = "leads", request_body = Approval,
    params(("number" = String, Path, description = "The lead's number")), responses((status = 204)))]
async fn approve_price(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Body(Approval { note }): Body<Approval>,
) -> Result<StatusCode, Problem> {
    let note = note.trim();
    if note.is_empty() || note.chars().count() > 1_000 {
        return Err(Problem::field("note", "must say in 1 to 1,000 characters what is approved"));
    }
    let lead = find(&app, &actor, &number).await?;
    actor.note("lead", lead.number);
    app.store.approve_lead_price(lead.id, note, actor.name()).await?;
    Ok(StatusCode::NO_CONTENT)
}
