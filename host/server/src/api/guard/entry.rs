//! Who may come in: the token or the session, then the table of `mortise_domain::access`.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use mortise_domain::access::{Action, Denied, Extent, Kind, Reach, Role};

use super::super::problem::Problem;
use super::actor::Actor;
use super::visitor::Visitor;
use super::{cookie, record, routes, site};
use crate::app::Shared;
use crate::callers::{By, Caller};
use crate::listen::Peer;

/// On every answer of the API: it is for whoever asked, as what it is, and for no other site.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Lets through what the table allows, and writes the audit trail of what governs.
pub async fn admit(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let mut response = match routes::action(request.method(), &pattern) {
        Some(action) => attend(&app, action, request, next).await,
        None => no_such_method(&pattern),
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

async fn attend(app: &Shared, action: Action, mut request: Request, next: Next) -> Response {
    let visitor = Visitor::of(&request, &app.config.proxies);
    request.extensions_mut().insert(visitor.clone());
    let (mut parts, body) = request.into_parts();
    if action.kind() == Kind::Opens {
        // Nobody is known yet; another site's page must not sign a browser in as somebody else either.
        return match site::from_own_pages(&app.access.site, &parts.uri, &parts.headers) {
            Ok(()) => next.run(Request::from_parts(parts, body)).await,
            Err(problem) => {
                record::refused(app, action, None, &visitor, problem.status()).await;
                problem.into_response()
            }
        };
    }
    let (caller, reach) = match entry(app, action, &parts).await {
        Ok(found) => found,
        Err(refusal) => {
            let Refusal { caller, problem } = *refusal;
            record::refused(app, action, caller.as_deref(), &visitor, problem.status()).await;
            return problem.into_response();
        }
    };
    parts.extensions.insert(Actor::new(Arc::clone(&caller), reach, visitor.clone()));
    let request = Request::from_parts(parts, body);
    if !action.is_audited() {
        return next.run(request).await;
    }
    // What cannot be recorded is not done.
    let entry = match record::begin(app, action, &caller.actor, &visitor).await {
        Ok(entry) => entry,
        Err(error) => return Problem::from(error).into_response(),
    };
    let response = next.run(request).await;
    record::finish(app, entry, &visitor, response.status()).await;
    response
}

/// Who was refused, where that is known, and in which words.
struct Refusal {
    caller: Option<Arc<Caller>>,
    problem: Problem,
}

async fn entry(app: &Shared, action: Action, parts: &Parts) -> Result<(Arc<Caller>, Reach), Box<Refusal>> {
    let refuse = |caller: Option<&Arc<Caller>>, problem| Box::new(Refusal { caller: caller.cloned(), problem });
    // Live views come back each minute, whether somebody looks or not.
    let used = !parts.extensions.get::<MatchedPath>().is_some_and(|path| path.as_str().ends_with("/events"));
    let caller = caller(app, &parts.headers, used).await.map_err(|problem| refuse(None, problem))?;
    if matches!(caller.by, By::Session(_)) && site::changes(&parts.method) {
        let own = site::from_own_pages(&app.access.site, &parts.uri, &parts.headers)
            .and_then(|()| site::with_own_header(&parts.headers));
        own.map_err(|problem| refuse(Some(&caller), problem))?;
    }
    match caller.rights.reach(action) {
        Ok(reach) => Ok((caller, reach)),
        Err(denied) => Err(refuse(Some(&caller), forbidden(&caller, denied))),
    }
}

/// Lets pass whoever may read the figures, and whoever asks from this machine.
pub async fn admit_to_figures(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    // Behind a proxy everybody seems to be this machine.
    let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip"];
    let proxied = forwarded.iter().any(|name| request.headers().contains_key(*name));
    if !proxied && peer.is_some_and(|Peer(address)| address.ip().to_canonical().is_loopback()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match entry(&app, Action::MetricsRead, &parts).await {
        Ok(_) => next.run(Request::from_parts(parts, body)).await,
        Err(refusal) => refusal.problem.into_response(),
    }
}

/// The token counts before the cookie: a browser never sends one by itself.
async fn caller(app: &Shared, headers: &HeaderMap, used: bool) -> Result<Arc<Caller>, Problem> {
    let refuse = |detail: &str| {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "A valid token or session is needed", detail).remedy(
            "Sign in, or send the header Authorization: Bearer <token>. The first token is in the file admin.token of the server's \
             data folder.",
        )
    };
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        let Some(id) = cookie::session(&app.access.site, headers) else {
            return Err(refuse("The request has neither an Authorization header nor the cookie of a session."));
        };
        let found = app.access.callers.by_session(id, used).await?;
        return found.ok_or_else(|| refuse("The session has ended."));
    };
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let Some(token) = token else {
        return Err(refuse("The Authorization header is not of the form \"Bearer <token>\"."));
    };
    app.access.callers.by_token(token).await?.ok_or_else(|| refuse("The token is unknown, expired or revoked."))
}

fn forbidden(caller: &Caller, denied: Denied) -> Problem {
    let names = |roles: &mut dyn Iterator<Item = Role>| roles.map(Role::name).collect::<Vec<_>>().join(", ");
    let (action, detail) = match denied {
        Denied::Role(action) => {
            let own = names(&mut caller.rights.roles.iter().copied());
            (action, format!("{} has the roles [{own}], and none of them allows {}.", caller.actor, action.name()))
        }
        Denied::Scope(action) => {
            (action, format!("The scope of the token {} does not allow {}.", caller.actor, action.name()))
        }
    };
    let allowed = names(&mut Role::ALL.into_iter().filter(|role| action.extent(*role) != Extent::No));
    Problem::new(StatusCode::FORBIDDEN, "forbidden", "This is not allowed", detail)
        .remedy(format!("{}: {allowed}. Ask an admin.", action.title()))
}

/// A route that was forgotten in the table ends here too: closed.
fn no_such_method(pattern: &str) -> Response {
    let title = "The address has no such method";
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", title, "See the header Allow.");
    let mut response = problem.into_response();
    if let Ok(methods) = HeaderValue::try_from(routes::methods(pattern)) {
        response.headers_mut().insert(header::ALLOW, methods);
    }
    response
}
