//! Compilation on a thread of this process.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use wasmtime::Engine;
use wasmtime::component::Component;

use super::lower_priority;
use crate::cache::Cache;
use crate::prove::ProveError;
use crate::runtime::Runtime;

/// Of the thread. The compiler's recursion is bounded by the format's own bounds; this is far more than they need.
const STACK: usize = 16 << 20;

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
        lower_priority();
        let component = Component::new(&engine, &bytes);
        if let Err(Ok(late)) = done.send(component) {
            // Nobody waits any more; whoever asks again finds it.
            cache.keep(&hash, &late);
        }
        drop(place);
    }
}

impl Runtime {
    pub(super) async fn compile_on_thread(
        &self,
        hash: &str,
        bytes: Bytes,
        limit: Duration,
        place: OwnedSemaphorePermit,
    ) -> Result<Component, ProveError> {
        let (done, outcome) = oneshot::channel();
        let (engine, cache, hash) = (self.engine.clone(), Arc::clone(&self.cache), hash.to_owned());
        let job = Job { engine, cache, hash, bytes, done, place };
        std::thread::Builder::new()
            .name("mortise-compiler".into())
            .stack_size(STACK)
            .spawn(move || job.run())
            .map_err(|error| ProveError::Interrupted(error.to_string()))?;
        match tokio::time::timeout(limit, outcome).await {
            Ok(Ok(Ok(component))) => Ok(component),
            Ok(Ok(Err(error))) => Err(ProveError::Compile(format!("{error:#}"))),
            Ok(Err(_)) => Err(ProveError::Compile("the compiler broke down over it".into())),
            // A thread cannot be called off; it keeps its place and its low priority until it ends.
            Err(_) => Err(ProveError::Slow { seconds: limit.as_secs() }),
        }
    }
}
