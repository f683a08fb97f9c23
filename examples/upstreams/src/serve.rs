//! The HTTP side: one router for three vendors and the control endpoints.

mod entry;
mod line;

use std::sync::Arc;

use axum::{Router, routing::any};
pub use line::{Doors, Line};

use crate::shared::Shared;

/// Where the body of a request ends (a robot's file has 20 MB at most).
const BODY_LIMIT: usize = 32 << 20;

pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .nest("/__sim", crate::control::router())
        .route("/u8/{*path}", any(entry::entry))
        .route("/amap/{*path}", any(entry::entry))
        .route("/wecom/{*path}", any(entry::entry))
        .with_state(shared)
}
