//! Users: invited, changed, disabled and forgotten by admins.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::access::{Role, Roles};
use mortise_domain::instant::Instant;
use mortise_domain::submission::FieldError;
use mortise_domain::user::{Language, Profile, User, name_fault};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Params, Segment};
use super::guard::Actor;
use super::page::{Listed, page};
use super::problem::Problem;
use crate::app::Shared;
use crate::invites;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_users, create_user))
        .routes(routes!(get_user, put_user, erase_user))
        .routes(routes!(invite_user))
        .routes(routes!(disable_user))
        .routes(routes!(enable_user))
}

/// Which users.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UserParams {
    /// Part of the name or display name.
    search: Option<String>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many entries; 50 where it is missing, 500 at most.
    limit: Option<u32>,
}

/// A new user.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// With which they sign in; stays for ever.
    name: String,
    /// Name for people; the name itself where it is missing.
    #[serde(default)]
    display_name: Option<String>,
    /// Where messages go.
    #[serde(default)]
    email: Option<String>,
    /// At least one.
    #[schema(value_type = Vec<Role>)]
    roles: Roles,
    /// Codes of their stores.
    #[serde(default)]
    stores: BTreeSet<String>,
    /// Codes of their regions.
    #[serde(default)]
    regions: BTreeSet<String>,
    /// In which they read.
    #[serde(default)]
    language: Language,
}

/// A user and the link by which a password is set. The link is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invited {
    /// The user.
    pub user: User,
    /// To hand over on a way that only they read.
    pub link: String,
    /// Until when it can be used.
    pub expires_at: Instant,
}

async fn find(app: &Shared, name: &str) -> Result<User, Problem> {
    app.store.user(name).await?.ok_or_else(|| Problem::not_found(format_args!("user {name:?}")))
}

/// Checks codes of stores and regions against the standing data.
pub async fn unknown_places(
    app: &Shared,
    stores: &BTreeSet<String>,
    regions: &BTreeSet<String>,
) -> Result<Vec<FieldError>, Problem> {
    let (known_stores, known_regions) = tokio::try_join!(app.store.stores(), app.store.regions())?;
    let known_stores: BTreeSet<String> = known_stores.into_iter().map(|store| store.code).collect();
    let known_regions: BTreeSet<String> = known_regions.into_iter().map(|region| region.code).collect();
    let fault = |field: &'static str, what: &'static str| {
        move |code: &String| {
            FieldError::new(field, format!("there is no {what} {code:?}; correct the code or create it"))
        }
    };
    let stores = stores.difference(&known_stores).map(fault("stores", "store"));
    Ok(stores.chain(regions.difference(&known_regions).map(fault("regions", "region"))).collect())
}

async fn check(app: &Shared, profile: &Profile) -> Result<Vec<FieldError>, Problem> {
    let mut faults = profile.faults();
    if profile.roles.is_empty() {
        faults.push(FieldError::new("roles", "must name at least one role; to keep somebody out, disable the user"));
    }
    faults.extend(unknown_places(app, &profile.stores, &profile.regions).await?);
    Ok(faults)
}

async fn invite(app: &Shared, actor: &Actor, user: User) -> Result<Invited, Problem> {
    let expires_at = app.now().after(Duration::from_hours(app.access.settings.invite_hours.into()));
    let (site, chance) = (&app.access.site, app.chance.as_ref());
    let link = invites::invite(&app.store, site, chance, &user, (actor.name(), expires_at)).await?;
    Ok(Invited { user, link: link.url.expose().to_owned(), expires_at })
}

/// Lists users by name.
#[utoipa::path(get, path = "/users", tag = "users", params(UserParams), responses((status = 200, body = Listed<User>)))]
async fn list_users(
    State(app): State<Shared>,
    Params(params): Params<UserParams>,
) -> Result<Json<Listed<User>>, Problem> {
    let request = page(params.cursor.as_deref(), params.limit)?;
    Ok(Json(Listed::of(app.store.users(params.search.as_deref().unwrap_or_default(), &request).await?)))
}

/// Creates a user and invites them.
#[utoipa::path(post, path = "/users", tag = "users", request_body = NewUser, responses((status = 201, body = Invited)))]
async fn create_user(
    State(app): State<Shared>,
    actor: Actor,
    Body(new): Body<NewUser>,
) -> Result<(StatusCode, Json<Invited>), Problem> {
    let NewUser { name, display_name, email, roles, stores, regions, language } = new;
    let display_name = display_name.unwrap_or_else(|| name.clone());
    let profile = Profile { display_name, email, roles, stores, regions, language };
    let mut faults = check(&app, &profile).await?;
    faults.extend(name_fault(&name).map(|fault| FieldError::new("name", fault)));
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    actor.note("user", name.as_str());
    actor.note("roles", json!(profile.roles));
    let user = app.store.create_user(&name, &profile).await?;
    Ok((StatusCode::CREATED, Json(invite(&app, &actor, user).await?)))
}

/// One user.
#[utoipa::path(get, path = "/users/{name}", tag = "users", params(("name" = String, Path, description = "The user's name")),
    responses((status = 200, body = User)))]
async fn get_user(State(app): State<Shared>, Segment(name): Segment<String>) -> Result<Json<User>, Problem> {
    find(&app, &name).await.map(Json)
}

/// Changes a user. In force when the answer comes, and within seconds on other nodes. The last admin keeps the role.
#[utoipa::path(put, path = "/users/{name}", tag = "users", request_body = Profile,
    params(("name" = String, Path, description = "The user's name")), responses((status = 200, body = User)))]
async fn put_user(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
    Body(profile): Body<Profile>,
) -> Result<Json<User>, Problem> {
    let before = find(&app, &name).await?.profile;
    let faults = check(&app, &profile).await?;
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    if before.roles != profile.roles {
        actor.note("roles", json!({ "before": before.roles, "after": profile.roles }));
    }
    if before.places() != profile.places() {
        actor.note("stores", json!({ "before": before.stores, "after": profile.stores }));
        actor.note("regions", json!({ "before": before.regions, "after": profile.regions }));
    }
    app.store.put_user(&name, &profile).await?;
    app.access.callers.forget();
    find(&app, &name).await.map(Json)
}

/// Forgets a person: display name, e-mail address, roles, password, sessions; their tokens are revoked. The name stays in stories
/// and is never given to somebody else. The last admin stays.
#[utoipa::path(delete, path = "/users/{name}", tag = "users", params(("name" = String, Path, description = "The user's name")),
    responses((status = 204)))]
async fn erase_user(State(app): State<Shared>, Segment(name): Segment<String>) -> Result<StatusCode, Problem> {
    app.store.erase_user(&name).await?;
    app.access.callers.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Invites a user again, to set the first password or to replace a forgotten one. The link before is void; the present password
/// stays until the new link is used.
#[utoipa::path(post, path = "/users/{name}/invite", tag = "users", params(("name" = String, Path, description = "The user's name")),
    responses((status = 201, body = Invited)))]
async fn invite_user(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
) -> Result<(StatusCode, Json<Invited>), Problem> {
    let user = find(&app, &name).await?;
    if user.disabled {
        return Err(Problem::conflict(format!("{name} is disabled.")).remedy("Enable the user first."));
    }
    Ok((StatusCode::CREATED, Json(invite(&app, &actor, user).await?)))
}

/// Keeps a user out: all sessions end, and the open invitation and the tokens of theirs do nothing. The last admin stays.
#[utoipa::path(post, path = "/users/{name}/disable", tag = "users", params(("name" = String, Path, description = "The user's name")),
    responses((status = 200, body = User)))]
async fn disable_user(State(app): State<Shared>, Segment(name): Segment<String>) -> Result<Json<User>, Problem> {
    app.store.disable_user(&name, true).await?;
    app.access.callers.forget();
    find(&app, &name).await.map(Json)
}

/// Lets a user in again.
#[utoipa::path(post, path = "/users/{name}/enable", tag = "users", params(("name" = String, Path, description = "The user's name")),
    responses((status = 200, body = User)))]
async fn enable_user(State(app): State<Shared>, Segment(name): Segment<String>) -> Result<Json<User>, Problem> {
    app.store.disable_user(&name, false).await?;
    app.access.callers.forget();
    find(&app, &name).await.map(Json)
}
