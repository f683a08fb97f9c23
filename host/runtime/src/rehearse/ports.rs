//! What a rehearsed call reaches through the host: nothing that lasts.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_domain::ports::sandbox::{Credential, Vault};
use mortise_domain::secret::Secret;

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

/// Something stands where each credential stands, as long as it is and always the same: nothing is sent, so that none is needed, and
/// what a version makes of it tells nobody anything.
pub(super) struct Dummies(pub(super) Arc<dyn Vault>);

/// Letters without a meaning.
fn dummy(slot: &str, length: usize) -> Secret {
    let begin = slot.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let letters = (b'a'..=b'z').cycle().skip(begin % 26).step_by(7);
    Secret::new(letters.take(length).map(char::from).collect::<String>())
}

#[async_trait]
impl Vault for Dummies {
    async fn credentials(&self, connection: &str) -> Result<Vec<Credential>, StoreError> {
        let real = self.0.credentials(connection).await?;
        let blank = |one: Credential| Credential { value: dummy(&one.slot, one.value.expose().len()), ..one };
        Ok(real.into_iter().map(blank).collect())
    }

    async fn keep(&self, _: &str, _: &Credential) -> Result<(), StoreError> {
        Ok(())
    }

    async fn forget(&self, _: &str, _: &str) -> Result<(), StoreError> {
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dummy_is_as_long_and_always_the_same() {
        let (one, again, other) = (dummy("key", 40), dummy("key", 40), dummy("token", 40));
        assert_eq!((one.expose(), one.expose().len()), (again.expose(), 40));
        assert_ne!(one.expose(), other.expose());
        assert!(dummy("key", 0).expose().is_empty());
    }
}
