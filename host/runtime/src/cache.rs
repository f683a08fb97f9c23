//! Compiled components on disk, authenticated: what the host did not write itself is never loaded.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::PathBuf;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use wasmtime::Engine;
use wasmtime::component::Component;
use zeroize::Zeroizing;

const TAG_BYTES: usize = 32;

/// Machine code by content hash and engine.
pub(crate) struct Cache {
    directory: Option<PathBuf>,
    key: Zeroizing<[u8; 32]>,
    engine: String,
}

impl Cache {
    pub(crate) fn new(engine: &Engine, directory: Option<PathBuf>, key: Zeroizing<[u8; 32]>) -> Self {
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Self { directory, key, engine: format!("{:016x}", hasher.finish()) }
    }

    fn file(&self, content: &str) -> Option<PathBuf> {
        Some(self.directory.as_ref()?.join(format!("{content}-{}.cwasm", self.engine)))
    }

    fn tag(&self, content: &str, code: &[u8]) -> Option<[u8; TAG_BYTES]> {
        // What the code was made from and for is part of what is authenticated, so that files cannot change places.
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_slice()).ok()?;
        for part in [b"mortise compiled component".as_slice(), content.as_bytes(), self.engine.as_bytes()] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.update(code);
        Some(mac.finalize().into_bytes().into())
    }

    /// The compiled component of this content, if it is there and authentic.
    pub(crate) fn load(&self, engine: &Engine, content: &str) -> Option<Component> {
        let file = self.file(content)?;
        let bytes = fs::read(&file).ok()?;
        let (tag, code) = bytes.split_at_checked(TAG_BYTES)?;
        if !bool::from(self.tag(content, code)?.ct_eq(tag)) {
            tracing::warn!(file = %file.display(), "a compiled component in the cache is not authentic: it is compiled anew");
            return None;
        }
        trusted(engine, code)
            .inspect_err(|error| tracing::warn!(file = %file.display(), %error, "a compiled component does not fit: it is compiled anew"))
            .ok()
    }

    /// Keeps a compiled component. A full disk costs time at the next start, nothing else.
    pub(crate) fn keep(&self, content: &str, component: &Component) {
        if let Err(error) = self.write(content, component) {
            tracing::warn!(%error, "a compiled component cannot be kept: the next start compiles it again");
        }
    }

    fn write(&self, content: &str, component: &Component) -> std::io::Result<()> {
        let Some(file) = self.file(content) else { return Ok(()) };
        let code = component.serialize().map_err(|error| std::io::Error::other(error.to_string()))?;
        let Some(tag) = self.tag(content, &code) else { return Ok(()) };
        let folder = file.parent().map(PathBuf::from).unwrap_or_default();
        fs::create_dir_all(&folder)?;
        // Renamed into place whole, so that a crash leaves no half file under the name.
        let draft = folder.join(format!("{content}-{}.{}.part", self.engine, std::process::id()));
        let mut handle = fs::File::create(&draft)?;
        handle.write_all(&tag)?;
        handle.write_all(&code)?;
        handle.sync_all()?;
        fs::rename(&draft, &file)
    }
}

/// Loads machine code that this program has written: it carries our tag, or came out of our own process a moment ago.
#[expect(unsafe_code, reason = "the callers vouch for it that this program's own compiler wrote the bytes")]
pub(crate) fn trusted(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: see above; nothing else is ever handed in.
    unsafe { Component::deserialize(engine, code) }
}
