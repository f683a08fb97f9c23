//! Signatures inside a plugin's file, so that a plugin stays one file.
//!
//! The form is that of WebAssembly's tool conventions (`Signatures.md`), as `wasmsign2` writes it; files signed by either are
//! read by the other. Precisely:
//!
//! * Signatures stand in one custom section named `signature`, the first section of the outermost component.
//! * The **content** of a file is every byte behind that section; of a file without it, every byte behind the eight of the
//!   header. The manifest's section is part of it. What is signed is `wasmsig`, the bytes 1 1 1 (version, content type, SHA-256),
//!   and the SHA-256 of the content. The signature is Ed25519 (RFC 8032).
//! * **A second signature** is put beside the first one in the same section. The section is not part of the content, so the
//!   first one stays valid, and nobody needs the other's key.
//! * **Verification** hashes the content of the file at hand and compares it with the hash in the section; only then the
//!   signature is checked, strictly, with a key that an admin has trusted. A signature of a part of the file counts for nothing,
//!   except that signers who cut a file into parts sign the hash of each beginning: then the last must be that of the whole.
//! * A signature names its key by 12 bytes: HMAC-SHA-256 of the text `key_id` under the public key. Where it names none, every
//!   trusted key is tried.
//!
//! The format is written here and the signature made by `ed25519-dalek`, rather than both taken from `wasmsign2`: that one
//! takes a signed beginning for the whole file, reserves memory for any length that a hostile file states, and shows secret keys
//! in its debug form. The tests hold the two together.

mod codec;
mod key;

use ed25519_dalek::Signature as Ed25519;
use mortise_domain::publisher::{PublisherKey, Standing};
use sha2::{Digest, Sha256};

use codec::{Block, ED25519, Entry, Hash, SignedHashes};
pub use key::{KeyError, PublicKey, SigningKey};

/// The signatures of a file, with all that is needed to judge them; the file itself is needed no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatures {
    content: Hash,
    block: Result<Vec<SignedHashes>, String>,
}

/// Why a file cannot be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// What stands in the section is no signature.
    #[error("the signatures in the file cannot be read ({0}): sign the file that packing made")]
    Unreadable(String),
    /// The signatures are another file's.
    #[error("the signatures in the file do not fit it: it was changed after signing; sign the file that packing made")]
    Broken,
    /// This key has signed it.
    #[error("the key {0} has signed the file already")]
    Already(String),
}

impl Signatures {
    /// Reads the signatures of a component.
    pub fn of(file: &[u8]) -> Self {
        match codec::find(file) {
            Ok(Block { content, section: None }) => Self { content: hash(content), block: Ok(Vec::new()) },
            Ok(Block { content, section: Some(section) }) => {
                Self { content: hash(content), block: codec::read(section) }
            }
            Err(detail) => Self { content: hash(file), block: Err(detail) },
        }
    }

    /// SHA-256 of what is signed, in hex: the file without its signatures. Stays the same however many sign it.
    pub fn content(&self) -> String {
        hex::encode(self.content)
    }

    /// How each signature stands by these keys, in the order of the file. `publisher`: the one that the manifest names.
    pub fn each(&self, publisher: &str, keys: &[PublisherKey]) -> Vec<Standing> {
        // Which key a signature names is found by the key itself: what stands beside it in the store was written by another program.
        let parsed =
            keys.iter().filter_map(|key| PublicKey::from_pem(&key.public_key).ok().map(|public| (public, key)));
        let keys: Vec<Known<'_>> = parsed.map(|(public, key)| Known { id: public.id(), public, key }).collect();
        let keys = keys.as_slice();
        match &self.block {
            Err(detail) => vec![Standing::Unreadable { detail: detail.clone() }],
            Ok(sets) => sets
                .iter()
                .flat_map(|set| set.entries.iter().map(|entry| self.judge(set, entry, publisher, keys)))
                .collect(),
        }
    }

    /// How the file stands by these keys.
    pub fn standing(&self, publisher: &str, keys: &[PublisherKey]) -> Standing {
        Standing::of_file(self.each(publisher, keys))
    }

    fn judge(&self, set: &SignedHashes, entry: &Entry, publisher: &str, keys: &[Known<'_>]) -> Standing {
        let named = entry.key.as_ref().map(hex::encode);
        if set.hashes.last() != Some(&self.content) {
            return Standing::Broken { key: named.unwrap_or_default() };
        }
        let unknown = || Standing::Unknown { keys: named.clone().into_iter().collect() };
        let Some(signature) =
            (entry.algorithm == ED25519).then(|| Ed25519::from_slice(&entry.signature).ok()).flatten()
        else {
            return unknown();
        };
        let message = set.message();
        let mut candidates = keys.iter().filter(|key| named.as_ref().is_none_or(|named| *named == key.id)).peekable();
        if candidates.peek().is_none() {
            return unknown();
        }
        let fitting = candidates.filter(|known| known.public.verify(&message, &signature));
        // One key may be trusted for several publishers, and revoked for some of them.
        let standings = fitting.map(|known| of_key(known, publisher)).collect::<Vec<_>>();
        match (standings.is_empty(), named) {
            (false, _) => Standing::of_file(standings),
            (true, Some(key)) => Standing::Broken { key },
            (true, None) => Standing::Unknown { keys: Vec::new() },
        }
    }
}

/// A key that is trusted, or was, ready to be used.
struct Known<'a> {
    public: PublicKey,
    id: String,
    key: &'a PublisherKey,
}

fn of_key(known: &Known<'_>, publisher: &str) -> Standing {
    let Known { id, key, .. } = known;
    let PublisherKey { publisher: owner, revoked_at, .. } = key;
    match revoked_at {
        Some(at) => Standing::Revoked { publisher: owner.clone(), key: id.clone(), at: *at },
        None if owner == publisher => Standing::Trusted { publisher: owner.clone(), key: id.clone() },
        None => Standing::OtherPublisher { publisher: owner.clone(), key: id.clone() },
    }
}

fn hash(content: &[u8]) -> Hash {
    Sha256::digest(content).into()
}

/// The component with one more signature.
pub fn sign(file: &[u8], key: &SigningKey) -> Result<Vec<u8>, SignError> {
    let block = codec::find(file).map_err(SignError::Unreadable)?;
    let content = hash(block.content);
    let mut sets = block.section.map(codec::read).transpose().map_err(SignError::Unreadable)?.unwrap_or_default();
    if sets.iter().any(|set| set.hashes.last() != Some(&content)) {
        return Err(SignError::Broken);
    }
    let id = key.public().id_bytes();
    if sets.iter().flat_map(|set| &set.entries).any(|entry| entry.key.as_deref() == Some(&id)) {
        return Err(SignError::Already(hex::encode(id)));
    }
    let whole = sets.iter().position(|set| set.hashes == [content]);
    let at = whole.unwrap_or_else(|| {
        sets.push(SignedHashes { hashes: vec![content], entries: Vec::new() });
        sets.len() - 1
    });
    if let Some(set) = sets.get_mut(at) {
        let signature = key.sign(&set.message()).to_bytes().to_vec();
        set.entries.push(Entry { key: Some(id.to_vec()), algorithm: ED25519, signature });
    }
    codec::write(&sets, file, block.content).map_err(SignError::Unreadable)
}
