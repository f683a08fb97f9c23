//! Files of a lead.

use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use mortise_store::{LeadFile, NewLeadFile};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::attachments::{AttachmentForm, AttachmentView, described, download, only_file, receive};
use super::super::extract::Segment;
use super::super::guard::Actor;
use super::super::page::Listed;
use super::super::problem::Problem;
use super::{find, shown};
use crate::app::Shared;
use crate::files::lead_name;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_files, attach_to_lead))
        // Counted while it streams, against the setting.
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(download_lead_file))
}

/// Files of a lead, oldest first.
#[utoipa::path(get, path = "/leads/{number}/attachments", tag = "leads", params(("number" = String, Path, description = "The lead's number")),
    responses((status = 200, body = Listed<AttachmentView>)))]
async fn list_files(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
) -> Result<Json<Listed<AttachmentView>>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    let files = app.store.lead_files(lead.id).await?;
    let view = |file: LeadFile| AttachmentView { name: shown(&actor, file.name.clone()), ..file.into() };
    Ok(Json(Listed { items: files.into_iter().map(view).collect(), next: None }))
}

/// Attaches a file: the part `file` of a multipart form. The gates of stages look at its name, type and time.
#[utoipa::path(post, path = "/leads/{number}/attachments", tag = "leads",
    params(("number" = String, Path, description = "The lead's number")),
    request_body(content = AttachmentForm, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentView)))]
async fn attach_to_lead(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<AttachmentView>), Problem> {
    let mut form = form.map_err(|rejection| Problem::malformed(rejection.body_text()))?;
    let lead = find(&app, &actor, &number).await?;
    let field = only_file(&mut form).await?;
    let (name, media_type) = described(&field)?;
    let mut chance = [0; 16];
    app.chance.fill(&mut chance);
    let path = lead_name(lead.id, chance);
    let received = receive(&app, &path, field).await?;
    let (size, sha256) = (received.size, received.sha256.clone());
    let new = NewLeadFile { name, media_type, size, sha256, path };
    let stored = received.stored_by(app.store.attach_to_lead(lead.id, &new, actor.name())).await?;
    app.work.leads().judge(&[lead.id]).await?;
    Ok((StatusCode::CREATED, Json(stored.into())))
}

/// The file itself.
#[utoipa::path(get, path = "/leads/{number}/attachments/{id}", tag = "leads",
    params(("number" = String, Path, description = "The lead's number"), ("id" = i64, Path, description = "The file's id")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream")))]
async fn download_lead_file(
    State(app): State<Shared>,
    actor: Actor,
    Segment((number, id)): Segment<(String, i64)>,
) -> Result<Response, Problem> {
    let lead = find(&app, &actor, &number).await?;
    let file = app.store.lead_file(lead.id, id).await?;
    let file = file.ok_or_else(|| Problem::not_found(format_args!("file {id} of lead {number:?}")))?;
    download(&app, &file.path, &shown(&actor, file.name.clone()), file.media_type.clone(), file.size).await
}
