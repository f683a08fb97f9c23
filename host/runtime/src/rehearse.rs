//! Recorded calls made again, without any effect: requests are answered from the record, what the plugin remembers is thrown
//! away, time and chance are those of the record. That is how another version is tried on what really happened.

mod ports;
mod script;

use std::sync::Arc;

use arc_swap::ArcSwap;
use mortise_domain::call::CallContext;
use mortise_domain::connection::Connection;
use mortise_domain::rehearsal::{Recorded, Rehearsed};

use crate::call;
use crate::config::Ports;
use crate::load::{LoadError, Loaded};
use crate::prove::Proven;
use crate::runtime::{Runtime, Shared};

use ports::{Forgetful, ReadOnly, Seeded, Standing};
pub(crate) use script::Script;

/// A connection that is rehearsed. It stands in no registry.
pub struct Rehearsal {
    runtime: Arc<Runtime>,
    connection: Arc<Connection>,
    plugin: Arc<Proven>,
}

impl Rehearsal {
    /// Of this connection with this plugin. Whether they fit shows at the first call.
    pub fn new(runtime: Arc<Runtime>, connection: Arc<Connection>, plugin: Arc<Proven>) -> Self {
        Self { runtime, connection, plugin }
    }

    /// Makes a recorded call again. Each begins with an empty memory and the credentials as they are in the store.
    pub async fn call(&self, recorded: &Recorded) -> Result<Rehearsed, LoadError> {
        let runtime = &self.runtime;
        let real = &runtime.shared.ports;
        let ports = Ports {
            clock: Arc::new(Standing::at(recorded.at)),
            chance: Arc::new(Seeded::default()),
            key_value: Arc::new(Forgetful::default()),
            vault: Arc::new(ReadOnly(Arc::clone(&real.vault))),
            records: Arc::clone(&real.records),
        };
        // Placeholders of credentials must not be guessed, so that they are made by real chance.
        let loading = Ports { chance: Arc::clone(&real.chance), ..ports.clone() };
        let connection = Arc::clone(&self.connection);
        let loaded = Loaded::new(connection, &self.plugin, &runtime.config, &loading, None).await?;
        let shared = Arc::new(Shared {
            ports,
            clients: runtime.shared.clients.clone(),
            zone: ArcSwap::new(runtime.shared.zone.load_full()),
            turns: Arc::clone(&runtime.shared.turns),
            asides: Arc::clone(&runtime.shared.asides),
            memory: Arc::clone(&runtime.shared.memory),
        });
        // By now the lease of the recorded call is over.
        let context = CallContext { send_until: None, ..recorded.context.clone() };
        let script = Script::of(&recorded.called.record);
        let (called, script) =
            call::run_in(runtime, &loaded, &shared, Some(Box::new(script)), recorded.request.clone(), context).await;
        Ok(Rehearsed { called, unanswered: script.map_or(0, |script| script.unanswered) })
    }
}
