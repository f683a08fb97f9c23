//! Credentials of a connection: written, never read.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::instant::Instant;
use mortise_domain::manifest::Manifest;
use mortise_domain::ports::sandbox::{Credential, Vault as _};
use mortise_domain::secret::Secret;
use mortise_domain::text::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Json as Body, Segment};
use super::super::page::Listed;
use super::super::problem::Problem;
use super::find;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_credentials)).routes(routes!(put_credential, forget_credential))
}

/// A slot for a credential. Its value is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotView {
    /// Its name within the plugin.
    pub slot: String,
    /// For people.
    pub title: Text,
    /// Must an admin fill it?
    pub required: bool,
    /// Does the host take it from an upstream's answer?
    pub captured: bool,
    /// When it was filled; null: it is empty.
    pub filled_at: Option<Instant>,
    /// When the value expires.
    pub expires_at: Option<Instant>,
}

/// A credential's value.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialValue {
    /// The value.
    value: String,
}

async fn manifest(app: &Shared, connection: &str) -> Result<Manifest, Problem> {
    let stored = find(app, connection).await?;
    let plugin = app.store.plugin(&stored.connection.plugin).await?;
    plugin.map(|plugin| plugin.manifest).ok_or_else(|| Problem::conflict("The connection's plugin is not installed."))
}

/// The slots of a connection, filled or empty.
#[utoipa::path(get, path = "/connections/{name}/credentials", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    responses((status = 200, body = Listed<SlotView>)))]
async fn list_credentials(
    State(app): State<Shared>,
    Segment(name): Segment<String>,
) -> Result<Json<Listed<SlotView>>, Problem> {
    let manifest = manifest(&app, &name).await?;
    let filled = app.store.filled_slots(&name).await?;
    let views = manifest.credentials.into_iter().map(|slot| {
        let value = filled.iter().find(|value| value.slot == slot.slot);
        SlotView {
            title: slot.title,
            required: slot.required,
            captured: slot.capture.is_some(),
            filled_at: value.map(|value| value.updated_at),
            expires_at: value.map(|value| value.expires_at).filter(|at| *at != Instant::NEVER),
            slot: slot.slot,
        }
    });
    Ok(Json(Listed::whole(views.collect())))
}

/// Fills a slot. In force when the answer comes.
#[utoipa::path(put, path = "/connections/{name}/credentials/{slot}", tag = "connections", request_body = CredentialValue,
    params(("name" = String, Path, description = "The connection's name"), ("slot" = String, Path, description = "The slot's name")),
    responses((status = 204)))]
async fn put_credential(
    State(app): State<Shared>,
    Segment((name, slot)): Segment<(String, String)>,
    body: Result<Body<CredentialValue>, Problem>,
) -> Result<StatusCode, Problem> {
    let Body(CredentialValue { value }) = body.map_err(silent)?;
    let value = Secret::new(value);
    let manifest = manifest(&app, &name).await?;
    let Some(known) = manifest.slot(&slot) else {
        let slots: Vec<&str> = manifest.credentials.iter().map(|slot| slot.slot.as_str()).collect();
        return Err(Problem::field("slot", format!("is not known to the plugin; known are: {}", slots.join(", "))));
    };
    if known.capture.is_some() {
        return Err(Problem::field("slot", "is filled by the host from an upstream's answer"));
    }
    if value.expose().is_empty() || value.expose().len() > 16_384 {
        return Err(Problem::field("value", "must have 1 to 16,384 bytes"));
    }
    app.store.keep(&name, &Credential { slot, value, expires_at: Instant::NEVER }).await?;
    app.refresh().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What cannot be read may hold the value in a wrong place: nothing of it is said again.
fn silent(problem: Problem) -> Problem {
    let expected =
        "must be the only field of a JSON object, a text: {\"value\": \"…\"}; what was sent is not shown here";
    match problem.status() {
        StatusCode::UNPROCESSABLE_ENTITY => Problem::field("value", expected),
        StatusCode::BAD_REQUEST => Problem::malformed(format!("The body is not a JSON text. `value` {expected}.")),
        _ => problem,
    }
}

/// Empties a slot.
#[utoipa::path(delete, path = "/connections/{name}/credentials/{slot}", tag = "connections",
    params(("name" = String, Path, description = "The connection's name"), ("slot" = String, Path, description = "The slot's name")),
    responses((status = 204)))]
async fn forget_credential(
    State(app): State<Shared>,
    Segment((name, slot)): Segment<(String, String)>,
) -> Result<StatusCode, Problem> {
    find(&app, &name).await?;
    app.store.forget(&name, &slot).await?;
    app.refresh().await?;
    Ok(StatusCode::NO_CONTENT)
}
