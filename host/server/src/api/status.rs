//! The installation at a glance.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use mortise_domain::access::Action;
use mortise_domain::call::Interface;
use mortise_domain::connection::RouteKey;
use mortise_domain::instant::Instant;
use mortise_domain::ports::plugins::Plugins as _;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::connections::status::{ConnectionStatus, of};
use super::guard::Actor;
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_status))
}

/// The installation at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub struct Status {
    /// Version of the server.
    pub version: &'static str,
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// How many orders are in each state.
    pub orders: BTreeMap<String, i64>,
    /// How many deliveries are in each state.
    pub deliveries: BTreeMap<String, i64>,
    /// Deliveries whose time has come and that nobody works on.
    pub due_deliveries: i64,
    /// Orders that wait to be judged now.
    pub due_orders: i64,
    /// Tickets that wait for a person.
    pub open_tickets: i64,
    /// Holds that wait.
    pub open_holds: i64,
    /// Orders that search does not find yet: handed in this moment, or from before search was there.
    pub unindexed_orders: i64,
    /// When something becomes due next; null too for those who see only their own.
    pub next_due: Option<Instant>,
    /// Every connection, on this node; empty for those who may not see them.
    pub connections: Vec<ConnectionStatus>,
    /// Interfaces that orders need and no enabled connection serves: orders are held for them. Empty for those who may not see
    /// connections.
    pub unserved: Vec<Interface>,
}

/// The installation at a glance: what the asker may see is counted, and connections are shown to those who may see them.
#[utoipa::path(get, path = "/status", tag = "status", responses((status = 200, body = Status)))]
async fn get_status(State(app): State<Shared>, actor: Actor) -> Result<Json<Status>, Problem> {
    let (counts, stored, unindexed_orders) =
        tokio::try_join!(app.store.counts(actor.reach()), app.store.connections(), app.store.unindexed_orders())?;
    let shown = actor.may(Action::ConnectionsRead);
    let stored = if shown { stored } else { Vec::new() };
    let served = |interface: &Interface| !app.connections.serving(*interface, RouteKey::default()).is_empty();
    let unserved = Interface::NEEDED.into_iter().filter(|interface| shown && !served(interface)).collect();
    let mut connections = Vec::new();
    for row in stored {
        connections.push(of(&app, &row.connection).await?);
    }
    let named =
        |counts: BTreeMap<&'static str, i64>| counts.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
    Ok(Json(Status {
        version: env!("CARGO_PKG_VERSION"),
        database: app.store.engine(),
        orders: named(counts.orders),
        deliveries: named(counts.deliveries),
        due_deliveries: counts.due_deliveries,
        due_orders: counts.due_orders,
        open_tickets: counts.open_tickets,
        open_holds: counts.open_holds,
        unindexed_orders,
        next_due: counts.next_due,
        connections,
        unserved,
    }))
}
