//! Another version of a connection's plugin, tried on the calls of late.

use std::sync::Arc;

use mortise_domain::connection::Connection;
use mortise_domain::rehearsal::Comparison;
use mortise_runtime::{ProveError, Rehearsal, RehearsalError};

use super::{BringUpError, Connections};

impl Connections {
    /// Makes the last `most` recorded calls again, on the connection as it is and as it would be. Nothing is sent, nothing is
    /// remembered, and no credential is at hand. One comparison is made at a time; further ones wait.
    pub async fn compare(
        &self,
        present: &Connection,
        next: &Connection,
        most: usize,
    ) -> Result<Comparison, BringUpError> {
        let _place = self.comparing.lock().await;
        // A plugin that may not be used is not tried either.
        let keys = self.store.publisher_keys().await?;
        for connection in [present, next] {
            self.admit(&Connection { enabled: true, ..connection.clone() }, &keys).await?;
        }
        let calls = self.recordings.of(&present.name, most);
        let zone = self.store.company().await?.time_zone;
        let rehearsal = async |connection: &Connection| {
            let plugin = self.proven(&connection.plugin).await?;
            let connection = Arc::new(connection.clone());
            Ok::<_, BringUpError>(Rehearsal::new(Arc::clone(&self.runtime), connection, plugin, &zone))
        };
        let (present, next) = (rehearsal(present).await?, rehearsal(next).await?);
        let mut comparison = Comparison::default();
        for recorded in &calls {
            let (before, after) = (present.call(recorded).await?, next.call(recorded).await?);
            comparison.add(recorded, &before, &after);
        }
        Ok(comparison)
    }
}

impl From<RehearsalError> for BringUpError {
    fn from(error: RehearsalError) -> Self {
        match error {
            RehearsalError::Load(error) => Self::Load(error),
            RehearsalError::Runtime(error) => Self::Prove(ProveError::Interrupted(error.to_string())),
        }
    }
}
