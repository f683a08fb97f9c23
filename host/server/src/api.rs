//! The HTTP API. One file per noun; this file is its table of contents.
//!
//! To add an endpoint: (1) write the handler with `#[utoipa::path]` in the noun's file, (2) name it in that file's `routes`,
//! (3) its row in `guard/routes.rs` says which action it is (without it the route is closed), (4) a new noun is merged in
//! [`described`], (5) run `mortise openapi > host/server/openapi.json`.

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Json, Router};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::app::Shared;

pub mod access;
pub mod approvals;
pub mod attachments;
pub mod audit;
pub mod catalog;
pub mod collections;
pub mod company;
pub mod connections;
pub mod deliveries;
pub mod document;
pub mod events;
pub mod extract;
pub mod forms;
pub mod guard;
pub mod health;
pub mod holds;
pub mod invites;
pub mod leads;
pub mod me;
pub mod orders;
pub mod overview;
pub mod page;
pub mod people;
pub mod plugins;
pub mod price_lists;
pub mod problem;
pub mod publishers;
pub mod quotes;
pub mod retention;
pub mod rules;
pub mod sessions;
pub mod status;
pub mod tickets;
pub mod tokens;
pub mod users;

/// Bytes of a request body, where its address does not take more.
const BODY: usize = 2 << 20;

/// All nouns with their description. `plugin_bytes`: most bytes of a plugin's file.
fn described(plugin_bytes: usize) -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(document::head())
        .merge(orders::routes())
        .merge(quotes::routes())
        .merge(holds::routes())
        .merge(approvals::routes())
        .merge(deliveries::routes())
        .merge(tickets::routes())
        .merge(events::routes())
        .merge(leads::routes())
        .merge(forms::routes())
        .merge(catalog::routes())
        .merge(price_lists::routes())
        .merge(plugins::routes(plugin_bytes))
        .merge(publishers::routes())
        .merge(connections::routes())
        .merge(rules::routes())
        .merge(company::routes())
        .merge(collections::routes())
        .merge(status::routes())
        .merge(retention::routes())
        .merge(overview::routes())
        .merge(sessions::routes())
        .merge(invites::routes())
        .merge(me::routes())
        .merge(users::routes())
        .merge(tokens::routes())
        .merge(people::routes())
        .merge(audit::routes())
        .merge(access::routes())
}

/// The OpenAPI document.
pub fn openapi() -> OpenApi {
    document::finish(described(0).split_for_parts().1)
}

/// All doors of the server.
pub fn router(app: Shared) -> Router {
    let (nouns, document) = described(app.config.plugin_bytes).split_for_parts();
    let document = document::finish(document);
    let api = nouns
        .route("/openapi.json", get(async move || Json(document)))
        // Before the guard, so that it stands in front of this too.
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(app.clone(), guard::admit));
    let metrics = get(health::metrics).layer(from_fn_with_state(app.clone(), guard::admit_to_figures));
    Router::new()
        .nest("/api/v1", api)
        .route("/metrics", metrics)
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .merge(crate::pages::routes())
        .merge(crate::console::routes())
        .fallback(crate::console::elsewhere)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(from_fn_with_state(app.clone(), guard::trace))
        .with_state(app)
}

async fn no_such_method() -> problem::Problem {
    let title = "The address has no such method";
    problem::Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", title, "See the header Allow.")
}
