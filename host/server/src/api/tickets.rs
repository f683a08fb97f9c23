//! Tickets: deliveries that fail repeatedly and wait for a person in operations.

use axum::Json;
use axum::extract::State;
use mortise_domain::access::{Action, Rights};
use mortise_domain::ids::TicketId;
use mortise_domain::instant::Instant;
use mortise_domain::ticket::Ticket;
use mortise_domain::timeline::Entry;
use mortise_store::TicketFilter;
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
    OpenApiRouter::new()
        .routes(routes!(list_tickets))
        .routes(routes!(get_ticket))
        .routes(routes!(assign_ticket))
        .routes(routes!(comment_ticket))
        .routes(routes!(close_ticket))
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
    /// Only those of this user; empty: those of nobody.
    assignee: Option<String>,
    /// Only those opened since.
    #[param(value_type = Option<String>)]
    since: Option<Instant>,
    /// Only those opened before.
    #[param(value_type = Option<String>)]
    until: Option<Instant>,
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
    let filter = TicketFilter {
        open: params.open,
        connection: params.connection,
        assignee: params.assignee,
        since: params.since,
        until: params.until,
    };
    Ok(Json(Listed::of(app.store.list_tickets(actor.reach(), &filter, &request).await?)))
}

async fn find(app: &Shared, actor: &Actor, id: i64) -> Result<Ticket, Problem> {
    app.store.ticket(TicketId(id), actor.reach()).await?.ok_or_else(|| Problem::not_found(format_args!("ticket {id}")))
}

/// A ticket with what people did about it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketView {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// What people did about it, oldest first: `ticket.assigned`, `ticket.commented` with its text, `ticket.closed`.
    pub trail: Vec<Entry>,
}

async fn whole(app: &Shared, actor: &Actor, id: i64) -> Result<Json<TicketView>, Problem> {
    let ticket = find(app, actor, id).await?;
    let trail = app.store.ticket_trail(ticket.id).await?;
    Ok(Json(TicketView { ticket, trail }))
}

/// One ticket with its trail.
#[utoipa::path(get, path = "/tickets/{id}", tag = "tickets", params(("id" = i64, Path, description = "The ticket's id")),
    responses((status = 200, body = TicketView)))]
async fn get_ticket(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
) -> Result<Json<TicketView>, Problem> {
    whole(&app, &actor, id).await
}

/// Whose a ticket becomes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// Name of a user; null: nobody's.
    assignee: Option<String>,
}

/// Gives an open ticket to a user, or to nobody.
#[utoipa::path(post, path = "/tickets/{id}/assign", tag = "tickets", params(("id" = i64, Path, description = "The ticket's id")),
    request_body = Assignment, responses((status = 200, body = TicketView)))]
async fn assign_ticket(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
    Body(assignment): Body<Assignment>,
) -> Result<Json<TicketView>, Problem> {
    find(&app, &actor, id).await?;
    if let Some(name) = &assignment.assignee {
        let user = app.store.user(name).await?.filter(|user| !user.disabled);
        let user =
            user.ok_or_else(|| Problem::field("assignee", format!("there is no user {name:?} who can sign in")))?;
        if !Rights::of(&user).may(Action::TicketsRead) {
            return Err(Problem::field("assignee", format!("{name} may not see tickets; choose somebody who may")));
        }
    }
    app.store.assign_ticket(TicketId(id), assignment.assignee.as_deref(), actor.name()).await?;
    whole(&app, &actor, id).await
}

/// What is said about a ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// For whoever sees tickets.
    text: String,
}

/// Adds a comment to a ticket, open or closed.
#[utoipa::path(post, path = "/tickets/{id}/comments", tag = "tickets", params(("id" = i64, Path, description = "The ticket's id")),
    request_body = Comment, responses((status = 200, body = TicketView)))]
async fn comment_ticket(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
    Body(comment): Body<Comment>,
) -> Result<Json<TicketView>, Problem> {
    let text = comment.text.trim();
    if text.is_empty() || text.chars().count() > 4_000 {
        return Err(Problem::field("text", "must have 1 to 4,000 characters"));
    }
    find(&app, &actor, id).await?;
    app.store.comment_ticket(TicketId(id), text, actor.name()).await?;
    whole(&app, &actor, id).await
}

/// Closes a ticket by hand. Success of its delivery closes it too.
#[utoipa::path(post, path = "/tickets/{id}/close", tag = "tickets", params(("id" = i64, Path, description = "The ticket's id")),
    responses((status = 200, body = TicketView)))]
async fn close_ticket(
    State(app): State<Shared>,
    actor: Actor,
    Segment(id): Segment<i64>,
) -> Result<Json<TicketView>, Problem> {
    find(&app, &actor, id).await?;
    app.store.close_ticket(TicketId(id), actor.name()).await?;
    whole(&app, &actor, id).await
}
