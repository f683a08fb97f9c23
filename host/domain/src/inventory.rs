//! Stock, reservations and pick tasks.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::decimal::Decimal;
use crate::instant::Instant;
use crate::order::{Address, Buyer, OrderKind};
use crate::text::Attributes;

/// Asks for one item; no warehouses: all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockQuery {
    /// The item.
    pub sku: String,
    /// Codes of warehouses.
    pub warehouses: Vec<String>,
}

/// How much of an item a warehouse has, in base units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StockLevel {
    /// Code of the warehouse.
    pub warehouse: String,
    /// The item.
    pub sku: String,
    /// What lies there.
    pub on_hand: Decimal,
    /// What may be promised, by the upstream's own count.
    pub available: Decimal,
    /// When that was true.
    pub as_of: Instant,
    /// Free fields.
    #[serde(default)]
    pub attributes: Attributes,
}

/// A quantity of an item in base units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The order's line.
    pub line: u32,
    /// The item.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// In base units.
    pub quantity: Decimal,
    /// Free fields.
    #[serde(default)]
    pub attributes: Attributes,
}

/// Goods set aside at the upstream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpstreamReservation {
    /// Number of the order.
    pub order: String,
    /// Code of the warehouse.
    pub warehouse: String,
    /// What.
    pub items: Vec<Item>,
    /// Until when; none: until released.
    pub expires: Option<Instant>,
    /// Free fields.
    pub attributes: Attributes,
}

/// Goods of one order to be picked in one zone of one warehouse.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PickTask {
    /// Unique for ever.
    pub key: String,
    /// Sale or return.
    pub kind: OrderKind,
    /// Number of the order.
    pub order: String,
    /// The ERP's document of the order.
    pub order_document: Option<String>,
    /// Tasks of a wave are picked together.
    pub wave: String,
    /// Code of the warehouse.
    pub warehouse: String,
    /// Zone within it.
    pub zone: String,
    /// Who buys.
    pub customer: Buyer,
    /// Where it goes.
    pub ship_to: Address,
    /// What.
    pub items: Vec<Item>,
    /// Free fields.
    pub attributes: Attributes,
}

/// A local promise of stock, written in the transaction that confirms the order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reservation {
    /// The order's line.
    pub line: u32,
    /// Code of the warehouse.
    pub warehouse: String,
    /// The item.
    pub sku: String,
    /// In base units.
    pub quantity: Decimal,
    /// Zone of the warehouse, for the pick wave.
    pub zone: String,
}

/// An upstream level and when its reading began. Reservations that ended after that instant still count against it,
/// because the reading may not yet know the dispatch that ended them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Code of the warehouse.
    pub warehouse: String,
    /// The item.
    pub sku: String,
    /// What the upstream says may be promised.
    pub available: Decimal,
    /// When the question was sent.
    pub read_at: Instant,
}
