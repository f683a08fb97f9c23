//! What is in a plugin's file, for whoever decides whether to install it. Nothing of it runs, and nothing is kept.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use mortise_domain::call::Interface;
use mortise_domain::manifest::Manifest;
use mortise_domain::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::extract::Json as Body;
use super::super::problem::Problem;
use super::install::{Received, SourceRequest, fetch, look};
use super::signature::SignatureView;
use crate::app::Shared;

/// What was found in a plugin's file.
#[derive(Debug, Serialize, ToSchema)]
pub struct InspectionView {
    /// SHA-256 of the file, hex.
    pub digest: String,
    /// Length of the file in bytes.
    pub size: u64,
    /// Where it was fetched from; null: it was sent here.
    pub source: Option<String>,
    /// What it says about itself: contract version, settings, wishes, slots for credentials.
    pub manifest: Manifest,
    /// Its wishes in plain words, with their reasons.
    pub wishes: Vec<Text>,
    /// What it exports.
    pub interfaces: Vec<Interface>,
    /// What it imports, with versions.
    pub imports: Vec<String>,
    /// Does it import WASI? It then gets an empty one: no files, no sockets, no environment.
    pub wasi: bool,
    /// Who vouches for it.
    pub signature: SignatureView,
    /// Is this very file installed already?
    pub installed: bool,
    /// Installed plugins of the same publisher and name, newest first.
    pub versions: Vec<VersionView>,
}

/// Another version that is installed.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionView {
    /// SHA-256 of its file, hex.
    pub digest: String,
    /// Its version.
    pub version: String,
    /// Connections that use it.
    pub connections: Vec<String>,
}

/// Tells what is in a plugin's file: the body. Nothing of it runs, and nothing is kept.
#[utoipa::path(post, path = "/plugins/inspect", tag = "plugins", request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses((status = 200, body = InspectionView)))]
pub async fn inspect_plugin(State(app): State<Shared>, body: Received) -> Result<Json<InspectionView>, Problem> {
    view(&app, &body?, None).await.map(Json)
}

/// Tells what is in a plugin's file in a registry or at an address. Nothing of it runs, and nothing is kept.
#[utoipa::path(post, path = "/plugins/fetch/inspect", tag = "plugins", request_body = SourceRequest,
    responses((status = 200, body = InspectionView)))]
pub async fn inspect_source(
    State(app): State<Shared>,
    Body(request): Body<SourceRequest>,
) -> Result<Json<InspectionView>, Problem> {
    let fetched = fetch(&app, request).await?;
    view(&app, &fetched.bytes, Some(fetched.source)).await.map(Json)
}

async fn view(app: &Shared, file: &Bytes, source: Option<String>) -> Result<InspectionView, Problem> {
    let found = look(app, file).await?;
    let keys = app.store.publisher_keys().await?;
    let manifest = found.manifest;
    let standing = found.signatures.standing(&manifest.publisher, &keys);
    let connections = app.store.connections().await?;
    let users = |digest: &str| {
        let using = connections.iter().filter(|stored| stored.connection.plugin == digest);
        using.map(|stored| stored.connection.name.clone()).collect()
    };
    let same = |other: &Manifest| (&other.publisher, &other.name) == (&manifest.publisher, &manifest.name);
    let plugins = app.store.plugins().await?.into_iter().filter(|plugin| same(&plugin.manifest));
    let versions: Vec<VersionView> = plugins
        .map(|plugin| VersionView {
            connections: users(&plugin.digest),
            version: plugin.manifest.version,
            digest: plugin.digest,
        })
        .collect();
    Ok(InspectionView {
        installed: versions.iter().any(|version| version.digest == found.hash),
        versions,
        signature: SignatureView::new(app, standing, &manifest.publisher),
        wishes: manifest.wishes_in_words(),
        manifest,
        digest: found.hash,
        size: found.bytes,
        source,
        interfaces: found.interfaces,
        imports: found.imports,
        wasi: found.wasi,
    })
}
