//! Notices when an author saves a file.

use std::fs;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

/// What builds write, and editors: no change of the author's.
const IGNORED: [&str; 5] = ["target", "node_modules", "dist", "__pycache__", "Cargo.lock"];
/// Editors write a file in several steps, and people save several files.
const QUIET: Duration = Duration::from_millis(200);

/// Why a folder cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("{folder} cannot be watched: {problem}")]
pub struct WatchError {
    /// The folder.
    folder: String,
    /// What the system says.
    problem: String,
}

/// A folder that is watched.
pub struct Watch {
    folder: String,
    changes: Receiver<notify::Result<Event>>,
    watcher: Mutex<RecommendedWatcher>,
}

impl Watch {
    /// Begins to watch. Folders that builds write, and hidden ones, are left out.
    pub fn new(folder: &Path) -> Result<Self, WatchError> {
        let name = folder.display().to_string();
        let failed = |problem: String| WatchError { folder: name.clone(), problem };
        let (sender, changes) = channel();
        let mut watcher = notify::recommended_watcher(sender).map_err(|error| failed(error.to_string()))?;
        let mut watch = |path: &Path, mode| watcher.watch(path, mode).map_err(|error| failed(error.to_string()));
        watch(folder, RecursiveMode::NonRecursive)?;
        let entries = fs::read_dir(folder).map_err(|error| failed(error.to_string()))?;
        for entry in entries.flatten().filter(|entry| entry.path().is_dir() && !is_ignored(&entry.path())) {
            watch(&entry.path(), RecursiveMode::Recursive)?;
        }
        Ok(Self { folder: name, changes, watcher: Mutex::new(watcher) })
    }

    /// Waits until something has changed, and then until nothing does for a moment. Changes since the last wait count.
    pub fn wait(&self) -> Result<(), WatchError> {
        let failed = |problem: String| WatchError { folder: self.folder.clone(), problem };
        loop {
            let event = self.changes.recv().map_err(|error| failed(error.to_string()))?;
            let event = event.map_err(|error| failed(error.to_string()))?;
            self.follow(&event);
            if is_change(&event) {
                break;
            }
        }
        loop {
            match self.changes.recv_timeout(QUIET) {
                Ok(Ok(event)) => self.follow(&event),
                Ok(Err(_)) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => return Err(failed("the watcher ended".into())),
            }
        }
    }
}

impl Watch {
    /// A new folder is watched from now on.
    fn follow(&self, event: &Event) {
        if !event.kind.is_create() && !event.kind.is_modify() {
            return;
        }
        let root = Path::new(&self.folder).canonicalize().ok();
        let is_below = |path: &Path| path.parent().and_then(|parent| parent.canonicalize().ok()) == root;
        for path in event.paths.iter().filter(|path| path.is_dir() && !is_ignored(path) && is_below(path)) {
            let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
            // One that is watched already, or has gone again, is no fault.
            let _ = watcher.watch(path, RecursiveMode::Recursive);
        }
    }
}

/// Reading is none.
fn is_change(event: &Event) -> bool {
    let written = event.kind.is_create() || event.kind.is_modify() || event.kind.is_remove();
    written && event.paths.iter().any(|path| !is_ignored(path))
}

fn is_ignored(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || name.ends_with('~') || IGNORED.contains(&&*name)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn what_an_author_writes_is_noticed_and_what_a_build_does_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("src/deep")).unwrap();
        fs::create_dir_all(path("target")).unwrap();
        fs::write(path("src/lib.rs"), "1").unwrap();
        let watch = Watch::new(folder.path()).unwrap();
        let (sender, seen) = mpsc::channel();
        std::thread::spawn(move || {
            while watch.wait().is_ok() {
                if sender.send(()).is_err() {
                    return;
                }
            }
        });
        let noticed = |patience| seen.recv_timeout(Duration::from_millis(patience)).is_ok();
        fs::read(path("src/lib.rs")).unwrap();
        fs::write(path("target/out"), "2").unwrap();
        fs::write(path("Cargo.lock"), "2").unwrap();
        assert!(!noticed(800), "reading and building are no changes");
        for file in ["src/lib.rs", "src/deep/new.rs", "manifest.json"] {
            fs::write(path(file), "3").unwrap();
            assert!(noticed(5_000), "{file}");
        }
        fs::create_dir(path("scenarios")).unwrap();
        assert!(noticed(5_000), "a new folder");
        fs::write(path("scenarios/one.yaml"), "4").unwrap();
        assert!(noticed(5_000), "and what is written into it");
    }
}
