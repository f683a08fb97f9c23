//! Giving a connection another version of its plugin: what it newly wishes for is shown and decided, its settings are checked
//! against the new schema, and the switch happens while orders come in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use mortise_domain::call::Interface;
use mortise_domain::connection::{Cause, Connection};
use mortise_domain::grant::{Grant, Ungranted, Version};
use mortise_domain::manifest::Manifest;
use mortise_domain::submission::FieldError;
use mortise_domain::text::Text;
use mortise_runtime::{LoadError, settle_settings};
use mortise_store::{InstalledPlugin, StoredConnection};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Json as Body, Segment};
use super::super::guard::Actor;
use super::super::plugins::label::PluginLabel;
use super::super::plugins::signature::SignatureView;
use super::super::problem::Problem;
use super::{Change, find, unsuitable};
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(check_upgrade)).routes(routes!(upgrade_connection))
}

/// To which plugin, and what an admin says to what it newly wishes for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpgradeRequest {
    /// Digest of an installed plugin.
    pub plugin: String,
    /// Settings for it; null or left out: the present ones.
    #[serde(default)]
    pub settings: Option<Value>,
    /// New wishes that are granted, as the check names them.
    #[serde(default)]
    pub approve: Vec<Ungranted>,
    /// New wishes that are refused: calls that need them fail.
    #[serde(default)]
    pub decline: Vec<Ungranted>,
}

/// What would change.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpgradeView {
    /// The plugin that it uses now.
    pub present: PluginLabel,
    /// The plugin that it would use.
    pub next: PluginLabel,
    /// Is that a plugin of another name or publisher? Settings and credentials are then likely to mean something else.
    pub another_plugin: bool,
    /// What it newly wishes for. Each must stand in `approve` or `decline` of the upgrade.
    pub new_wishes: Vec<NewWish>,
    /// What is wrong with the settings by the new schema; empty: they fit.
    pub settings_faults: Vec<FieldError>,
    /// Settings that the new version knows and the present one does not.
    pub new_settings: Vec<String>,
    /// Settings that the present version knows and the new one does not.
    pub dropped_settings: Vec<String>,
    /// Required slots for credentials that are empty: until they are filled, calls fail.
    pub missing_credentials: Vec<String>,
    /// What the new version exports and the present one does not.
    pub new_interfaces: Vec<Interface>,
    /// What the present version exports and the new one does not: orders that need it must find another connection.
    pub dropped_interfaces: Vec<Interface>,
    /// Who vouches for the new version.
    pub signature: SignatureView,
}

/// Something that the new version wishes for.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewWish {
    /// What is to stand in `approve` or `decline`.
    #[serde(flatten)]
    pub wish: Ungranted,
    /// The same in plain words.
    pub text: Text,
}

/// Both versions, and what the connection would be.
struct Step {
    stored: StoredConnection,
    present: Manifest,
    next: InstalledPlugin,
    settings: Value,
}

impl Step {
    async fn new(app: &Shared, name: &str, request: &UpgradeRequest) -> Result<Self, Problem> {
        let stored = find(app, name).await?;
        let next = app.store.plugin(&request.plugin).await?;
        let next =
            next.ok_or_else(|| Problem::field("plugin", "is not installed; use the digest of an installed plugin"))?;
        let present = app.store.plugin(&stored.connection.plugin).await?;
        let present = present.ok_or_else(|| Problem::conflict("The connection's present plugin is not installed."))?;
        let settings = request.settings.clone().unwrap_or_else(|| stored.connection.settings.clone());
        Ok(Self { stored, present: present.manifest, next, settings })
    }

    /// Settings with the schema's defaults, or what is wrong with them.
    async fn settled(manifest: &Manifest, settings: &Value) -> Result<Result<Value, LoadError>, Problem> {
        let (manifest, settings) = (manifest.clone(), settings.clone());
        // A plugin's schema may make this a matter of seconds.
        let settled = tokio::task::spawn_blocking(move || settle_settings(&manifest, &settings)).await;
        settled.map_err(|_| Problem::internal())
    }

    async fn new_wishes(&self) -> Result<Vec<Ungranted>, Problem> {
        let connection = &self.stored.connection;
        let or_given = |settled: Result<Value, LoadError>, given: &Value| settled.unwrap_or_else(|_| given.clone());
        let before = or_given(Self::settled(&self.present, &connection.settings).await?, &connection.settings);
        let after = or_given(Self::settled(&self.next.manifest, &self.settings).await?, &self.settings);
        let present = Version { manifest: &self.present, settings: &before };
        let next = Version { manifest: &self.next.manifest, settings: &after };
        Ok(connection.grant.newly_wished(present, next))
    }
}

/// Tells what another plugin version would change for a connection. Nothing changes by this, and nothing of it runs.
#[utoipa::path(post, path = "/connections/{name}/upgrade/check", tag = "connections", request_body = UpgradeRequest,
    params(("name" = String, Path, description = "The connection's name")), responses((status = 200, body = UpgradeView)))]
async fn check_upgrade(
    State(app): State<Shared>,
    Segment(name): Segment<String>,
    Body(request): Body<UpgradeRequest>,
) -> Result<Json<UpgradeView>, Problem> {
    let step = Step::new(&app, &name, &request).await?;
    let settings_faults = match Step::settled(&step.next.manifest, &step.settings).await? {
        Err(LoadError::Settings { faults }) => {
            faults.into_iter().map(|fault| FieldError::new(fault.field, fault.message)).collect()
        }
        Err(error) => return Err(unsuitable(error)),
        Ok(_) => Vec::new(),
    };
    let keys = app.store.publisher_keys().await?;
    let (present, next) = (&step.present, &step.next.manifest);
    let standing = app.connections.standing(&step.next.digest, &keys).await?;
    let interfaces = async |digest: &str| app.connections.interfaces(digest).await.map(Option::unwrap_or_default);
    let (before, after) = (interfaces(&step.stored.connection.plugin).await?, interfaces(&step.next.digest).await?);
    let without = |all: &[Interface], known: &[Interface]| {
        all.iter().copied().filter(|interface| !known.contains(interface)).collect()
    };
    let filled = app.store.filled_slots(&name).await?;
    let empty = |slot: &str| !filled.iter().any(|value| value.slot == slot);
    let required = next.credentials.iter().filter(|slot| slot.required && empty(&slot.slot));
    let missing_credentials = required.map(|slot| slot.slot.clone()).collect();
    let new_wishes = step.new_wishes().await?;
    let in_words = |wish: Ungranted| NewWish { text: wish.in_words(), wish };
    let plugins = app.store.plugins().await?;
    Ok(Json(UpgradeView {
        present: PluginLabel::of(&plugins, &step.stored.connection.plugin),
        next: PluginLabel::of(&plugins, &step.next.digest),
        another_plugin: (&present.publisher, &present.name) != (&next.publisher, &next.name),
        new_wishes: new_wishes.into_iter().map(in_words).collect(),
        settings_faults,
        new_settings: only_in(next, present),
        dropped_settings: only_in(present, next),
        missing_credentials,
        new_interfaces: without(&after, &before),
        dropped_interfaces: without(&before, &after),
        signature: SignatureView::new(&app, standing, &next.publisher),
    }))
}

/// Gives a connection another version of its plugin, or another plugin. Refused while something that it newly wishes for is
/// neither approved nor declined, or the settings do not fit. The new version is compiled and proved before it takes over; calls
/// in flight end on the old one, and no order fails by the switch. In force when the answer comes.
#[utoipa::path(post, path = "/connections/{name}/upgrade", tag = "connections", request_body = UpgradeRequest,
    params(("name" = String, Path, description = "The connection's name")),
    responses((status = 200, description = "Changed", body = super::ConnectionView), (status = 409, description = "New wishes are not decided")))]
async fn upgrade_connection(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
    Body(request): Body<UpgradeRequest>,
) -> Result<Response, Problem> {
    let step = Step::new(&app, &name, &request).await?;
    let grant = decided(&step.stored.connection.grant, &step.new_wishes().await?, &request)?;
    actor.note("from", step.stored.connection.plugin.as_str());
    let told = |wishes: &[Ungranted]| wishes.iter().map(ToString::to_string).collect::<Vec<_>>();
    actor.note("approved", told(&request.approve));
    actor.note("declined", told(&request.decline));
    let revision = step.stored.revision;
    let connection = Connection { plugin: request.plugin, settings: step.settings, grant, ..step.stored.connection };
    Change { connection, expected: Some(revision), cause: Cause::Upgraded }.make(&app, &actor).await
}

/// The grant as the admin decided; refused where something is undecided.
fn decided(present: &Grant, new_wishes: &[Ungranted], request: &UpgradeRequest) -> Result<Grant, Problem> {
    let mut grant = present.clone();
    for (list, wishes) in [("approve", &request.approve), ("decline", &request.decline)] {
        if let Some(at) = wishes.iter().position(|wish| !new_wishes.contains(wish)) {
            return Err(Problem::field(
                format!("{list}[{at}]"),
                "is not newly wished for; see the check of the upgrade",
            ));
        }
    }
    for wish in &request.approve {
        if request.decline.contains(wish) || !grant.fulfil(wish) {
            return Err(Problem::field("approve", format!("{wish} is declined too, or cannot be granted")));
        }
    }
    let open = |wish: &&Ungranted| !request.approve.contains(wish) && !request.decline.contains(wish);
    let open: Vec<String> = new_wishes.iter().filter(open).map(ToString::to_string).collect();
    if open.is_empty() {
        return Ok(grant);
    }
    let title = "The new version wishes for more";
    let detail = format!("Neither approved nor declined: {}.", open.join("; "));
    Err(Problem::new(StatusCode::CONFLICT, "approval-needed", title, detail)
        .remedy("Look at the check of the upgrade, and put each new wish into `approve` or `decline`."))
}

/// Names of settings that one schema has and the other has not.
fn only_in(one: &Manifest, other: &Manifest) -> Vec<String> {
    let names = |manifest: &Manifest| {
        let properties = manifest.settings.get("properties").and_then(Value::as_object);
        properties.into_iter().flatten().map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let known = names(other);
    names(one).into_iter().filter(|name| !known.contains(name)).collect()
}
