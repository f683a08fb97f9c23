//! How long things are kept, and how much room they take.

use axum::Json;
use axum::extract::State;
use mortise_domain::retention::Retention;
use mortise_store::TableSize;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json as Body;
use super::guard::Actor;
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_retention, put_retention))
}

/// Room that a table takes.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsedSpace {
    /// Name of the table.
    pub table: String,
    /// With its indexes, in bytes.
    pub bytes: i64,
}

impl From<TableSize> for UsedSpace {
    fn from(TableSize { table, bytes }: TableSize) -> Self {
        Self { table, bytes }
    }
}

/// How long things are kept, and how much room they take.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionView {
    /// In force on every node within an hour.
    pub settings: Retention,
    /// Of the database by table, the largest first.
    pub used: Vec<UsedSpace>,
    /// Of all tables together, in bytes.
    pub database_bytes: i64,
    /// Of the attached files in this node's data folder, in bytes.
    pub attachment_bytes: u64,
}

/// How long things are kept, and how much room they take. On a large SQLite file the answer takes a while.
#[utoipa::path(get, path = "/retention", tag = "status", responses((status = 200, body = RetentionView)))]
async fn get_retention(State(app): State<Shared>) -> Result<Json<RetentionView>, Problem> {
    let (settings, sizes) = tokio::try_join!(app.retention(), app.store.sizes())?;
    let folder = app.folder.attachments();
    let files = tokio::task::spawn_blocking(move || {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.metadata().ok()).map(|file| file.len()).sum()
    });
    Ok(Json(RetentionView {
        settings,
        database_bytes: sizes.iter().map(|size| size.bytes).sum(),
        used: sizes.into_iter().map(Into::into).collect(),
        attachment_bytes: files.await.unwrap_or_default(),
    }))
}

/// Decides how long things are kept. What is older goes within an hour, and does not come back.
#[utoipa::path(put, path = "/retention", tag = "status", request_body = Retention, responses((status = 200, body = Retention)))]
async fn put_retention(
    State(app): State<Shared>,
    actor: Actor,
    Body(retention): Body<Retention>,
) -> Result<Json<Retention>, Problem> {
    let faults = retention.faults();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    app.store.put_retention(&retention).await?;
    actor.note("attempt_days", retention.attempt_days);
    actor.note("figure_days", retention.figure_days);
    Ok(Json(retention))
}
