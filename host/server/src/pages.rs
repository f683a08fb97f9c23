//! Pages for browsers beside the API: those behind the links of invitations and of messages about approvals, and the form of each
//! store.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::app::Shared;

/// Nothing from elsewhere, nothing written into the page, and no frame of another page around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// The pages. They know nobody and show nothing that is not theirs: whatever they ask, they ask the API.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/invite", get(async || page("text/html; charset=utf-8", include_str!("pages/invite.html"))))
        .route("/invite.js", get(async || page("text/javascript; charset=utf-8", include_str!("pages/invite.js"))))
        .route("/f/{store}", get(async || page("text/html; charset=utf-8", include_str!("pages/form.html"))))
        .route("/form.js", get(async || page("text/javascript; charset=utf-8", include_str!("pages/form.js"))))
        .route("/approve", get(async || page("text/html; charset=utf-8", include_str!("pages/approve.html"))))
        .route("/approve.js", get(async || page("text/javascript; charset=utf-8", include_str!("pages/approve.js"))))
        .route("/page.js", get(async || page("text/javascript; charset=utf-8", include_str!("pages/page.js"))))
        .route("/page.css", get(async || page("text/css; charset=utf-8", include_str!("pages/page.css"))))
}

fn page(kind: &'static str, text: &'static str) -> impl IntoResponse {
    (HEADERS, [(header::CONTENT_TYPE, kind)], text)
}
