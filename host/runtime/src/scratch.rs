//! A key-value space in memory, for calls that leave nothing behind.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::sandbox::KeyValue;

type Entries = BTreeMap<String, (Vec<u8>, Instant)>;

/// What one connection keeps, until it is dropped. It counts and forgets as the store's own space does.
#[derive(Default)]
pub struct Scratch(Mutex<Entries>);

impl Scratch {
    /// Sets a value that does not expire.
    pub fn put(&self, key: impl Into<String>, value: Vec<u8>) {
        self.entries().insert(key.into(), (value, Instant::NEVER));
    }

    /// All values that are still there at `now`.
    pub fn values(&self, now: Instant) -> BTreeMap<String, Vec<u8>> {
        let alive = self.entries();
        let alive = alive.iter().filter(|(_, (_, expires))| *expires > now);
        alive.map(|(key, (value, _))| (key.clone(), value.clone())).collect()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sets the value if the space has room for it; what it replaces and what has expired takes none.
fn set(entries: &mut Entries, key: &str, value: &[u8], expires: Instant, most: u64, now: Instant) -> bool {
    entries.retain(|_, (_, expires)| *expires > now);
    let others = entries.iter().filter(|(name, _)| *name != key);
    let used: usize = others.map(|(name, (value, _))| name.len() + value.len()).sum();
    let fits = (used + key.len() + value.len()) as u64 <= most;
    if fits {
        entries.insert(key.to_owned(), (value.to_vec(), expires));
    }
    fits
}

fn get(entries: &Entries, key: &str, now: Instant) -> Option<Vec<u8>> {
    entries.get(key).filter(|(_, expires)| *expires > now).map(|(value, _)| value.clone())
}

#[async_trait]
impl KeyValue for Scratch {
    async fn get(&self, _: &str, key: &str, now: Instant) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(get(&self.entries(), key, now))
    }

    async fn set(
        &self,
        _: &str,
        key: &str,
        value: &[u8],
        expires_at: Instant,
        most_bytes: u64,
        now: Instant,
    ) -> Result<bool, StoreError> {
        Ok(set(&mut self.entries(), key, value, expires_at, most_bytes, now))
    }

    async fn delete(&self, _: &str, key: &str) -> Result<(), StoreError> {
        self.entries().remove(key);
        Ok(())
    }

    async fn swap(
        &self,
        _: &str,
        key: &str,
        expected: Option<&[u8]>,
        value: &[u8],
        most_bytes: u64,
        now: Instant,
    ) -> Result<Option<bool>, StoreError> {
        let mut entries = self.entries();
        if get(&entries, key, now).as_deref() != expected {
            return Ok(Some(false));
        }
        Ok(set(&mut entries, key, value, Instant::NEVER, most_bytes, now).then_some(true))
    }

    async fn keys(&self, _: &str, prefix: &str, limit: u32, now: Instant) -> Result<Vec<String>, StoreError> {
        let entries = self.entries();
        let own = entries.iter().filter(|(key, (_, expires))| key.starts_with(prefix) && *expires > now);
        Ok(own.map(|(key, _)| key.clone()).take(limit as usize).collect())
    }
}
