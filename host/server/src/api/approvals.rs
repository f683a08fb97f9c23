//! Approvals: who must agree before an order goes on, and their decisions.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::approval::{Approval, ApprovalState, Approver, Decider, Refusal};
use mortise_domain::ids::ApprovalId;
use mortise_store::{ApprovalDecided, ApprovalDecision, ApprovalFilter, ApprovalViewer, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Params, Segment};
use super::guard::Actor;
use super::page::{Listed, page};
use super::problem::Problem;
use crate::app::Shared;

pub mod essentials;
pub mod links;

use essentials::Essentials;

/// Pages that are looked through for what is the caller's own, at most.
const MOST_PAGES: usize = 10;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_approvals))
        .routes(routes!(get_approval))
        .routes(routes!(approve))
        .routes(routes!(reject))
        .merge(links::routes())
}

/// An approval.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalView {
    /// As it is stored.
    #[serde(flatten)]
    pub approval: Approval,
    /// Must a file be attached to the order before anybody may approve?
    pub needs_file: bool,
    /// Must it, and is none attached yet?
    pub lacks_file: bool,
    /// Numbers of the steps that the caller may decide now.
    pub mine: Vec<u32>,
}

/// An approval with what it is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalDetail {
    /// The approval.
    #[serde(flatten)]
    pub view: ApprovalView,
    /// What the order is.
    pub essentials: Essentials,
}

/// Whoever asks, as one who decides.
fn decider(actor: &Actor) -> Decider<'_> {
    let caller = actor.caller();
    Decider { actor: &caller.actor, person: &caller.person, rights: &caller.rights }
}

/// Steps that the caller may decide, were the file there.
fn view(actor: &Actor, approval: Approval) -> ApprovalView {
    let decider = decider(actor);
    let mine = approval.steps.iter().map(|step| step.number);
    let mine = mine.filter(|number| approval.decidable(&decider, Some(*number), true, 1).is_ok()).collect();
    ApprovalView { needs_file: approval.needs_file(), lacks_file: approval.lacks_file(), mine, approval }
}

/// Which approvals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ApprovalParams {
    /// Only those in this state.
    state: Option<ApprovalState>,
    /// Only those of the order of this number.
    order: Option<String>,
    /// Only those that the caller may decide now.
    #[serde(default)]
    mine: bool,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many entries; 50 where it is missing, 500 at most.
    limit: Option<u32>,
}

/// Lists approvals, newest first.
#[utoipa::path(get, path = "/approvals", tag = "approvals", params(ApprovalParams), responses((status = 200, body = Listed<ApprovalView>)))]
async fn list_approvals(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<ApprovalParams>,
) -> Result<Json<Listed<ApprovalView>>, Problem> {
    let mut request = page(params.cursor.as_deref(), params.limit)?;
    let order = match &params.order {
        Some(number) => {
            let found = app.store.order_by_number(number, actor.reach()).await?;
            Some(found.ok_or_else(|| Problem::not_found(format_args!("order {number:?}")))?.summary.id)
        }
        None => None,
    };
    let state = if params.mine { Some(ApprovalState::Open) } else { params.state };
    let filter = ApprovalFilter { state, order };
    let (mut items, mut next) = (Vec::new(), None);
    let asked = Approver::everywhere(&decider(&actor));
    for _ in 0..MOST_PAGES {
        let found = app.store.approvals(viewer(&actor, &asked), &filter, &request).await?;
        for approval in found.items {
            let view = view(&actor, approval);
            if !params.mine || !view.mine.is_empty() {
                items.push(view);
            }
        }
        next = found.next;
        if !items.is_empty() || next.is_none() {
            break;
        }
        request = PageRequest { after: next.clone(), ..request };
    }
    Ok(Json(Listed { items, next: next.map(|cursor| cursor.to_string()) }))
}

/// Beside what is within reach, people see that of which they are asked.
fn viewer<'a>(actor: &'a Actor, asked: &'a [Approver]) -> ApprovalViewer<'a> {
    ApprovalViewer { reach: actor.reach(), asked, person: &actor.caller().person }
}

async fn find(app: &Shared, actor: &Actor, id: i64) -> Result<Approval, Problem> {
    let asked = Approver::everywhere(&decider(actor));
    let found = app.store.approval(ApprovalId(id), viewer(actor, &asked)).await?;
    found.ok_or_else(|| Problem::not_found(format_args!("approval {id}")))
}

async fn detail(app: &Shared, actor: &Actor, id: i64) -> Result<ApprovalDetail, Problem> {
    let approval = find(app, actor, id).await?;
    let essentials = essentials::of(app, approval.order).await?;
    Ok(ApprovalDetail { view: view(actor, approval), essentials })
}

/// One approval with what the order is.
#[utoipa::path(get, path = "/approvals/{id}", tag = "approvals", params(("id" = i64, Path, description = "The approval's id")),
    responses((status = 200, body = ApprovalDetail)))]
async fn get_approval(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
) -> Result<Json<ApprovalDetail>, Problem> {
    detail(&app, &actor, id).await.map(Json)
}

/// How somebody approves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Stands in the order's story.
    #[serde(default)]
    pub note: String,
    /// Number of the step; without it the first one that the caller may decide.
    #[serde(default)]
    pub step: Option<u32>,
}

/// Approves a step. When all steps are approved the hold is released and the order goes on.
///
/// Whoever handed the order in or has corrected it approves nothing of it, and nobody approves two steps of one approval. Where a file is asked for
/// it must be attached to the order before.
#[utoipa::path(post, path = "/approvals/{id}/approve", tag = "approvals", params(("id" = i64, Path, description = "The approval's id")),
    request_body = Agreement, responses((status = 200, body = ApprovalDetail)))]
async fn approve(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
    Body(Agreement { note, step }): Body<Agreement>,
) -> Result<Json<ApprovalDetail>, Problem> {
    decide(&app, &actor, id, Verdict { agrees: true, note: &note, step }).await.map(Json)
}

/// How somebody rejects.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Why; stands in the order's story and as the reason of its rejection.
    pub note: String,
    /// Number of the step; without it the first one that the caller may decide.
    #[serde(default)]
    pub step: Option<u32>,
}

/// Rejects a step, and with it the order.
#[utoipa::path(post, path = "/approvals/{id}/reject", tag = "approvals", params(("id" = i64, Path, description = "The approval's id")),
    request_body = Rejection, responses((status = 200, body = ApprovalDetail)))]
async fn reject(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
    Body(Rejection { note, step }): Body<Rejection>,
) -> Result<Json<ApprovalDetail>, Problem> {
    decide(&app, &actor, id, Verdict { agrees: false, note: &note, step }).await.map(Json)
}

/// What somebody says about a step.
#[derive(Clone, Copy)]
struct Verdict<'a> {
    agrees: bool,
    note: &'a str,
    step: Option<u32>,
}

async fn decide(app: &Shared, actor: &Actor, id: i64, verdict: Verdict<'_>) -> Result<ApprovalDetail, Problem> {
    let approval = find(app, actor, id).await?;
    actor.note("approval", format!("{id} of order {}", approval.order_number));
    let decided = settle(app, &approval, &decider(actor), verdict, "api").await?;
    actor.note("decided", decided);
    detail(app, actor, id).await
}

/// Checks the note, decides, and lets the order go on. Answers what became of the approval.
async fn settle(
    app: &Shared,
    approval: &Approval,
    decider: &Decider<'_>,
    Verdict { agrees, note, step }: Verdict<'_>,
    by_way: &'static str,
) -> Result<&'static str, Problem> {
    let note = note.trim();
    if note.chars().count() > 1_000 || (!agrees && note.is_empty()) {
        return Err(Problem::field(
            "note",
            "must say in 1 to 1,000 characters why the order is rejected; of an approval it may be empty",
        ));
    }
    let decision = ApprovalDecision {
        approval: approval.id,
        agrees,
        actor: decider.actor.to_owned(),
        person: decider.person.to_owned(),
        note: note.to_owned(),
        by_way,
        at: app.now(),
    };
    let choose =
        |approval: &Approval, files: usize| approval.decidable(decider, step, agrees, files).map(|step| step.number);
    let decided = app.store.decide_approval(&decision, choose).await?.map_err(refused)?;
    app.pipeline().wake();
    Ok(match decided {
        ApprovalDecided::Waits => "others have yet to agree",
        ApprovalDecided::Released => "released",
        ApprovalDecided::Rejected => "rejected",
    })
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn refused(refusal: Refusal) -> Problem {
    let text = refusal.text();
    let problem = if refusal.is_of_person() {
        Problem::new(StatusCode::FORBIDDEN, "forbidden", "This is not allowed", text.en.clone())
    } else if refusal == Refusal::NoFile {
        Problem::new(StatusCode::CONFLICT, "file-missing", "A required file is missing", text.en.clone())
    } else {
        Problem::conflict(text.en.clone())
    };
    problem.remedy(refusal.remedy()).text(text)
}
