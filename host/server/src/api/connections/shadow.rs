//! A shadow upgrade: the calls of late, made again on another version before it takes over.

use axum::Json;
use axum::extract::State;
use mortise_domain::connection::Connection;
use mortise_domain::grant::Ungranted;
use mortise_domain::rehearsal::Comparison;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Json as Body, Segment};
use super::super::problem::Problem;
use super::{find, refusal};
use crate::app::Shared;

/// Most calls that are made again at once.
const MOST: u32 = 200;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(shadow_upgrade))
}

/// What is tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShadowRequest {
    /// Digest of an installed plugin; null or left out: the present one, with other settings.
    #[serde(default)]
    plugin: Option<String>,
    /// Settings for it; null or left out: the present ones.
    #[serde(default)]
    settings: Option<Value>,
    /// New wishes that are granted for the trial, those for values of credentials excepted.
    #[serde(default)]
    approve: Vec<Ungranted>,
    /// How many of the last calls, 200 at most.
    #[serde(default = "fifty")]
    calls: u32,
}

fn fifty() -> u32 {
    50
}

/// Makes the last calls of a connection again, on its present plugin and on another version or with other settings, and tells
/// what differs. Nothing is sent: requests are answered from the record; nothing is remembered either. What the record has no
/// answer to counts as unclear. Recorded is what this node has called since its start, of each function the last 50 calls.
#[utoipa::path(post, path = "/connections/{name}/upgrade/shadow", tag = "connections", request_body = ShadowRequest,
    params(("name" = String, Path, description = "The connection's name")), responses((status = 200, body = Comparison)))]
async fn shadow_upgrade(
    State(app): State<Shared>,
    Segment(name): Segment<String>,
    Body(request): Body<ShadowRequest>,
) -> Result<Json<Comparison>, Problem> {
    let ShadowRequest { plugin, settings, approve, calls } = request;
    if !(1..=MOST).contains(&calls) {
        return Err(Problem::field("calls", format!("must be 1 to {MOST}")));
    }
    let present = find(&app, &name).await?.connection;
    let mut grant = present.grant.clone();
    // Whoever may try may not say who sees credentials.
    if let Some(at) = approve.iter().position(|wish| wish.field == "grant.reveal") {
        let text =
            "cannot be granted for a trial; leave it out: what needs the value counts as failed on the new version";
        return Err(Problem::field(format!("approve[{at}]"), text));
    }
    if let Some(at) = approve.iter().position(|wish| !grant.fulfil(wish)) {
        return Err(Problem::field(format!("approve[{at}]"), "cannot be granted; see the check of the upgrade"));
    }
    let next = Connection {
        plugin: plugin.unwrap_or_else(|| present.plugin.clone()),
        settings: settings.unwrap_or_else(|| present.settings.clone()),
        grant,
        ..present.clone()
    };
    let compared = app.connections.compare(&present, &next, calls as usize).await;
    compared.map(Json).map_err(refusal)
}
