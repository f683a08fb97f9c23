//! Fetching a plugin's file from a registry or an address, on behalf of an admin. Nothing is installed by it.
//!
//! Whoever names a source chooses where this machine sends requests, and whoever answers chooses what comes back. So every
//! request, each redirect and each token service among them, passes one policy ([`Sources`]); the address that is checked is
//! the one that is dialled; the answer is bounded in bytes and time; and what arrives must have the digest that was promised.
//! That is why files are pulled here and not by `oci-client`, which publishes (see `devkit`): it makes its own connections,
//! follows redirects by itself, and reads manifests and tokens whole, however long they are.

mod login;
mod registry;
mod source;
mod sources;
mod transfer;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest, Sha256};

pub use login::{Login, LoginError, Logins};
pub use registry::{CONFIG, MANIFEST};
pub use source::{Source, SourceError};
pub use sources::Sources;
use transfer::Accept;

use crate::http::client::Clients;
use crate::http::resolver::Resolver;

/// Media type of a component.
pub const WASM: &str = "application/wasm";

/// Fetches files within bounds.
pub struct Fetcher {
    clients: Clients,
    sources: Sources,
    logins: Logins,
    most: usize,
}

/// A file that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The file.
    pub bytes: Bytes,
    /// Where it came from, exactly: of a registry with the digest of the manifest.
    pub source: String,
}

/// Why a file was not fetched, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The policy forbids it.
    #[error("{0}")]
    Refused(String),
    /// Nobody answers there.
    #[error("`{place}` cannot be reached ({cause}): check the name, and that this machine may reach it")]
    Unreachable {
        /// Scheme, host and port.
        place: String,
        /// What the network says.
        cause: String,
    },
    /// It answers with something else than the file.
    #[error("`{place}` answers {status}{told}: check the name, the tag and the digest")]
    Status {
        /// Scheme, host and port.
        place: String,
        /// HTTP status.
        status: u16,
        /// The registry's own words, in brackets; empty: none that can be shown.
        told: String,
    },
    /// A user name and password are needed, or wrong.
    #[error(
        "`{place}` asks for a login{told}: log in with `docker login`, or set MORTISE_REGISTRY, MORTISE_REGISTRY_USER and MORTISE_REGISTRY_PASSWORD"
    )]
    Unauthorized {
        /// Scheme, host and port.
        place: String,
        /// What is known about it, after a colon.
        told: String,
    },
    /// The login cannot be read.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// It is longer than it may be.
    #[error("{what} has more than {most} bytes: {remedy}")]
    TooLarge {
        /// The file, or what belongs to it.
        what: &'static str,
        /// The bound.
        most: u64,
        /// What to do.
        remedy: &'static str,
    },
    /// It takes too long.
    #[error("the file did not arrive within {0} ms: try again, or raise `plugin-sources.timeout-ms`")]
    TooSlow(u64),
    /// It ended in the middle.
    #[error("the answer of `{place}` broke off ({cause}): try again")]
    Broken {
        /// Scheme, host and port.
        place: String,
        /// What the network says.
        cause: String,
    },
    /// Something else came than what was asked for.
    #[error(
        "{what} has the digest sha256:{found}, promised was {expected}: it was changed on the way or is another file; do not use it, and ask its publisher"
    )]
    Digest {
        /// The file, or what belongs to it.
        what: &'static str,
        /// What was promised.
        expected: String,
        /// What came.
        found: String,
    },
    /// The registry has no plugin there.
    #[error("{0}")]
    NoPlugin(String),
}

impl Fetcher {
    /// Fetches files of at most `most` bytes.
    pub fn new(
        sources: Sources,
        logins: Logins,
        most: usize,
        roots: &[Vec<u8>],
        resolver: &Arc<dyn Resolver>,
    ) -> Result<Self, String> {
        Ok(Self { clients: Clients::new(roots, resolver)?, sources, logins, most })
    }

    /// Fetches a file. With `digest` (SHA-256, hex) only that file will do.
    pub async fn fetch(&self, source: &Source, digest: Option<&str>) -> Result<Fetched, FetchError> {
        let limit = self.sources.timeout_ms;
        let fetched = tokio::time::timeout(Duration::from_millis(limit), self.obtain(source))
            .await
            .map_err(|_| FetchError::TooSlow(limit))??;
        if let Some(expected) = digest {
            check_digest("the file", expected, &fetched.bytes)?;
        }
        Ok(fetched)
    }

    async fn obtain(&self, source: &Source) -> Result<Fetched, FetchError> {
        match source {
            Source::Registry(reference) => self.pull(reference).await,
            Source::Address(url) => {
                let accept = Accept { media_type: WASM, what: "the file", most: self.most, remedy: RAISE };
                let bytes = self.get(url, None, accept).await?;
                Ok(Fetched { bytes: bytes.into(), source: source.to_string() })
            }
        }
    }
}

const RAISE: &str = "strip debug information from it, or raise `plugin-bytes`";

/// `expected`: hex digits, with or without `sha256:`.
fn check_digest(what: &'static str, expected: &str, bytes: &[u8]) -> Result<(), FetchError> {
    let found = hex::encode(Sha256::digest(bytes));
    if expected.strip_prefix("sha256:").unwrap_or(expected).eq_ignore_ascii_case(&found) {
        Ok(())
    } else {
        Err(FetchError::Digest { what, expected: expected.to_owned(), found })
    }
}
