//! Holds: what orders wait for, and the release by a person.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::hold::{Hold, HoldKind};
use mortise_domain::ids::HoldId;
use mortise_domain::ports::memory::Orders as _;
use mortise_store::{HoldFilter, HoldRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Params, Segment};
use super::guard::Actor;
use super::page::{Listed, page};
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_holds)).routes(routes!(get_hold)).routes(routes!(release_hold))
}

/// An open hold with its order.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldView {
    /// The hold.
    #[serde(flatten)]
    pub hold: Hold,
    /// Number of the order.
    pub order_number: String,
    /// Code of the customer.
    pub customer: String,
    /// Code of the store.
    pub store: String,
}

impl From<HoldRow> for HoldView {
    fn from(row: HoldRow) -> Self {
        let HoldRow { hold, order_number, customer, store } = row;
        Self { hold, order_number, customer, store }
    }
}

/// Which holds.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HoldParams {
    /// Only those of this code.
    code: Option<String>,
    /// Only those that a person, or a plugin, releases.
    kind: Option<HoldKind>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many entries; 50 where it is missing, 500 at most.
    limit: Option<u32>,
}

/// Lists open holds, newest first.
#[utoipa::path(get, path = "/holds", tag = "holds", params(HoldParams), responses((status = 200, body = Listed<HoldView>)))]
async fn list_holds(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<HoldParams>,
) -> Result<Json<Listed<HoldView>>, Problem> {
    let request = page(params.cursor.as_deref(), params.limit)?;
    let filter = HoldFilter { code: params.code, kind: params.kind };
    Ok(Json(Listed::of(app.store.open_holds(actor.reach(), &filter, &request).await?)))
}

async fn find(app: &Shared, actor: &Actor, id: i64) -> Result<Hold, Problem> {
    app.store.hold(HoldId(id), actor.reach()).await?.ok_or_else(|| Problem::not_found(format_args!("hold {id}")))
}

/// One hold, open or released.
#[utoipa::path(get, path = "/holds/{id}", tag = "holds", params(("id" = i64, Path, description = "The hold's id")),
    responses((status = 200, body = Hold)))]
async fn get_hold(State(app): State<Shared>, actor: Actor, Segment(id): Segment<i64>) -> Result<Json<Hold>, Problem> {
    find(&app, &actor, id).await.map(Json)
}

/// How a person releases a hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Why; stands in the order's story.
    pub note: String,
}

/// Releases a hold. Where it names a role, the releaser needs that one. When no hold is left that waits for a person, the order is judged again at once.
///
/// `place-vague` released sends the goods to the address as it was written; a shortage released is looked at again, and holds the order
/// again while the goods are missing. To change something, correct the order (`PUT /orders/{number}`); to give it up, cancel it.
#[utoipa::path(post, path = "/holds/{id}/release", tag = "holds", params(("id" = i64, Path, description = "The hold's id")),
    request_body = Release, responses((status = 200, body = Hold)))]
async fn release_hold(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
    Body(release): Body<Release>,
) -> Result<Json<Hold>, Problem> {
    let note = release.note.trim();
    if note.is_empty() || note.chars().count() > 1_000 {
        return Err(Problem::field("note", "must say in 1 to 1,000 characters why the hold is released"));
    }
    let hold = find(&app, &actor, id).await?;
    if let Some(role) = actor.rights().lacks_for(&hold.reason.needs) {
        let detail = format!("The hold {id} waits for somebody with the role {role:?}.");
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", "This is not allowed", detail)
            .remedy("Have a colleague with that role, or an admin, release it."));
    }
    actor.note("hold", format!("{} of order {}", hold.reason.code, hold.order));
    app.store.release_hold(HoldId(id), actor.name(), note, app.now()).await?;
    app.pipeline().wake();
    find(&app, &actor, id).await.map(Json)
}
