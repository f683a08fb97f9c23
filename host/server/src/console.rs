//! The web console: files that npm has built, within the binary (`build.rs`), or a page that says why they are missing.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::api::problem::Problem;
use crate::app::Shared;

/// The files, by their path below the console's root.
#[derive(RustEmbed)]
#[folder = "$MORTISE_CONSOLE_FILES"]
struct Files;

/// Why there are none; empty where there are.
const ABSENT: &str = env!("MORTISE_CONSOLE_ABSENT");
const PAGE: &str = "index.html";
/// What stands in the page where each answer has a fresh number; `host/console/vite.config.ts` has it too.
const NONCE: &str = "MORTISE-NONCE";

/// Is the console within this program?
pub fn is_built() -> bool {
    Files::get(PAGE).is_some()
}

/// Nothing from elsewhere. Styles that the page makes itself carry the answer's number; scripts are files of ours.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; img-src 'self' data: blob:; \
         font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

const GUARDS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// The page and its files. They know nobody: whatever they show, they ask the API for.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(page))
        .route("/mark.svg", get(async |headers: HeaderMap| file("mark.svg", "public, max-age=86400", &headers)))
        .route("/assets/{*path}", get(asset))
}

/// Addresses that nothing else answers: those that a browser asks for are pages of the console, which finds its way itself.
pub async fn elsewhere(request: Request) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let accepts = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let is_page = reads && accepts.contains("text/html") && !request.uri().path().starts_with("/api/");
    if is_page { page().await } else { Problem::not_found("such address").into_response() }
}

async fn page() -> Response {
    let mut number = [0; 16];
    if getrandom::fill(&mut number).is_err() {
        return Problem::internal().into_response();
    }
    let nonce = BASE64.encode(number);
    let (status, text) = match Files::get(PAGE) {
        Some(file) => (StatusCode::OK, String::from_utf8_lossy(&file.data).replace(NONCE, &nonce)),
        None => (
            StatusCode::NOT_FOUND,
            include_str!("pages/absent.html").replace(NONCE, &nonce).replace("REASON", &plain(ABSENT)),
        ),
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy(&nonce)),
        // Its number is for this one answer.
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (status, GUARDS, headers, text).into_response()
}

/// A text within a page.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A file whose name holds the hash of its content: it never changes.
async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    file(&format!("assets/{path}"), "public, max-age=31536000, immutable", &headers)
}

fn file(path: &str, caching: &'static str, asked: &HeaderMap) -> Response {
    let Some(plain) = Files::get(path) else { return Problem::not_found("such address").into_response() };
    let tag = format!("\"{}\"", hex::encode(plain.metadata.sha256_hash()));
    let shared = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, caching.to_owned()),
        (header::VARY, "Accept-Encoding".into()),
    ];
    if asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, shared).into_response();
    }
    let (encoding, file) = encoded(path, asked).unwrap_or(("identity", plain));
    let kinds = [(header::CONTENT_TYPE, kind(path)), (header::CONTENT_ENCODING, encoding)];
    (GUARDS, kinds, shared, Body::from(file.data)).into_response()
}

/// The smallest form that the asker takes.
fn encoded(path: &str, asked: &HeaderMap) -> Option<(&'static str, EmbeddedFile)> {
    let takes = asked.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let named =
        |name: &str| takes.split(',').any(|one| one.split(';').next().is_some_and(|coding| coding.trim() == name));
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(coding, _)| named(coding))
        .find_map(|(coding, ending)| Some((coding, Files::get(&format!("{path}.{ending}"))?)))
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
