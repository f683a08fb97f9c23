//! Imports of tables: upload, look at what would happen, start, follow, fetch what was refused.

use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use mortise_domain::instant::Instant;
use mortise_pipeline::leads::import::Preview;
use mortise_pipeline::leads::{ImportError, Plan};
use mortise_store::{ImportState, LeadImport, NewImport, Refusal};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::attachments::{AttachmentForm, only_file, receive};
use super::super::extract::{Json as Body, Params, Segment};
use super::super::guard::Actor;
use super::super::page::{Listed, PageParams};
use super::super::problem::Problem;
use crate::app::Shared;
use crate::files::{Unkept, import_name};
use crate::lead_imports::{self, Kept};

/// Rows of a preview.
const SHOWN: usize = 20;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_imports, upload_table))
        // Counted while it streams, against the setting of attached files.
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(get_import))
        .routes(routes!(preview_import))
        .routes(routes!(start_import))
        .routes(routes!(stop_import))
        .routes(routes!(list_refused))
}

/// An import.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportView {
    /// Its id.
    pub id: i64,
    /// Name of the file.
    pub name: String,
    /// `ready`, `running`, `done` or `failed`.
    pub state: &'static str,
    /// Rows that were read so far: created, merged and refused ones.
    pub rows: i64,
    /// New leads.
    pub created: i64,
    /// Rows that were added to leads, or changed nothing because all of it was known.
    pub merged: i64,
    /// Rows that were refused.
    pub refused: i64,
    /// Why it could not go on.
    pub failure: Option<String>,
    /// Who imports it.
    pub actor: String,
    /// When the file came.
    pub created_at: Instant,
    /// When it ended.
    pub ended_at: Option<Instant>,
}

impl From<LeadImport> for ImportView {
    fn from(import: LeadImport) -> Self {
        let LeadImport { id, name, state, progress, failure, actor, created_at, ended_at, .. } = import;
        Self {
            id,
            name,
            state: state.name(),
            rows: progress.rows,
            created: progress.created,
            merged: progress.merged,
            refused: progress.refused,
            failure,
            actor,
            created_at,
            ended_at,
        }
    }
}

/// An import with the first look at its file.
#[derive(Debug, Serialize, ToSchema)]
pub struct Uploaded {
    /// The import.
    pub import: ImportView,
    /// What the file looks like.
    pub preview: Preview,
}

/// Takes a table in: CSV in UTF-8 or GBK, or XLSX, as the part `file` of a multipart form. Nothing is imported yet.
#[utoipa::path(post, path = "/lead-imports", tag = "lead-imports",
    request_body(content = AttachmentForm, content_type = "multipart/form-data"), responses((status = 201, body = Uploaded)))]
async fn upload_table(
    State(app): State<Shared>,
    actor: Actor,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<Uploaded>), Problem> {
    let mut form = form.map_err(|rejection| Problem::malformed(rejection.body_text()))?;
    let field = only_file(&mut form).await?;
    let name: String = field.file_name().unwrap_or("table").chars().filter(|c| !c.is_control()).take(200).collect();
    let mut chance = [0; 16];
    app.chance.fill(&mut chance);
    let path = import_name(chance);
    let received = receive(&app, &path, field).await?;
    let kept = Kept::new(Plan::default(), actor.reach());
    let plan = serde_json::to_value(&kept).map_err(|_| Problem::internal())?;
    let new = NewImport { name, path, plan, actor: actor.name().to_owned() };
    // What cannot be read is not kept.
    let unnoted = LeadImport {
        id: 0,
        name: new.name.clone(),
        path: new.path.clone(),
        plan: new.plan.clone(),
        state: ImportState::Ready,
        progress: mortise_store::Progress::default(),
        failure: None,
        actor: new.actor.clone(),
        created_at: app.now(),
        ended_at: None,
    };
    let preview = look(&app, &unnoted, &kept).await?;
    let import = received.stored_by(app.store.add_lead_import(&new)).await?;
    actor.note("import", import.id);
    Ok((StatusCode::CREATED, Json(Uploaded { import: import.into(), preview })))
}

async fn look(app: &Shared, import: &LeadImport, kept: &Kept) -> Result<Preview, Problem> {
    let path = app.folder.attachments().join(&import.path);
    let job = lead_imports::job(&app.store, import, kept, path).await?;
    app.work.leads().preview(&job, SHOWN).await.map_err(unusable)
}

fn unusable(error: ImportError) -> Problem {
    match error {
        ImportError::Store(error) => error.into(),
        other => Problem::field("file", other.to_string()),
    }
}

async fn find(app: &Shared, actor: &Actor, id: i64) -> Result<LeadImport, Problem> {
    let import = app.store.lead_import(id).await?;
    let all = *actor.reach() == mortise_domain::access::Reach::All;
    let own = import.filter(|import| all || import.actor == actor.name());
    own.ok_or_else(|| Problem::not_found(format_args!("import {id}")))
}

/// Imports, the newest first. Whoever sees one store only sees their own.
#[utoipa::path(get, path = "/lead-imports", tag = "lead-imports", params(PageParams),
    responses((status = 200, body = Listed<ImportView>)))]
async fn list_imports(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<PageParams>,
) -> Result<Json<Listed<ImportView>>, Problem> {
    let mut listed = Listed::<ImportView>::of(app.store.lead_imports(&params.request()?).await?);
    if *actor.reach() != mortise_domain::access::Reach::All {
        listed.items.retain(|import| import.actor == actor.name());
    }
    Ok(Json(listed))
}

/// One import and how far it is.
#[utoipa::path(get, path = "/lead-imports/{id}", tag = "lead-imports", params(("id" = i64, Path, description = "The import's id")),
    responses((status = 200, body = ImportView)))]
async fn get_import(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
) -> Result<Json<ImportView>, Problem> {
    find(&app, &actor, id).await.map(|import| Json(import.into()))
}

/// What would become of the first rows under a plan. Nothing is imported.
#[utoipa::path(post, path = "/lead-imports/{id}/preview", tag = "lead-imports", request_body = Plan,
    params(("id" = i64, Path, description = "The import's id")), responses((status = 200, body = Preview)))]
async fn preview_import(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
    Body(plan): Body<Plan>,
) -> Result<Json<Preview>, Problem> {
    let import = find(&app, &actor, id).await?;
    look(&app, &import, &Kept::new(plan, actor.reach())).await.map(Json)
}

/// Starts an import with a plan. It goes on by itself: ask for it again to see how far it is.
#[utoipa::path(post, path = "/lead-imports/{id}/start", tag = "lead-imports", request_body = Plan,
    params(("id" = i64, Path, description = "The import's id")), responses((status = 202, body = ImportView)))]
async fn start_import(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
    Body(plan): Body<Plan>,
) -> Result<(StatusCode, Json<ImportView>), Problem> {
    let import = find(&app, &actor, id).await?;
    let kept = Kept::new(plan, actor.reach());
    if import.state == ImportState::Ready {
        look(&app, &import, &kept).await?;
    }
    let plan = serde_json::to_value(&kept).map_err(|_| Problem::internal())?;
    if !app.store.start_lead_import(id, &plan).await? {
        return Err(Problem::conflict(format!("The import {id} has been started already.")));
    }
    actor.note("import", id);
    let started = find(&app, &actor, id).await?;
    lead_imports::spawn(&app, started.clone());
    Ok((StatusCode::ACCEPTED, Json(started.into())))
}

/// Stops an import, before it was started or while it runs. What it has imported so far stays.
#[utoipa::path(post, path = "/lead-imports/{id}/stop", tag = "lead-imports",
    params(("id" = i64, Path, description = "The import's id")), responses((status = 200, body = ImportView)))]
async fn stop_import(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
) -> Result<Json<ImportView>, Problem> {
    let import = find(&app, &actor, id).await?;
    actor.note("import", id);
    let why = format!("stopped by {}", actor.name());
    let ended = |from| app.store.move_lead_import(id, from, ImportState::Failed, Some(&why));
    if ended(ImportState::Ready).await? {
        // One that runs removes its file itself.
        drop(Unkept::new(app.folder.attachments().join(&import.path)));
    } else if !ended(ImportState::Running).await? {
        return Err(Problem::conflict(format!("The import {id} has ended already.")));
    }
    find(&app, &actor, id).await.map(|import| Json(import.into()))
}

/// A row that was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedRow {
    /// Its number: the first row below the headings is 1.
    pub row: i64,
    /// Why, with the field.
    pub reason: String,
}

impl From<Refusal> for RefusedRow {
    fn from(Refusal { row, reason }: Refusal) -> Self {
        Self { row, reason }
    }
}

/// Rows that were refused, in their order.
#[utoipa::path(get, path = "/lead-imports/{id}/refused", tag = "lead-imports",
    params(("id" = i64, Path, description = "The import's id"), PageParams), responses((status = 200, body = Listed<RefusedRow>)))]
async fn list_refused(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
    Params(params): Params<PageParams>,
) -> Result<Json<Listed<RefusedRow>>, Problem> {
    let import = find(&app, &actor, id).await?;
    Ok(Json(Listed::of(app.store.lead_refusals(import.id, &params.request()?).await?)))
}
