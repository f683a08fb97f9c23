//! Core data as plugins read it.

use async_trait::async_trait;
use mortise_domain::catalog::{Customer, ListPrice, Product};
use mortise_domain::instant::Instant;
use mortise_domain::order::RecentOrder;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::sandbox::Records;

use crate::Store;
use crate::catalog::{codes, customers, prices, products};
use crate::orders::recent;

#[async_trait]
impl Records for Store {
    async fn products(&self, skus: &[String]) -> Result<Vec<Product>, StoreError> {
        Ok(products::by_sku(self, skus).await?)
    }

    async fn list_prices(&self, skus: &[String], currency: &str, on: &str) -> Result<Vec<ListPrice>, StoreError> {
        Ok(prices::in_force(self, skus, currency, on).await?)
    }

    async fn customer(&self, code: &str) -> Result<Option<Customer>, StoreError> {
        Ok(customers::account(self, code).await?.map(|account| account.customer))
    }

    async fn recent_orders(&self, customer: &str, since: Instant, limit: u32) -> Result<Vec<RecentOrder>, StoreError> {
        Ok(recent::alive(self, customer, since, limit).await?)
    }

    async fn codes(&self, connection: &str, kind: &str, local: &[String]) -> Result<Vec<Option<String>>, StoreError> {
        Ok(codes::remote(self, connection, kind, local).await?)
    }

    async fn local_codes(
        &self,
        connection: &str,
        kind: &str,
        remote: &[String],
    ) -> Result<Vec<Option<String>>, StoreError> {
        Ok(codes::local(self, connection, kind, remote).await?)
    }
}
