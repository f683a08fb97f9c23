//! Recorded calls made again, without any effect: requests are answered from the record, what the plugin remembers is thrown
//! away, time and chance are those of the record. That is how another version is tried on what really happened.

pub(crate) mod plan;
mod ports;
mod script;

use std::sync::Arc;

use mortise_domain::call::CallContext;
use mortise_domain::connection::Connection;
use mortise_domain::ports::plugins::Plugins as _;
use mortise_domain::rehearsal::{Recorded, Rehearsed};

use crate::config::Ports;
use crate::load::LoadError;
use crate::prove::Proven;
use crate::registry::Registry;
use crate::runtime::{Runtime, RuntimeError};
use crate::scratch::Scratch;

use ports::{Dummies, Seeded, Standing};
use script::Script;

/// Why a recorded call cannot be made again.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The connection does not fit the plugin.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// There is no world to make it in.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

/// A connection that is rehearsed. It stands in no registry but that of its call.
pub struct Rehearsal {
    runtime: Arc<Runtime>,
    connection: Arc<Connection>,
    plugin: Arc<Proven>,
    time_zone: String,
}

impl Rehearsal {
    /// Of this connection with this plugin. Whether they fit shows at the first call. `time_zone`: the company's.
    pub fn new(runtime: Arc<Runtime>, connection: Arc<Connection>, plugin: Arc<Proven>, time_zone: &str) -> Self {
        Self { runtime, connection, plugin, time_zone: time_zone.to_owned() }
    }

    /// Makes a recorded call again. Each begins with an empty memory, and with dummies in the place of credentials.
    pub async fn call(&self, recorded: &Recorded) -> Result<Rehearsed, RehearsalError> {
        let real = &self.runtime.shared.ports;
        let ports = Ports {
            clock: Arc::new(Standing::at(recorded.at)),
            chance: Arc::new(Seeded::default()),
            key_value: Arc::new(Scratch::default()),
            vault: Arc::new(Dummies(Arc::clone(&real.vault))),
            records: Arc::clone(&real.records),
        };
        let script = Arc::new(Script::of(&recorded.called.record));
        let world = self.runtime.beside(ports, Some(Arc::clone(&script) as _), &self.time_zone)?;
        let registry = Registry::new(world);
        // One that is switched off can be rehearsed too.
        let connection = Connection { enabled: true, ..Connection::clone(&self.connection) };
        registry.load(Arc::new(connection), &self.plugin).await?;
        // By now the lease of the recorded call is over.
        let context = CallContext { send_until: None, ..recorded.context.clone() };
        let called = registry.call(&self.connection.name, recorded.request.clone(), context).await;
        Ok(Rehearsed { called, unanswered: script.unanswered() })
    }
}
