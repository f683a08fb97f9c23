//! Plugins: what is installed, who vouches for it, and the way in.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use mortise_domain::call::Interface;
use mortise_domain::instant::Instant;
use mortise_domain::manifest::Manifest;
use mortise_domain::publisher::{PublisherKey, Standing};
use mortise_domain::text::Text;
use mortise_domain::timeline::Entry;
use mortise_store::InstalledPlugin;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Params, Segment};
use super::guard::Actor;
use super::page::{Listed, PageParams};
use super::problem::Problem;
use crate::app::Shared;

pub mod install;

/// The routes of this noun. `most`: bytes of a plugin's file.
pub fn routes(most: usize) -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_plugins, install::install_plugin))
        .routes(routes!(get_plugin, remove_plugin))
        .routes(routes!(get_plugin_timeline))
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
    /// Name of the token that installed it.
    pub installed_by: String,
    /// Where its file was fetched from; null: it was sent here.
    pub source: Option<String>,
    /// Who vouches for it.
    pub signature: SignatureView,
}

/// Who vouches for a plugin, and what follows from it here.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignatureView {
    /// How its file stands by the keys that are trusted now.
    #[serde(flatten)]
    pub standing: Standing,
    /// May it be used? False only where `plugin-signatures` is `required`.
    pub admitted: bool,
    /// What is wrong and what to do; null: nothing, or `plugin-signatures` is `off`.
    pub warning: Option<Text>,
}

async fn view(app: &Shared, plugin: InstalledPlugin, keys: &[PublisherKey]) -> Result<PluginView, Problem> {
    let InstalledPlugin { digest, manifest, size, installed_at, installed_by, source } = plugin;
    let interfaces = app.connections.interfaces(&digest).await?.map(|found| found.to_vec()).unwrap_or_default();
    let standing = app.connections.standing(&digest, keys).await?;
    let policy = app.connections.policy();
    let signature = SignatureView {
        admitted: policy.admits(&standing),
        warning: policy.objection(&standing, &manifest.publisher),
        standing,
    };
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

/// Removes a plugin that no connection uses. Its story stays.
#[utoipa::path(delete, path = "/plugins/{digest}", tag = "plugins", params(("digest" = String, Path, description = "SHA-256 of its file, hex")),
    responses((status = 204)))]
async fn remove_plugin(
    State(app): State<Shared>,
    actor: Actor,
    Segment(digest): Segment<String>,
) -> Result<StatusCode, Problem> {
    app.store.remove_plugin(&digest).await?;
    let entry = Entry::by(actor.name(), app.now(), "plugin.removed", serde_json::json!({}));
    app.store.record("plugin", &digest, &[entry]).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What happened to a plugin here, oldest first: installed, signatures that became void or valid, removed.
#[utoipa::path(get, path = "/plugins/{digest}/timeline", tag = "plugins",
    params(("digest" = String, Path, description = "SHA-256 of its file, hex"), PageParams), responses((status = 200, body = Listed<Entry>)))]
async fn get_plugin_timeline(
    State(app): State<Shared>,
    Segment(digest): Segment<String>,
    Params(page): Params<PageParams>,
) -> Result<Json<Listed<Entry>>, Problem> {
    Ok(Json(Listed::of(app.store.timeline("plugin", &digest, &page.request()?).await?)))
}

/// How all installed plugins stand at one moment.
pub struct Standings(Vec<(String, Standing, Option<Text>)>);

/// How all installed plugins stand now.
pub async fn standings(app: &Shared) -> Result<Standings, Problem> {
    let keys = app.store.publisher_keys().await?;
    let mut found = Vec::new();
    for InstalledPlugin { digest, manifest, .. } in app.store.plugins().await? {
        let standing = app.connections.standing(&digest, &keys).await?;
        let objection = app.connections.policy().objection(&standing, &manifest.publisher);
        found.push((digest, standing, objection));
    }
    Ok(Standings(found))
}

impl Standings {
    /// Those of `after` that stood differently before.
    pub fn changed(&self, after: Self) -> impl Iterator<Item = (String, Standing, Option<Text>)> {
        after.0.into_iter().filter(|plugin| !self.0.contains(plugin))
    }
}

/// Bytes of a request, or why they did not come.
pub type Received = Result<Bytes, BytesRejection>;
