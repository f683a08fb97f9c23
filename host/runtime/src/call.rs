//! One call: a fresh sandbox, the call in it, its end.

mod explain;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use mortise_domain::call::{Answer, CallContext, CallRecord, Called, Request};
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::text::Text;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;
use wasmtime::Store;
use wasmtime::component::Val;

use crate::adapter::{self, Fault};
use crate::dynamic::{Ended, Function, Invoked, Usage};
use crate::load::Loaded;
use crate::runtime::Runtime;
use crate::state::State;

pub(crate) use explain::breach_text;

/// A call that was admitted: its sandbox, and its place among the others until it ends.
struct Entry<'a> {
    store: Store<State>,
    begun: Instant,
    allowed: Duration,
    deadline: Instant,
    _places: (SemaphorePermit<'a>, SemaphorePermit<'a>),
}

/// Waits for a place and makes the sandbox.
async fn enter<'a>(
    runtime: &'a Runtime,
    loaded: &'a Loaded,
    context: CallContext,
    begun: Instant,
) -> Result<Entry<'a>, Failure> {
    let limits = &loaded.confines.limits;
    let allowed = context.deadline.map_or(limits.deadline(), |asked| asked.min(limits.deadline()));
    let deadline = begun + allowed;
    if let Some(slot) = loaded.confines.secrets.missing().first() {
        return Err(explain::credential_missing(loaded, slot));
    }
    let (Some(own), Some(place)) = (admit(&loaded.permits, deadline).await, admit(&runtime.calls, deadline).await)
    else {
        return Err(explain::busy(loaded, allowed));
    };
    let state = State::new(Arc::clone(&loaded.confines), Arc::clone(&runtime.shared), context, begun, deadline);
    Ok(Entry { store: state.into_store(&runtime.engine), begun, allowed, deadline, _places: (own, place) })
}

/// Makes the call and tells what became of it.
pub(crate) async fn run(runtime: &Runtime, loaded: &Loaded, request: Request, context: CallContext) -> Called {
    let begun = Instant::now();
    let mut entry = match enter(runtime, loaded, context, begun).await {
        Ok(entry) => entry,
        Err(failure) => return ended(Err(failure), begun),
    };
    let (plugin, store) = (&loaded.plugin, &mut entry.store);
    let outcome = within(entry.deadline, async {
        let instance = plugin.pre.instantiate_async(&mut *store).await?;
        plugin.functions.call(store, &instance, request).await
    })
    .await;
    let result = match outcome {
        Some(Ok(answer)) => conclude(answer, entry.store.data()),
        Some(Err(fault)) => Err(explain::failure(fault, entry.store.data(), loaded)),
        None => Err(explain::overdue(loaded, entry.allowed)),
    };
    Called { result, record: entry.leave().0 }
}

/// The same for a function whose types were found in the component.
pub(crate) async fn invoke(
    runtime: &Runtime,
    loaded: &Loaded,
    function: &Function,
    arguments: &[Val],
    context: CallContext,
) -> Invoked {
    let begun = Instant::now();
    let mut entry = match enter(runtime, loaded, context, begun).await {
        Ok(entry) => entry,
        Err(failure) => return Invoked { result: Err(Ended::Host(failure)), ..Invoked::default() },
    };
    let (plugin, store) = (&loaded.plugin, &mut entry.store);
    let outcome = within(entry.deadline, async {
        let instance = plugin.pre.instantiate_async(&mut *store).await?;
        function.call(store, &instance, arguments).await
    })
    .await;
    let state = entry.store.data();
    let result = match outcome {
        Some(Ok(answer)) => match function.conclude(arguments, answer, state) {
            Ok(Some(answer)) if state.revealed && leaks(&adapter::text(&answer), state) => {
                Err(Ended::Host(explain::leaked(state)))
            }
            Ok(answer) => Ok(answer),
            Err((Fault::Failed(failure), Some(said))) => {
                Err(Ended::Error { said, means: explain::blotted(failure, state) })
            }
            Err((fault, _)) => Err(Ended::Host(explain::failure(fault, state, loaded))),
        },
        Some(Err(fault)) => Err(Ended::Host(explain::failure(fault, state, loaded))),
        None => Err(Ended::Host(explain::overdue(loaded, entry.allowed))),
    };
    let (record, usage) = entry.leave();
    Invoked { result, record, usage }
}

impl Entry<'_> {
    /// The sandbox is gone after this; what it did and used is left.
    fn leave(self) -> (CallRecord, Usage) {
        let mut state = self.store.into_data();
        state.drain_output();
        let usage = Usage::of(&state);
        let memory = state.bounds.memory_peak;
        (state.recorder.close(micros(self.begun), memory), usage)
    }
}

/// There is no such connection.
pub(crate) fn unknown(connection: &str) -> Called {
    let reason = Text::new(
        format!("没有已加载的连接“{connection}”：请在控制台检查该连接是否已启用"),
        format!(
            "no connection `{connection}` is loaded: check in the console that it exists, is enabled and has no load error"
        ),
    );
    ended(Err(Failure::Broken { kind: Breakage::Missing, reason }), Instant::now())
}

fn ended(result: Result<Answer, Failure>, begun: Instant) -> Called {
    Called { result, record: CallRecord { micros: micros(begun), ..CallRecord::default() } }
}

fn micros(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX)
}

async fn admit(permits: &Semaphore, deadline: Instant) -> Option<SemaphorePermit<'_>> {
    if let Ok(permit) = permits.try_acquire() {
        return Some(permit);
    }
    tokio::time::timeout_at(deadline, permits.acquire()).await.ok()?.ok()
}

/// The outcome, unless the deadline comes first. Most calls end at once and need no timer.
async fn within<T>(deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    if let Some(done) = work.as_mut().now_or_never() {
        return Some(done);
    }
    tokio::time::timeout_at(deadline, work).await.ok()
}

/// After a reveal the guest may have put the credential into its answer.
fn conclude(answer: Answer, state: &State) -> Result<Answer, Failure> {
    if state.revealed && leaks(&serde_json::to_vec(&answer).unwrap_or_default(), state) {
        return Err(explain::leaked(state));
    }
    Ok(answer)
}

fn leaks(answer: &[u8], state: &State) -> bool {
    state.confines.secrets.holds_secret(answer)
}
