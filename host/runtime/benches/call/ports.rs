//! The runtime as the server has it, with ports that hold nothing.

use std::sync::Arc;

use async_trait::async_trait;
use mortise_domain::catalog::{Customer, ListPrice, Product};
use mortise_domain::instant::Instant;
use mortise_domain::order::RecentOrder;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_domain::ports::sandbox::{Credential, KeyValue, Records, Vault};
use mortise_domain::secret::Secret;
use mortise_runtime::{Ports, Registry, Runtime, RuntimeConfig};

struct Nothing;

impl Clock for Nothing {
    fn now(&self) -> Instant {
        Instant(1_769_846_400_000_000)
    }
}

impl Chance for Nothing {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

#[async_trait]
impl KeyValue for Nothing {
    async fn get(&self, _: &str, _: &str, _: Instant) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }
    async fn set(&self, _: &str, _: &str, _: &[u8], _: Instant, _: u64, _: Instant) -> Result<bool, StoreError> {
        Ok(true)
    }
    async fn delete(&self, _: &str, _: &str) -> Result<(), StoreError> {
        Ok(())
    }
    async fn swap(
        &self,
        _: &str,
        _: &str,
        _: Option<&[u8]>,
        _: &[u8],
        _: u64,
        _: Instant,
    ) -> Result<Option<bool>, StoreError> {
        Ok(Some(true))
    }
    async fn keys(&self, _: &str, _: &str, _: u32, _: Instant) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl Vault for Nothing {
    /// What the hostile guest requires; others do not know the slots.
    async fn credentials(&self, _: &str) -> Result<Vec<Credential>, StoreError> {
        let filled = |slot: &str| {
            let value = Secret::new("a-key-that-opens-nothing");
            Credential { slot: slot.into(), value, expires_at: Instant::NEVER }
        };
        Ok(["key", "signing"].map(filled).into())
    }
    async fn keep(&self, _: &str, _: &Credential) -> Result<(), StoreError> {
        Ok(())
    }
    async fn forget(&self, _: &str, _: &str) -> Result<(), StoreError> {
        Ok(())
    }
}

#[async_trait]
impl Records for Nothing {
    async fn products(&self, _: &[String]) -> Result<Vec<Product>, StoreError> {
        Ok(Vec::new())
    }
    async fn list_prices(&self, _: &[String], _: &str, _: &str) -> Result<Vec<ListPrice>, StoreError> {
        Ok(Vec::new())
    }
    async fn customer(&self, _: &str) -> Result<Option<Customer>, StoreError> {
        Ok(None)
    }
    async fn recent_orders(&self, _: &str, _: Instant, _: u32) -> Result<Vec<RecentOrder>, StoreError> {
        Ok(Vec::new())
    }
    async fn codes(&self, _: &str, _: &str, local: &[String]) -> Result<Vec<Option<String>>, StoreError> {
        Ok(vec![None; local.len()])
    }
    async fn local_codes(&self, _: &str, _: &str, remote: &[String]) -> Result<Vec<Option<String>>, StoreError> {
        Ok(vec![None; remote.len()])
    }
}

/// A runtime with these ports.
pub fn runtime(config: RuntimeConfig) -> Arc<Runtime> {
    let ports = Ports {
        clock: Arc::new(Nothing),
        chance: Arc::new(Nothing),
        key_value: Arc::new(Nothing),
        vault: Arc::new(Nothing),
        records: Arc::new(Nothing),
    };
    Runtime::new(config, ports).expect("a runtime")
}

/// The plugin as a connection `prices`.
pub async fn connected(runtime: &Arc<Runtime>, file: Vec<u8>) -> Arc<Registry> {
    let proven = runtime.prove(file.into()).await.expect("a plugin");
    let registry = Registry::new(Arc::clone(runtime));
    let connection = serde_json::json!({
        "name": "prices", "plugin": proven.hash(), "settings": { "base-price": "99.90" },
    });
    let connection = serde_json::from_value(connection).expect("a connection");
    registry.load(Arc::new(connection), &proven).await.expect("it loads");
    registry
}
