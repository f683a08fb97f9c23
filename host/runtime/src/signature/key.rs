//! Keys of publishers: Ed25519, written as PEM (PKCS #8 and SPKI), as OpenSSL and others write them.

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, KeypairBytes};
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use mortise_domain::secret::Secret;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of a key's id.
const ID: usize = 12;

/// Why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A private key was expected.
    #[error(
        "this is no Ed25519 private key in PEM form (it begins with `-----BEGIN PRIVATE KEY-----`): make one with `mortise plugin keygen`"
    )]
    Private,
    /// A public key was expected.
    #[error(
        "this is no Ed25519 public key in PEM form (it begins with `-----BEGIN PUBLIC KEY-----`): use the `.pub` file that `mortise plugin keygen` wrote"
    )]
    Public,
    /// Its points are few: anybody can sign for it.
    #[error("this public key is weak, anybody can sign for it: ask its publisher for another one")]
    Weak,
}

/// A publisher's private key. It has no debug form that shows it, and its memory is wiped.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key of 32 random bytes.
    pub fn from_seed(seed: &Zeroizing<[u8; 32]>) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Reads a private key.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        ed25519_dalek::SigningKey::from_pkcs8_pem(pem.trim()).map(Self).map_err(|_| KeyError::Private)
    }

    /// The key as it is kept in a file: without the public part, which older programs do not expect there.
    pub fn to_pem(&self) -> Result<Secret, KeyError> {
        let mut pair = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        let pem = pair.to_pkcs8_pem(LineEnding::LF);
        zeroize::Zeroize::zeroize(&mut pair.secret_key);
        pem.map(|pem| Secret::new(pem.as_str())).map_err(|_| KeyError::Private)
    }

    /// The public part.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(super) fn sign(&self, message: &[u8]) -> Signature {
        self.0.sign(message)
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.public().id()).finish_non_exhaustive()
    }
}

/// A publisher's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a public key.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_public_key_pem(pem.trim()).map_err(|_| KeyError::Public)?;
        if key.is_weak() { Err(KeyError::Weak) } else { Ok(Self(key)) }
    }

    /// The key as PEM, always written alike.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.0.to_public_key_pem(LineEnding::LF).map_err(|_| KeyError::Public)
    }

    /// What signatures call the key: 24 hex digits.
    pub fn id(&self) -> String {
        hex::encode(self.id_bytes())
    }

    pub(super) fn id_bytes(&self) -> [u8; ID] {
        let mut id = [0; ID];
        // An HMAC takes a key of any length.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()) {
            mac.update(b"key_id");
            id.copy_from_slice(mac.finalize().into_bytes().get(..ID).unwrap_or(&[0; ID]));
        }
        id
    }

    pub(super) fn verify(&self, message: &[u8], signature: &Signature) -> bool {
        self.0.verify_strict(message, signature).is_ok()
    }
}
