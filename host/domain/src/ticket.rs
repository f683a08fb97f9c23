//! Tickets: what waits for a person in operations.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::ids::{DeliveryId, OrderId, TicketId};
use crate::instant::Instant;

/// A delivery that failed repeatedly. Success closes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// The delivery that fails.
    pub delivery: DeliveryId,
    /// The order concerned.
    pub order: OrderId,
    /// Number of that order.
    pub order_number: String,
    /// The connection that fails.
    pub connection: String,
    /// Why, at the time when it was opened.
    pub failure: Failure,
    /// Name of the user who sees to it; none: nobody yet.
    pub assignee: Option<String>,
    /// Since when.
    pub opened_at: Instant,
    /// Until when; none: open.
    pub closed_at: Option<Instant>,
    /// Who or what closed it.
    pub closed_by: Option<String>,
}
