//! Orders: what is bought or comes back, and the states it goes through.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::decimal::Decimal;
use crate::ids::OrderId;
use crate::instant::Instant;
use crate::money::{Amount, Totals};
use crate::place::Point;
use crate::text::Attributes;

/// A sale, or goods coming back. A return's quantities and amounts are positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OrderKind {
    /// Goods go out.
    Sale,
    /// Goods come back.
    Return,
}

/// Where an order is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OrderState {
    /// Stored, not yet judged.
    Received,
    /// Waits for what its open holds name.
    Held,
    /// Will not be done; the reason is in its story.
    Rejected,
    /// Taken back by a person.
    Cancelled,
    /// Accepted; its deliveries are on their way or done.
    Confirmed,
    /// All goods have left.
    Shipped,
    /// Shipped and paid.
    Completed,
}

/// A change of state that the life of an order does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {} cannot become {}", .from.name(), .to.name())]
pub struct ForbiddenTransition {
    /// The present state.
    pub from: OrderState,
    /// The state asked for.
    pub to: OrderState,
}

impl OrderState {
    /// All states, in the order of an order's life.
    pub const ALL: [Self; 7] =
        [Self::Received, Self::Held, Self::Rejected, Self::Cancelled, Self::Confirmed, Self::Shipped, Self::Completed];

    /// The state as it stands in the store, the API and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Held => "held",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Confirmed => "confirmed",
            Self::Shipped => "shipped",
            Self::Completed => "completed",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Checks that the life of an order has this step.
    pub fn become_(self, to: Self) -> Result<Self, ForbiddenTransition> {
        use OrderState::{Cancelled, Completed, Confirmed, Held, Received, Rejected, Shipped};
        let allowed = match self {
            Received | Held => matches!(to, Held | Rejected | Cancelled | Confirmed),
            Confirmed => matches!(to, Shipped | Completed | Cancelled),
            Shipped => matches!(to, Completed),
            Rejected | Cancelled | Completed => false,
        };
        if allowed { Ok(to) } else { Err(ForbiddenTransition { from: self, to }) }
    }

    /// Is it accepted, so that every system must know it?
    pub const fn is_due_everywhere(self) -> bool {
        matches!(self, Self::Confirmed | Self::Shipped | Self::Completed)
    }
}

impl OrderKind {
    /// The kind as it stands in the store, the API and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Return => "return",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Sale, Self::Return].into_iter().find(|kind| kind.name() == name)
    }
}

/// Where the goods go.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// As it was entered.
    pub text: String,
    /// City, where it is given apart.
    #[serde(default)]
    pub city: String,
    /// ISO 3166-1 alpha-2 code; empty: the company's own country.
    #[serde(default)]
    pub country: String,
    /// Who receives.
    #[serde(default)]
    pub contact: String,
    /// Telephone of the receiver.
    #[serde(default)]
    pub phone: String,
    /// Free fields.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
    /// Where it was found on the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
}

impl Address {
    /// Leaves of the telephone number what tells it from others, for those who are not to call it.
    pub fn mask_phone(&mut self) {
        let length = self.phone.chars().count();
        let shown = |at: usize| length >= 8 && (at < 3 || at + 4 >= length);
        self.phone = self.phone.chars().enumerate().map(|(at, c)| if shown(at) { c } else { '*' }).collect();
    }
}

/// A priced line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Line {
    /// 1-based; stays the same for the order's life.
    pub number: u32,
    /// The company's code of the item.
    pub sku: String,
    /// Name of the item when the order was placed.
    pub name: String,
    /// Category of the item.
    pub category: String,
    /// In which `quantity` counts.
    pub unit: String,
    /// Base units per unit.
    pub unit_rate: Decimal,
    /// In `unit`; positive.
    pub quantity: Decimal,
    /// Per unit, in the order's currency.
    pub unit_price: Decimal,
    /// A share.
    pub tax_rate: Decimal,
    /// Is the tax within the price?
    pub tax_inclusive: bool,
    /// The line's amounts.
    #[serde(flatten)]
    pub totals: Totals,
    /// From where it ships, once that is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warehouse: Option<String>,
    /// The line's own and the product's free fields.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
}

impl Line {
    /// The quantity in base units.
    pub fn base_quantity(&self) -> Decimal {
        self.quantity.times(self.unit_rate).unwrap_or(self.quantity)
    }
}

/// The customer as the order carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Buyer {
    /// The company's code.
    pub code: String,
    /// Name for people.
    pub name: String,
    /// Price level.
    pub level: String,
    /// Code of the region.
    pub region: String,
    /// Free fields.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
}

/// An order as plugins and readers see it: complete and priced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Order {
    /// Unique for ever.
    pub number: String,
    /// Sale or return.
    pub kind: OrderKind,
    /// Of a return: the order whose goods come back, where known.
    pub original: Option<String>,
    /// Who buys.
    pub customer: Buyer,
    /// Code of the store.
    pub store: String,
    /// Code of the region.
    pub region: String,
    /// ISO 4217 code of its amounts.
    pub currency: String,
    /// Worth of one unit of `currency` in the company's currency, where they differ.
    pub exchange_rate: Option<Decimal>,
    /// When the customer placed it.
    pub placed_at: Instant,
    /// The company's day of `placed_at`.
    pub business_date: String,
    /// Where the goods go.
    pub ship_to: Address,
    /// The lines.
    pub lines: Vec<Line>,
    /// Sums of the lines.
    #[serde(flatten)]
    pub totals: Totals,
    /// Days until payment is due.
    pub payment_days: u32,
    /// Free words of whoever entered it.
    pub note: String,
    /// Free fields.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
}

/// An earlier order of the same customer, as rules see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecentOrder {
    /// Its id, to order by.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// When it was placed.
    pub placed_at: Instant,
    /// Its state now.
    pub state: OrderState,
    /// With tax, in its currency.
    pub gross: Amount,
    /// The items, each once.
    pub skus: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_telephone_number_calls_nobody() {
        let masked = |phone: &str| {
            let mut address = Address { phone: phone.into(), ..Address::default() };
            address.mask_phone();
            address.phone
        };
        assert_eq!(masked("13812345678"), "138****5678");
        assert_eq!(masked("+86 21 5888 0000"), "+86*********0000");
        assert_eq!((masked("5888000"), masked("")), ("*******".into(), String::new()));
    }
}
