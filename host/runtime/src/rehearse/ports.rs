//! What a rehearsed call reaches through the host: nothing that lasts.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_domain::ports::sandbox::{Credential, Vault};

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
