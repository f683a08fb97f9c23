//! What the pipeline asks of plugins.

use std::sync::Arc;

use async_trait::async_trait;

use crate::call::{CallContext, Called, Interface, Request};
use crate::connection::{Connection, RouteKey};
use crate::control::Pause;

/// The loaded connections.
#[async_trait]
pub trait Plugins: Send + Sync + 'static {
    /// Enabled connections that export the interface and serve this, by priority.
    fn serving(&self, interface: Interface, key: RouteKey<'_>) -> Vec<Arc<Connection>>;

    /// All enabled connections.
    fn connections(&self) -> Vec<Arc<Connection>>;

    /// The enabled connection of this name.
    fn connection(&self, name: &str) -> Option<Arc<Connection>>;

    /// Has a person let it rest? Then nothing of it is called.
    fn paused(&self, connection: &str) -> Option<Arc<Pause>> {
        let _ = connection;
        None
    }

    /// Calls a plugin in a fresh sandbox. Never panics and never takes much longer than the deadline.
    async fn call(&self, connection: &str, request: Request, context: CallContext) -> Called;
}
