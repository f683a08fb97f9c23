//! Collection of receivables by region and month: too little freezes new credit.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::tz::TimeZone;
use mortise_domain::collection::Collection;
use mortise_domain::submission::FieldError;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::catalog::{Many, Written};
use super::extract::{Json as Body, Segment};
use super::guard::Actor;
use super::page::Listed;
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_collections, put_collections)).routes(routes!(delete_collection))
}

/// A month of a region.
#[derive(Debug, Serialize, ToSchema)]
pub struct CollectionView {
    /// What was due and what came in.
    #[serde(flatten)]
    pub collection: Collection,
    /// The rate in tenths of a percent.
    pub per_mille: i64,
    /// Would it freeze new credit of its region, being the newest month?
    pub freezes: bool,
}

/// What came in of what was due, newest month first. The newest month of a region decides whether new credit is frozen there.
#[utoipa::path(get, path = "/collections", tag = "catalog", responses((status = 200, body = Listed<CollectionView>)))]
async fn list_collections(State(app): State<Shared>) -> Result<Json<Listed<CollectionView>>, Problem> {
    let least = app.config.pipeline.collection_percent;
    let view = |collection: Collection| CollectionView {
        per_mille: collection.per_mille(),
        freezes: collection.freezes(least),
        collection,
    };
    let items = app.store.collections().await?.into_iter().map(view).collect();
    Ok(Json(Listed { items, next: None }))
}

/// Enters what was due and what came in, in the company's currency. Where the newest month of a region falls below the least
/// (`collection-percent`, 92 where nothing is set), orders of its stores that take credit are held until the month is made up, or
/// somebody in finance releases them. Orders that are held for it already are judged again at once.
#[utoipa::path(put, path = "/collections", tag = "catalog", request_body = Many<Collection>, responses((status = 200, body = Written)))]
async fn put_collections(
    State(app): State<Shared>,
    actor: Actor,
    Body(many): Body<Many<Collection>>,
) -> Result<Json<Written>, Problem> {
    let known: BTreeSet<String> = app.store.regions().await?.into_iter().map(|region| region.code).collect();
    let zone = TimeZone::get(&app.store.company().await?.time_zone).map_err(|_| Problem::internal())?;
    let today = app.now().day_in(&zone);
    let this_month = today.get(..7).unwrap_or_default();
    let mut faults = Vec::new();
    if many.items.is_empty() || many.items.len() > 1_000 {
        faults.push(FieldError::new("items", "must have 1 to 1,000 entries"));
    }
    for (at, one) in many.items.iter().enumerate() {
        let mut fault =
            |field: &str, message: &str| faults.push(FieldError::new(format!("items[{at}].{field}"), message));
        if !is_month(&one.month) {
            fault("month", "must be a month such as 2026-01");
        } else if one.month.as_str() > this_month {
            fault("month", "is still to come: the newest month decides, so enter none after the present one");
        }
        if !known.contains(&one.region) {
            fault("region", "is not known; see GET /catalog/regions");
        }
        if one.due < 0 {
            fault("due", "must not be below zero");
        }
        if one.collected < 0 {
            fault("collected", "must not be below zero");
        }
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    app.store.put_collections(&many.items, actor.name()).await?;
    actor.note("months", many.items.len());
    app.pipeline().wake();
    Ok(Written::of(&many.items))
}

/// Removes a month of a region that was entered by mistake. The newest of the others decides then; orders that are held for it are
/// judged again at once.
#[utoipa::path(delete, path = "/collections/{region}/{month}", tag = "catalog",
    params(("region" = String, Path, description = "Code of the region"), ("month" = String, Path, description = "Such as 2026-01")),
    responses((status = 204)))]
async fn delete_collection(
    State(app): State<Shared>,
    actor: Actor,
    Segment((region, month)): Segment<(String, String)>,
) -> Result<StatusCode, Problem> {
    actor.note("month", format!("{month} of {region}"));
    app.store.delete_collection(&region, &month).await?;
    app.pipeline().wake();
    Ok(StatusCode::NO_CONTENT)
}

fn is_month(text: &str) -> bool {
    let number =
        |part: &str| if part.bytes().all(|byte| byte.is_ascii_digit()) { part.parse::<u32>().ok() } else { None };
    match text.split_once('-') {
        Some((year, month)) if year.len() == 4 && month.len() == 2 => {
            number(year).is_some() && number(month).is_some_and(|month| (1..=12).contains(&month))
        }
        _ => false,
    }
}
