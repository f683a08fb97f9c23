//! Order check without an order: prices, credit, stock, substitutes and what would hold it, all in one answer.

use std::collections::{BTreeSet, HashMap};

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use mortise_domain::allocation::Shortage;
use mortise_domain::catalog::Product;
use mortise_domain::decimal::Decimal;
use mortise_domain::instant::Instant;
use mortise_domain::submission::{MAX_LINES, Submission};
use mortise_pipeline::Quote;
use mortise_store::{PastPrice, StockRow};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::require_json;
use super::guard::Actor;
use super::orders::in_own_store;
use super::orders::submit::{read_submission, refusal};
use super::problem::Problem;
use crate::app::Shared;

/// Past prices shown for each item.
const PAST_PRICES: u32 = 5;

/// Short items for which substitutes are looked for, the first by code: who runs short of more looks for another day.
const SHORT: usize = 50;
/// Substitutes shown for each of them.
const SUBSTITUTES: u32 = 20;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(make_quote))
}

/// The answer to an order check.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteView {
    /// What would become of the order.
    #[serde(flatten)]
    pub quote: Quote,
    /// What the customer paid for the same items in orders that the asker may see, newest first per item.
    pub past_prices: Vec<PastPriceView>,
    /// What could stand in for the items that are short: for the first 50 of them, 20 each.
    pub substitutes: Vec<Substitute>,
}

/// What a customer paid once.
#[derive(Debug, Serialize, ToSchema)]
pub struct PastPriceView {
    /// The item.
    pub sku: String,
    /// Number of the order.
    pub order_number: String,
    /// When that was placed.
    pub placed_at: Instant,
    /// How much was bought, in `unit`.
    pub quantity: Decimal,
    /// The unit.
    pub unit: String,
    /// Per unit.
    pub unit_price: Decimal,
    /// Was the tax within the price?
    pub tax_inclusive: bool,
    /// ISO 4217 code.
    pub currency: String,
}

impl From<PastPrice> for PastPriceView {
    fn from(past: PastPrice) -> Self {
        let PastPrice { sku, order_number, placed_at, quantity, unit, unit_price, tax_inclusive, currency } = past;
        Self { sku, order_number, placed_at, quantity, unit, unit_price, tax_inclusive, currency }
    }
}

/// An item of the same category and specification as one that is short.
#[derive(Debug, Serialize, ToSchema)]
pub struct Substitute {
    /// The item that is short.
    pub instead_of: String,
    /// What could be taken.
    pub product: Product,
    /// Where it lies, by the last reading.
    pub stock: Vec<StockView>,
}

/// Stock of an item in a warehouse, in base units.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StockView {
    /// Code of the warehouse.
    pub warehouse: String,
    /// The item.
    pub sku: String,
    /// What the upstream said may be promised.
    pub available: Decimal,
    /// What has been promised since.
    pub promised: Decimal,
    /// When the upstream said so.
    pub read_at: Instant,
}

impl From<StockRow> for StockView {
    fn from(row: StockRow) -> Self {
        let StockRow { reading, promised } = row;
        Self {
            warehouse: reading.warehouse,
            sku: reading.sku,
            available: reading.available,
            promised,
            read_at: reading.read_at,
        }
    }
}

/// Checks an order without handing it in. Nothing is stored, reserved or sent.
#[utoipa::path(post, path = "/quotes", tag = "quotes", request_body = Submission, responses((status = 200, body = QuoteView)))]
async fn make_quote(
    State(app): State<Shared>,
    actor: Actor,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Json<QuoteView>, Problem> {
    require_json(&headers)?;
    let submission = read_submission(&body?)?;
    in_own_store(&app, &actor, &submission.store).await?;
    let customer = submission.customer.clone();
    let skus: BTreeSet<String> = submission.lines.iter().take(MAX_LINES).map(|line| line.sku.clone()).collect();
    let skus: Vec<String> = skus.into_iter().collect();
    let pipeline = app.pipeline();
    let past = app.store.past_prices(&customer, &skus, PAST_PRICES, actor.reach());
    let (quote, past) = tokio::join!(pipeline.quote(submission), past);
    let quote = quote.map_err(refusal)?;
    let substitutes = substitutes(&app, &quote).await?;
    Ok(Json(QuoteView { quote, past_prices: past?.into_iter().map(Into::into).collect(), substitutes }))
}

async fn substitutes(app: &Shared, quote: &Quote) -> Result<Vec<Substitute>, Problem> {
    let found = app.store.substitutes(&short(&quote.shortages), SUBSTITUTES).await?;
    let skus: BTreeSet<&str> = found.iter().map(|(_, product)| product.sku.as_str()).collect();
    let skus: Vec<String> = skus.into_iter().map(ToOwned::to_owned).collect();
    let mut stock: HashMap<String, Vec<StockView>> = HashMap::new();
    for row in app.store.stock(&skus).await? {
        stock.entry(row.reading.sku.clone()).or_default().push(row.into());
    }
    let substitute = |(instead_of, product): (String, Product)| {
        let stock = stock.get(&product.sku).cloned().unwrap_or_default();
        Substitute { instead_of, product, stock }
    };
    Ok(found.into_iter().map(substitute).collect())
}

/// The items for which substitutes are looked for, each once.
fn short(shortages: &[Shortage]) -> Vec<String> {
    let skus: BTreeSet<&str> = shortages.iter().map(|shortage| shortage.sku.as_str()).collect();
    skus.into_iter().take(SHORT).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_items_are_looked_for_each_once() {
        let shortage = |line: u32| Shortage {
            line,
            sku: format!("P{:04}", line / 2),
            needed: Decimal::ONE,
            available: Decimal::ZERO,
        };
        let all: Vec<_> = (0..1_000).map(shortage).collect();
        assert_eq!(short(&all[..3]), ["P0000", "P0001"]);
        assert_eq!(short(&all).len(), SHORT);
    }
}
