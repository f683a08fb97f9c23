//! What the one connection of a bench keeps, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::sandbox::{Credential, Vault};
use mortise_domain::secret::Secret;
use mortise_runtime::Scratch;

/// What the connection keeps: its key-value space and its credentials.
#[derive(Default)]
pub struct Memory {
    /// The key-value space.
    pub key_value: Arc<Scratch>,
    credentials: Mutex<BTreeMap<String, Credential>>,
}

impl Memory {
    /// Fills a credential slot.
    pub fn fill(&self, slot: impl Into<String>, value: Secret) {
        let slot = slot.into();
        let credential = Credential { slot: slot.clone(), value, expires_at: Instant::NEVER };
        self.slots().insert(slot, credential);
    }

    /// All credentials, captured ones included.
    pub fn filled(&self) -> Vec<Credential> {
        self.slots().values().cloned().collect()
    }

    fn slots(&self) -> MutexGuard<'_, BTreeMap<String, Credential>> {
        self.credentials.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Vault for Memory {
    async fn credentials(&self, _: &str) -> Result<Vec<Credential>, StoreError> {
        Ok(self.filled())
    }

    async fn keep(&self, _: &str, credential: &Credential) -> Result<(), StoreError> {
        self.slots().insert(credential.slot.clone(), credential.clone());
        Ok(())
    }

    async fn forget(&self, _: &str, slot: &str) -> Result<(), StoreError> {
        self.slots().remove(slot);
        Ok(())
    }
}
