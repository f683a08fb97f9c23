//! API tokens: made, listed and revoked by admins. A token is shown once.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::access::{Action, Places, Role, Roles, Scope};
use mortise_domain::ids::UserId;
use mortise_domain::instant::Instant;
use mortise_domain::submission::FieldError;
use mortise_domain::user::name_fault;
use mortise_store::{NewToken, Token};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Segment};
use super::guard::Actor;
use super::page::Listed;
use super::problem::Problem;
use super::users::unknown_places;
use crate::app::Shared;
use crate::keys::{KeyKind, generate, hash};

/// Actors that are no token.
const RESERVED: [&str; 2] = ["host", super::guard::record::NOBODY];

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_tokens, create_token)).routes(routes!(revoke_token))
}

/// A token; what it is itself was shown when it was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenView {
    /// Its id.
    pub id: i64,
    /// Unique for ever; stands in stories as the actor.
    pub name: String,
    /// What it may do, within the scope and within what its owner may.
    #[schema(value_type = Vec<Role>)]
    pub roles: Roles,
    /// Its bounds.
    pub scope: Scope,
    /// Codes of the stores that are its own.
    pub stores: BTreeSet<String>,
    /// Codes of the regions that are its own.
    pub regions: BTreeSet<String>,
    /// Name of the user for whom it speaks; null: a machine of the company.
    pub owner: Option<String>,
    /// Who made it.
    pub created_by: String,
    /// Since when.
    pub created_at: Instant,
    /// Until when; null: until it is revoked.
    pub expires_at: Option<Instant>,
    /// To the minute; null: never.
    pub last_used_at: Option<Instant>,
    /// Since then it is void.
    pub revoked_at: Option<Instant>,
}

async fn view(app: &Shared, token: Token) -> Result<TokenView, Problem> {
    let Token { id, name, roles, scope, places, owner, created_by, created_at, expires_at, last_used_at, revoked_at } =
        token;
    let owner = match owner {
        Some(owner) => app.store.user_by_id(owner).await?.map(|user| user.name),
        None => None,
    };
    let Places { stores, regions } = places;
    let expires_at = Some(expires_at).filter(|at| *at != Instant::NEVER);
    Ok(TokenView {
        id,
        name,
        roles,
        scope,
        stores,
        regions,
        owner,
        created_by,
        created_at,
        expires_at,
        last_used_at,
        revoked_at,
    })
}

/// A new token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenWish {
    /// Unique for ever; stands in stories.
    name: String,
    /// At least one.
    #[schema(value_type = Vec<Role>)]
    roles: Roles,
    /// May it change nothing?
    #[serde(default)]
    read_only: bool,
    /// Only these nouns of actions, such as `orders`; all where it is missing.
    #[serde(default)]
    nouns: Option<BTreeSet<String>>,
    /// Codes of the stores that are its own, for roles that see only their own.
    #[serde(default)]
    stores: BTreeSet<String>,
    /// Codes of the regions that are its own.
    #[serde(default)]
    regions: BTreeSet<String>,
    /// Name of the user for whom it speaks: it never does more than they may, and only in their places.
    #[serde(default)]
    owner: Option<String>,
    /// Until when; until it is revoked where it is missing.
    #[serde(default)]
    expires_at: Option<Instant>,
}

/// A token that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeToken {
    /// The token itself. It is shown this once.
    pub token: String,
    /// What it is.
    #[serde(flatten)]
    pub view: TokenView,
}

/// All tokens by name, revoked ones too.
#[utoipa::path(get, path = "/tokens", tag = "tokens", responses((status = 200, body = Listed<TokenView>)))]
async fn list_tokens(State(app): State<Shared>) -> Result<Json<Listed<TokenView>>, Problem> {
    let mut views = Vec::new();
    for token in app.store.tokens().await? {
        views.push(view(&app, token).await?);
    }
    Ok(Json(Listed::whole(views)))
}

async fn check(app: &Shared, wish: &TokenWish) -> Result<Option<UserId>, Problem> {
    let mut faults = unknown_places(app, &wish.stores, &wish.regions).await?;
    let mut fault = |field: &str, message: &str| faults.push(FieldError::new(field, message));
    if let Some(message) = name_fault(&wish.name) {
        fault("name", message);
    }
    if RESERVED.contains(&wish.name.as_str()) {
        fault("name", "stands for something else in stories; choose another name");
    }
    if wish.roles.is_empty() {
        fault("roles", "must name at least one role");
    }
    let known: BTreeSet<&str> = Action::ALL.iter().map(|action| action.noun()).collect();
    for noun in wish.nouns.iter().flatten().filter(|noun| !known.contains(noun.as_str())) {
        let list = known.iter().copied().collect::<Vec<_>>().join(", ");
        fault("nouns", &format!("{noun:?} is not known; known are: {list}"));
    }
    if wish.expires_at.is_some_and(|at| at <= app.now()) {
        fault("expires_at", "must lie in the future");
    }
    if wish.owner.is_some() && !(wish.stores.is_empty() && wish.regions.is_empty()) {
        fault("stores", "must be left out with an owner, whose stores and regions count");
    }
    let owner = match &wish.owner {
        None => None,
        Some(name) => match app.store.user(name).await? {
            Some(user) if user.disabled => {
                fault("owner", "is disabled");
                None
            }
            Some(user) => Some(user.id),
            None => {
                fault("owner", "is no user");
                None
            }
        },
    };
    if faults.is_empty() { Ok(owner) } else { Err(Problem::invalid(faults)) }
}

/// Makes a token. The answer shows it this once.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = TokenWish, responses((status = 201, body = MadeToken)))]
async fn create_token(
    State(app): State<Shared>,
    actor: Actor,
    Body(wish): Body<TokenWish>,
) -> Result<(StatusCode, Json<MadeToken>), Problem> {
    let owner = check(&app, &wish).await?;
    let TokenWish { name, roles, read_only, nouns, stores, regions, owner: owner_name, expires_at } = wish;
    let scope = Scope { read_only, nouns };
    actor.note("token", name.as_str());
    actor.note("roles", json!(roles));
    actor.note("scope", json!(scope));
    actor.note("owner", owner_name);
    let token = generate(KeyKind::Token, app.chance.as_ref());
    let new = NewToken {
        name,
        roles,
        scope,
        places: Places { stores, regions },
        owner,
        created_by: actor.name().to_owned(),
        hash: hash(token.expose()),
        expires_at: expires_at.unwrap_or(Instant::NEVER),
    };
    let made = app.store.create_token(&new).await?;
    let view = view(&app, made).await?;
    Ok((StatusCode::CREATED, Json(MadeToken { token: token.expose().to_owned(), view })))
}

/// Makes a token void. In force when the answer comes, and within seconds on other nodes.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "tokens", params(("id" = i64, Path, description = "The token's id")),
    responses((status = 204)))]
async fn revoke_token(State(app): State<Shared>, Segment(id): Segment<i64>) -> Result<StatusCode, Problem> {
    app.store.revoke_token(id).await?;
    app.access.callers.forget();
    Ok(StatusCode::NO_CONTENT)
}
