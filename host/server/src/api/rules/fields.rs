//! What conditions may use: names with their types, and values to choose from, so that a form can offer the right input.

use axum::Json;
use axum::extract::State;
use mortise_domain::ports::memory::Orders as _;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::extract::Segment;
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::rules::RuleSet;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(rule_fields))
}

/// What conditions may use.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleFields {
    /// Each with `name`, `type` (`text`, `number`, `integer`, `truth`, `day`, `texts`, `list`, `attributes`), `title`, of a list its
    /// `fields`, and `options` where there are values to choose from.
    #[schema(value_type = Vec<Object>)]
    pub items: Value,
}

/// Names that conditions may use, as the plugin describes them, with the company's own values filled in.
#[utoipa::path(get, path = "/rules/{set}/fields", tag = "rules", params(("set" = String, Path, description = "Name of a connection, or approval_routes")),
    responses((status = 200, body = RuleFields)))]
async fn rule_fields(State(app): State<Shared>, Segment(set): Segment<String>) -> Result<Json<RuleFields>, Problem> {
    let set = RuleSet::find(&app, &set).await?;
    let mut items = set.fields();
    let options = options(&app).await?;
    fill(&mut items, &options);
    Ok(Json(RuleFields { items }))
}

/// The company's own values by the name of their source.
async fn options(app: &Shared) -> Result<Value, Problem> {
    let regions: Vec<String> = app.store.regions().await?.into_iter().map(|one| one.code).collect();
    let stores = app.store.stores().await?;
    let warehouses: Vec<String> = app.store.warehouses().await?.into_iter().map(|one| one.code).collect();
    let mut currencies: Vec<String> = stores.iter().map(|store| store.currency.clone()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let stores: Vec<String> = stores.into_iter().map(|one| one.code).collect();
    let levels = app.store.customer_levels().await?;
    let categories = app.store.product_categories().await?;
    Ok(json!({
        "regions": regions, "stores": stores, "warehouses": warehouses, "currencies": currencies, "levels": levels,
        "categories": categories,
    }))
}

fn fill(items: &mut Value, options: &Value) {
    for field in items.as_array_mut().into_iter().flatten() {
        if let Some(source) = field.get("options").and_then(Value::as_str) {
            let values = options.get(source).cloned().unwrap_or_else(|| json!([]));
            field["options"] = values;
        }
        if let Some(below) = field.get_mut("fields") {
            fill(below, options);
        }
    }
}
