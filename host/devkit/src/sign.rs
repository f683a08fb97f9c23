//! Signing: a publisher's pair of keys in two files, and its signature inside a plugin.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use mortise_domain::manifest::Manifest;
use mortise_runtime::{InspectError, KeyError, PublicKey, SignError, SigningKey, inspect, sign};
use zeroize::Zeroizing;

/// A new pair of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFiles {
    /// What signs; for nobody else's eyes.
    pub private: PathBuf,
    /// What admins trust.
    pub public: PathBuf,
    /// What signatures call it.
    pub id: String,
}

/// A file that was signed.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed {
    /// What is inside.
    pub manifest: Manifest,
    /// Id of the key.
    pub key: String,
}

/// Why there is no signature.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// A file cannot be used.
    #[error("{} cannot be {verb}: {source}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Read, or written.
        verb: &'static str,
        /// Why.
        source: io::Error,
    },
    /// There is a key already.
    #[error("{} exists already: keys are never overwritten; choose another name", .0.display())]
    Exists(PathBuf),
    /// Others can read the private key.
    #[error("the private key {path} can be read by others; run: chmod 600 {path}", path = .0.display())]
    Public(PathBuf),
    /// It is no key.
    #[error("{}: {source}", .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        source: KeyError,
    },
    /// There is no randomness.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
    /// It is no plugin.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// It cannot be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

fn io<'a>(path: &'a Path, verb: &'static str) -> impl FnOnce(io::Error) -> SigningError + 'a {
    move |source| SigningError::Io { path: path.to_owned(), verb, source }
}

fn key(path: &Path) -> impl FnOnce(KeyError) -> SigningError {
    move |source| SigningError::Key { path: path.to_owned(), source }
}

/// Makes a pair of keys: `NAME.key`, readable for its owner only, and `NAME.pub`.
pub fn generate_keys(name: &Path) -> Result<KeyFiles, SigningError> {
    let ending = |ending: &str| {
        let mut file = name.as_os_str().to_owned();
        file.push(ending);
        PathBuf::from(file)
    };
    let (private, public) = (ending(".key"), ending(".pub"));
    if let Some(taken) = [&private, &public].into_iter().find(|path| path.exists()) {
        return Err(SigningError::Exists(taken.clone()));
    }
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut()).map_err(|error| SigningError::Random(error.to_string()))?;
    let pair = SigningKey::from_seed(&seed);
    let pem = pair.to_pem().map_err(key(&private))?;
    write_new(&private, 0o600, pem.expose())?;
    write_new(&public, 0o644, &pair.public().to_pem().map_err(key(&public))?)?;
    Ok(KeyFiles { private, public, id: pair.public().id() })
}

fn write_new(path: &Path, mode: u32, text: &str) -> Result<(), SigningError> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(io(path, "written"))
}

/// Puts a signature with the key of this file into a packed plugin. The file is replaced as a whole.
pub fn sign_file(file: &Path, key_file: &Path) -> Result<Signed, SigningError> {
    let bytes = fs::read(file).map_err(io(file, "read"))?;
    let manifest = inspect(&bytes, usize::MAX)?.manifest;
    let pair = signing_key(key_file)?;
    let signed = sign(&bytes, &pair)?;
    let part = file.with_extension("part");
    fs::write(&part, signed).map_err(io(&part, "written"))?;
    fs::rename(&part, file).map_err(io(file, "written"))?;
    Ok(Signed { manifest, key: pair.public().id() })
}

fn signing_key(path: &Path) -> Result<SigningKey, SigningError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map_err(io(path, "read"))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(SigningError::Public(path.to_owned()));
    }
    let pem = Zeroizing::new(fs::read_to_string(path).map_err(io(path, "read"))?);
    SigningKey::from_pem(&pem).map_err(key(path))
}

/// Reads a publisher's public key.
pub fn public_key(path: &Path) -> Result<PublicKey, SigningError> {
    let pem = fs::read_to_string(path).map_err(io(path, "read"))?;
    PublicKey::from_pem(&pem).map_err(key(path))
}
