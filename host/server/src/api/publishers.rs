//! Publishers: whose signatures on plugins count.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::publisher::PublisherKey;
use mortise_runtime::PublicKey;
use mortise_store::NewPublisherKey;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Segment};
use super::guard::Actor;
use super::page::Listed;
use super::plugins::signature::Standings;
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_publishers))
        .routes(routes!(trust_publisher))
        .routes(routes!(revoke_publisher_key))
}

/// A key to be trusted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustRequest {
    /// The public key: Ed25519 as PEM, the `.pub` file that `mortise plugin keygen` wrote.
    public_key: String,
    /// Trust it again although it was revoked here.
    #[serde(default)]
    restore: bool,
}

/// All keys, revoked ones too, by publisher.
#[utoipa::path(get, path = "/publishers", tag = "publishers", responses((status = 200, body = Listed<PublisherKey>)))]
async fn list_publishers(State(app): State<Shared>) -> Result<Json<Listed<PublisherKey>>, Problem> {
    Ok(Json(Listed::whole(app.store.publisher_keys().await?)))
}

/// Trusts a key of a publisher. A publisher may have several, so that a new one is known before the old one goes.
#[utoipa::path(put, path = "/publishers/{publisher}", tag = "publishers", request_body = TrustRequest,
    params(("publisher" = String, Path, description = "The publisher, as manifests name it")),
    responses((status = 201, description = "Trusted now", body = PublisherKey), (status = 200, description = "Was trusted already", body = PublisherKey)))]
async fn trust_publisher(
    State(app): State<Shared>,
    actor: Actor,
    Segment(publisher): Segment<String>,
    Body(request): Body<TrustRequest>,
) -> Result<(StatusCode, Json<PublisherKey>), Problem> {
    if publisher.trim() != publisher || publisher.is_empty() || publisher.len() > 200 {
        return Err(Problem::field("publisher", "use the publisher's name as it stands in its manifests"));
    }
    let refuse = |error: mortise_runtime::KeyError| Problem::field("public_key", error.to_string());
    let key = PublicKey::from_pem(&request.public_key).map_err(refuse)?;
    let (id, public_key) = (key.id(), key.to_pem().map_err(refuse)?);
    actor.note("key", id.as_str());
    let before = Standings::now(&app).await?;
    let new = NewPublisherKey { publisher: &publisher, id: &id, public_key: &public_key, restore: request.restore };
    let changed = app.store.trust_publisher_key(new, actor.name()).await?;
    follow(&app, &before, &actor).await?;
    let status = if changed { StatusCode::CREATED } else { StatusCode::OK };
    let stored = app.store.publisher_key(&publisher, &id).await?;
    Ok((status, Json(stored.ok_or_else(Problem::internal)?)))
}

/// Revokes a key. Plugins that only it vouches for are unloaded where signatures are required, and marked where not.
#[utoipa::path(delete, path = "/publishers/{publisher}/keys/{id}", tag = "publishers",
    params(("publisher" = String, Path, description = "The publisher"), ("id" = String, Path, description = "The key's id")),
    responses((status = 204)))]
async fn revoke_publisher_key(
    State(app): State<Shared>,
    actor: Actor,
    Segment((publisher, id)): Segment<(String, String)>,
) -> Result<StatusCode, Problem> {
    let before = Standings::now(&app).await?;
    app.store.revoke_publisher_key(&publisher, &id, actor.name()).await?;
    follow(&app, &before, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts the change in force on this node, and notes which plugins stand differently now.
async fn follow(app: &Shared, before: &Standings, actor: &Actor) -> Result<(), Problem> {
    app.refresh().await?;
    let changes = before.changes(Standings::now(app).await?);
    if !changes.is_empty() {
        actor.note("plugins", changes);
    }
    Ok(())
}
