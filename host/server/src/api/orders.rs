//! Orders: submit, list, one with all that belongs to it, its story.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::access::Action;
use mortise_domain::delivery::Delivery;
use mortise_domain::evaluation::Evaluation;
use mortise_domain::hold::Hold;
use mortise_domain::instant::Instant;
use mortise_domain::money::Totals;
use mortise_domain::order::{Order, OrderKind, OrderState};
use mortise_domain::progress::Progress;
use mortise_domain::search::Question;
use mortise_domain::submission::Submission;
use mortise_domain::text::Text;
use mortise_domain::timeline::Entry;
use mortise_store::{DeliveryFilter, OrderFilter, OrderSummary, PageRequest, StoredOrder};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::attachments::AttachmentView;
use super::extract::{Params, Segment};
use super::guard::Actor;
use super::page::{Listed, PageParams, page};
use super::problem::Problem;
use crate::app::Shared;

pub mod attachments;
pub mod change;
pub mod submit;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(submit::submit_order, list_orders))
        .routes(routes!(get_order, change::correct_order))
        .routes(routes!(get_timeline))
        .merge(change::routes())
        .merge(attachments::routes())
}

/// An order in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderHead {
    /// Unique for ever.
    pub number: String,
    /// Sale or return.
    pub kind: OrderKind,
    /// Where it is in its life.
    pub state: OrderState,
    /// Rises with every change; a correction names it.
    pub version: i64,
    /// The caller's own number.
    pub reference: String,
    /// Code of the customer.
    pub customer: String,
    /// Code of the store.
    pub store: String,
    /// ISO 4217 code of its amounts; null: not priced yet.
    pub currency: Option<String>,
    /// Sums in minor units; null: not priced yet.
    pub totals: Option<Totals>,
    /// When the customer placed it.
    pub placed_at: Instant,
    /// When it was handed in.
    pub received_at: Instant,
    /// When it was last judged.
    pub decided_at: Option<Instant>,
    /// Who handed it in: a token's name, or `user:<name>`.
    pub submitted_by: String,
}

impl From<OrderSummary> for OrderHead {
    fn from(summary: OrderSummary) -> Self {
        Self {
            number: summary.number,
            kind: summary.kind,
            state: summary.state,
            version: summary.version,
            reference: summary.reference,
            customer: summary.customer,
            store: summary.store,
            currency: summary.currency,
            totals: summary.totals,
            placed_at: summary.placed_at,
            received_at: summary.received_at,
            decided_at: summary.decided_at,
            submitted_by: summary.actor,
        }
    }
}

/// An order with all that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderView {
    /// As in lists.
    #[serde(flatten)]
    pub head: OrderHead,
    /// As it was handed in.
    pub submission: Submission,
    /// Priced and complete; null: could not be priced yet.
    pub order: Option<Order>,
    /// What was found out.
    pub evaluation: Option<Evaluation>,
    /// Why it was rejected.
    pub rejection: Option<Text>,
    /// Its holds, released ones too, oldest first.
    pub holds: Vec<Hold>,
    /// Its files.
    pub attachments: Vec<AttachmentView>,
    /// What is done at the connections because of it.
    pub deliveries: Vec<Delivery>,
    /// What has been shipped and paid, and what is on back-order; null: it has no prices.
    pub progress: Option<Progress>,
}

/// The stored order of this number, as far as the actor may see it.
pub async fn find(app: &Shared, actor: &Actor, number: &str) -> Result<StoredOrder, Problem> {
    let found = app.store.order_by_number(number, actor.reach()).await?;
    let shown = found.map(|order| if actor.may(Action::ContactsRead) { order } else { without_telephones(order) });
    shown.ok_or_else(|| Problem::not_found(format_args!("order {number:?}")))
}

/// The order with all that belongs to it.
pub async fn whole(app: &Shared, actor: &Actor, number: &str) -> Result<OrderView, Problem> {
    let stored = find(app, actor, number).await?;
    let id = stored.summary.id;
    let filter = DeliveryFilter { order: Some(id), ..DeliveryFilter::default() };
    let all = PageRequest { after: None, limit: 500 };
    let (holds, attachments, deliveries, (shipped, paid)) = tokio::try_join!(
        app.store.holds(id),
        app.store.attachments(id),
        app.store.list_deliveries(actor.reach(), &filter, &all),
        app.store.come_back(id)
    )?;
    let mut deliveries = deliveries.items;
    deliveries.sort_by_key(|delivery| delivery.id);
    let progress = stored.order.as_ref().map(|order| Progress::of(order, &shipped, paid));
    Ok(OrderView {
        head: stored.summary.into(),
        submission: stored.submission,
        order: stored.order,
        evaluation: stored.evaluation,
        rejection: stored.reject_reason,
        holds,
        attachments: attachments.into_iter().map(Into::into).collect(),
        deliveries,
        progress,
    })
}

fn without_telephones(mut stored: StoredOrder) -> StoredOrder {
    stored.submission.ship_to.mask_phone();
    if let Some(order) = &mut stored.order {
        order.ship_to.mask_phone();
    }
    stored
}

/// Refuses an order for a store that is not the actor's.
pub async fn in_own_store(app: &Shared, actor: &Actor, store: &str) -> Result<(), Problem> {
    if !app.store.is_beyond(store, actor.reach()).await? {
        return Ok(());
    }
    let detail = format!("{} does not belong to the store {store:?}.", actor.name());
    Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", "This is not allowed", detail)
        .remedy("Name one of your own stores, or ask an admin to add this one to yours."))
}

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OrderParams {
    /// Only those that are found by all of these words: any two neighbouring characters of a Chinese name, whole words of other
    /// names (customer, receiver), the number or the caller's own, the code of the customer or of an item, a telephone number or its
    /// last four or eight digits. An order is found a moment after it was handed in.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only those whose receiver has this telephone number, or one that ends so (4, 8 or 11 digits).
    #[param(max_length = 40)]
    phone: Option<String>,
    /// Only those in this state.
    state: Option<OrderState>,
    /// Only those of this customer.
    customer: Option<String>,
    /// Only those of this store.
    store: Option<String>,
    /// Only those with this number of the caller's own.
    reference: Option<String>,
    /// Only those with this item.
    sku: Option<String>,
    /// Only those handed in since.
    #[param(value_type = Option<String>)]
    since: Option<Instant>,
    /// Only those handed in before.
    #[param(value_type = Option<String>)]
    until: Option<Instant>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many entries; 50 where it is missing, 500 at most.
    limit: Option<u32>,
}

/// Lists orders, newest first; with `q` or `phone`, those that are found.
#[utoipa::path(get, path = "/orders", tag = "orders", params(OrderParams), responses((status = 200, body = Listed<OrderHead>)))]
async fn list_orders(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<OrderParams>,
) -> Result<Json<Listed<OrderHead>>, Problem> {
    let request = page(params.cursor.as_deref(), params.limit)?;
    let question = question(&params, &actor)?;
    let filter = OrderFilter {
        state: params.state,
        customer: params.customer,
        store: params.store,
        reference: params.reference,
        sku: params.sku,
        since: params.since,
        until: params.until,
    };
    let found = if question.is_empty() {
        app.store.list_orders(actor.reach(), &filter, &request).await?
    } else {
        app.store.search_orders(actor.reach(), &question, &filter, &request).await?
    };
    Ok(Json(Listed::of(found)))
}

/// What is searched for. Who may not see telephone numbers does not find by them either.
fn question(params: &OrderParams, actor: &Actor) -> Result<Question, Problem> {
    let phones = actor.may(Action::ContactsRead);
    let mut question = Question::default();
    if let Some(words) = params.q.as_deref() {
        question.words(words, phones).map_err(|vague| Problem::field("q", vague.to_string()))?;
    }
    if let Some(phone) = params.phone.as_deref().filter(|phone| !phone.trim().is_empty()) {
        if !phones {
            return Err(Problem::field(
                "phone",
                "finds nothing for those who may not see telephone numbers; leave it out",
            ));
        }
        question.phone(phone).map_err(|_| Problem::field("phone", "must have at least four digits"))?;
    }
    Ok(question)
}

/// One order with all that belongs to it.
#[utoipa::path(get, path = "/orders/{number}", tag = "orders", params(("number" = String, Path, description = "The order's number")),
    responses((status = 200, body = OrderView)))]
async fn get_order(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
) -> Result<Json<OrderView>, Problem> {
    whole(&app, &actor, &number).await.map(Json)
}

/// The order's story, oldest first.
#[utoipa::path(get, path = "/orders/{number}/timeline", tag = "orders",
    params(("number" = String, Path, description = "The order's number"), PageParams),
    responses((status = 200, body = Listed<Entry>)))]
async fn get_timeline(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Params(params): Params<PageParams>,
) -> Result<Json<Listed<Entry>>, Problem> {
    let stored = find(&app, &actor, &number).await?;
    let page = app.store.timeline("order", &stored.summary.id.to_string(), &params.request()?).await?;
    Ok(Json(Listed::of(page)))
}
