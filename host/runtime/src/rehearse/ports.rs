//! What a rehearsed call reaches through the host: nothing that lasts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_domain::ports::sandbox::{Credential, KeyValue, Vault};

/// The time of the record.
pub(super) struct Standing(Instant);

impl Standing {
    pub(super) fn at(at: Instant) -> Self {
        Self(at)
    }
}

impl Clock for Standing {
    fn now(&self) -> Instant {
        self.0
    }
}

/// The same numbers in every rehearsal, so that two versions differ by what they do.
#[derive(Default)]
pub(super) struct Seeded(Mutex<u64>);

impl Seeded {
    /// The next number of a splitmix64 sequence.
    fn next(&self) -> u64 {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Chance for Seeded {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let bytes = self.next().to_le_bytes();
            chunk.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
        }
    }
}

/// A memory that is empty before the call and gone after it.
#[derive(Default)]
pub(super) struct Forgetful(Mutex<BTreeMap<String, (Vec<u8>, Instant)>>);

impl Forgetful {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, (Vec<u8>, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets a value where there is room for it.
    fn put(
        memory: &mut BTreeMap<String, (Vec<u8>, Instant)>,
        key: &str,
        value: &[u8],
        expires_at: Instant,
        most: u64,
    ) -> bool {
        let others = memory.iter().filter(|(name, _)| *name != key);
        let used: usize = others.map(|(name, (value, _))| name.len() + value.len()).sum();
        if (used + key.len() + value.len()) as u64 > most {
            return false;
        }
        memory.insert(key.to_owned(), (value.to_vec(), expires_at));
        true
    }
}

#[async_trait]
impl KeyValue for Forgetful {
    async fn get(&self, _: &str, key: &str, now: Instant) -> Result<Option<Vec<u8>>, StoreError> {
        let memory = self.lock();
        let found = memory.get(key).filter(|(_, expires_at)| *expires_at > now);
        Ok(found.map(|(value, _)| value.clone()))
    }

    async fn set(
        &self,
        _: &str,
        key: &str,
        value: &[u8],
        expires_at: Instant,
        most_bytes: u64,
        _: Instant,
    ) -> Result<bool, StoreError> {
        Ok(Self::put(&mut self.lock(), key, value, expires_at, most_bytes))
    }

    async fn delete(&self, _: &str, key: &str) -> Result<(), StoreError> {
        self.lock().remove(key);
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
        let mut memory = self.lock();
        let present = memory.get(key).filter(|(_, expires_at)| *expires_at > now).map(|(value, _)| value.as_slice());
        if present != expected {
            return Ok(Some(false));
        }
        Ok(Self::put(&mut memory, key, value, Instant::NEVER, most_bytes).then_some(true))
    }

    async fn keys(&self, _: &str, prefix: &str, limit: u32, now: Instant) -> Result<Vec<String>, StoreError> {
        let memory = self.lock();
        let alive = memory.iter().filter(|(name, (_, expires_at))| name.starts_with(prefix) && *expires_at > now);
        Ok(alive.map(|(name, _)| name.clone()).take(limit as usize).collect())
    }
}

/// Credentials are read, and what a call takes from an answer is not kept.
pub(super) struct ReadOnly(pub(super) Arc<dyn Vault>);

#[async_trait]
impl Vault for ReadOnly {
    async fn credentials(&self, connection: &str) -> Result<Vec<Credential>, StoreError> {
        self.0.credentials(connection).await
    }

    async fn keep(&self, _: &str, _: &Credential) -> Result<(), StoreError> {
        Ok(())
    }

    async fn forget(&self, _: &str, _: &str) -> Result<(), StoreError> {
        Ok(())
    }
}
