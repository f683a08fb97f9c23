//! What was merged into a lead, and how it comes apart.

use axum::Json;
use axum::extract::State;
use mortise_domain::access::Action;
use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::masks::Masked as _;
use mortise_domain::lead::{Lead, LeadEntry};
use mortise_store::{EntryRecord, MergeRecord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Json as Body, Segment};
use super::super::guard::Actor;
use super::super::problem::Problem;
use super::{find, present};
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(get_history))
        .routes(routes!(merge_leads))
        .routes(routes!(undo_merge))
        .routes(routes!(undo_entry))
}

/// Something that was handed in for a lead.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// Its id.
    pub id: i64,
    /// By which way it came: `staff`, `import`, `form`, `webhook`.
    pub way: String,
    /// Who brought it.
    pub actor: String,
    /// When.
    pub at: Instant,
    /// The whole of it.
    pub content: LeadEntry,
    /// Was it added to a lead that was there, so that it can be taken back?
    pub added: bool,
    /// When it was taken back, and became a lead of its own.
    pub undone_at: Option<Instant>,
}

/// A lead that was absorbed.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeView {
    /// Its id.
    pub id: i64,
    /// Number of the absorbed lead.
    pub other: String,
    /// When.
    pub at: Instant,
    /// By whom, or by whose entry.
    pub actor: String,
    /// What both had: `phone`, `email`, `company`, `external`; `person`: somebody said so.
    pub reason: Vec<String>,
    /// When it was taken back.
    pub undone_at: Option<Instant>,
    /// By whom.
    pub undone_by: Option<String>,
}

/// Where a lead comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// Everything that was handed in, the newest first; 200 at most.
    pub entries: Vec<EntryView>,
    /// What was merged into it, the newest first; 200 at most.
    pub merges: Vec<MergeView>,
}

/// Everything that was handed in for a lead, whole, and every lead that it has absorbed.
#[utoipa::path(get, path = "/leads/{number}/history", tag = "leads", params(("number" = String, Path, description = "The lead's number")),
    responses((status = 200, body = History)))]
async fn get_history(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
) -> Result<Json<History>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    history(&app, lead.id, actor.may(Action::ContactsRead)).await.map(Json)
}

/// The history of a lead; whole or masked.
pub async fn history(app: &Shared, lead: LeadId, whole: bool) -> Result<History, Problem> {
    let (entries, merges) = tokio::try_join!(app.store.lead_entries(lead), app.store.lead_merges(lead))?;
    let entry = |record: EntryRecord| {
        let EntryRecord { id, way, actor, at, mut content, added, undone_at } = record;
        if !whole {
            content.mask();
        }
        EntryView { id, way, actor, at, content, added, undone_at }
    };
    let merge = |record: MergeRecord| {
        let MergeRecord { id, other, at, actor, reason, undone_at, undone_by } = record;
        MergeView { id, other, at, actor, reason, undone_at, undone_by }
    };
    Ok(History { entries: entries.into_iter().map(entry).collect(), merges: merges.into_iter().map(merge).collect() })
}

/// Which lead is absorbed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// Number of the lead that becomes a part of this one.
    pub other: String,
}

/// Merges another lead into this one. Nothing is lost, and it can be taken back.
#[utoipa::path(post, path = "/leads/{number}/merge", tag = "leads", request_body = Merge,
    params(("number" = String, Path, description = "The lead's number")), responses((status = 200, body = Lead)))]
async fn merge_leads(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Body(Merge { other }): Body<Merge>,
) -> Result<Json<Lead>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    let other = find(&app, &actor, &other).await?;
    actor.note("merge", format!("{} into {}", other.number, lead.number));
    let (_, rules) = app.work.leads().rules().await?;
    app.store.join_leads(lead.id, other.id, actor.name(), &rules.ladder()).await?;
    judged(&app, &actor, [lead.id], lead.id).await
}

/// Takes back that a lead was merged into this one. Answers the other, which is a lead of its own again.
#[utoipa::path(post, path = "/leads/{number}/merges/{id}/undo", tag = "leads",
    params(("number" = String, Path, description = "The lead's number"), ("id" = i64, Path, description = "The merge's id")),
    responses((status = 200, body = Lead)))]
async fn undo_merge(
    State(app): State<Shared>,
    actor: Actor,
    Segment((number, id)): Segment<(String, i64)>,
) -> Result<Json<Lead>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    actor.note("merge", id);
    let other = app.store.undo_lead_merge(lead.id, id, actor.name()).await?;
    judged(&app, &actor, [lead.id, other], other).await
}

/// Takes back that an entry was added to this lead. Answers the new lead that the entry becomes.
#[utoipa::path(post, path = "/leads/{number}/entries/{id}/undo", tag = "leads",
    params(("number" = String, Path, description = "The lead's number"), ("id" = i64, Path, description = "The entry's id")),
    responses((status = 200, body = Lead)))]
async fn undo_entry(
    State(app): State<Shared>,
    actor: Actor,
    Segment((number, id)): Segment<(String, i64)>,
) -> Result<Json<Lead>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    actor.note("entry", id);
    let (_, rules) = app.work.leads().rules().await?;
    let new = app.store.undo_lead_entry(lead.id, id, actor.name(), rules.first_stage()).await?;
    judged(&app, &actor, [lead.id, new], new).await
}

async fn judged<const N: usize>(
    app: &Shared,
    actor: &Actor,
    changed: [LeadId; N],
    answer: LeadId,
) -> Result<Json<Lead>, Problem> {
    app.work.leads().judge(&changed).await?;
    let lead = present(app, actor, answer).await?;
    lead.map(Json).ok_or_else(|| Problem::not_found("such lead of yours; it belongs to another store now"))
}
