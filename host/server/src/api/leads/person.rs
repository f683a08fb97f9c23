//! The person behind a lead: all that is kept about them, and forgetting them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::lead::Lead;
use mortise_domain::lead::task::Task;
use mortise_domain::lead::touch::Touch;
use mortise_domain::timeline::Entry;
use mortise_store::PageRequest;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::attachments::AttachmentView;
use super::super::extract::Segment;
use super::super::guard::Actor;
use super::super::problem::Problem;
use super::joins::{History, history};
use super::{find, viewer};
use crate::app::Shared;
use crate::files::Unkept;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(export_person))
}

/// All that is kept about a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonalData {
    /// The lead, whole.
    pub lead: Lead,
    /// Everything that was handed in, and what was merged.
    pub history: History,
    /// Every touch.
    pub touches: Vec<Touch>,
    /// Tasks about them.
    pub tasks: Vec<Task>,
    /// Their files; the bytes are downloaded one by one.
    pub files: Vec<AttachmentView>,
    /// What was done, when, by whom.
    pub timeline: Vec<Entry>,
}

/// All that is kept about a person, for the person.
#[utoipa::path(get, path = "/leads/{number}/export", tag = "leads", params(("number" = String, Path, description = "The lead's number")),
    responses((status = 200, body = PersonalData)))]
async fn export_person(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
) -> Result<Json<PersonalData>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    let (mut touches, mut timeline) = (Vec::new(), Vec::new());
    let mut page = PageRequest { after: None, limit: 500 };
    loop {
        let next = app.store.lead_touches(lead.id, &page).await?;
        touches.extend(next.items);
        let Some(after) = next.next else { break };
        page.after = Some(after);
    }
    page.after = None;
    loop {
        let next = app.store.lead_timeline(lead.id, &page).await?;
        timeline.extend(next.items);
        let Some(after) = next.next else { break };
        page.after = Some(after);
    }
    let (tasks, files) = tokio::try_join!(app.store.lead_tasks(lead.id), app.store.lead_files(lead.id))?;
    let history = history(&app, lead.id, true).await?;
    let files = files.into_iter().map(Into::into).collect();
    Ok(Json(PersonalData { lead, history, touches, tasks, files, timeline }))
}

/// Forgets the person behind a lead: names, numbers, addresses, notes, files, everything that was handed in. What stays: that there was a
/// lead, its stages and their times. Cannot be taken back.
#[utoipa::path(delete, path = "/leads/{number}", tag = "leads", params(("number" = String, Path, description = "The lead's number")),
    responses((status = 204)))]
pub async fn erase_lead(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
) -> Result<StatusCode, Problem> {
    let found = app.store.lead_by_number(&number, viewer(&actor)).await?;
    let lead = found.ok_or_else(|| Problem::not_found(format_args!("lead {number:?}")))?;
    actor.note("lead", lead.number);
    for path in app.store.erase_lead(lead.id, actor.name()).await? {
        drop(Unkept::new(app.folder.attachments().join(path)));
    }
    Ok(StatusCode::NO_CONTENT)
}
