//! Price lists: published as a whole, under ascending versions, never changed.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use mortise_domain::catalog::PriceList;
use mortise_domain::instant::Instant;
use mortise_store::PriceListHead;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::catalog::{BULK, check};
use super::extract::{Json as Body, Segment};
use super::guard::Actor;
use super::page::Listed;
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_price_lists, publish_price_list))
        .routes(routes!(get_price_list))
        .layer(DefaultBodyLimit::max(BULK))
}

/// A published price list without its entries.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListView {
    /// The company's code of the list.
    pub code: String,
    /// Its version; ascending.
    pub version: i64,
    /// ISO 4217 code of its prices.
    pub currency: String,
    /// First day.
    pub valid_from: String,
    /// Last day; null: until replaced.
    pub valid_to: Option<String>,
    /// How many entries it has.
    pub entries: i64,
    /// When it was published.
    pub published_at: Instant,
    /// Who published it: a token's name, or `user:<name>`.
    pub published_by: String,
}

impl From<PriceListHead> for PriceListView {
    fn from(head: PriceListHead) -> Self {
        let PriceListHead { code, version, currency, valid_from, valid_to, entries, published_at, published_by } = head;
        Self { code, version, currency, valid_from, valid_to, entries, published_at, published_by }
    }
}

/// All published price lists, newest first.
#[utoipa::path(get, path = "/price-lists", tag = "price-lists", responses((status = 200, body = Listed<PriceListView>)))]
async fn list_price_lists(State(app): State<Shared>) -> Result<Json<Listed<PriceListView>>, Problem> {
    Ok(Json(Listed::whole(app.store.price_lists().await?)))
}

/// Under which version a list was published.
#[derive(Debug, Serialize, ToSchema)]
pub struct Published {
    /// Code of the list.
    pub code: String,
    /// The new version.
    pub version: i64,
}

/// Publishes a price list. It replaces the version before it as a whole; `version` of the body is ignored.
#[utoipa::path(post, path = "/price-lists", tag = "price-lists", request_body = PriceList, responses((status = 201, body = Published)))]
async fn publish_price_list(
    State(app): State<Shared>,
    actor: Actor,
    Body(list): Body<PriceList>,
) -> Result<(StatusCode, Json<Published>), Problem> {
    check::price_list(&list)?;
    let version = app.store.publish_price_list(&list, actor.name()).await?;
    actor.note("list", format!("{}/{version}", list.code));
    Ok((StatusCode::CREATED, Json(Published { code: list.code, version })))
}

/// One version of a price list with its entries.
#[utoipa::path(get, path = "/price-lists/{code}/{version}", tag = "price-lists",
    params(("code" = String, Path, description = "Code of the list"), ("version" = i64, Path, description = "Its version")),
    responses((status = 200, body = PriceList)))]
async fn get_price_list(
    State(app): State<Shared>,
    Segment((code, version)): Segment<(String, i64)>,
) -> Result<Json<PriceList>, Problem> {
    let list = app.store.price_list(&code, version).await?;
    list.map(Json).ok_or_else(|| Problem::not_found(format_args!("version {version} of the price list {code:?}")))
}
