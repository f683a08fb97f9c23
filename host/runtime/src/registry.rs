//! The loaded connections. A load replaces the version before it atomically; calls in flight end on the old one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use mortise_domain::call::{CallContext, Called, Interface, Request};
use mortise_domain::connection::{Connection, RouteKey};
use mortise_domain::grant::Ungranted;
use mortise_domain::ports::plugins::Plugins;

use crate::call;
use crate::dynamic::{Function, Invoked, Val};
use crate::load::{LoadError, Loaded};
use crate::prove::Proven;
use crate::rehearse::plan::{self, PlannedAnswer};
use crate::runtime::Runtime;

#[derive(Default, Clone)]
struct Table {
    by_name: HashMap<String, Arc<Loaded>>,
    by_interface: HashMap<Interface, Vec<Arc<Loaded>>>,
}

impl Table {
    fn sorted(by_name: HashMap<String, Arc<Loaded>>) -> Self {
        let mut by_interface: HashMap<Interface, Vec<Arc<Loaded>>> = HashMap::new();
        for loaded in by_name.values() {
            for interface in &loaded.plugin.inspection().interfaces {
                by_interface.entry(*interface).or_default().push(Arc::clone(loaded));
            }
        }
        for all in by_interface.values_mut() {
            // The name decides between equals, so that every start asks in the same order.
            all.sort_by(|a, b| {
                let key = |loaded: &Loaded| (loaded.connection.routing.priority, loaded.connection.name.clone());
                key(a).cmp(&key(b))
            });
        }
        Self { by_name, by_interface }
    }
}

/// The loaded connections, by name.
pub struct Registry {
    runtime: Arc<Runtime>,
    table: ArcSwap<Table>,
    /// One load at a time, so that the later configuration wins.
    loading: tokio::sync::Mutex<()>,
    /// One change of the table at a time, so that none is lost.
    changing: Mutex<()>,
}

impl Registry {
    /// An empty registry.
    pub fn new(runtime: Arc<Runtime>) -> Arc<Self> {
        Arc::new(Self {
            runtime,
            table: ArcSwap::default(),
            loading: tokio::sync::Mutex::default(),
            changing: Mutex::default(),
        })
    }

    /// Loads a connection, or replaces the loaded version. One that is not enabled is unloaded. On an error the version
    /// before stays.
    pub async fn load(&self, connection: Arc<Connection>, plugin: &Arc<Proven>) -> Result<(), LoadError> {
        let _turn = self.loading.lock().await;
        self.replace(connection, plugin).await
    }

    async fn replace(&self, connection: Arc<Connection>, plugin: &Arc<Proven>) -> Result<(), LoadError> {
        let name = connection.name.clone();
        let enabled = connection.enabled;
        let before = self.find(&name);
        let (config, ports) = (&self.runtime.config, &self.runtime.shared.ports);
        let loaded = Loaded::new(connection, plugin, config, ports, before.as_deref()).await?;
        self.change(|all| {
            if enabled {
                all.insert(name, Arc::new(loaded));
            } else {
                all.remove(&name);
            }
        });
        Ok(())
    }

    /// Takes a connection out. Answers whether it was there. Calls in flight end; a load of it that is under way at the same
    /// time brings it back.
    pub fn unload(&self, name: &str) -> bool {
        self.change(|all| all.remove(name).is_some())
    }

    /// Reads the connection's credentials again; call it when an admin has changed them.
    pub async fn reload_credentials(&self, name: &str) -> Result<(), LoadError> {
        let _turn = self.loading.lock().await;
        let loaded = self.find(name).ok_or_else(|| LoadError::Unknown(name.to_owned()))?;
        self.replace(Arc::clone(&loaded.connection), &loaded.plugin).await
    }

    /// Required credential slots that are empty: until an admin fills them, calls answer `Unauthorized`.
    pub fn missing_credentials(&self, name: &str) -> Vec<String> {
        self.find(name).map(|loaded| loaded.confines.secrets.missing().to_vec()).unwrap_or_default()
    }

    /// What the plugin wishes for and the connection does not grant: calls that need it fail.
    pub fn ungranted(&self, name: &str) -> Vec<Ungranted> {
        self.find(name).map(|loaded| loaded.ungranted.clone()).unwrap_or_default()
    }

    /// How many calls of the connection run now.
    pub fn in_flight(&self, name: &str) -> usize {
        self.find(name).map_or(0, |loaded| {
            (loaded.connection.limits.concurrency as usize).saturating_sub(loaded.permits.available_permits())
        })
    }

    /// Makes a call whose requests are recorded and not sent: each gets the next of these answers, and where there is none the plugin
    /// is told that nothing was sent. Nothing that the plugin keeps, and no credential that an answer holds, is stored.
    pub async fn plan(
        &self,
        connection: &str,
        request: Request,
        context: CallContext,
        answers: Vec<PlannedAnswer>,
    ) -> Called {
        let Some(loaded) = self.find(connection) else { return call::unknown(connection) };
        match plan::world(&self.runtime, answers) {
            Ok(world) => call::run(&world, &loaded, request, context).await,
            // The zone of this runtime is known, so there is a world beside it.
            Err(_) => call::unknown(connection),
        }
    }

    /// Names of the loaded connections, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.table.load().by_name.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// Calls a function of the connection's plugin with values made for its own types, under the same bounds and checks as
    /// [`Plugins::call`].
    pub async fn invoke(
        &self,
        connection: &str,
        function: &Function,
        arguments: &[Val],
        context: CallContext,
    ) -> Invoked {
        match self.find(connection) {
            Some(loaded) => call::invoke(&self.runtime, &loaded, function, arguments, context).await,
            None => call::unknown(connection).into(),
        }
    }

    fn find(&self, name: &str) -> Option<Arc<Loaded>> {
        self.table.load().by_name.get(name).cloned()
    }

    fn change<T>(&self, change: impl FnOnce(&mut HashMap<String, Arc<Loaded>>) -> T) -> T {
        let _turn = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut by_name = self.table.load().by_name.clone();
        let answer = change(&mut by_name);
        self.table.store(Arc::new(Table::sorted(by_name)));
        answer
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("names", &self.names()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Plugins for Registry {
    fn serving(&self, interface: Interface, key: RouteKey<'_>) -> Vec<Arc<Connection>> {
        let table = self.table.load();
        let all = table.by_interface.get(&interface).map(Vec::as_slice).unwrap_or_default();
        all.iter()
            .filter(|loaded| loaded.connection.routing.serves(key))
            .map(|loaded| Arc::clone(&loaded.connection))
            .collect()
    }

    fn connections(&self) -> Vec<Arc<Connection>> {
        self.table.load().by_name.values().map(|loaded| Arc::clone(&loaded.connection)).collect()
    }

    fn connection(&self, name: &str) -> Option<Arc<Connection>> {
        Some(Arc::clone(&self.find(name)?.connection))
    }

    async fn call(&self, connection: &str, request: Request, context: CallContext) -> Called {
        match self.find(connection) {
            Some(loaded) => call::run(&self.runtime, &loaded, request, context).await,
            None => call::unknown(connection),
        }
    }
}
