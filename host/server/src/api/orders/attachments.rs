//! Files of an order.

use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use mortise_store::NewAttachment;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::attachments::{AttachmentForm, AttachmentView, described, download, only_file, receive};
use super::super::extract::Segment;
use super::super::guard::Actor;
use super::super::problem::Problem;
use super::find;
use crate::app::Shared;
use crate::files;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(attach_file))
        // Counted while it streams, against the setting.
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(download_file))
}

/// Attaches a file: the part `file` of a multipart form. A held order is judged again with it.
#[utoipa::path(post, path = "/orders/{number}/attachments", tag = "orders",
    params(("number" = String, Path, description = "The order's number")),
    request_body(content = AttachmentForm, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentView)))]
async fn attach_file(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<AttachmentView>), Problem> {
    let mut form = form.map_err(|rejection| Problem::malformed(rejection.body_text()))?;
    let order = find(&app, &actor, &number).await?.summary.id;
    let field = only_file(&mut form).await?;
    let (name, media_type) = described(&field)?;
    let mut chance = [0; 16];
    app.chance.fill(&mut chance);
    let stored_as = files::name(order, chance);
    let received = receive(&app, &stored_as, field).await?;
    let (size, sha256, actor) = (received.size, received.sha256.clone(), actor.name().to_owned());
    let new = NewAttachment { order, name, media_type, size, sha256, path: stored_as, actor };
    let stored = received.stored_by(app.store.attach(&new)).await;
    app.pipeline().wake();
    Ok((StatusCode::CREATED, Json(stored?.into())))
}

/// The file itself.
#[utoipa::path(get, path = "/orders/{number}/attachments/{id}", tag = "orders",
    params(("number" = String, Path, description = "The order's number"), ("id" = i64, Path, description = "The file's id")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream")))]
async fn download_file(
    State(app): State<Shared>,
    actor: Actor,
    Segment((number, id)): Segment<(String, i64)>,
) -> Result<Response, Problem> {
    let order = find(&app, &actor, &number).await?.summary.id;
    let found = app.store.attachment(id).await?.filter(|file| file.order == order);
    let attachment = found.ok_or_else(|| Problem::not_found(format_args!("file {id} of order {number:?}")))?;
    download(&app, &attachment.path, &attachment.name, attachment.media_type.clone(), attachment.size).await
}
