//! What surrounds every request: its id, its log line, the time limit, and who may come in.

use std::any::Any;
use std::time::{Duration, Instant as Stopwatch};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tracing::Instrument as _;

use super::problem::Problem;
use crate::app::Shared;

mod actor;
pub mod cookie;
mod entry;
pub mod record;
pub mod routes;
pub mod site;
mod visitor;

pub use actor::Actor;
pub use entry::{admit, admit_to_figures};
pub use visitor::Visitor;

/// Longest time from the end of the headers to the beginning of the answer, beside what the body takes.
const LIMIT: Duration = Duration::from_mins(2);
/// The slowest that a body may come, in bytes a second.
const PACE: u64 = 32 << 10;
const REQUEST_ID: &str = "x-request-id";

/// Id of a request: in its answer, in the log, in the audit trail.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Gives the request an id and a line in the log, and counts it.
pub async fn trace(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let started = Stopwatch::now();
    let id = request_id(request.headers()).unwrap_or_else(|| {
        let mut bytes = [0; 8];
        app.chance.fill(&mut bytes);
        hex::encode(bytes)
    });
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The pattern, not the address: addresses hold customers' codes and are without number.
    let route = request.extensions().get::<MatchedPath>().map_or("none".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", id);
    let mut response = if has_nul(&request) {
        Problem::malformed("The address contains a NUL character (%00).").into_response()
    } else {
        let limit = limit(request.headers(), app.config.attachment_bytes.max(app.config.plugin_bytes as u64));
        let answer = tokio::time::timeout(limit, next.run(request).instrument(span.clone())).await;
        answer.unwrap_or_else(|_| {
            Problem::unavailable(format!("The request took longer than {} s.", limit.as_secs())).into_response()
        })
    };
    let (status, took) = (response.status().as_u16(), started.elapsed());
    span.in_scope(|| tracing::info!(%method, route, status, micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX), "answered"));
    let labels = [("method", method.to_string()), ("route", route), ("status", status.to_string())];
    metrics::histogram!("mortise_http_seconds", &labels).record(took.as_secs_f64());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// How long the request may take: a large body may come slowly. `most`: the largest that any address takes, for bodies of unknown
/// length too.
fn limit(headers: &HeaderMap, most: u64) -> Duration {
    let told = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let unknown = if headers.contains_key(header::TRANSFER_ENCODING) { most } else { 0 };
    LIMIT + Duration::from_secs(told.unwrap_or(unknown).min(most) / PACE)
}

/// The caller's own id for the request, where it is harmless.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (!id.is_empty() && id.len() <= 64 && id.bytes().all(plain)).then(|| id.to_owned())
}

fn has_nul(request: &Request) -> bool {
    request.uri().path_and_query().is_some_and(|address| address.as_str().contains("%00"))
}

/// The answer to a panic of a handler.
#[expect(clippy::needless_pass_by_value, reason = "the form that the catcher calls")]
pub fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let cause = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(cause, "a request handler panicked");
    Problem::internal().into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_body_may_come_slowly_but_not_for_ever() {
        let limit = |name: &'static str, value: &'static str| {
            let name = header::HeaderName::from_static(name);
            limit(&HeaderMap::from_iter([(name, HeaderValue::from_static(value))]), 100 << 20).as_secs()
        };
        assert_eq!(limit("accept", "*/*"), 120);
        assert_eq!(limit("content-length", "2000000"), 120 + 61);
        assert_eq!(limit("content-length", "52428800"), 120 + 1_600, "50 MB at 256 kbit/s");
        assert_eq!(limit("content-length", "18446744073709551615"), 120 + 3_200);
        assert_eq!(limit("content-length", "x"), 120);
        assert_eq!(limit("transfer-encoding", "chunked"), 120 + 3_200);
    }
}
