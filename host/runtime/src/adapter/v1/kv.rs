//! What a plugin remembers between calls.

use std::sync::Arc;
use std::time::Duration;

use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use tokio::sync::OwnedSemaphorePermit;

use super::imports::kv::{Host, KvError};
use crate::state::State;

const KEY_BYTES: usize = 256;
const VALUE_BYTES: usize = 64 << 10;
const MOST_KEYS: u32 = 1_000;

type Answered<T> = wasmtime::Result<Result<T, KvError>>;

fn failed(connection: &str, error: &StoreError) -> KvError {
    tracing::warn!(connection, %error, "a plugin's key-value space cannot be used");
    KvError::Unavailable("the host's store cannot answer now; try again".into())
}

impl State {
    /// Is there a space, and are key and value within their bounds?
    fn kv_check(&mut self, key: &str, value: &[u8]) -> wasmtime::Result<Result<(), KvError>> {
        self.bounds.copy(key.len() + value.len())?;
        let outbound = &self.confines.outbound;
        let denied = if outbound.kv_wished == 0 {
            Some("the manifest has no wish `kv`: the plugin's developer adds one".to_owned())
        } else if outbound.allowed.kv_bytes == 0 {
            Some(format!("not granted: set `grant.kv-bytes` of the connection `{}`", self.confines.name))
        } else if key.is_empty() || key.contains('\0') {
            Some("a key is neither empty nor holds NUL".to_owned())
        } else {
            None
        };
        if let Some(reason) = denied {
            return Ok(Err(KvError::Denied(reason)));
        }
        if key.len() > KEY_BYTES {
            return Ok(Err(KvError::TooLarge(format!("the key has {} bytes, the most is {KEY_BYTES}", key.len()))));
        }
        if value.len() > VALUE_BYTES {
            return Ok(Err(KvError::TooLarge(format!(
                "the value has {} bytes, the most is {VALUE_BYTES}",
                value.len()
            ))));
        }
        // After a reveal the guest knows a credential; it is not to be kept in the clear.
        if self.revealed
            && (self.confines.secrets.holds_secret(value) || self.confines.secrets.holds_secret(key.as_bytes()))
        {
            return Ok(Err(KvError::Denied("the value holds a credential: keep credentials in their slots".into())));
        }
        self.bounds.reach_store()?;
        Ok(Ok(()))
    }

    /// The connection's turn to write; it lasts as long as what is answered here is kept.
    async fn kv_turn(&mut self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.confines.writing).acquire_owned().await.ok()
    }

    fn kv_full(&self) -> KvError {
        KvError::TooLarge(format!(
            "the space may have {} bytes: delete keys, or raise `grant.kv-bytes` of the connection `{}`",
            self.confines.outbound.allowed.kv_bytes, self.confines.name
        ))
    }
}

impl Host for State {
    async fn get(&mut self, key: String) -> Answered<Option<Vec<u8>>> {
        if let Err(error) = self.kv_check(&key, &[])? {
            return Ok(Err(error));
        }
        let ports = &self.shared.ports;
        let found = ports.key_value.get(&self.confines.name, &key, ports.clock.now()).await;
        if let Ok(Some(value)) = &found {
            self.bounds.copy(value.len())?;
        }
        Ok(found.map_err(|error| failed(&self.confines.name, &error)))
    }

    async fn set(&mut self, key: String, value: Vec<u8>, ttl_seconds: Option<u64>) -> Answered<()> {
        if let Err(error) = self.kv_check(&key, &value)? {
            return Ok(Err(error));
        }
        if self.plan.is_some() {
            return Ok(Ok(()));
        }
        let _turn = self.kv_turn().await;
        let ports = &self.shared.ports;
        let now = ports.clock.now();
        let expires = ttl_seconds.map_or(Instant::NEVER, |seconds| now.after(Duration::from_secs(seconds)));
        let most = self.confines.outbound.allowed.kv_bytes;
        let set = ports.key_value.set(&self.confines.name, &key, &value, expires, most, now).await;
        Ok(match set {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.kv_full()),
            Err(error) => Err(failed(&self.confines.name, &error)),
        })
    }

    async fn delete(&mut self, key: String) -> Answered<()> {
        if let Err(error) = self.kv_check(&key, &[])? {
            return Ok(Err(error));
        }
        if self.plan.is_some() {
            return Ok(Ok(()));
        }
        let _turn = self.kv_turn().await;
        let deleted = self.shared.ports.key_value.delete(&self.confines.name, &key).await;
        Ok(deleted.map_err(|error| failed(&self.confines.name, &error)))
    }

    async fn swap(&mut self, key: String, expected: Option<Vec<u8>>, value: Vec<u8>) -> Answered<bool> {
        if let Err(error) = self.kv_check(&key, &value)? {
            return Ok(Err(error));
        }
        self.bounds.copy(expected.as_ref().map_or(0, Vec::len))?;
        if self.plan.is_some() {
            return Ok(Ok(true));
        }
        let _turn = self.kv_turn().await;
        let ports = &self.shared.ports;
        let most = self.confines.outbound.allowed.kv_bytes;
        let now = ports.clock.now();
        let swapped = ports.key_value.swap(&self.confines.name, &key, expected.as_deref(), &value, most, now).await;
        Ok(match swapped {
            Ok(Some(done)) => Ok(done),
            Ok(None) => Err(self.kv_full()),
            Err(error) => Err(failed(&self.confines.name, &error)),
        })
    }

    async fn keys(&mut self, prefix: String, limit: u32) -> Answered<Vec<String>> {
        // A prefix may be empty; a key may not.
        let probe = if prefix.is_empty() { "*" } else { &prefix };
        if let Err(error) = self.kv_check(probe, &[])? {
            return Ok(Err(error));
        }
        let ports = &self.shared.ports;
        let found = ports.key_value.keys(&self.confines.name, &prefix, limit.min(MOST_KEYS), ports.clock.now()).await;
        if let Ok(keys) = &found {
            self.bounds.copy(keys.iter().map(String::len).sum())?;
        }
        Ok(found.map_err(|error| failed(&self.confines.name, &error)))
    }
}
