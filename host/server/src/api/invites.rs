//! Invitations: looking at one, and setting a password by it. The key comes in the body, never in the address.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use mortise_domain::access::Action;
use mortise_domain::instant::Instant;
use mortise_domain::password;
use mortise_domain::secret::Secret;
use mortise_domain::user::{Language, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json as Body;
use super::guard::{Visitor, record};
use super::me::Me;
use super::problem::Problem;
use super::sessions::{open, unhashed};
use crate::app::Shared;
use crate::keys::hash;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(look_at_invite)).routes(routes!(accept_invite))
}

/// The key of an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteKey {
    /// What stands behind the `#` of the link.
    key: String,
}

/// Whom an invitation is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct InviteView {
    /// Name to sign in with.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// In which they read.
    pub language: Language,
    /// Is a forgotten password replaced?
    pub has_password: bool,
    /// Until when it can be used.
    pub expires_at: Instant,
}

async fn invited(app: &Shared, visitor: &Visitor, key: &Secret) -> Result<(User, Instant), Problem> {
    match app.store.invited(&hash(key.expose()), app.now()).await? {
        Some(found) => Ok(found),
        None => Err(void(app, visitor).await),
    }
}

async fn void(app: &Shared, visitor: &Visitor) -> Problem {
    let title = "The invitation is not valid";
    let detail = "It was used, replaced by a newer one, has expired, or never was.";
    record::failed(app, Action::InvitesUse, visitor, StatusCode::NOT_FOUND).await;
    Problem::new(StatusCode::NOT_FOUND, "void-invite", title, detail).remedy("Ask an admin for a new one.")
}

/// Whom the invitation is for. It stays as it is.
#[utoipa::path(post, path = "/invites/look", tag = "invites", request_body = InviteKey, security(()),
    responses((status = 200, body = InviteView)))]
async fn look_at_invite(
    State(app): State<Shared>,
    visitor: Visitor,
    Body(InviteKey { key }): Body<InviteKey>,
) -> Result<Json<InviteView>, Problem> {
    let (User { name, profile, has_password, .. }, expires_at) = invited(&app, &visitor, &Secret::new(key)).await?;
    let (display_name, language) = (profile.display_name, profile.language);
    Ok(Json(InviteView { name, display_name, language, has_password, expires_at }))
}

/// The key of an invitation and the password to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// What stands behind the `#` of the link.
    key: String,
    /// The password to set: at least 10 characters.
    password: String,
}

/// Sets the password and signs in; the invitation is used up. All older sessions end.
#[utoipa::path(post, path = "/invites/accept", tag = "invites", request_body = Acceptance, security(()),
    responses((status = 201, body = Me)))]
async fn accept_invite(
    State(app): State<Shared>,
    visitor: Visitor,
    Body(Acceptance { key, password }): Body<Acceptance>,
) -> Result<Response, Problem> {
    let (key, password) = (Secret::new(key), Secret::new(password));
    // Looked at first: hashing costs, and only the invited may cause it.
    let (user, _) = invited(&app, &visitor, &key).await?;
    if let Some(fault) = password::fault(password.expose(), &user) {
        return Err(Problem::field("password", fault));
    }
    let stored = app.access.passwords.hash(password, app.chance.as_ref()).await.map_err(unhashed)?;
    if !app.store.accept_invite(&hash(key.expose()), &stored, app.now()).await? {
        return Err(void(&app, &visitor).await);
    }
    app.access.callers.forget();
    // Whoever was locked out by somebody else's guesses is let in again.
    let [account, _] = app.access.guessers(&user.name, visitor.address);
    app.store.forgive(&account.subject, "").await?;
    open(&app, &visitor, user, &stored, Action::InvitesUse).await
}
