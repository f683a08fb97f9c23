//! Tickets: deliveries that fail repeatedly and wait for a person in operations.

use axum::Json;
use axum::extract::State;
use mortise_domain::ids::TicketId;
use mortise_domain::ticket::Ticket;
use mortise_store::TicketFilter;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Params, Segment};
use super::guard::Actor;
use super::page::{Listed, page};
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_tickets)).routes(routes!(get_ticket)).routes(routes!(close_ticket))
}

/// Which tickets.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TicketParams {
    /// Only open ones, or only closed ones.
    open: Option<bool>,
    /// Only those of this connection.
    connection: Option<String>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many entries; 50 where it is missing, 500 at most.
    limit: Option<u32>,
}

/// Lists tickets, newest first.
#[utoipa::path(get, path = "/tickets", tag = "tickets", params(TicketParams), responses((status = 200, body = Listed<Ticket>)))]
async fn list_tickets(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<TicketParams>,
) -> Result<Json<Listed<Ticket>>, Problem> {
    let request = page(params.cursor.as_deref(), params.limit)?;
    let filter = TicketFilter { open: params.open, connection: params.connection };
    Ok(Json(Listed::of(app.store.list_tickets(actor.reach(), &filter, &request).await?)))
}

async fn find(app: &Shared, actor: &Actor, id: i64) -> Result<Ticket, Problem> {
    app.store.ticket(TicketId(id), actor.reach()).await?.ok_or_else(|| Problem::not_found(format_args!("ticket {id}")))
}

/// One ticket.
#[utoipa::path(get, path = "/tickets/{id}", tag = "tickets", params(("id" = i64, Path, description = "The ticket's id")),
    responses((status = 200, body = Ticket)))]
async fn get_ticket(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
) -> Result<Json<Ticket>, Problem> {
    find(&app, &actor, id).await.map(Json)
}

/// Closes a ticket by hand. Success of its delivery closes it too.
#[utoipa::path(post, path = "/tickets/{id}/close", tag = "tickets", params(("id" = i64, Path, description = "The ticket's id")),
    responses((status = 200, body = Ticket)))]
async fn close_ticket(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
) -> Result<Json<Ticket>, Problem> {
    find(&app, &actor, id).await?;
    app.store.close_ticket(TicketId(id), actor.name()).await?;
    find(&app, &actor, id).await.map(Json)
}
