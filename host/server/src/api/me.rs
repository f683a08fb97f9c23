//! Whoever asks: who they are, what they may do, and their own account.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use mortise_domain::access::{Action, Reach, Role, Roles, Scope};
use mortise_domain::instant::Instant;
use mortise_domain::password;
use mortise_domain::secret::Secret;
use mortise_domain::user::{Language, Profile};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json as Body;
use super::guard::Actor;
use super::problem::Problem;
use super::sessions::{Verdict, open, unhashed, verify};
use crate::app::Shared;
use crate::callers::{By, Caller};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_me, put_me)).routes(routes!(put_password))
}

/// How far one may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReachView {
    /// For the orders of one's own stores and regions.
    Own,
    /// For all.
    All,
}

/// Whoever asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// How they stand in stories: a token's name, or `user:<name>`.
    pub actor: String,
    /// Name to sign in with; null: a token asks.
    pub name: Option<String>,
    /// Name for people.
    pub display_name: String,
    /// Where messages go.
    pub email: Option<String>,
    /// In which they read; null: a token asks.
    pub language: Option<Language>,
    /// Their roles.
    #[schema(value_type = Vec<Role>)]
    pub roles: Roles,
    /// Codes of their stores.
    pub stores: BTreeSet<String>,
    /// Codes of their regions.
    pub regions: BTreeSet<String>,
    /// Bounds of a token.
    pub scope: Scope,
    /// What they may do, and how far; what is missing they may not.
    pub actions: BTreeMap<String, ReachView>,
    /// When the session ends, however much it is used; null: a token asks.
    pub expires_at: Option<Instant>,
}

impl Me {
    /// As the caller is known.
    pub fn of(caller: &Caller) -> Self {
        let reach = |action: &Action| {
            let reach = caller.rights.reach(*action).ok()?;
            Some((action.name().to_owned(), if reach == Reach::All { ReachView::All } else { ReachView::Own }))
        };
        let person = match &caller.by {
            By::Session(known) => Some((&known.0, &known.1)),
            By::Token(_) => None,
        };
        Self {
            actor: caller.actor.clone(),
            name: person.map(|(_, user)| user.name.clone()),
            display_name: person.map_or_else(|| caller.actor.clone(), |(_, user)| user.profile.display_name.clone()),
            email: person.and_then(|(_, user)| user.profile.email.clone()),
            language: person.map(|(_, user)| user.profile.language),
            roles: caller.rights.roles.clone(),
            stores: caller.rights.places.stores.clone(),
            regions: caller.rights.places.regions.clone(),
            scope: caller.rights.scope.clone(),
            actions: Action::ALL.iter().filter_map(reach).collect(),
            expires_at: person.map(|(session, _)| session.expires_at),
        }
    }
}

/// Who asks, and what they may do.
#[utoipa::path(get, path = "/me", tag = "me", responses((status = 200, body = Me)))]
async fn get_me(actor: Actor) -> Json<Me> {
    Json(Me::of(actor.caller()))
}

/// What everybody may change of the own account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnProfile {
    /// Name for people.
    display_name: String,
    /// Where messages go; null: nowhere.
    email: Option<String>,
    /// In which one reads.
    language: Language,
}

/// Changes the own account. Roles, stores and regions are an admin's to give.
#[utoipa::path(put, path = "/me", tag = "me", request_body = OwnProfile, responses((status = 200, body = Me)))]
async fn put_me(State(app): State<Shared>, actor: Actor, Body(own): Body<OwnProfile>) -> Result<Json<Me>, Problem> {
    let (_, user) = actor.person()?;
    let OwnProfile { display_name, email, language } = own;
    let profile = Profile { display_name, email, language, ..user.profile.clone() };
    let faults = profile.faults();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    app.store.put_own_profile(user.id, &profile).await?;
    app.access.callers.forget();
    let Profile { display_name, email, language, .. } = profile;
    Ok(Json(Me { display_name, email, language: Some(language), ..Me::of(actor.caller()) }))
}

/// The present password and the next.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present one.
    current: String,
    /// The next one: at least 10 characters.
    new: String,
}

/// Changes the own password. All sessions end; the answer sets the cookie of a new one.
#[utoipa::path(put, path = "/me/password", tag = "me", request_body = PasswordChange, responses((status = 201, body = Me)))]
async fn put_password(
    State(app): State<Shared>,
    actor: Actor,
    Body(PasswordChange { current, new }): Body<PasswordChange>,
) -> Result<Response, Problem> {
    let (current, new) = (Secret::new(current), Secret::new(new));
    let (_, user) = actor.person()?;
    if let Some(fault) = password::fault(new.expose(), user) {
        return Err(Problem::field("new", fault));
    }
    // Whoever finds an unlocked screen must not be able to guess on.
    let Verdict::Right(known) = verify(&app, actor.visitor(), &user.name, current).await? else {
        return Err(Problem::field("current", "is not the present password"));
    };
    let (user, _) = *known;
    let hash = app.access.passwords.hash(new, app.chance.as_ref()).await.map_err(unhashed)?;
    app.store.set_password(user.id, &hash).await?;
    app.access.callers.forget();
    open(&app, actor.visitor(), user, &hash, Action::SessionsOpen).await
}
