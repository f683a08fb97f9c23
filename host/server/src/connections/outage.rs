//! Connections that could not be loaded: they still count, so that orders that need them wait instead of passing unchecked.

use std::sync::Arc;

use async_trait::async_trait;
use mortise_domain::call::{CallContext, CallRecord, Called, Interface, Request};
use mortise_domain::connection::{Connection, RouteKey};
use mortise_domain::control::Pause;
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::ports::plugins::Plugins;
use mortise_domain::text::Text;

use super::Connections;

/// A connection that could not be loaded.
#[derive(Debug, Clone)]
pub struct Outage {
    /// As it is configured.
    pub connection: Arc<Connection>,
    /// What it would serve.
    pub interfaces: Arc<[Interface]>,
    /// Why it could not be loaded.
    pub reason: Text,
}

impl Outage {
    fn failure(&self) -> Failure {
        let name = &self.connection.name;
        let reason = Text::new(
            format!("连接 {name} 无法加载：{}", self.reason.zh),
            format!("the connection {name} could not be loaded: {}", self.reason.en),
        );
        Failure::Broken { kind: Breakage::Missing, reason }
    }
}

#[async_trait]
impl Plugins for Connections {
    fn serving(&self, interface: Interface, key: RouteKey<'_>) -> Vec<Arc<Connection>> {
        let mut serving = self.registry.serving(interface, key);
        let outages = self.outages.load();
        if !outages.is_empty() {
            let serves =
                |outage: &&Outage| outage.interfaces.contains(&interface) && outage.connection.routing.serves(key);
            serving.extend(outages.values().filter(serves).map(|outage| Arc::clone(&outage.connection)));
            serving.sort_by(|a, b| (a.routing.priority, &a.name).cmp(&(b.routing.priority, &b.name)));
        }
        serving
    }

    fn connections(&self) -> Vec<Arc<Connection>> {
        let mut all = self.registry.connections();
        let outages = self.outages.load();
        all.extend(outages.values().map(|outage| Arc::clone(&outage.connection)));
        // One that was loaded before it could not be loaded again is in both.
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all.dedup_by(|later, earlier| later.name == earlier.name);
        all
    }

    fn connection(&self, name: &str) -> Option<Arc<Connection>> {
        let loaded = self.registry.connection(name);
        loaded.or_else(|| self.outages.load().get(name).map(|outage| Arc::clone(&outage.connection)))
    }

    fn paused(&self, connection: &str) -> Option<Arc<Pause>> {
        self.pause(connection).map(Arc::new)
    }

    async fn call(&self, connection: &str, request: Request, context: CallContext) -> Called {
        let failure = self.outages.load().get(connection).map(Outage::failure);
        match failure {
            Some(failure) => Called { result: Err(failure), record: CallRecord::default() },
            None => {
                let taken = self.recordings.begin(connection, &request, &context, self.clock.now());
                let called = self.registry.call(connection, request, context).await;
                if let Some(taken) = taken {
                    self.recordings.keep(connection, taken, &called);
                }
                called
            }
        }
    }
}
