//! Plugins: what is installed, who vouches for it, and the way in.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use mortise_domain::call::Interface;
use mortise_domain::instant::Instant;
use mortise_domain::manifest::Manifest;
use mortise_domain::publisher::PublisherKey;
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

pub mod dependents;
pub mod inspect;
pub mod install;
pub mod label;
pub mod signature;

use signature::SignatureView;

/// The routes of this noun. `most`: bytes of a plugin's file.
pub fn routes(most: usize) -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_plugins, install::install_plugin))
        .routes(routes!(install::fetch_plugin))
        .routes(routes!(inspect::inspect_plugin))
        .routes(routes!(inspect::inspect_source))
        .routes(routes!(get_plugin, remove_plugin))
        .routes(routes!(dependents::plugin_dependents))
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
    /// Where its file was fetched from; null: it was sent here.
    pub source: Option<String>,
    /// Who vouches for it.
    pub signature: SignatureView,
}

async fn view(app: &Shared, plugin: InstalledPlugin, keys: &[PublisherKey]) -> Result<PluginView, Problem> {
    let InstalledPlugin { digest, manifest, size, installed_at, installed_by, source } = plugin;
    let interfaces = app.connections.interfaces(&digest).await?.map(|found| found.to_vec()).unwrap_or_default();
    let standing = app.connections.standing(&digest, keys).await?;
    let signature = SignatureView::new(app, standing, &manifest.publisher);
    let source = Some(source).filter(|source| !source.is_empty());
    Ok(PluginView { digest, manifest, interfaces, size, installed_at, installed_by, source, signature })
}

async fn find(app: &Shared, digest: &str) -> Result<InstalledPlugin, Problem> {
    app.store.plugin(digest).await?.ok_or_else(|| Problem::not_found(format_args!("plugin {digest:?}")))
}

/// All installed plugins, newest first.
#[utoipa::path(get, path = "/plugins", tag = "plugins", responses((status = 200, body = Listed<PluginView>)))]
async fn list_plugins(State(app): State<Shared>) -> Result<Json<Listed<PluginView>>, Problem> {
    let keys = app.store.publisher_keys().await?;
    let mut views = Vec::new();
    for plugin in app.store.plugins().await? {
        views.push(view(&app, plugin, &keys).await?);
    }
    Ok(Json(Listed::whole(views)))
}

/// One installed plugin.
#[utoipa::path(get, path = "/plugins/{digest}", tag = "plugins", params(("digest" = String, Path, description = "SHA-256 of its file, hex")),
    responses((status = 200, body = PluginView)))]
async fn get_plugin(State(app): State<Shared>, Segment(digest): Segment<String>) -> Result<Json<PluginView>, Problem> {
    let plugin = find(&app, &digest).await?;
    view(&app, plugin, &app.store.publisher_keys().await?).await.map(Json)
}

/// Removes a plugin that no connection uses; see `/plugins/{digest}/dependents`.
#[utoipa::path(delete, path = "/plugins/{digest}", tag = "plugins", params(("digest" = String, Path, description = "SHA-256 of its file, hex")),
    responses((status = 204)))]
async fn remove_plugin(
    State(app): State<Shared>,
    actor: Actor,
    Segment(digest): Segment<String>,
) -> Result<StatusCode, Problem> {
    if let Some(plugin) = app.store.plugin(&digest).await? {
        actor.note("plugin", plugin.label());
    }
    app.store.remove_plugin(&digest).await?;
    Ok(StatusCode::NO_CONTENT)
}
