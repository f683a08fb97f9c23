//! For whoever watches the process: alive and ready for everybody, figures for this machine and for callers with a token.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use crate::app::Shared;

/// The process runs.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers.
pub async fn readyz(State(app): State<Shared>) -> Result<&'static str, Problem> {
    app.store.ping().await?;
    Ok("ready\n")
}

/// Figures in the Prometheus text format.
pub async fn metrics() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (StatusCode::OK, kind, crate::metrics::handle().render()).into_response()
}
