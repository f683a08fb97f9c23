//! The company's standing data: regions, stores, warehouses, customers, products, price lists.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::decimal::Decimal;
use crate::money::Amount;
use crate::text::{Attributes, attribute};

/// Who uses this installation. One installation serves one company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Company {
    /// Name for people.
    pub name: String,
    /// ISO 4217 code of the currency in which the company counts.
    pub currency: String,
    /// IANA name of the zone whose days are the company's days.
    pub time_zone: String,
    /// BCP 47 tag of the language of automatic messages.
    pub locale: String,
}

impl Default for Company {
    fn default() -> Self {
        Self { name: String::new(), currency: "CNY".into(), time_zone: "Asia/Shanghai".into(), locale: "zh-CN".into() }
    }
}

/// A sales region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// The company's code.
    pub code: String,
    /// Name for people.
    pub name: String,
}

/// A shop that enters orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// The company's code.
    pub code: String,
    /// Name for people.
    pub name: String,
    /// Code of its region.
    pub region: String,
    /// In which its orders are counted.
    pub currency: String,
}

/// A place goods ship from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Warehouse {
    /// The company's code.
    pub code: String,
    /// Name for people.
    pub name: String,
    /// Code of the region that it serves first.
    pub region: String,
    /// Lower ships first.
    #[serde(default)]
    pub priority: i64,
}

/// A buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// The company's code.
    pub code: String,
    /// Name for people.
    pub name: String,
    /// Price level; empty where none is set.
    #[serde(default)]
    pub level: String,
    /// Code of the region.
    #[serde(default)]
    pub region: String,
    /// How much may be open, in the company's currency; none: no limit.
    #[serde(default)]
    pub credit_limit: Option<Amount>,
    /// Days until payment is due.
    #[serde(default)]
    pub payment_days: u32,
    /// Free fields.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
}

/// An item that is sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The company's code.
    pub sku: String,
    /// Name for people.
    pub name: String,
    /// Items of the same category and specification can stand in for each other.
    #[serde(default)]
    pub category: String,
    /// Size, colour, model.
    #[serde(default)]
    pub specification: String,
    /// The unit in which stock is counted.
    pub base_unit: String,
    /// A share, such as 0.13.
    pub tax_rate: Decimal,
    /// Other units, with how many base units each has.
    #[serde(default)]
    pub units: Vec<(String, Decimal)>,
    /// A service has no stock and is not picked.
    #[serde(default)]
    pub service: bool,
    /// Made to order.
    #[serde(default)]
    pub custom: bool,
    /// Days until a custom-made item is ready.
    #[serde(default)]
    pub lead_time_days: u32,
    /// Zone of the warehouses where it lies.
    #[serde(default)]
    pub zone: String,
    /// Free fields.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
}

impl Product {
    /// How many base units one `unit` has; none where the product has no such unit.
    pub fn unit_rate(&self, unit: &str) -> Option<Decimal> {
        if unit == self.base_unit {
            return Some(Decimal::ONE);
        }
        self.units.iter().find(|(name, _)| name == unit).map(|(_, rate)| *rate)
    }

    /// What plugins see beside the order line's own attributes: the free fields and `custom`, `lead-time-days`, `service`.
    pub fn line_attributes(&self, own: &Attributes) -> Attributes {
        let mut all = own.clone();
        for (name, value) in &self.attributes {
            if attribute(&all, name).is_none() {
                all.push((name.clone(), value.clone()));
            }
        }
        let mut set = |name: &str, value: String| {
            all.retain(|(key, _)| key != name);
            all.push((name.to_owned(), value));
        };
        if self.custom {
            set("custom", "true".into());
            set("lead-time-days", self.lead_time_days.to_string());
        }
        if self.service {
            set("service", "true".into());
        }
        all
    }
}

/// A published price list. A new version replaces the one before it as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// The company's code of the list, such as `standard`.
    pub code: String,
    /// Given by the store when it is published; ascending.
    #[serde(default)]
    pub version: i64,
    /// ISO 4217 code of its prices.
    pub currency: String,
    /// First day, `YYYY-MM-DD`.
    pub valid_from: String,
    /// Last day; none: until replaced.
    #[serde(default)]
    pub valid_to: Option<String>,
    /// The prices.
    pub entries: Vec<PriceEntry>,
}

/// A row of a price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceEntry {
    /// The item.
    pub sku: String,
    /// The unit that the price is for.
    pub unit: String,
    /// Per unit.
    pub price: Decimal,
    /// Is the tax within the price?
    pub tax_inclusive: bool,
    /// A share.
    pub tax_rate: Decimal,
    /// From this quantity on.
    #[serde(default)]
    pub min_quantity: Decimal,
    /// For this customer level; empty: for all.
    #[serde(default)]
    pub level: String,
}

/// A row in force, as plugins see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListPrice {
    /// The row.
    #[serde(flatten)]
    pub entry: PriceEntry,
    /// ISO 4217 code.
    pub currency: String,
    /// Code and version of the list, such as `standard/7`.
    pub source: String,
}
