//! Secrets at rest: sealed under the installation's key, bound to the place where they are kept.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::fault::Fault;

const NONCE_BYTES: usize = 24;

/// The key under which credentials are kept. Wiped on drop; its debug form is `***`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; 32]);

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret key is not 64 hexadecimal digits (32 bytes): make one with `openssl rand -hex 32`")]
pub struct KeyError;

impl SecretKey {
    /// Takes the bytes over.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From 64 hexadecimal digits; white space around them is ignored.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| KeyError)?;
        Ok(Self(bytes))
    }

    /// A new key by chance of the operating system.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// As it is written to a file.
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0))
    }

    /// Nonce and ciphertext; opens only with the same `place`.
    pub(crate) fn seal(&self, place: &str, text: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|error| Fault::inconsistent("randomness", error))?;
        let payload = Payload { msg: text, aad: place.as_bytes() };
        let ciphertext = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Fault::inconsistent("secret", "it cannot be encrypted"))?;
        Ok((nonce.to_vec(), ciphertext))
    }

    /// What was sealed; none where key, place or text are others.
    pub(crate) fn open(&self, place: &str, nonce: &[u8], ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let payload = Payload { msg: ciphertext, aad: place.as_bytes() };
        self.cipher().decrypt(&XNonce::from(nonce), payload).ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_the_same_key_place_and_text() {
        let key = SecretKey::new([7; 32]);
        let (nonce, mut sealed) = key.seal("erp/password", b"hunter2").unwrap();
        assert!(!sealed.windows(7).any(|part| part == b"hunter2"));
        assert_eq!(key.open("erp/password", &nonce, &sealed).unwrap().as_slice(), b"hunter2");
        assert!(key.open("wms/password", &nonce, &sealed).is_none());
        assert!(SecretKey::new([8; 32]).open("erp/password", &nonce, &sealed).is_none());
        sealed[0] ^= 1;
        assert!(key.open("erp/password", &nonce, &sealed).is_none());
        assert_ne!(key.seal("erp/password", b"hunter2").unwrap().0, nonce, "a nonce is used once");
    }

    #[test]
    fn is_read_from_hex_and_never_shown() {
        let key = SecretKey::generate().unwrap();
        assert_eq!(SecretKey::from_hex(&format!(" {}\n", *key.to_hex())).unwrap().0, key.0);
        assert_eq!(SecretKey::from_hex("abc").unwrap_err(), KeyError);
        assert_eq!(format!("{key:?}"), "***");
    }
}
