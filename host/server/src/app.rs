//! What every request may use.

use std::collections::BTreeSet;
use std::sync::Arc;

use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_pipeline::Pipeline;
use mortise_runtime::fetch::Fetcher;
use mortise_runtime::{Registry, Runtime};
use mortise_store::Store;
use tokio::sync::Semaphore;

use crate::access::Access;
use crate::config::Config;
use crate::connections::Connections;
use crate::feed::Feed;
use crate::folder::Folder;
use crate::form_gate::FormGate;
use crate::links::Links;
use crate::work::Work;

/// The parts of a running server.
pub struct App {
    /// Settings in force.
    pub config: Config,
    /// The data folder.
    pub folder: Folder,
    /// Memory.
    pub store: Store,
    /// Sandbox.
    pub runtime: Arc<Runtime>,
    /// Fetches plugin files.
    pub fetcher: Fetcher,
    /// The connections that are loaded.
    pub registry: Arc<Registry>,
    /// Keeps the loaded connections as the store has them.
    pub connections: Arc<Connections>,
    /// Work.
    pub work: Work,
    /// Who may come in.
    pub access: Access,
    /// How many public forms are taken.
    pub forms: FormGate,
    /// Links in messages.
    pub links: Arc<Links>,
    /// Permits for trials of rules.
    pub trials: Arc<Semaphore>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// What live views are told.
    pub feed: Feed,
    /// Held while a change of the configuration is put in force: one after the other. What of it still has to be told.
    pub refreshing: tokio::sync::Mutex<BTreeSet<String>>,
}

/// The parts, shared by all requests.
pub type Shared = Arc<App>;

impl App {
    /// The pipeline that is in force.
    pub fn pipeline(&self) -> Pipeline {
        self.work.pipeline()
    }

    /// Now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}
