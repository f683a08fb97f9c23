//! Passwords: argon2id, away from the threads that serve requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use mortise_domain::ports::clock::Chance;
use mortise_domain::secret::Secret;
use tokio::sync::Semaphore;

/// Passwords looked at at the same time: each takes its whole memory.
const AT_ONCE: usize = 4;
/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hashes and compares.
pub struct Passwords {
    argon: Argon2<'static>,
    params: Params,
    room: Arc<Semaphore>,
    decoy: String,
    compared: AtomicU64,
}

/// A password could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many others are being looked at.
    #[error("too many people sign in at this moment")]
    Busy,
    /// The settings or the stored hash are of no use.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

impl Passwords {
    /// With these costs; none of them changes what is stored already.
    pub fn new(memory_kib: u32, passes: u32, chance: &dyn Chance) -> Result<Self, PasswordError> {
        let params =
            Params::new(memory_kib, passes, 1, None).map_err(|error| PasswordError::Hash(error.to_string()))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        Ok(Self {
            argon,
            params,
            room: Arc::new(Semaphore::new(AT_ONCE)),
            decoy: decoy(memory_kib, passes, chance),
            compared: AtomicU64::new(0),
        })
    }

    /// The hash of a new password, in the PHC form.
    pub async fn hash(&self, password: Secret, chance: &dyn Chance) -> Result<String, PasswordError> {
        let mut salt = [0_u8; 16];
        chance.fill(&mut salt);
        let argon = self.argon.clone();
        self.aside(move || {
            let hash = argon.hash_password_with_salt(password.expose().as_bytes(), &salt);
            hash.map(|hash: PasswordHash| hash.to_string()).map_err(|error| PasswordError::Hash(error.to_string()))
        })
        .await?
    }

    /// Is it this password? Where there is none, the same work is done for nothing, so that the time tells nobody whether the
    /// account exists.
    pub async fn is(&self, password: Secret, stored: Option<&str>) -> Result<bool, PasswordError> {
        let hash = stored.unwrap_or(&self.decoy).to_owned();
        let known = stored.is_some();
        let argon = self.argon.clone();
        self.compared.fetch_add(1, Ordering::Relaxed);
        self.aside(move || {
            let hash = PasswordHash::new(&hash).map_err(|error| PasswordError::Hash(error.to_string()))?;
            Ok(argon.verify_password(password.expose().as_bytes(), &hash).is_ok() && known)
        })
        .await?
    }

    /// Was it hashed with other costs than those of now?
    pub fn is_dated(&self, stored: &str) -> bool {
        let params = PasswordHash::new(stored).ok().and_then(|hash| Params::try_from(&hash).ok());
        params.is_none_or(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost())
                != (self.params.m_cost(), self.params.t_cost(), self.params.p_cost())
        })
    }

    /// How many passwords have been compared so far.
    pub fn compared(&self) -> u64 {
        self.compared.load(Ordering::Relaxed)
    }

    async fn aside<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let permit = tokio::time::timeout(PATIENCE, Arc::clone(&self.room).acquire_owned()).await;
        let permit = permit.map_err(|_| PasswordError::Busy)?.map_err(|_| PasswordError::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let _until_the_end = permit;
            work()
        });
        done.await.map_err(|error| PasswordError::Hash(error.to_string()))
    }
}

/// A hash of nothing, with the costs of now.
fn decoy(memory_kib: u32, passes: u32, chance: &dyn Chance) -> String {
    let (mut salt, mut hash) = ([0_u8; 16], [0_u8; 32]);
    chance.fill(&mut salt);
    chance.fill(&mut hash);
    let [salt, hash] = [&salt[..], &hash[..]].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    format!("$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${hash}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemChance;

    fn passwords(passes: u32) -> Passwords {
        Passwords::new(64, passes, &SystemChance).unwrap()
    }

    #[tokio::test]
    async fn only_the_same_password_fits() {
        let passwords = passwords(1);
        let of = |text: &str| Secret::new(text);
        let hash = passwords.hash(of("correct horse 马"), &SystemChance).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash(of("correct horse 马"), &SystemChance).await.unwrap());
        assert!(passwords.is(of("correct horse 马"), Some(&hash)).await.unwrap());
        assert!(!passwords.is(of("correct horse"), Some(&hash)).await.unwrap());
        assert!(!passwords.is(of(""), Some(&hash)).await.unwrap());
        assert!(passwords.is(of("x"), Some("no hash")).await.is_err());
    }

    #[tokio::test]
    async fn the_decoy_costs_the_same_and_fits_nothing() {
        let passwords = passwords(2);
        assert!(!passwords.is(Secret::new(""), None).await.unwrap());
        assert!(!passwords.is_dated(&passwords.decoy));
        assert_eq!(passwords.compared(), 1);
    }

    #[tokio::test]
    async fn costs_that_rise_are_noticed() {
        let before = passwords(1).hash(Secret::new("x"), &SystemChance).await.unwrap();
        let now = passwords(2);
        assert!(now.is_dated(&before) && now.is(Secret::new("x"), Some(&before)).await.unwrap());
    }
}
