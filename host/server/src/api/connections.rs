//! Connections: configured here, in force at once on this node and within a second on the others.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use mortise_domain::call::Interface;
use mortise_domain::connection::{Cause, Connection};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::submission::FieldError;
use mortise_domain::text::Text;
use mortise_runtime::{LoadError, settle_settings};
use mortise_store::StoredConnection;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Segment};
use super::guard::Actor;
use super::page::Listed;
use super::problem::Problem;
use crate::app::Shared;
use crate::connections::BringUpError;

pub mod credentials;
pub mod figures;
pub mod operations;
pub mod probe;
pub mod revisions;
pub mod shadow;
pub mod status;
pub mod switch;
pub mod upgrade;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_connections))
        .routes(routes!(get_connection, put_connection, delete_connection))
        .merge(credentials::routes())
        .merge(probe::routes())
        .merge(status::routes())
        .merge(revisions::routes())
        .merge(switch::routes())
        .merge(upgrade::routes())
        .merge(shadow::routes())
        .merge(operations::routes())
        .merge(figures::routes())
}

/// A connection as it is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionView {
    /// As it was configured.
    #[serde(flatten)]
    pub connection: Connection,
    /// Rises with every change; the `ETag` in quotes.
    pub revision: i64,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Why it could not be loaded; null: it could, or is disabled.
    pub fault: Option<Text>,
}

fn view(app: &Shared, stored: StoredConnection) -> ConnectionView {
    let fault = app.connections.fault(&stored.connection.name);
    let StoredConnection { connection, revision, updated_at } = stored;
    ConnectionView { connection, revision, updated_at, fault }
}

fn tagged(status: StatusCode, view: ConnectionView) -> Result<Response, Problem> {
    let tag = HeaderValue::try_from(format!("\"{}\"", view.revision)).map_err(|_| Problem::internal())?;
    Ok((status, [(header::ETAG, tag)], Json(view)).into_response())
}

/// The stored connection of this name.
pub async fn find(app: &Shared, name: &str) -> Result<StoredConnection, Problem> {
    app.store.connection(name).await?.ok_or_else(|| Problem::not_found(format_args!("connection {name:?}")))
}

/// All connections by name.
#[utoipa::path(get, path = "/connections", tag = "connections", responses((status = 200, body = Listed<ConnectionView>)))]
async fn list_connections(State(app): State<Shared>) -> Result<Json<Listed<ConnectionView>>, Problem> {
    let stored = app.store.connections().await?;
    Ok(Json(Listed::whole(stored.into_iter().map(|stored| view(&app, stored)).collect())))
}

/// One connection; its `ETag` goes into `If-Match` of a change.
#[utoipa::path(get, path = "/connections/{name}", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    responses((status = 200, body = ConnectionView)))]
async fn get_connection(State(app): State<Shared>, Segment(name): Segment<String>) -> Result<Response, Problem> {
    let stored = find(&app, &name).await?;
    tagged(StatusCode::OK, view(&app, stored))
}

/// Creates a connection, or changes the one that `If-Match` names. In force when the answer comes.
#[utoipa::path(put, path = "/connections/{name}", tag = "connections", request_body = Connection,
    params(
        ("name" = String, Path, description = "The connection's name"),
        ("If-Match" = Option<String>, Header, description = "ETag of what is changed, or * for whatever is there; without it the connection must be new"),
    ),
    responses((status = 201, description = "Created", body = ConnectionView), (status = 200, description = "Changed", body = ConnectionView)))]
async fn put_connection(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
    headers: HeaderMap,
    Body(connection): Body<Connection>,
) -> Result<Response, Problem> {
    if connection.name != name {
        return Err(Problem::field("name", format!("must be {name:?}, as in the address")));
    }
    let change = Change { connection, expected: expected(&headers)?, cause: Cause::Configured };
    change.make(&app, &actor).await
}

/// A connection as it is to be, and why.
struct Change {
    connection: Connection,
    /// The revision that it is based on; 0: there must be none; none: whatever is there.
    expected: Option<i64>,
    cause: Cause,
}

impl Change {
    /// Checks it, stores it and puts it in force.
    async fn make(self, app: &Shared, actor: &Actor) -> Result<Response, Problem> {
        let Self { connection, expected, cause } = self;
        check(app, &connection).await?;
        let existed = app.store.connection(&connection.name).await?.is_some();
        let stored = app.store.change_connection(&connection, expected, actor.name(), cause).await;
        stored.map_err(|error| stale(error, expected))?;
        app.refresh().await?;
        let status = if existed { StatusCode::OK } else { StatusCode::CREATED };
        let stored = find(app, &connection.name).await?;
        actor.note("plugin", stored.connection.plugin.as_str());
        actor.note("enabled", stored.connection.enabled);
        actor.note("revision", stored.revision);
        tagged(status, view(app, stored))
    }
}

/// Deletes a connection with its credentials, its memory and its code maps. Refused while deliveries to it are not done.
#[utoipa::path(delete, path = "/connections/{name}", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    responses((status = 204)))]
async fn delete_connection(State(app): State<Shared>, Segment(name): Segment<String>) -> Result<StatusCode, Problem> {
    app.store.delete_connection(&name).await?;
    app.refresh().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The revision that the change is based on; 0: there must be none; none: whatever is there.
fn expected(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(tag) = headers.get(header::IF_MATCH) else { return Ok(Some(0)) };
    let tag = tag.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(None);
    }
    let revision = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).and_then(|tag| tag.parse().ok());
    let message = "must be the ETag of the connection, such as \"7\" with its quotes, or *";
    revision.map(Some).ok_or_else(|| Problem::field("If-Match", message))
}

fn stale(error: StoreError, expected: Option<i64>) -> Problem {
    match (error, expected) {
        (StoreError::Conflict(detail), Some(0)) => {
            let title = "The connection exists already";
            Problem::new(StatusCode::PRECONDITION_REQUIRED, "precondition-required", title, detail)
                .remedy("To change it, send If-Match with its ETag.")
        }
        (StoreError::Conflict(detail), Some(_)) => {
            let title = "Somebody else has changed it";
            Problem::new(StatusCode::PRECONDITION_FAILED, "precondition-failed", title, detail)
                .remedy("Read the connection again, apply your change to it, and send it with the new ETag.")
        }
        (error, _) => error.into(),
    }
}

async fn check(app: &Shared, connection: &Connection) -> Result<(), Problem> {
    let name = connection.name.as_str();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
        return Err(Problem::field("name", "use 1 to 64 lower-case letters, digits and hyphens"));
    }
    let Some(plugin) = app.store.plugin(&connection.plugin).await? else {
        return Err(Problem::field("plugin", "is not installed; use the digest of an installed plugin"));
    };
    let given = connection.settings.clone();
    // A plugin's schema may make this a matter of seconds.
    let settled = tokio::task::spawn_blocking(move || settle_settings(&plugin.manifest, &given).map(drop));
    settled.await.map_err(|_| Problem::internal())?.map_err(unsuitable)?;
    // A disabled one may be stored as it is, so that a broken one can be switched off.
    let faults = connection.faults();
    if connection.enabled && !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    if connection.enabled { app.connections.rehearse(connection).await.map_err(refusal) } else { Ok(()) }
}

fn refusal(error: BringUpError) -> Problem {
    match error {
        BringUpError::Load(error) => unsuitable(error),
        BringUpError::Store(error) => error.into(),
        error @ (BringUpError::Prove(_) | BringUpError::NotInstalled(_) | BringUpError::Untrusted(_)) => {
            let text = error.text();
            Problem::field("plugin", text.en.clone()).text(text)
        }
    }
}

fn unsuitable(error: LoadError) -> Problem {
    match error {
        LoadError::Settings { faults } => {
            Problem::invalid(faults.into_iter().map(|fault| FieldError::new(fault.field, fault.message)).collect())
        }
        LoadError::Limit(fault) => Problem::field(fault.field, fault.message),
        LoadError::Credentials(error) => error.into(),
        other => {
            let text = other.text();
            Problem::field("plugin", text.en.clone()).text(text)
        }
    }
}

/// What the connection's plugin exports; empty: unknown.
pub async fn interfaces(app: &Shared, connection: &Connection) -> Result<Vec<Interface>, Problem> {
    let found = app.connections.interfaces(&connection.plugin).await?;
    Ok(found.map(|found| found.to_vec()).unwrap_or_default())
}
