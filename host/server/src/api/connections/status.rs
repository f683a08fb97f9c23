//! How a connection is doing now, on this node.

use axum::Json;
use axum::extract::State;
use mortise_domain::call::Interface;
use mortise_domain::connection::Connection;
use mortise_domain::control::Pause;
use mortise_domain::grant::Ungranted;
use mortise_domain::text::Text;
use mortise_pipeline::Failing;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::Segment;
use super::super::problem::Problem;
use super::{find, interfaces};
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(connection_status))
}

/// Whether a connection works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// It is called when it is needed.
    Ready,
    /// An admin has switched it off.
    Disabled,
    /// A person lets it rest; see `paused`. Deliveries wait, and orders that need it are held.
    Paused,
    /// It could not be loaded; see `fault`. Orders that need it are held.
    Broken,
    /// Credentials are missing; see `missing_credentials`.
    LacksCredentials,
    /// A breaker is open: a function failed again and again and is left in peace for a while; see `failing`.
    Resting,
}

/// How a connection is doing now, on this node.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionStatus {
    /// Its name.
    pub name: String,
    /// Whether it works.
    pub health: Health,
    /// What its plugin exports.
    pub interfaces: Vec<Interface>,
    /// The rest that a person lets it have.
    pub paused: Option<Pause>,
    /// Why it could not be loaded.
    pub fault: Option<Text>,
    /// Required slots that are empty.
    pub missing_credentials: Vec<String>,
    /// What the plugin wishes for and the connection does not grant; calls that need it fail.
    pub ungranted: Vec<Ungranted>,
    /// Functions that fail, and why. Those whose last call ended well, or that were not called since the start, are not here.
    pub failing: Vec<Failing>,
    /// Calls at this moment.
    pub calls_in_flight: usize,
}

/// How a connection is doing.
pub async fn of(app: &Shared, connection: &Connection) -> Result<ConnectionStatus, Problem> {
    let name = &connection.name;
    let fault = app.connections.fault(name);
    let missing_credentials = app.registry.missing_credentials(name);
    let paused = app.connections.pause(name);
    let failing = app.pipeline().failing(name);
    let health = if !connection.enabled {
        Health::Disabled
    } else if paused.is_some() {
        Health::Paused
    } else if fault.is_some() {
        Health::Broken
    } else if !missing_credentials.is_empty() {
        Health::LacksCredentials
    } else if failing.iter().any(|function| function.breaker_open_until.is_some()) {
        Health::Resting
    } else {
        Health::Ready
    };
    Ok(ConnectionStatus {
        health,
        interfaces: interfaces(app, connection).await?,
        paused,
        fault,
        missing_credentials,
        ungranted: app.registry.ungranted(name),
        failing,
        calls_in_flight: app.registry.in_flight(name),
        name: name.clone(),
    })
}

/// How a connection is doing now, on this node.
#[utoipa::path(get, path = "/connections/{name}/status", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    responses((status = 200, body = ConnectionStatus)))]
async fn connection_status(
    State(app): State<Shared>,
    Segment(name): Segment<String>,
) -> Result<Json<ConnectionStatus>, Problem> {
    let stored = find(&app, &name).await?;
    of(&app, &stored.connection).await.map(Json)
}
