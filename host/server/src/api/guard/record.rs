//! The audit trail of requests that govern: an entry is begun before anything is done and completed afterwards, so that a crash
//! between the two leaves a trace too.

use axum::http::StatusCode;
use mortise_domain::access::Action;
use mortise_domain::ports::StoreError;
use mortise_store::{AuditEntry, Outcome};

use super::visitor::Visitor;
use crate::app::Shared;
use crate::callers::Caller;

/// How they stand in the trail who are not known.
pub const NOBODY: &str = "nobody";

fn entry(
    app: &Shared,
    action: Action,
    actor: &str,
    visitor: &Visitor,
    ended: Option<(Outcome, StatusCode)>,
) -> AuditEntry {
    AuditEntry {
        id: 0,
        at: app.now(),
        actor: actor.to_owned(),
        address: visitor.address.to_string(),
        action: action.name().to_owned(),
        target: visitor.target.clone(),
        outcome: ended.map_or(Outcome::Begun, |(outcome, _)| outcome),
        status: ended.map(|(_, status)| status.as_u16().into()),
        request: visitor.request.clone(),
        detail: visitor.notes(),
    }
}

/// Begins an entry.
pub async fn begin(app: &Shared, action: Action, actor: &str, visitor: &Visitor) -> Result<i64, StoreError> {
    app.store.write_audit(&entry(app, action, actor, visitor, None)).await
}

/// Completes an entry with what the handler noted.
pub async fn finish(app: &Shared, id: i64, visitor: &Visitor, status: StatusCode) {
    let written = app.store.finish_audit(id, outcome(status), status.as_u16().into(), &visitor.notes()).await;
    if let Err(error) = written {
        // The entry stands there as begun; what was done is done.
        tracing::error!(%error, entry = id, "an entry of the audit trail could not be completed");
    }
}

/// Writes that somebody was refused an action that governs.
pub async fn refused(app: &Shared, action: Action, caller: Option<&Caller>, visitor: &Visitor, status: StatusCode) {
    let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let news = caller.is_some() || app.access.strangers.is_news(visitor.address, app.now());
    if action.is_audited() && refused && news {
        let actor = caller.map_or(NOBODY, |caller| &caller.actor);
        ended(app, action, actor, visitor, (Outcome::Refused, status)).await;
    }
}

/// Writes that a stranger failed at something, where that is news.
pub async fn failed(app: &Shared, action: Action, visitor: &Visitor, status: StatusCode) {
    if app.access.strangers.is_news(visitor.address, app.now()) {
        ended(app, action, NOBODY, visitor, (Outcome::Failed, status)).await;
    }
}

/// Writes that a stranger left something and what became of it, where that is news.
pub async fn left(app: &Shared, action: Action, visitor: &Visitor, status: StatusCode) {
    if app.access.form_senders.is_news(visitor.address, app.now()) {
        ended(app, action, NOBODY, visitor, (outcome(status), status)).await;
    }
}

/// Writes an entry of something that has ended.
pub async fn ended(app: &Shared, action: Action, actor: &str, visitor: &Visitor, how: (Outcome, StatusCode)) {
    if let Err(error) = app.store.write_audit(&entry(app, action, actor, visitor, Some(how))).await {
        tracing::error!(%error, action = action.name(), "an entry of the audit trail could not be written");
    }
}

fn outcome(status: StatusCode) -> Outcome {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Outcome::Refused,
        status if status.is_success() || status.is_redirection() => Outcome::Done,
        _ => Outcome::Failed,
    }
}
