//! The history of a connection, and the way back to an earlier state of it.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use mortise_domain::connection::{Cause, Connection};
use mortise_domain::instant::Instant;
use mortise_store::Revision;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Json as Body, Segment};
use super::super::guard::Actor;
use super::super::page::Listed;
use super::super::plugins::label::PluginLabel;
use super::super::problem::Problem;
use super::{Change, find};
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_revisions)).routes(routes!(roll_back))
}

/// A state that a connection has or had.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionView {
    /// Its number; the highest is the present state.
    pub revision: i64,
    /// Since when.
    pub at: Instant,
    /// Who made it so: a token's name, `user:<name>`, or `host`.
    pub actor: String,
    /// Why.
    pub cause: Cause,
    /// The plugin that it used.
    pub plugin: PluginLabel,
    /// What differs from the state before, such as `plugin` or `settings.base-url`; of the oldest: nothing.
    pub changed: Vec<String>,
    /// The connection as it was. Credentials are no part of it.
    pub connection: Connection,
}

/// To which state.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RollbackRequest {
    /// Number of the state; null or left out: the last one that differs in more than being switched on or off.
    #[serde(default)]
    revision: Option<i64>,
}

/// The states of a connection, the present one first; of very many only the last 200.
#[utoipa::path(get, path = "/connections/{name}/revisions", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    responses((status = 200, body = Listed<RevisionView>)))]
async fn list_revisions(
    State(app): State<Shared>,
    Segment(name): Segment<String>,
) -> Result<Json<Listed<RevisionView>>, Problem> {
    find(&app, &name).await?;
    let history = app.store.revisions(&name).await?;
    let plugins = app.store.plugins().await?;
    let mut views = Vec::with_capacity(history.len());
    for (at, state) in history.iter().enumerate() {
        let changed = match history.get(at + 1) {
            Some(before) => changed(&before.connection, &state.connection)?,
            None => Vec::new(),
        };
        views.push(RevisionView {
            revision: state.revision,
            at: state.at,
            actor: state.actor.clone(),
            cause: state.cause,
            plugin: PluginLabel::of(&plugins, &state.connection.plugin),
            changed,
            connection: state.connection.clone(),
        });
    }
    Ok(Json(Listed::whole(views)))
}

/// Gives a connection an earlier state back: plugin, settings, grant and all else, but not whether it is switched on. It
/// becomes a new state, so that this can be undone the same way. Credentials stay as they are. In force when the answer comes.
#[utoipa::path(post, path = "/connections/{name}/rollback", tag = "connections", request_body = RollbackRequest,
    params(("name" = String, Path, description = "The connection's name")),
    responses((status = 200, description = "Changed", body = super::ConnectionView)))]
async fn roll_back(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
    Body(request): Body<RollbackRequest>,
) -> Result<Response, Problem> {
    let present = find(&app, &name).await?;
    let history = app.store.revisions(&name).await?;
    let target = target(&history, &present.connection, request.revision)?;
    actor.note("to_revision", target.revision);
    let connection = Connection { enabled: present.connection.enabled, ..target.connection.clone() };
    let change = Change { connection, expected: Some(present.revision), cause: Cause::RolledBack };
    change.make(&app, &actor).await
}

fn target<'a>(history: &'a [Revision], present: &Connection, wanted: Option<i64>) -> Result<&'a Revision, Problem> {
    let differs = |state: &&Revision| {
        let alike = Connection { enabled: present.enabled, ..state.connection.clone() };
        alike != *present
    };
    match wanted {
        None => history.iter().find(differs).ok_or_else(|| {
            Problem::conflict("The connection has had no other state than the present one.")
                .remedy("See its revisions; to change it, write it as a whole.")
        }),
        Some(number) => {
            let kept = history.iter().find(|state| state.revision == number);
            kept.ok_or_else(|| Problem::field("revision", "is none of the connection's revisions"))
        }
    }
}

/// Names of the fields that differ, one level into objects.
fn changed(before: &Connection, after: &Connection) -> Result<Vec<String>, Problem> {
    let value = |connection: &Connection| serde_json::to_value(connection).map_err(|_| Problem::internal());
    let mut names = Vec::new();
    compare("", &value(before)?, &value(after)?, 2, &mut names);
    Ok(names)
}

fn compare(path: &str, before: &Value, after: &Value, depth: u8, names: &mut Vec<String>) {
    if before == after {
        return;
    }
    let (Value::Object(old), Value::Object(new), true) = (before, after, depth > 0) else {
        names.push(path.to_owned());
        return;
    };
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let of = |map: &serde_json::Map<String, Value>| map.get(key).cloned().unwrap_or_default();
        compare(&path, &of(old), &of(new), depth - 1, names);
    }
}
