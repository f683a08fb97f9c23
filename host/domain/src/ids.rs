//! Ids of rows. 64-bit, given out by the store in ascending blocks; unique for ever within an installation.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
    )*};
}

id! {
    /// An order.
    OrderId,
    /// A hold of an order.
    HoldId,
    /// A delivery.
    DeliveryId,
    /// A ticket.
    TicketId,
    /// A user.
    UserId,
    /// A lead.
    LeadId,
    /// A request for approval.
    ApprovalId,
}
