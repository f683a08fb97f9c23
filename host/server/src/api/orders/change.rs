//! What people do to an order that was handed in: correct it, take it back.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use mortise_domain::submission::Submission;
use mortise_domain::text::Text;
use mortise_store::Correction;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Json as Body, Segment};
use super::super::guard::Actor;
use super::super::problem::Problem;
use super::submit::refusal;
use super::{OrderView, find, in_own_store, whole};
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(cancel_order))
}

/// How long the answer waits for the judgement.
const WAIT: Duration = Duration::from_secs(10);

/// An order as it should have been handed in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCorrection {
    /// The whole order, unchanged fields too.
    submission: Submission,
    /// Why; stands in the order's story.
    #[serde(default)]
    note: String,
    /// `version` of the order that was corrected, so that nobody's change is lost; missing: whatever is there.
    #[serde(default)]
    version: Option<i64>,
}

/// Corrects an order that is received or held: address, lines, customer, anything but whether it is a sale. It is judged again at
/// once, and what people have released of it before is void.
#[utoipa::path(put, path = "/orders/{number}", tag = "orders", params(("number" = String, Path, description = "The order's number")),
    request_body = OrderCorrection, responses((status = 200, body = OrderView)))]
pub async fn correct_order(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Body(correction): Body<OrderCorrection>,
) -> Result<Json<OrderView>, Problem> {
    let note = words("note", &correction.note, false)?;
    let stored = find(&app, &actor, &number).await?;
    in_own_store(&app, &actor, &correction.submission.store).await?;
    let pipeline = app.pipeline();
    pipeline.check(&correction.submission).await.map_err(refusal)?;
    let id = stored.summary.id;
    let correction = Correction {
        order: id,
        version: correction.version,
        submission: correction.submission,
        actor: actor.name().to_owned(),
        person: actor.caller().person.clone(),
        note,
        lease_until: pipeline.judgement_lease(),
    };
    app.store.correct_order(&correction).await?;
    pipeline.judge_now(id, WAIT).await?;
    whole(&app, &actor, &number).await.map(Json)
}

/// Why an order is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    /// Why; stands in the order's story and goes to the upstreams.
    reason: String,
}

/// Takes an order back, as long as no goods of it have left. Stock and credit are free at once; what has gone to ERP and warehouses
/// already is taken back there by deliveries of its own (`cancel-pick`, `cancel-receivable`, `cancel-order`), exactly once in effect like
/// all others: one that is refused opens a ticket.
#[utoipa::path(post, path = "/orders/{number}/cancel", tag = "orders", params(("number" = String, Path, description = "The order's number")),
    request_body = CancelOrder, responses((status = 200, body = OrderView)))]
async fn cancel_order(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Body(order): Body<CancelOrder>,
) -> Result<Json<OrderView>, Problem> {
    let reason = words("reason", &order.reason, true)?;
    let stored = find(&app, &actor, &number).await?;
    actor.note("order", number.as_str());
    let cancelled = app.store.cancel_order(stored.summary.id, actor.name(), &Text::same(reason)).await;
    let cancelled = cancelled.map_err(|error| {
        Problem::from(error)
            .remedy("Look at the order again. What has been shipped comes back as an order of kind \"return\".")
    })?;
    actor.note("compensations", cancelled.compensations);
    app.pipeline().wake();
    whole(&app, &actor, &number).await.map(Json)
}

fn words(field: &str, text: &str, required: bool) -> Result<String, Problem> {
    let text = text.trim();
    if required && text.is_empty() || text.chars().count() > 1_000 {
        let least = u8::from(required);
        return Err(Problem::field(field, format!("must have {least} to 1,000 characters")));
    }
    Ok(text.to_owned())
}
