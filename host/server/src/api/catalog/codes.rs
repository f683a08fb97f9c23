//! Code maps: what a connection's upstream calls our customers, items, warehouses and units.

use axum::Json;
use axum::extract::State;
use mortise_domain::submission::FieldError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Json as Body, Params, Segment};
use super::super::page::{Listed, PageParams};
use super::super::problem::Problem;
use super::check::{self, Faults};
use super::{Many, Written};
use crate::app::Shared;

/// Kinds of codes that plugins ask for.
const KINDS: [&str; 4] = ["sku", "customer", "warehouse", "unit"];

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_codes, put_codes, delete_codes))
}

/// One thing by both names.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodePair {
    /// Our code.
    pub ours: String,
    /// The upstream's code.
    pub theirs: String,
}

impl From<(String, String)> for CodePair {
    fn from((ours, theirs): (String, String)) -> Self {
        Self { ours, theirs }
    }
}

fn known(kind: &str) -> Result<(), Problem> {
    if KINDS.contains(&kind) {
        return Ok(());
    }
    Err(Problem::field("kind", format!("is not known; known are: {}", KINDS.join(", "))))
}

/// Lists a code map by our codes.
#[utoipa::path(get, path = "/catalog/codes/{connection}/{kind}", tag = "catalog",
    params(("connection" = String, Path), ("kind" = String, Path, description = "sku, customer, warehouse or unit"), PageParams),
    responses((status = 200, body = Listed<CodePair>)))]
async fn list_codes(
    State(app): State<Shared>,
    Segment((connection, kind)): Segment<(String, String)>,
    Params(params): Params<PageParams>,
) -> Result<Json<Listed<CodePair>>, Problem> {
    known(&kind)?;
    Ok(Json(Listed::of(app.store.code_map(&connection, &kind, &params.request()?).await?)))
}

/// Creates or replaces entries of a code map.
#[utoipa::path(put, path = "/catalog/codes/{connection}/{kind}", tag = "catalog", request_body = Many<CodePair>,
    params(("connection" = String, Path), ("kind" = String, Path, description = "sku, customer, warehouse or unit")),
    responses((status = 200, body = Written)))]
async fn put_codes(
    State(app): State<Shared>,
    Segment((connection, kind)): Segment<(String, String)>,
    Body(Many { items }): Body<Many<CodePair>>,
) -> Result<Json<Written>, Problem> {
    known(&kind)?;
    check::all(&items, |pair: &CodePair, faults: &mut Faults| {
        faults.code("ours", &pair.ours);
        faults.code("theirs", &pair.theirs);
    })?;
    if app.store.connection(&connection).await?.is_none() {
        return Err(Problem::not_found(format_args!("connection {connection:?}")));
    }
    let pairs: Vec<_> = items.into_iter().map(|pair| (pair.ours, pair.theirs)).collect();
    app.store.put_codes(&connection, &kind, &pairs).await?;
    Ok(Written::of(&pairs))
}

/// Removes entries of a code map by our codes.
#[utoipa::path(delete, path = "/catalog/codes/{connection}/{kind}", tag = "catalog", request_body = Many<String>,
    params(("connection" = String, Path), ("kind" = String, Path, description = "sku, customer, warehouse or unit")),
    responses((status = 204)))]
async fn delete_codes(
    State(app): State<Shared>,
    Segment((connection, kind)): Segment<(String, String)>,
    Body(Many { items }): Body<Many<String>>,
) -> Result<axum::http::StatusCode, Problem> {
    known(&kind)?;
    if items.is_empty() || items.len() > 100_000 {
        return Err(Problem::invalid(vec![FieldError::new("items", "must have 1 to 100,000 entries")]));
    }
    app.store.delete_codes(&connection, &kind, &items).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
