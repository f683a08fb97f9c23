//! The way in: a file that is sent here, or one that is fetched from where the request says.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use mortise_domain::publisher::Standing;
use mortise_runtime::fetch::{FetchError, Fetched, Source};
use mortise_runtime::{Inspection, ProveError, inspect};
use mortise_store::NewPlugin;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::extract::Json as Body;
use super::super::guard::Actor;
use super::super::problem::Problem;
use super::{PluginView, find, view};
use crate::app::Shared;

/// Bytes of a request, or why they did not come.
pub type Received = Result<Bytes, BytesRejection>;

/// Where a plugin's file is to be fetched from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceRequest {
    /// `oci://HOST/REPOSITORY:TAG`, `oci://HOST/REPOSITORY@sha256:DIGEST`, or an https address. Which hosts are allowed is set in
    /// `plugin-sources` of the configuration.
    source: String,
    /// SHA-256 of the file, hex: another file is refused. An inspection tells it, so that what was looked at is what is installed.
    digest: Option<String>,
}

/// Installs a plugin: the body is its file. Its signatures are checked; then it is compiled, checked against the contract and
/// instantiated once. No connection uses it yet. The same file again changes nothing.
#[utoipa::path(post, path = "/plugins", tag = "plugins", request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses((status = 201, description = "Installed", body = PluginView), (status = 200, description = "Was there already", body = PluginView)))]
pub async fn install_plugin(
    State(app): State<Shared>,
    actor: Actor,
    body: Received,
) -> Result<(StatusCode, Json<PluginView>), Problem> {
    keep(&app, &actor, body?, "").await
}

/// Fetches a plugin's file from a registry or an address, and installs it.
#[utoipa::path(post, path = "/plugins/fetch", tag = "plugins", request_body = SourceRequest,
    responses((status = 201, description = "Installed", body = PluginView), (status = 200, description = "Was there already", body = PluginView)))]
pub async fn fetch_plugin(
    State(app): State<Shared>,
    actor: Actor,
    Body(request): Body<SourceRequest>,
) -> Result<(StatusCode, Json<PluginView>), Problem> {
    let Fetched { bytes, source } = fetch(&app, request).await?;
    actor.note("source", source.as_str());
    keep(&app, &actor, bytes, &source).await
}

/// The file that a request names.
pub async fn fetch(app: &Shared, request: SourceRequest) -> Result<Fetched, Problem> {
    let source: Source = request.source.parse().map_err(|error| Problem::field("source", format!("{error}")))?;
    let digest = request.digest.map(|digest| digest.to_ascii_lowercase());
    if digest.as_ref().is_some_and(|digest| digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        return Err(Problem::field("digest", "must be the SHA-256 of the file, 64 hex digits"));
    }
    app.fetcher.fetch(&source, digest.as_deref()).await.map_err(|error| unfetched(&error))
}

/// Looks at a file; nothing of it runs.
pub async fn look(app: &Shared, file: &Bytes) -> Result<Inspection, Problem> {
    let (most, file) = (app.config.plugin_bytes, file.clone());
    let found = tokio::task::spawn_blocking(move || inspect(&file, most)).await.map_err(|_| Problem::internal())?;
    found.map_err(|error| refusal(&error.into()))
}

async fn keep(
    app: &Shared,
    actor: &Actor,
    file: Bytes,
    source: &str,
) -> Result<(StatusCode, Json<PluginView>), Problem> {
    let found = look(app, &file).await?;
    let (manifest, digest) = (&found.manifest, found.hash.as_str());
    actor.note("plugin", format!("{} {} {digest}", manifest.name, manifest.version));
    let keys = app.store.publisher_keys().await?;
    let standing = found.signatures.standing(&manifest.publisher, &keys);
    actor.note("signature", standing.name());
    // Before it is compiled: the compiler is the largest thing that a hostile file could attack.
    if !app.connections.policy().admits(&standing) {
        return Err(untrusted(&standing, &manifest.publisher));
    }
    app.runtime.prove(file.clone()).await.map_err(|error| refusal(&error))?;
    let new = NewPlugin { digest, manifest, component: &file, source };
    let added = app.store.add_plugin(new, actor.name()).await?;
    let status = if added { StatusCode::CREATED } else { StatusCode::OK };
    let plugin = find(app, digest).await?;
    Ok((status, Json(view(app, plugin, &keys).await?)))
}

fn untrusted(standing: &Standing, publisher: &str) -> Problem {
    let objection = standing.objection(publisher).unwrap_or_default();
    let title = "Nobody who is trusted vouches for the file";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "untrusted-plugin", title, objection.en.clone())
        .text(objection)
        .remedy("See GET /publishers for the keys that are trusted. Whether signatures are required is set in `plugin-signatures` of the configuration.")
}

fn refusal(error: &ProveError) -> Problem {
    if matches!(error, ProveError::Interrupted(_) | ProveError::Busy { .. }) {
        return Problem::unavailable(error.to_string());
    }
    let title = "The file is no plugin for this host";
    let text = error.text();
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unusable-plugin", title, text.en.clone()).text(text)
}

fn unfetched(error: &FetchError) -> Problem {
    let title = "The file could not be fetched";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unfetched-plugin", title, error.to_string())
}
