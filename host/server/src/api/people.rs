//! Colleagues: whose name stands behind `user:<name>` in stories.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::Listed;
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_people))
}

/// A colleague.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    /// As they stand in stories, behind `user:`.
    pub name: String,
    /// Name for people; empty: the person was forgotten.
    pub display_name: String,
}

impl From<(String, String)> for Person {
    fn from((name, display_name): (String, String)) -> Self {
        Self { name, display_name }
    }
}

/// All colleagues by name, those of the past too.
#[utoipa::path(get, path = "/people", tag = "people", responses((status = 200, body = Listed<Person>)))]
async fn list_people(State(app): State<Shared>) -> Result<Json<Listed<Person>>, Problem> {
    Ok(Json(Listed::whole(app.store.people().await?)))
}
