//! The demo's own folder. Every start makes it anew.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::child::end_strays;

/// Marks the folder as the demo's, so that no other folder is ever emptied; its lock tells that a demo runs there.
const MARK: &str = ".mortise-demo";

/// The folder, held as long as this value lives.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Empties the folder, or makes it.
    pub fn fresh(path: &Path) -> anyhow::Result<Self> {
        let fault = || format!("the folder {} cannot be used", path.display());
        let mark = path.join(MARK);
        if path.exists() {
            let empty = fs::read_dir(path).with_context(fault)?.next().is_none();
            ensure!(
                empty || mark.exists(),
                "{} is not empty and not the demo's; name another folder with --data",
                path.display()
            );
        }
        fs::create_dir_all(path).with_context(fault)?;
        let lock = File::options().create(true).append(true).open(&mark).with_context(fault)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!("another demo runs in {}; end it, or name another folder with --data", path.display())
            }
            Err(TryLockError::Error(error)) => return Err(error).with_context(fault),
        }
        let path = fs::canonicalize(path).with_context(fault)?;
        end_strays(&path).with_context(fault)?;
        for entry in fs::read_dir(&path).with_context(fault)? {
            let entry = entry.with_context(fault)?.path();
            if entry.file_name() == mark.file_name() {
                continue;
            }
            let removed = if entry.is_dir() { fs::remove_dir_all(&entry) } else { fs::remove_file(&entry) };
            removed.with_context(fault)?;
        }
        Ok(Self { path, _lock: lock })
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// The project's folder: where this package's sources lie.
pub fn project() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_demos_own_folder_is_emptied() {
        let base = std::env::temp_dir().join(format!("mortise-demo-{}", std::process::id()));
        let own = base.join("own");
        let folder = Folder::fresh(&own).unwrap();
        fs::write(folder.join("old"), "x").unwrap();
        assert!(Folder::fresh(&own).unwrap_err().to_string().contains("another demo"));
        drop(folder);
        assert!(!Folder::fresh(&own).unwrap().join("old").exists());
        fs::write(base.join("precious"), "x").unwrap();
        assert!(Folder::fresh(&base).is_err());
        assert!(base.join("precious").exists());
        fs::remove_dir_all(&base).unwrap();
    }

    #[test]
    fn the_project_is_found() {
        assert!(project().join("plugins/u8/manifest.json").exists());
    }
}
