//! Compilation: on a thread of its own, at low priority, never longer waited for than configured.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::cache::Cache;
use crate::prove::{ProveError, blocking};
use crate::runtime::Runtime;

/// Of the compiler's thread. Its recursion is bounded by the format's own bounds; this is far more than they need.
const STACK: usize = 16 << 20;
/// How much the scheduler prefers everybody else.
const NICE: i32 = 15;

/// A component that can be instantiated.
pub(crate) struct Compiled {
    pub(crate) component: Component,
    /// It came from the cache.
    pub(crate) cached: bool,
}

/// One compilation.
struct Job {
    engine: Engine,
    cache: Arc<Cache>,
    hash: String,
    bytes: Bytes,
    done: oneshot::Sender<wasmtime::Result<Component>>,
    place: OwnedSemaphorePermit,
}

impl Job {
    fn run(self) {
        let Self { engine, cache, hash, bytes, done, place } = self;
        // The thread ends with the job, so that nothing else inherits this.
        if let Err(error) = rustix::process::setpriority_process(None, NICE) {
            tracing::debug!(%error, "the compiler's priority cannot be lowered");
        }
        let component = Component::new(&engine, &bytes);
        if let Err(Ok(late)) = done.send(component) {
            // Nobody waits any more; whoever asks again finds it.
            cache.keep(&hash, &late);
        }
        drop(place);
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
        let (done, outcome) = oneshot::channel();
        let (engine, cache, hash) = (self.engine.clone(), Arc::clone(&self.cache), hash.to_owned());
        let job = Job { engine, cache, hash, bytes, done, place };
        std::thread::Builder::new()
            .name("mortise-compiler".into())
            .stack_size(STACK)
            .spawn(move || job.run())
            .map_err(|error| ProveError::Interrupted(error.to_string()))?;
        match tokio::time::timeout(limit, outcome).await {
            Ok(Ok(Ok(component))) => Ok(Compiled { component, cached: false }),
            Ok(Ok(Err(error))) => Err(ProveError::Compile(format!("{error:#}"))),
            Ok(Err(_)) => Err(ProveError::Compile("the compiler broke down over it".into())),
            // It cannot be called off; it keeps its place and its low priority until it ends.
            Err(_) => Err(ProveError::Slow { seconds: limit.as_secs() }),
        }
    }

    async fn cached(&self, hash: &str) -> Result<Option<Compiled>, ProveError> {
        let (engine, cache, hash) = (self.engine.clone(), Arc::clone(&self.cache), hash.to_owned());
        let component = blocking(move || cache.load(&engine, &hash)).await?;
        Ok(component.map(|component| Compiled { component, cached: true }))
    }
}
