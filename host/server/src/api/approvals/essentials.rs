//! What an approver must know of an order.

use mortise_domain::access::Reach;
use mortise_domain::decimal::Decimal;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::money::Amount;
use mortise_domain::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::problem::Problem;
use crate::app::Shared;

/// Most lines that are shown.
const MOST_LINES: usize = 50;

/// What an approver must know of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Essentials {
    /// Its number.
    pub number: String,
    /// Name of the customer.
    pub customer: String,
    /// Code of the store.
    pub store: String,
    /// Who handed it in.
    pub actor: String,
    /// When the customer placed it.
    pub placed_at: Instant,
    /// ISO 4217 code of its amounts; null: not priced.
    pub currency: Option<String>,
    /// With tax, in minor units; null: not priced.
    pub gross: Option<Amount>,
    /// The lines, at most 50.
    pub lines: Vec<EssentialLine>,
    /// How many lines there are.
    pub line_count: usize,
    /// Free words of whoever entered it.
    pub note: String,
    /// Marks that people see.
    pub flags: Vec<Text>,
    /// Names of its files.
    pub files: Vec<String>,
}

/// A line in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct EssentialLine {
    /// The item.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// How much.
    pub quantity: Decimal,
    /// Of what unit.
    pub unit: String,
    /// Per unit.
    pub unit_price: Decimal,
    /// With tax, in minor units.
    pub gross: Amount,
}

/// Of this order.
pub async fn of(app: &Shared, id: OrderId) -> Result<Essentials, Problem> {
    let stored = app.store.stored_order(id, &Reach::All).await?;
    let stored = stored.ok_or_else(|| Problem::not_found(format_args!("order {id}")))?;
    let files = app.store.attachments(id).await?.into_iter().map(|file| file.name).collect();
    let (summary, order) = (stored.summary, stored.order);
    let lines = order.iter().flat_map(|order| &order.lines).take(MOST_LINES).map(|line| EssentialLine {
        sku: line.sku.clone(),
        name: line.name.clone(),
        quantity: line.quantity,
        unit: line.unit.clone(),
        unit_price: line.unit_price,
        gross: line.totals.gross,
    });
    Ok(Essentials {
        number: summary.number,
        customer: order.as_ref().map_or(summary.customer, |order| order.customer.name.clone()),
        store: summary.store,
        actor: summary.actor,
        placed_at: summary.placed_at,
        currency: summary.currency,
        gross: summary.totals.map(|totals| totals.gross),
        lines: lines.collect(),
        line_count: stored.submission.lines.len(),
        note: stored.submission.note,
        flags: stored.evaluation.map(|evaluation| evaluation.flags).unwrap_or_default(),
        files,
    })
}
