//! How do documents survive a restart of the upstreams?

use std::{fs, io, path::PathBuf, sync::Arc, time::Duration};

use tokio::task::JoinHandle;

use crate::{shared::Shared, world::World};

/// The world as JSON.
#[derive(Debug, Clone)]
pub struct StateFile(PathBuf);

impl StateFile {
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// None: there is no such file yet.
    pub fn load(&self) -> io::Result<Option<World>> {
        match fs::read(&self.0) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Written beside and renamed, so that a kill leaves the old file or the new one.
    pub fn save(&self, shared: &Shared) -> io::Result<()> {
        let text = serde_json::to_vec(&shared.core().world)?;
        let beside = self.0.with_extension("new");
        fs::write(&beside, text)?;
        fs::rename(beside, &self.0)
    }

    /// Saves after changes, at most five times a second.
    pub fn keep(self, shared: Arc<Shared>) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut saved = 0;
            let mut ticks = tokio::time::interval(Duration::from_millis(200));
            loop {
                ticks.tick().await;
                let version = shared.core().version;
                if version == saved {
                    continue;
                }
                match self.save(&shared) {
                    Ok(()) => saved = version,
                    Err(error) => tracing::warn!(%error, "the state was not saved"),
                }
            }
        })
    }
}
