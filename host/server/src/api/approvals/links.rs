//! The link of a message: what it is about, and the decision by it. The key comes in the body, never in the address.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::access::{Action, Reach, Rights};
use mortise_domain::approval::{Approval, ApprovalState, Decider, StepState};
use mortise_domain::instant::Instant;
use mortise_domain::ports::approvals::Ticket;
use mortise_domain::secret::Secret;
use mortise_domain::text::Text;
use mortise_domain::user::{Language, User};
use mortise_store::Outcome;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::essentials::{self, Essentials};
use super::{Verdict, settle};
use crate::api::extract::Json as Body;
use crate::api::guard::{Visitor, record};
use crate::api::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(look_at_approval)).routes(routes!(decide_by_link))
}

/// The key of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalKey {
    /// What stands behind the `#` of the link.
    key: String,
}

/// What a link lets decide.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalGlance {
    /// Name for people of whoever the link is for.
    pub display_name: String,
    /// In which they read.
    pub language: Language,
    /// Why the order waits.
    pub reason: Text,
    /// Title of the approval route.
    pub route: Text,
    /// What the order is.
    pub essentials: Essentials,
    /// A file must be attached before it can be approved, and none is.
    pub lacks_file: bool,
    /// Others who must agree, and whether they have.
    pub others: Vec<OtherStep>,
    /// Until when the link can be used.
    pub expires_at: Instant,
}

/// A step of somebody else.
#[derive(Debug, Serialize, ToSchema)]
pub struct OtherStep {
    /// Who is asked.
    pub approver: Text,
    /// Where it is.
    pub state: StepState,
}

/// A decision by a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkDecision {
    /// What stands behind the `#` of the link.
    key: String,
    /// Is the order approved? Otherwise it is rejected.
    approve: bool,
    /// Why; a rejection needs it.
    #[serde(default)]
    note: String,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkDecided {
    /// Where the approval is now.
    pub state: ApprovalState,
}

async fn void(app: &Shared, visitor: &Visitor) -> Problem {
    let title = "The link is not valid";
    let detail = "It was used, somebody else has decided, it has expired, or never was.";
    record::failed(app, Action::ApprovalsByLink, visitor, StatusCode::NOT_FOUND).await;
    Problem::new(StatusCode::NOT_FOUND, "void-link", title, detail).remedy("Sign in to see where the order is.")
}

/// Whom the link is for and what it is about, as long as the step waits and the person may come in.
async fn opened(app: &Shared, visitor: &Visitor, key: &str) -> Result<(Ticket, User, Approval), Problem> {
    let key = Secret::new(key);
    let Some(ticket) = app.links.read(key.expose(), app.now()) else { return Err(void(app, visitor).await) };
    let user = app.store.user(&ticket.person).await?.filter(|user| !user.disabled);
    let approval = app.store.approval(ticket.approval, &Reach::All).await?;
    let waits = |approval: &Approval| {
        approval.state == ApprovalState::Open
            && approval.step(ticket.step).is_some_and(|step| step.state == StepState::Waiting)
    };
    match (user, approval.filter(waits)) {
        (Some(user), Some(approval)) => Ok((ticket, user, approval)),
        _ => Err(void(app, visitor).await),
    }
}

/// What a link is about. Nothing is decided by looking.
#[utoipa::path(post, path = "/approval-links/look", tag = "approvals", request_body = ApprovalKey, security(()),
    responses((status = 200, body = ApprovalGlance)))]
async fn look_at_approval(
    State(app): State<Shared>,
    visitor: Visitor,
    Body(ApprovalKey { key }): Body<ApprovalKey>,
) -> Result<Json<ApprovalGlance>, Problem> {
    let (ticket, user, approval) = opened(&app, &visitor, &key).await?;
    let essentials = essentials::of(&app, approval.order).await?;
    let others = approval.steps.iter().filter(|step| step.number != ticket.step);
    Ok(Json(ApprovalGlance {
        display_name: user.profile.display_name,
        language: user.profile.language,
        lacks_file: approval.lacks_file(),
        others: others.map(|step| OtherStep { approver: step.approver.title(), state: step.state }).collect(),
        reason: approval.reason,
        route: approval.terms.title,
        essentials,
        expires_at: ticket.expires_at,
    }))
}

/// Decides by the link, which is of no use afterwards.
#[utoipa::path(post, path = "/approval-links/decide", tag = "approvals", request_body = LinkDecision, security(()),
    responses((status = 200, body = LinkDecided)))]
async fn decide_by_link(
    State(app): State<Shared>,
    visitor: Visitor,
    Body(LinkDecision { key, approve, note }): Body<LinkDecision>,
) -> Result<Json<LinkDecided>, Problem> {
    let (ticket, user, approval) = opened(&app, &visitor, &key).await?;
    let (actor, rights) = (user.actor(), Rights::of(&user));
    let decider = Decider { actor: &actor, person: &actor, rights: &rights };
    let verdict = Verdict { agrees: approve, note: &note, step: Some(ticket.step) };
    let decided = settle(&app, &approval, &decider, verdict, "link").await;
    visitor.note("approval", format!("{} of order {}", approval.id, approval.order_number));
    let (outcome, status) = match &decided {
        Ok(decided) => {
            visitor.note("decided", *decided);
            (Outcome::Done, StatusCode::OK)
        }
        Err(problem) if problem.status() == StatusCode::FORBIDDEN => (Outcome::Refused, problem.status()),
        Err(problem) => (Outcome::Failed, problem.status()),
    };
    record::ended(&app, Action::ApprovalsByLink, &actor, &visitor, (outcome, status)).await;
    decided?;
    let state = app.store.approval(ticket.approval, &Reach::All).await?.map_or(ApprovalState::Void, |now| now.state);
    Ok(Json(LinkDecided { state }))
}
