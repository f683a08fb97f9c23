//! The audit trail.

use axum::Json;
use axum::extract::State;
use mortise_domain::access::Action;
use mortise_domain::instant::Instant;
use mortise_store::{AuditEntry, AuditFilter, Outcome};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Params;
use super::page::{Listed, page};
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeView {
    /// Not known: the host or the caller broke off in the middle.
    Begun,
    /// It was done.
    Done,
    /// They may not.
    Refused,
    /// It could not be done.
    Failed,
}

impl From<Outcome> for OutcomeView {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Begun => Self::Begun,
            Outcome::Done => Self::Done,
            Outcome::Refused => Self::Refused,
            Outcome::Failed => Self::Failed,
        }
    }
}

impl From<OutcomeView> for Outcome {
    fn from(view: OutcomeView) -> Self {
        match view {
            OutcomeView::Begun => Self::Begun,
            OutcomeView::Done => Self::Done,
            OutcomeView::Refused => Self::Refused,
            OutcomeView::Failed => Self::Failed,
        }
    }
}

/// Somebody tried to govern something.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    /// Its id; ascending.
    pub id: i64,
    /// When it began.
    pub at: Instant,
    /// Who: a token's name, `user:<name>`, or `nobody` for those who are not known.
    pub actor: String,
    /// From which address.
    pub address: String,
    /// What, such as `users.change`.
    pub action: String,
    /// Method and address of the request.
    pub target: String,
    /// How it ended.
    pub outcome: OutcomeView,
    /// HTTP status of the answer; null: it is not known.
    pub status: Option<u32>,
    /// X-Request-Id of the answer; stands in the log too.
    pub request: String,
    /// Particulars. Never secrets.
    pub detail: serde_json::Value,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { id, at, actor, address, action, target, outcome, status, request, detail } = entry;
        Self { id, at, actor, address, action, target, outcome: outcome.into(), status, request, detail }
    }
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditParams {
    /// Only by them: a token's name, `user:<name>`, `nobody`.
    actor: Option<String>,
    /// Only this action, such as `users.change`.
    action: Option<String>,
    /// Only what ended so.
    outcome: Option<OutcomeView>,
    /// Only where method and address contain this, such as `/users/anna`.
    target: Option<String>,
    /// Only from this address.
    address: Option<String>,
    /// Only since.
    #[param(value_type = Option<String>)]
    since: Option<Instant>,
    /// Only before.
    #[param(value_type = Option<String>)]
    until: Option<Instant>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many entries; 50 where it is missing, 500 at most.
    limit: Option<u32>,
}

/// The audit trail, newest first.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditParams), responses((status = 200, body = Listed<AuditView>)))]
async fn list_audit(
    State(app): State<Shared>,
    Params(params): Params<AuditParams>,
) -> Result<Json<Listed<AuditView>>, Problem> {
    let request = page(params.cursor.as_deref(), params.limit)?;
    if params.action.as_deref().is_some_and(|action| Action::parse(action).is_none()) {
        return Err(Problem::field("action", "is not known; GET /access lists all actions"));
    }
    let filter = AuditFilter {
        actor: params.actor,
        action: params.action,
        outcome: params.outcome.map(Into::into),
        target: params.target,
        address: params.address,
        since: params.since,
        until: params.until,
    };
    Ok(Json(Listed::of(app.store.audit(&filter, &request).await?)))
}
