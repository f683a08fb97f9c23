//! Who may come in: bearer tokens, of which only the hash is stored.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_store::{NewToken, Store};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::folder::{Folder, FolderError, read_private, remove, write_private};

/// How long an answer of the store is believed: how late a revoked token may still work.
const BELIEVED: Duration = Duration::from_secs(5);
/// Hashes that are remembered; beyond it, all are forgotten.
const REMEMBERED: usize = 10_000;
const PREFIX: &str = "mrt_";

/// Whose token it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Name of the token; stands in timelines.
    pub name: String,
    /// What it may do.
    pub role: String,
}

/// Checks tokens without asking the store each time.
pub struct Tokens {
    store: Store,
    clock: Arc<dyn Clock>,
    known: RwLock<HashMap<[u8; 32], Known>>,
}

/// Whose token it was, and until when that is believed.
type Known = (Option<Arc<Caller>>, Instant);

/// The first token could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FirstTokenError {
    /// Of the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Of the file.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

impl Tokens {
    /// Checks against this store.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, known: RwLock::default() }
    }

    /// Whose token this is; none: nobody's, or no longer.
    pub async fn caller(&self, token: &str) -> Result<Option<Arc<Caller>>, StoreError> {
        let hash = hash(token);
        let now = self.clock.now();
        if let Some((caller, until)) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&hash)
            && now < *until
        {
            return Ok(caller.clone());
        }
        let found = self.store.verify_token(&hash, now).await?;
        let caller = found.map(|token| Arc::new(Caller { name: token.name, role: token.role }));
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(hash, (caller.clone(), now.after(BELIEVED)));
        Ok(caller)
    }
}

/// Makes the token `admin` where no token exists, and writes it to the data folder. Answers whether it was made.
pub async fn make_first(store: &Store, folder: &Folder, chance: &dyn Chance) -> Result<bool, FirstTokenError> {
    if !store.tokens().await?.is_empty() {
        return Ok(false);
    }
    let file = folder.admin_token();
    // The file comes first: a start that was cut off between the two goes on with it, and nobody is locked out.
    let left = read_private(&file)?.filter(|text| text.starts_with(PREFIX)).map(Zeroizing::new);
    let token = left.clone().unwrap_or_else(|| generate(chance));
    if left.is_none() {
        write_private(&file, &token)?;
    }
    let new = NewToken { name: "admin".into(), role: "admin".into(), hash: hash(&token), expires_at: Instant::NEVER };
    match store.create_token(&new).await {
        Ok(_) => Ok(true),
        // Another node was faster; its folder has the token that counts.
        Err(StoreError::Conflict(_)) => remove(&file).map(|()| false).map_err(FirstTokenError::from),
        Err(error) => Err(error.into()),
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// 32 random bytes in base 62.
fn generate(chance: &dyn Chance) -> Zeroizing<String> {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut number = Zeroizing::new([0_u8; 32]);
    chance.fill(number.as_mut());
    let mut token = Zeroizing::new(PREFIX.to_owned());
    // 62^43 > 2^256: 43 digits hold the whole number.
    for _ in 0..43 {
        let mut rest = 0_usize;
        for byte in number.iter_mut() {
            let value = rest << 8 | usize::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        token.push(DIGITS.get(rest).copied().map_or('0', char::from));
    }
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);
    impl Chance for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn tokens_use_all_their_bytes() {
        let all = generate(&Fixed(0xff));
        assert_eq!(all.len(), 47);
        // 2^256 - 1 in base 62, last digit first.
        assert_eq!(all.as_str(), "mrt_1pX8wOr5j2ACunjH7GLL8mWZWHmY1LA1ZO6Adwksjhy");
        assert_ne!(*all, *generate(&Fixed(0xfe)));
    }
}
