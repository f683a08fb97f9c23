//! The data folder: what lies there and who may read it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A file or folder that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be used: {cause}; check that the folder exists and belongs to the user that runs mortise")]
pub struct FolderError {
    path: PathBuf,
    cause: io::Error,
}

/// The data folder.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder as it is, or is not.
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Makes the folder and those inside it, readable for its owner only.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let folder = Self(path.to_owned());
        for part in [folder.0.clone(), folder.cache(), folder.attachments()] {
            let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&part);
            made.map_err(|cause| FolderError { path: part, cause })?;
        }
        Ok(folder)
    }

    /// Compiled plugins.
    pub fn cache(&self) -> PathBuf {
        self.0.join("cache")
    }

    /// Attached files.
    pub fn attachments(&self) -> PathBuf {
        self.0.join("attachments")
    }

    /// The key of the stored credentials.
    pub fn secret_key(&self) -> PathBuf {
        self.0.join("secret.key")
    }

    /// The first token.
    pub fn admin_token(&self) -> PathBuf {
        self.0.join("admin.token")
    }

    /// The link by which the first admin sets a password.
    pub fn setup_link(&self) -> PathBuf {
        self.0.join("setup.link")
    }
}

/// Writes a file that must not exist yet, readable for its owner only.
pub fn write_private(path: &Path, text: &str) -> Result<(), FolderError> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|cause| FolderError { path: path.to_owned(), cause })
}

/// Reads a file that may be missing, without the white space at its ends.
pub fn read_private(path: &Path) -> Result<Option<String>, FolderError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(FolderError { path: path.to_owned(), cause }),
    }
}

/// Removes a file that may be missing.
pub fn remove_if_there(path: &Path) -> Result<(), FolderError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(FolderError { path: path.to_owned(), cause: error })
        }
        _ => Ok(()),
    }
}

/// Removes a file.
pub fn remove(path: &Path) -> Result<(), FolderError> {
    fs::remove_file(path).map_err(|cause| FolderError { path: path.to_owned(), cause })
}
