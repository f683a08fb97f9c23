//! What depends on an installed plugin: asked before it is removed.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::extract::Segment;
use super::super::problem::Problem;
use super::find;
use crate::app::Shared;

/// What depends on an installed plugin.
#[derive(Debug, Serialize, ToSchema)]
pub struct DependentsView {
    /// Connections that use it, by name. While there are any it cannot be removed.
    pub connections: Vec<DependentView>,
    /// Connections that used it before and use another plugin now: without it they cannot be rolled back to that state.
    pub rollbacks: Vec<String>,
}

/// A connection that uses the plugin.
#[derive(Debug, Serialize, ToSchema)]
pub struct DependentView {
    /// Its name.
    pub name: String,
    /// Is it switched on?
    pub enabled: bool,
    /// Deliveries to it that are not done.
    pub open_deliveries: i64,
}

/// What depends on a plugin. Removing it is refused while connections use it.
#[utoipa::path(get, path = "/plugins/{digest}/dependents", tag = "plugins", params(("digest" = String, Path, description = "SHA-256 of its file, hex")),
    responses((status = 200, body = DependentsView)))]
pub async fn plugin_dependents(
    State(app): State<Shared>,
    Segment(digest): Segment<String>,
) -> Result<Json<DependentsView>, Problem> {
    find(&app, &digest).await?;
    let mut connections = Vec::new();
    for stored in app.store.connections().await?.into_iter().filter(|stored| stored.connection.plugin == digest) {
        let open_deliveries = app.store.open_deliveries(&stored.connection.name).await?;
        connections.push(DependentView {
            name: stored.connection.name,
            enabled: stored.connection.enabled,
            open_deliveries,
        });
    }
    let rollbacks = app.store.could_return_to(&digest).await?;
    Ok(Json(DependentsView { connections, rollbacks }))
}
