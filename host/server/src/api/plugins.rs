//! Plugins: what is installed, and the way in.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use mortise_domain::call::Interface;
use mortise_domain::instant::Instant;
use mortise_domain::manifest::Manifest;
use mortise_runtime::ProveError;
use mortise_store::InstalledPlugin;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Segment;
use super::guard::Actor;
use super::page::Listed;
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun. `most`: bytes of a plugin's file.
pub fn routes(most: usize) -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_plugins, install_plugin))
        .routes(routes!(get_plugin, remove_plugin))
        .layer(DefaultBodyLimit::max(most))
}

/// An installed plugin.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginView {
    /// SHA-256 of its file, hex: what connections name.
    pub digest: String,
    /// What it says about itself.
    pub manifest: Manifest,
    /// What it exports.
    pub interfaces: Vec<Interface>,
    /// Length of its file in bytes.
    pub size: i64,
    /// When it was installed.
    pub installed_at: Instant,
    /// Who installed it: a token's name, or `user:<name>`.
    pub installed_by: String,
}

async fn view(app: &Shared, plugin: InstalledPlugin) -> Result<PluginView, Problem> {
    let InstalledPlugin { digest, manifest, size, installed_at, installed_by } = plugin;
    let interfaces = app.connections.interfaces(&digest).await?.map(|found| found.to_vec()).unwrap_or_default();
    Ok(PluginView { digest, manifest, interfaces, size, installed_at, installed_by })
}

async fn find(app: &Shared, digest: &str) -> Result<InstalledPlugin, Problem> {
    app.store.plugin(digest).await?.ok_or_else(|| Problem::not_found(format_args!("plugin {digest:?}")))
}

/// All installed plugins, newest first.
#[utoipa::path(get, path = "/plugins", tag = "plugins", responses((status = 200, body = Listed<PluginView>)))]
async fn list_plugins(State(app): State<Shared>) -> Result<Json<Listed<PluginView>>, Problem> {
    let mut views = Vec::new();
    for plugin in app.store.plugins().await? {
        views.push(view(&app, plugin).await?);
    }
    Ok(Json(Listed::whole(views)))
}

/// Installs a plugin: the body is its file. It is compiled, checked against the contract and instantiated once; no connection
/// uses it yet. The same file again changes nothing.
#[utoipa::path(post, path = "/plugins", tag = "plugins", request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses((status = 201, description = "Installed", body = PluginView), (status = 200, description = "Was there already", body = PluginView)))]
async fn install_plugin(
    State(app): State<Shared>,
    actor: Actor,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<PluginView>), Problem> {
    let body = body?;
    let proven = app.runtime.prove(body.clone()).await.map_err(|error| refusal(&error))?;
    let new = app.store.install_plugin(proven.hash(), proven.manifest(), &body, actor.name()).await?;
    let manifest = proven.manifest();
    actor.note("plugin", format!("{} {} {}", manifest.name, manifest.version, proven.hash()));
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    let plugin = find(&app, proven.hash()).await?;
    Ok((status, Json(view(&app, plugin).await?)))
}

fn refusal(error: &ProveError) -> Problem {
    if matches!(error, ProveError::Interrupted(_) | ProveError::Busy { .. }) {
        return Problem::unavailable(error.to_string());
    }
    let title = "The file is no plugin for this host";
    let text = error.text();
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unusable-plugin", title, text.en.clone()).text(text)
}

/// One installed plugin.
#[utoipa::path(get, path = "/plugins/{digest}", tag = "plugins", params(("digest" = String, Path, description = "SHA-256 of its file, hex")),
    responses((status = 200, body = PluginView)))]
async fn get_plugin(State(app): State<Shared>, Segment(digest): Segment<String>) -> Result<Json<PluginView>, Problem> {
    let plugin = find(&app, &digest).await?;
    view(&app, plugin).await.map(Json)
}

/// Removes a plugin that no connection uses.
#[utoipa::path(delete, path = "/plugins/{digest}", tag = "plugins", params(("digest" = String, Path, description = "SHA-256 of its file, hex")),
    responses((status = 204)))]
async fn remove_plugin(State(app): State<Shared>, Segment(digest): Segment<String>) -> Result<StatusCode, Problem> {
    app.store.remove_plugin(&digest).await?;
    Ok(StatusCode::NO_CONTENT)
}
