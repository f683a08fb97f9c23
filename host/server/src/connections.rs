//! Keeps the loaded connections as the store has them, on every node, without a restart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use mortise_domain::call::Interface;
use mortise_domain::connection::Connection;
use mortise_domain::control::Pause;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::Clock;
use mortise_domain::publisher::{PublisherKey, SignaturePolicy};
use mortise_domain::text::Text;
use mortise_runtime::{Inspection, LoadError, ProveError, Proven, Registry, Runtime, inspect};
use mortise_store::{Control, FilledSlot, Store, StoredConnection};

mod outage;
mod recordings;
mod rehearse;
mod trust;

pub use outage::Outage;
use recordings::Recordings;

/// The loaded connections, and those that could not be loaded. Implements the port `Plugins`.
pub struct Connections {
    store: Store,
    runtime: Arc<Runtime>,
    registry: Arc<Registry>,
    /// What is done about plugins that no trusted key vouches for.
    policy: SignaturePolicy,
    /// Held while changes are applied: one change after the other.
    applied: tokio::sync::Mutex<Applied>,
    outages: ArcSwap<HashMap<String, Outage>>,
    /// Calls of late, to rehearse other versions with.
    recordings: Recordings,
    /// Held while such a rehearsal goes on.
    comparing: tokio::sync::Mutex<()>,
    /// What is in each component; content never changes, so neither does this.
    inspections: Mutex<HashMap<String, Arc<Inspection>>>,
    /// What people have said about connections.
    controls: ArcSwap<HashMap<String, Control>>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Applied {
    /// Of the store's configuration; none: nothing is wholly in force yet.
    revision: Option<i64>,
    connections: HashMap<String, Loaded>,
}

struct Loaded {
    revision: i64,
    slots: Vec<FilledSlot>,
    /// Kept alive so that connections of the same plugin share it; none: disabled or not loaded.
    plugin: Option<Arc<Proven>>,
    failed: bool,
}

/// Why a connection could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum BringUpError {
    /// The component is gone.
    #[error("the plugin {0} is not installed; install it, or choose another for the connection")]
    NotInstalled(String),
    /// Nobody who is trusted vouches for the component.
    #[error("this host requires signatures (`plugin-signatures` is `required`): {}", .0.en)]
    Untrusted(Text),
    /// The component cannot be used by this host.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// The connection does not fit its plugin.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BringUpError {
    /// What is wrong, and what to do.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::NotInstalled(digest) => format!("插件 {digest} 未安装：请安装它，或为连接选择其他插件"),
            Self::Untrusted(text) => format!("本主机要求插件签名（plugin-signatures = required）：{}", text.zh),
            Self::Prove(error) => return error.text(),
            Self::Load(error) => return error.text(),
            Self::Store(error) => format!("数据库出错：{error}"),
        };
        Text::new(zh, self.to_string())
    }
}

impl Connections {
    /// Nothing loaded yet; see [`Self::refresh`].
    pub fn new(
        store: Store,
        runtime: Arc<Runtime>,
        registry: Arc<Registry>,
        policy: SignaturePolicy,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (applied, outages, recordings, comparing, inspections, controls) = Default::default();
        Self { store, runtime, registry, policy, applied, outages, recordings, comparing, inspections, controls, clock }
    }

    /// The rest that a person lets a connection have, unless it is over.
    pub fn pause(&self, name: &str) -> Option<Pause> {
        let controls = self.controls.load();
        let pause = controls.get(name)?.pause.as_ref()?;
        (!pause.is_over(self.clock.now())).then(|| pause.clone())
    }

    /// Reads what people have said; answers the connections of which it is something new.
    async fn listen(&self) -> Result<Vec<String>, StoreError> {
        let (before, now) = (self.controls.load_full(), self.store.controls().await?);
        let other = now.iter().filter(|(name, control)| before.get(*name) != Some(*control));
        let changed = other.map(|(name, _)| name.clone()).collect();
        self.controls.store(Arc::new(now));
        Ok(changed)
    }

    /// Applies what has changed in the store since the last time, and tries again what could not be loaded. Answers the revision of
    /// the configuration and the names of the connections that are others now; none: nothing has changed. The next time it does so
    /// again, until [`Self::in_force`] says that the rest of the configuration is applied too.
    pub async fn refresh(&self) -> Result<Option<(i64, Vec<String>)>, StoreError> {
        let mut applied = self.applied.lock().await;
        let revision = self.store.config_revision().await?;
        if applied.revision == Some(revision) {
            return Ok(None);
        }
        let heard = self.listen().await?;
        let mut changed = self.apply(&mut applied).await?;
        changed.extend(heard);
        Ok(Some((revision, changed)))
    }

    /// Notes that all of the configuration of this revision is in force.
    pub async fn in_force(&self, revision: i64) {
        self.applied.lock().await.revision = Some(revision);
    }

    /// Tries connections again that could not be loaded; the cause may have passed.
    pub async fn retry(&self) -> Result<bool, StoreError> {
        let mut applied = self.applied.lock().await;
        if !applied.connections.values().any(|loaded| loaded.failed) {
            return Ok(false);
        }
        self.apply(&mut applied).await?;
        Ok(true)
    }

    async fn apply(&self, applied: &mut Applied) -> Result<Vec<String>, StoreError> {
        let stored = self.store.connections().await?;
        let mut changed = Vec::new();
        let keys = self.store.publisher_keys().await?;
        let mut outages = HashMap::clone(&self.outages.load());
        let stays = |name: &String| stored.iter().any(|row| row.connection.name == *name);
        let gone: Vec<String> = applied.connections.keys().filter(|name| !stays(name)).cloned().collect();
        for name in gone {
            self.registry.unload(&name);
            outages.remove(&name);
            applied.connections.remove(&name);
            self.recordings.forget(&name);
            tracing::info!(connection = name, "unloaded: the connection was deleted");
            changed.push(name);
        }
        for row in stored {
            let name = row.connection.name.clone();
            let slots = self.store.filled_slots(&name).await?;
            let before = applied.connections.get(&name);
            // Asked each time: a key may have been revoked since the connection was loaded.
            let admitted = self.admit(&row.connection, &keys).await;
            let outcome = match (admitted, before) {
                (Err(error), _) => Err(error),
                (Ok(()), Some(loaded)) if loaded.revision == row.revision && !loaded.failed => {
                    if loaded.slots == slots || loaded.plugin.is_none() {
                        continue;
                    }
                    let plugin = loaded.plugin.clone();
                    self.registry.reload_credentials(&name).await.map(|()| plugin).map_err(BringUpError::from)
                }
                (Ok(()), _) => self.bring_up(applied, &row, &keys).await,
            };
            let failed = outcome.is_err();
            match &outcome {
                Ok(_) => drop(outages.remove(&name)),
                Err(error) => drop(outages.insert(name.clone(), self.fell_out(&row.connection, error).await)),
            }
            let loaded = Loaded { revision: row.revision, slots, plugin: outcome.unwrap_or_default(), failed };
            changed.push(name.clone());
            applied.connections.insert(name, loaded);
            // Each at once: one that compiles for a minute does not keep the others waiting.
            self.outages.store(Arc::new(outages.clone()));
        }
        self.outages.store(Arc::new(outages));
        Ok(changed)
    }

    async fn bring_up(
        &self,
        applied: &Applied,
        row: &StoredConnection,
        keys: &[PublisherKey],
    ) -> Result<Option<Arc<Proven>>, BringUpError> {
        let connection = &row.connection;
        if !connection.enabled {
            self.registry.unload(&connection.name);
            return Ok(None);
        }
        let mut plugins = applied.connections.values().filter_map(|loaded| loaded.plugin.as_ref());
        let plugin = if let Some(plugin) = plugins.find(|plugin| plugin.hash() == connection.plugin) {
            Arc::clone(plugin)
        } else {
            self.proven(&connection.plugin).await?
        };
        self.registry.load(Arc::new(connection.clone()), &plugin).await?;
        tracing::info!(connection = connection.name, revision = row.revision, "loaded");
        if let Some(doubt) = self.objection(plugin.inspection(), keys) {
            tracing::warn!(
                connection = connection.name,
                doubt = doubt.en,
                "nobody who is trusted vouches for its plugin"
            );
        }
        Ok(Some(plugin))
    }

    async fn proven(&self, digest: &str) -> Result<Arc<Proven>, BringUpError> {
        let component = self.store.component(digest).await?;
        let component = component.ok_or_else(|| BringUpError::NotInstalled(digest.to_owned()))?;
        Ok(self.runtime.prove(component.into()).await?)
    }

    /// Would it load? Nothing changes by this.
    pub async fn rehearse(&self, connection: &Connection) -> Result<(), BringUpError> {
        self.apart(connection).await.map(drop)
    }

    /// Loads it apart from all others, to be called there alone: a draft, a test, a plan. A disabled one would not be there.
    pub async fn apart(&self, connection: &Connection) -> Result<Arc<Registry>, BringUpError> {
        self.admit(connection, &self.store.publisher_keys().await?).await?;
        let plugin = self.proven(&connection.plugin).await?;
        let registry = Registry::new(Arc::clone(&self.runtime));
        registry.load(Arc::new(connection.clone()), &plugin).await?;
        Ok(registry)
    }

    async fn fell_out(&self, connection: &Connection, error: &BringUpError) -> Outage {
        self.registry.unload(&connection.name);
        let reason = error.text();
        tracing::error!(connection = connection.name, reason = reason.en, "the connection could not be loaded");
        // What cannot be read may be anything; orders rather wait than pass unchecked.
        let interfaces = self.interfaces(&connection.plugin).await.ok().flatten().unwrap_or(Interface::ALL.into());
        Outage { connection: Arc::new(connection.clone()), interfaces, reason }
    }

    /// What an installed component exports; none: it is not installed, or cannot be read.
    pub async fn interfaces(&self, digest: &str) -> Result<Option<Arc<[Interface]>>, StoreError> {
        Ok(self.inspection(digest).await?.map(|found| found.interfaces.as_slice().into()))
    }

    /// What is in an installed component; none: it is not installed, cannot be read, or is not the file of this digest.
    pub async fn inspection(&self, digest: &str) -> Result<Option<Arc<Inspection>>, StoreError> {
        if let Some(known) = self.inspections.lock().unwrap_or_else(PoisonError::into_inner).get(digest) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(component) = self.store.component(digest).await? else { return Ok(None) };
        // A large file takes a while; nobody waits behind it there.
        let looked = tokio::task::spawn_blocking(move || inspect(&component, usize::MAX)).await;
        let Ok(Ok(found)) = looked else { return Ok(None) };
        if found.hash != digest {
            return Ok(None);
        }
        let found = Arc::new(found);
        self.inspections.lock().unwrap_or_else(PoisonError::into_inner).insert(digest.to_owned(), Arc::clone(&found));
        Ok(Some(found))
    }

    /// Why the connection could not be loaded; none: it could, or is disabled.
    pub fn fault(&self, name: &str) -> Option<Text> {
        self.outages.load().get(name).map(|outage| outage.reason.clone())
    }
}
