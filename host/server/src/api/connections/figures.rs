//! How the deliveries of a connection went, hour by hour.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use mortise_domain::instant::Instant;
use mortise_store::Hour;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::Segment;
use super::super::problem::Problem;
use super::find;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(connection_figures))
}

/// How the deliveries of a connection went.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionFigures {
    /// Where the first hour begins.
    pub since: Instant,
    /// The hours of the last day in which something was attempted, oldest first.
    pub hours: Vec<HourView>,
}

/// Attempts that ended within an hour.
#[derive(Debug, Serialize, ToSchema)]
pub struct HourView {
    /// When it began.
    pub from: Instant,
    /// How many.
    pub attempts: i64,
    /// Those of them that failed.
    pub failures: i64,
    /// How long they took on average, in microseconds.
    pub average_micros: i64,
    /// How long the slowest took, in microseconds.
    pub slowest_micros: i64,
}

impl From<Hour> for HourView {
    fn from(hour: Hour) -> Self {
        let Hour { from, attempts, failures, average_micros, slowest_micros } = hour;
        Self { from, attempts, failures, average_micros, slowest_micros }
    }
}

/// How the deliveries of a connection went during the last 24 hours, on all nodes. What is asked while orders are judged is not counted.
#[utoipa::path(get, path = "/connections/{name}/figures", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    responses((status = 200, body = ConnectionFigures)))]
async fn connection_figures(
    State(app): State<Shared>,
    Segment(name): Segment<String>,
) -> Result<Json<ConnectionFigures>, Problem> {
    find(&app, &name).await?;
    let since = app.now().before(Duration::from_hours(24));
    let hours = app.store.hours(&name, since).await?;
    Ok(Json(ConnectionFigures { since, hours: hours.into_iter().map(HourView::from).collect() }))
}
