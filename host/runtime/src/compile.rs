//! Compilation: bounded in time, never on the executor, and one at a time by default. In a process of its own it is bounded in
//! memory too and ends when it takes too long; in this process it has a thread of its own, at low priority.

mod apart;
mod thread;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;
use wasmtime::component::Component;

pub use apart::compile_apart;

use crate::cache;
use crate::prove::{ProveError, blocking};
use crate::runtime::Runtime;

/// How much the scheduler prefers everybody else to a compiler.
const NICE: i32 = 15;

/// A component that can be instantiated.
pub(crate) struct Compiled {
    pub(crate) component: Component,
    /// It came from the cache.
    pub(crate) cached: bool,
}

/// Lets everybody else go first. On Linux this is about the calling thread alone.
fn lower_priority() {
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "the compiler's priority cannot be lowered");
    }
}

impl Runtime {
    /// The compiled component: from the cache, or compiled now.
    pub(crate) async fn compiled(&self, hash: &str, bytes: Bytes) -> Result<Compiled, ProveError> {
        if let Some(known) = self.cached(hash).await? {
            return Ok(known);
        }
        let limit = self.config.compile_time;
        let place = tokio::time::timeout(limit, Arc::clone(&self.compilers).acquire_owned());
        let place = place.await.map_err(|_| ProveError::Busy { seconds: limit.as_secs() })?;
        let place = place.map_err(|error| ProveError::Interrupted(error.to_string()))?;
        // Somebody else may have wanted the same.
        if let Some(known) = self.cached(hash).await? {
            return Ok(known);
        }
        let component = match &self.config.compiler {
            Some(program) => self.compile_in_process(program, bytes, limit, place).await?,
            None => self.compile_on_thread(hash, bytes, limit, place).await?,
        };
        Ok(Compiled { component, cached: false })
    }

    async fn cached(&self, hash: &str) -> Result<Option<Compiled>, ProveError> {
        let (engine, cache, hash) = (self.engine.clone(), Arc::clone(&self.cache), hash.to_owned());
        let component = blocking(move || cache.load(&engine, &hash)).await?;
        Ok(component.map(|component| Compiled { component, cached: true }))
    }

    async fn compile_in_process(
        &self,
        program: &Path,
        bytes: Bytes,
        limit: Duration,
        place: OwnedSemaphorePermit,
    ) -> Result<Component, ProveError> {
        let code = apart::run(program, &self.config, bytes, limit).await?;
        let engine = self.engine.clone();
        let component = blocking(move || cache::trusted(&engine, &code)).await?;
        drop(place);
        component.map_err(|error| ProveError::Compile(format!("{error:#}")))
    }
}
