//! Core data of a bench, written out in a scenario.

use async_trait::async_trait;
use mortise_domain::catalog::{Customer, ListPrice, Product};
use mortise_domain::instant::Instant;
use mortise_domain::order::RecentOrder;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::sandbox::Records;

/// A row of a price list with the days on which it is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedPrice {
    /// First and last day, both included; none: without end.
    pub days: (Option<String>, Option<String>),
    /// The row.
    pub price: ListPrice,
}

/// A pair of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePair {
    /// `sku`, `customer`, `warehouse` or `unit`.
    pub kind: String,
    /// The company's.
    pub local: String,
    /// The upstream's.
    pub remote: String,
}

/// An earlier order with its customer.
#[derive(Debug, Clone, PartialEq)]
pub struct PastOrder {
    /// Code of the customer.
    pub customer: String,
    /// The order.
    pub order: RecentOrder,
}

/// Core data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shelf {
    /// Items.
    pub products: Vec<Product>,
    /// Rows of price lists.
    pub prices: Vec<DatedPrice>,
    /// Customers.
    pub customers: Vec<Customer>,
    /// Earlier orders.
    pub orders: Vec<PastOrder>,
    /// Code maps.
    pub codes: Vec<CodePair>,
}

impl Shelf {
    fn translate<'a>(
        &'a self,
        kind: &str,
        wanted: &[String],
        way: impl Fn(&'a CodePair) -> (&'a str, &'a str),
    ) -> Vec<Option<String>> {
        let pairs = || self.codes.iter().filter(|pair| pair.kind == kind).map(&way);
        let found = |wanted: &String| pairs().find(|(from, _)| from == wanted).map(|(_, to)| to.to_owned());
        wanted.iter().map(found).collect()
    }
}

#[async_trait]
impl Records for Shelf {
    async fn products(&self, skus: &[String]) -> Result<Vec<Product>, StoreError> {
        Ok(self.products.iter().filter(|product| skus.contains(&product.sku)).cloned().collect())
    }

    async fn list_prices(&self, skus: &[String], currency: &str, on: &str) -> Result<Vec<ListPrice>, StoreError> {
        let in_force = |row: &&DatedPrice| {
            let (from, to) = &row.days;
            skus.contains(&row.price.entry.sku)
                && row.price.currency == currency
                && from.as_deref().is_none_or(|from| from <= on)
                && to.as_deref().is_none_or(|to| to >= on)
        };
        let rows: Vec<ListPrice> = self.prices.iter().filter(in_force).map(|row| row.price.clone()).collect();
        // All rows of one answer are of one version of one list: that of the last row.
        let source = rows.last().map(|row| row.source.clone()).unwrap_or_default();
        Ok(rows.into_iter().filter(|row| row.source == source).collect())
    }

    async fn customer(&self, code: &str) -> Result<Option<Customer>, StoreError> {
        Ok(self.customers.iter().find(|customer| customer.code == code).cloned())
    }

    async fn recent_orders(&self, customer: &str, since: Instant, limit: u32) -> Result<Vec<RecentOrder>, StoreError> {
        let own = self.orders.iter().filter(|past| past.customer == customer && past.order.placed_at >= since);
        let mut own: Vec<RecentOrder> = own.map(|past| past.order.clone()).collect();
        own.sort_by(|a, b| b.placed_at.cmp(&a.placed_at).then_with(|| b.number.cmp(&a.number)));
        own.truncate(limit as usize);
        Ok(own)
    }

    async fn codes(&self, _: &str, kind: &str, local: &[String]) -> Result<Vec<Option<String>>, StoreError> {
        Ok(self.translate(kind, local, |pair| (&pair.local, &pair.remote)))
    }

    async fn local_codes(&self, _: &str, kind: &str, remote: &[String]) -> Result<Vec<Option<String>>, StoreError> {
        Ok(self.translate(kind, remote, |pair| (&pair.remote, &pair.local)))
    }
}
