//! Switching a connection on and off. Switched off it is not called; what is to be delivered to it waits.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use mortise_domain::connection::{Cause, Connection};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::Segment;
use super::super::guard::Actor;
use super::super::problem::Problem;
use super::{Change, find, tagged, view};
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(enable_connection)).routes(routes!(disable_connection))
}

/// Switches a connection on. In force when the answer comes; nothing changes where it is on already.
#[utoipa::path(post, path = "/connections/{name}/enable", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    responses((status = 200, description = "It is on", body = super::ConnectionView)))]
async fn enable_connection(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
) -> Result<Response, Problem> {
    switch(&app, &actor, &name, true).await
}

/// Switches a connection off. Calls in flight end; orders that need it are held, deliveries to it wait.
#[utoipa::path(post, path = "/connections/{name}/disable", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    responses((status = 200, description = "It is off", body = super::ConnectionView)))]
async fn disable_connection(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
) -> Result<Response, Problem> {
    switch(&app, &actor, &name, false).await
}

async fn switch(app: &Shared, actor: &Actor, name: &str, enabled: bool) -> Result<Response, Problem> {
    let present = find(app, name).await?;
    if present.connection.enabled == enabled {
        return tagged(StatusCode::OK, view(app, present));
    }
    let cause = if enabled { Cause::Enabled } else { Cause::Disabled };
    let connection = Connection { enabled, ..present.connection };
    Change { connection, expected: Some(present.revision), cause }.make(app, actor).await
}
