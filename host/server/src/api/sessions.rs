//! Sessions: signing in and out, and what one sees of one's own.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use mortise_domain::access::Action;
use mortise_domain::instant::Instant;
use mortise_domain::secret::Secret;
use mortise_domain::user::{User, tidy_name};
use mortise_store::{NewSession, Outcome, Session};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Segment};
use super::guard::{Actor, Visitor, cookie, record};
use super::me::Me;
use super::page::Listed;
use super::problem::Problem;
use crate::app::{App, Shared};
use crate::keys::{KeyKind, generate, hash};
use crate::passwords::PasswordError;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, list_sessions))
        .routes(routes!(sign_out))
        .routes(routes!(end_other_sessions))
        .routes(routes!(end_session))
}

/// A name and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The user's name.
    name: String,
    /// The password.
    password: String,
}

/// Signs in: the answer sets the cookie of a new session. Whether the name exists, is disabled or has no password yet, the answer
/// to a wrong pair is the same.
#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = SignIn, security(()),
    responses((status = 201, body = Me), (status = 429, description = "Too many failures; wait as long as Retry-After says", body = Problem, content_type = "application/problem+json")))]
async fn sign_in(
    State(app): State<Shared>,
    visitor: Visitor,
    headers: HeaderMap,
    Body(SignIn { name, password }): Body<SignIn>,
) -> Result<Response, Problem> {
    let (name, password) = (tidy_name(&name), Secret::new(password));
    let (user, stored) = match verify(&app, &visitor, &name, password.clone()).await? {
        Verdict::Right(known) => *known,
        Verdict::Wrong(user) => {
            // The name of a stranger is not written down: it may be a password in the wrong field.
            let actor = user.map_or_else(|| record::NOBODY.to_owned(), |user| user.actor());
            let how = (Outcome::Failed, StatusCode::UNAUTHORIZED);
            record::ended(&app, Action::SessionsOpen, &actor, &visitor, how).await;
            return Err(wrong());
        }
    };
    let stored = refresh(&app, &user, &stored, password).await;
    // A session that the browser had before ends here; its id is never taken over.
    if let Some(id) = cookie::session(&app.access.site, &headers) {
        app.store.end_session_of(&hash(id)).await?;
        app.access.callers.forget();
    }
    open(&app, &visitor, user, &stored, Action::SessionsOpen).await
}

/// What looking at a password found.
pub enum Verdict {
    /// It is the password of this user, stored under this hash.
    Right(Box<(User, String)>),
    /// It is not the password of this user, or nobody has the name.
    Wrong(Option<User>),
}

/// Looks at a password. Every look counts as a guess until it was right.
pub async fn verify(app: &Shared, visitor: &Visitor, name: &str, password: Secret) -> Result<Verdict, Problem> {
    let now = app.now();
    let guessers = app.access.guessers(name, visitor.address);
    if let Some(until) = app.store.attempt(&guessers, now).await? {
        return Err(too_many(until, now));
    }
    let found = app.store.user_with_password(name).await?;
    let stored = found.as_ref().filter(|(user, _)| !user.disabled).and_then(|(_, hash)| hash.as_deref());
    let right = app.access.passwords.is(password, stored).await.map_err(unhashed)?;
    match (right, found) {
        (true, Some((user, Some(hash)))) => {
            let [account, address] = guessers;
            app.store.forgive(&account.subject, &address.subject).await?;
            Ok(Verdict::Right(Box::new((user, hash))))
        }
        (_, found) => Ok(Verdict::Wrong(found.map(|(user, _)| user))),
    }
}

fn wrong() -> Problem {
    let title = "The name or the password is wrong";
    let detail = "There is no user who may come in with this name and this password.";
    Problem::new(StatusCode::UNAUTHORIZED, "wrong-password", title, detail)
        .remedy("Type both again. Whoever has forgotten the password asks an admin for a new invitation.")
}

fn too_many(until: Instant, now: Instant) -> Problem {
    let seconds = until.since(now).as_micros().div_ceil(1_000_000);
    let title = "Too many failed attempts";
    let detail = format!("Passwords are looked at again in {seconds} s.");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts", title, detail)
        .remedy("Wait, then type name and password with care.")
        .retry_after(u16::try_from(seconds).unwrap_or(u16::MAX))
}

/// The refusal where a password could not be looked at.
#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` calls")]
pub fn unhashed(error: PasswordError) -> Problem {
    if matches!(error, PasswordError::Busy) {
        return Problem::unavailable("Too many people sign in at this moment.");
    }
    tracing::error!(%error, "a password could not be looked at");
    Problem::internal()
}

/// A password that was hashed at other costs is hashed again, now that it is known.
async fn refresh(app: &App, user: &User, stored: &str, password: Secret) -> String {
    if !app.access.passwords.is_dated(stored) {
        return stored.to_owned();
    }
    let renewed = async {
        let fresh = app.access.passwords.hash(password, app.chance.as_ref()).await.ok()?;
        app.store.rehash_password(user.id, stored, &fresh).await.ok()?;
        Some(fresh)
    };
    renewed.await.unwrap_or_else(|| stored.to_owned())
}

/// Opens a session for a user whose password, of this hash, was right a moment ago.
pub async fn open(
    app: &Shared,
    visitor: &Visitor,
    user: User,
    password: &str,
    action: Action,
) -> Result<Response, Problem> {
    let id = generate(KeyKind::Session, app.chance.as_ref());
    let lasts = Duration::from_hours(app.access.settings.session_hours.into());
    let new = NewSession {
        user: user.id,
        password: password.to_owned(),
        hash: hash(id.expose()),
        expires_at: app.now().after(lasts),
        address: visitor.address.to_string(),
        agent: visitor.agent.clone(),
    };
    if app.store.open_session(&new).await?.is_none() {
        return Err(wrong());
    }
    record::ended(app, action, &user.actor(), visitor, (Outcome::Done, StatusCode::CREATED)).await;
    let Some(caller) = app.access.callers.by_session(id.expose(), true).await? else { return Err(Problem::internal()) };
    let set = cookie::keep(&app.access.site, id.expose(), lasts.as_secs())?;
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, set)], Json(Me::of(&caller))).into_response())
}

/// One of one's own sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Its number.
    pub id: i64,
    /// Is it the one that asks?
    pub current: bool,
    /// Since when.
    pub created_at: Instant,
    /// When it was last used, to the minute.
    pub seen_at: Instant,
    /// It ends then, however much it is used.
    pub expires_at: Instant,
    /// From where it was opened.
    pub address: String,
    /// With which program it was opened.
    pub agent: String,
}

/// One's own sessions, newest first.
#[utoipa::path(get, path = "/sessions", tag = "sessions", responses((status = 200, body = Listed<SessionView>)))]
async fn list_sessions(State(app): State<Shared>, actor: Actor) -> Result<Json<Listed<SessionView>>, Problem> {
    let (own, user) = actor.person()?;
    let sessions = app.store.sessions(user.id, app.access.callers.idle_since()).await?;
    let view = |session: Session| {
        let Session { id, created_at, seen_at, expires_at, address, agent } = session;
        SessionView { id, current: id == own.id, created_at, seen_at, expires_at, address, agent }
    };
    Ok(Json(Listed::whole(sessions.into_iter().map(view).collect())))
}

/// Signs out: the session of the request ends, and the answer removes its cookie.
#[utoipa::path(delete, path = "/sessions/current", tag = "sessions", responses((status = 204)))]
async fn sign_out(
    State(app): State<Shared>,
    actor: Actor,
) -> Result<(StatusCode, [(header::HeaderName, HeaderValue); 1]), Problem> {
    let (session, user) = actor.person()?;
    app.store.end_session(user.id, session.id).await?;
    app.access.callers.forget();
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie::forget(&app.access.site)?)]))
}

/// How many sessions were ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ended {
    /// Their number.
    pub ended: u64,
}

/// Ends all one's sessions but the one of the request.
#[utoipa::path(delete, path = "/sessions/others", tag = "sessions", responses((status = 200, body = Ended)))]
async fn end_other_sessions(State(app): State<Shared>, actor: Actor) -> Result<Json<Ended>, Problem> {
    let (session, user) = actor.person()?;
    let ended = app.store.end_sessions(user.id, Some(session.id)).await?;
    app.access.callers.forget();
    Ok(Json(Ended { ended }))
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "sessions", params(("id" = i64, Path, description = "The session's number")),
    responses((status = 204)))]
async fn end_session(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
) -> Result<StatusCode, Problem> {
    let (_, user) = actor.person()?;
    if !app.store.end_session(user.id, id).await? {
        return Err(Problem::not_found(format_args!("session {id} of yours")));
    }
    app.access.callers.forget();
    Ok(StatusCode::NO_CONTENT)
}
