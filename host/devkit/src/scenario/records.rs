//! Core data in the contract's words, as `records` hands it to the plugin.

use std::collections::BTreeMap;

use mortise_domain::catalog::{Customer, ListPrice, PriceEntry, Product};
use mortise_domain::decimal::Decimal;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::money::Amount;
use mortise_domain::order::{OrderState, RecentOrder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::bench::{CodePair, DatedPrice, PastOrder, Shelf};

/// Core data that the plugin may read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Records {
    /// Items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductRow>,
    /// Rows of a published price list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<PriceRow>,
    /// Customers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customers: Vec<CustomerRow>,
    /// Earlier orders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<OrderRow>,
    /// The upstream's codes by ours, by kind: `sku`, `customer`, `warehouse`, `unit`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, BTreeMap<String, String>>,
}

/// An item. The fields are those of `records.product` in the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProductRow {
    pub sku: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub category: String,
    #[serde(default)]
    pub specification: String,
    #[serde(default = "piece")]
    pub base_unit: String,
    #[serde(default)]
    #[schemars(schema_with = "super::schema::decimal")]
    pub tax_rate: Decimal,
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub units: BTreeMap<String, Decimal>,
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// A row of a price list, with the days on which it is in force. The fields are those of `records.list-price` in the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PriceRow {
    pub sku: String,
    #[serde(default = "piece")]
    pub unit: String,
    #[serde(default = "yuan")]
    pub currency: String,
    #[schemars(schema_with = "super::schema::decimal")]
    pub price: Decimal,
    #[serde(default)]
    pub tax_inclusive: bool,
    #[serde(default)]
    #[schemars(schema_with = "super::schema::decimal")]
    pub tax_rate: Decimal,
    #[serde(default)]
    #[schemars(schema_with = "super::schema::decimal")]
    pub min_quantity: Decimal,
    #[serde(default)]
    pub level: String,
    #[serde(default = "standard")]
    pub source: String,
    /// First day on which it is in force; left out: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// Last day; left out: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<String>,
}

/// A customer. The fields are those of `types.customer` in the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CustomerRow {
    pub code: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub level: String,
    #[serde(default)]
    pub region: String,
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// An earlier order. The fields are those of `recent-order` in the contract, with the customer's code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OrderRow {
    pub customer: String,
    pub number: String,
    #[schemars(schema_with = "super::schema::instant")]
    pub placed_at: Instant,
    #[schemars(with = "String")]
    pub state: OrderState,
    #[schemars(with = "i64")]
    pub gross: Amount,
    #[serde(default)]
    pub skus: Vec<String>,
}

fn piece() -> String {
    "pcs".into()
}

fn yuan() -> String {
    "CNY".into()
}

fn standard() -> String {
    "standard/1".into()
}

impl Records {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Reads core data as it stands below `records` of a scenario. The error names the field.
    pub fn parse(value: Value) -> Result<Self, String> {
        serde_path_to_error::deserialize(value).map_err(|error| format!("records.{error}"))
    }

    /// The same in the host's words.
    pub fn shelf(&self) -> Shelf {
        let codes = self.codes.iter().flat_map(|(kind, pairs)| {
            pairs.iter().map(|(local, remote)| CodePair {
                kind: kind.clone(),
                local: local.clone(),
                remote: remote.clone(),
            })
        });
        Shelf {
            products: self.products.iter().cloned().map(product).collect(),
            prices: self.prices.iter().cloned().map(price).collect(),
            customers: self.customers.iter().cloned().map(customer).collect(),
            orders: self.orders.iter().cloned().enumerate().map(order).collect(),
            codes: codes.collect(),
        }
    }
}

fn product(row: ProductRow) -> Product {
    Product {
        sku: row.sku,
        name: row.name,
        category: row.category,
        specification: row.specification,
        base_unit: row.base_unit,
        tax_rate: row.tax_rate,
        units: row.units.into_iter().collect(),
        service: false,
        custom: false,
        lead_time_days: 0,
        zone: String::new(),
        attributes: row.attributes.into_iter().collect(),
    }
}

fn price(row: PriceRow) -> DatedPrice {
    let entry = PriceEntry {
        sku: row.sku,
        unit: row.unit,
        price: row.price,
        tax_inclusive: row.tax_inclusive,
        tax_rate: row.tax_rate,
        min_quantity: row.min_quantity,
        level: row.level,
    };
    let price = ListPrice { entry, currency: row.currency, source: row.source };
    DatedPrice { days: (row.valid_from, row.valid_to), price }
}

fn customer(row: CustomerRow) -> Customer {
    Customer {
        code: row.code,
        name: row.name,
        level: row.level,
        region: row.region,
        credit_limit: None,
        payment_days: 0,
        attributes: row.attributes.into_iter().collect(),
    }
}

fn order((index, row): (usize, OrderRow)) -> PastOrder {
    let order = RecentOrder {
        id: OrderId(i64::try_from(index).unwrap_or(i64::MAX)),
        number: row.number,
        placed_at: row.placed_at,
        state: row.state,
        gross: row.gross,
        skus: row.skus,
    };
    PastOrder { customer: row.customer, order }
}
