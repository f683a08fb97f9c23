//! The way in: a file that is sent here, or one that is fetched from where the request says.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use mortise_domain::publisher::Standing;
use mortise_domain::timeline::Entry;
use mortise_runtime::fetch::{FetchError, Fetched, Source};
use mortise_runtime::{Inspection, ProveError, inspect};
use mortise_store::NewPlugin;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::super::extract::{is_json, no_hint, read};
use super::super::guard::Actor;
use super::super::problem::Problem;
use super::{PluginView, Received, find, view};
use crate::app::Shared;

/// Where a plugin's file is to be fetched from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstallRequest {
    /// `oci://HOST/REPOSITORY:TAG`, `oci://HOST/REPOSITORY@sha256:DIGEST`, or an https address. Which hosts are allowed is set in
    /// `plugin-sources` of the configuration.
    source: String,
    /// SHA-256 of the file, hex: another file is refused.
    digest: Option<String>,
}

/// Installs a plugin: the body is its file, or says where to fetch it from. Its signatures are checked; then it is compiled,
/// checked against the contract and instantiated once. No connection uses it yet. The same file again changes nothing.
#[utoipa::path(post, path = "/plugins", tag = "plugins",
    request_body(content((Vec<u8> = "application/wasm"), (InstallRequest = "application/json"))),
    responses((status = 201, description = "Installed", body = PluginView), (status = 200, description = "Was there already", body = PluginView)))]
pub async fn install_plugin(
    State(app): State<Shared>,
    actor: Actor,
    headers: HeaderMap,
    body: Received,
) -> Result<(StatusCode, Json<PluginView>), Problem> {
    let body = body?;
    if !is_json(&headers) {
        return keep(&app, &actor, body, "").await;
    }
    // Whoever may name a source may make this machine send requests.
    actor.admin()?;
    let request: InstallRequest = read(&body, no_hint)?;
    let source: Source = request.source.parse().map_err(|error| Problem::field("source", format!("{error}")))?;
    let digest = request.digest.map(|digest| digest.to_ascii_lowercase());
    if digest.as_ref().is_some_and(|digest| digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        return Err(Problem::field("digest", "must be the SHA-256 of the file, 64 hex digits"));
    }
    let fetched = app.fetcher.fetch(&source, digest.as_deref()).await;
    let Fetched { bytes, source } = fetched.map_err(|error| unfetched(&error))?;
    keep(&app, &actor, bytes, &source).await
}

async fn keep(
    app: &Shared,
    actor: &Actor,
    file: Bytes,
    source: &str,
) -> Result<(StatusCode, Json<PluginView>), Problem> {
    let (most, looked) = (app.config.plugin_bytes, file.clone());
    let found = tokio::task::spawn_blocking(move || inspect(&looked, most)).await.map_err(|_| Problem::internal())?;
    let found = found.map_err(|error| refusal(&error.into()))?;
    let keys = app.store.publisher_keys().await?;
    let standing = found.signatures.standing(&found.manifest.publisher, &keys);
    // Before it is compiled: the compiler is the largest thing that a hostile file could attack.
    if !app.connections.policy().admits(&standing) {
        return Err(untrusted(&standing, &found.manifest.publisher));
    }
    let proven = app.runtime.prove(file.clone()).await.map_err(|error| refusal(&error))?;
    let story = [Entry::by(actor.name(), app.now(), "plugin.installed", particulars(app, &found, &standing, source))];
    let (digest, manifest) = (proven.hash(), proven.manifest());
    let new = NewPlugin { digest, manifest, component: &file, source, story: &story };
    let added = app.store.add_plugin(new, actor.name()).await?;
    let status = if added { StatusCode::CREATED } else { StatusCode::OK };
    let plugin = find(app, digest).await?;
    Ok((status, Json(view(app, plugin, &keys).await?)))
}

fn particulars(app: &Shared, found: &Inspection, standing: &Standing, source: &str) -> serde_json::Value {
    let manifest = &found.manifest;
    json!({
        "name": manifest.name, "version": manifest.version, "publisher": manifest.publisher, "source": source,
        "signature": standing, "warning": app.connections.policy().objection(standing, &manifest.publisher),
    })
}

fn untrusted(standing: &Standing, publisher: &str) -> Problem {
    let objection = standing.objection(publisher).unwrap_or_default();
    let title = "Nobody who is trusted vouches for the file";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "untrusted-plugin", title, objection.en)
        .remedy("See GET /publishers for the keys that are trusted. Whether signatures are required is set in `plugin-signatures` of the configuration.")
}

fn refusal(error: &ProveError) -> Problem {
    if matches!(error, ProveError::Interrupted(_) | ProveError::Busy { .. }) {
        return Problem::unavailable(error.to_string());
    }
    let title = "The file is no plugin for this host";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unusable-plugin", title, error.to_string())
}

fn unfetched(error: &FetchError) -> Problem {
    let title = "The file could not be fetched";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unfetched-plugin", title, error.to_string())
}
