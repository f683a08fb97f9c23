//! What the sandbox asks of the store on behalf of plugins.

use async_trait::async_trait;

use super::StoreError;
use crate::catalog::{Customer, ListPrice, Product};
use crate::instant::Instant;
use crate::order::RecentOrder;
use crate::secret::Secret;

/// Key-value spaces of connections.
#[async_trait]
pub trait KeyValue: Send + Sync + 'static {
    /// The value, unless it has expired at `now`.
    async fn get(&self, connection: &str, key: &str, now: Instant) -> Result<Option<Vec<u8>>, StoreError>;
    /// Sets a value. Answers false, and changes nothing, where the space would exceed `most_bytes`.
    async fn set(
        &self,
        connection: &str,
        key: &str,
        value: &[u8],
        expires_at: Instant,
        most_bytes: u64,
        now: Instant,
    ) -> Result<bool, StoreError>;
    /// Removes a value.
    async fn delete(&self, connection: &str, key: &str) -> Result<(), StoreError>;
    /// Sets a value if the present one is as expected. `None`: the space would exceed `most_bytes`.
    async fn swap(
        &self,
        connection: &str,
        key: &str,
        expected: Option<&[u8]>,
        value: &[u8],
        most_bytes: u64,
        now: Instant,
    ) -> Result<Option<bool>, StoreError>;
    /// Keys with the prefix, in byte order.
    async fn keys(&self, connection: &str, prefix: &str, limit: u32, now: Instant) -> Result<Vec<String>, StoreError>;
}

/// A credential's value and how long it lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Slot of the manifest.
    pub slot: String,
    /// The value.
    pub value: Secret,
    /// [`Instant::NEVER`] for those that an admin filled in.
    pub expires_at: Instant,
}

/// Credentials of connections, encrypted at rest.
#[async_trait]
pub trait Vault: Send + Sync + 'static {
    /// All of a connection.
    async fn credentials(&self, connection: &str) -> Result<Vec<Credential>, StoreError>;
    /// Keeps a value, replacing the one before.
    async fn keep(&self, connection: &str, credential: &Credential) -> Result<(), StoreError>;
    /// Forgets a value.
    async fn forget(&self, connection: &str, slot: &str) -> Result<(), StoreError>;
}

/// Reads of core data for plugins.
#[async_trait]
pub trait Records: Send + Sync + 'static {
    /// Products of these codes; unknown ones are left out.
    async fn products(&self, skus: &[String]) -> Result<Vec<Product>, StoreError>;
    /// Rows in force on this day for these items, all of one published version of one list.
    async fn list_prices(&self, skus: &[String], currency: &str, on: &str) -> Result<Vec<ListPrice>, StoreError>;
    /// A customer.
    async fn customer(&self, code: &str) -> Result<Option<Customer>, StoreError>;
    /// Orders of a customer placed since then, newest first, rejected and cancelled ones left out.
    async fn recent_orders(&self, customer: &str, since: Instant, limit: u32) -> Result<Vec<RecentOrder>, StoreError>;
    /// The upstream's codes for ours, in order.
    async fn codes(&self, connection: &str, kind: &str, local: &[String]) -> Result<Vec<Option<String>>, StoreError>;
    /// Our codes for the upstream's, in order.
    async fn local_codes(
        &self,
        connection: &str,
        kind: &str,
        remote: &[String],
    ) -> Result<Vec<Option<String>>, StoreError>;
}
