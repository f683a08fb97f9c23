//! One call: a fresh sandbox, the call in it, its end.

mod explain;
mod hush;

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

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
use crate::places::Place;
use crate::runtime::Runtime;
use crate::state::{Confines, State};
use crate::turn::{Turn, aside};
pub(crate) use explain::no_beginning;
pub(crate) use hush::Hush;

/// A call that was admitted: its sandbox, and its place among the others until it ends.
struct Entry<'a> {
    store: Store<State>,
    begun: Instant,
    allowed: Duration,
    deadline: Instant,
    _places: (SemaphorePermit<'a>, Place<'a>),
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
    let Some(own) = admit(&loaded.permits, deadline).await else {
        return Err(explain::busy(loaded, allowed));
    };
    let Some(place) = runtime.places.admit(&loaded.reserved, deadline).await else {
        return Err(explain::crowded(loaded, allowed));
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
    let (plugin, hush) = (&loaded.plugin, Arc::new(Hush::of(&request)));
    entry.store.data_mut().hush = Some(Arc::clone(&hush));
    let outcome = {
        let (deadline, turn) = (entry.deadline, Arc::clone(&entry.store.data().turn));
        let store = &mut entry.store;
        let work = pin!(async {
            let instance = plugin.pre.instantiate_async(&mut *store).await?;
            plugin.functions.call(store, &instance, request).await
        });
        within(deadline, &turn, work).await
    };
    let result = match outcome {
        Some(Ok(answer)) if entry.store.data().revealed => {
            conclude(answer, &loaded.confines, &runtime.shared.asides).await
        }
        Some(Ok(answer)) => Ok(answer),
        Some(Err(fault)) => Err(explain::failure(fault, entry.store.data(), loaded)),
        None => Err(explain::overdue(loaded, entry.allowed)),
    };
    let (context, mut record, _) = entry.leave();
    plugin.label().clone_into(&mut record.plugin);
    let called = hush.over(Called { result, record });
    report(&called, &loaded.confines, &context);
    called
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
    let plugin = &loaded.plugin;
    let outcome = {
        let (deadline, turn) = (entry.deadline, Arc::clone(&entry.store.data().turn));
        let store = &mut entry.store;
        let work = pin!(async {
            let instance = plugin.pre.instantiate_async(&mut *store).await?;
            function.call(store, &instance, arguments).await
        });
        within(deadline, &turn, work).await
    };
    let state = entry.store.data();
    let result = match outcome {
        Some(Ok(answer)) => match function.conclude(arguments, answer, state) {
            Ok(Some(answer)) if state.revealed && leaks(&adapter::text(&answer), state) => {
                Err(Ended::Host(explain::leaked(&state.confines)))
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
    let (_, record, usage) = entry.leave();
    Invoked { result, record, usage }
}

impl Entry<'_> {
    /// The sandbox is gone after this; what it did and used is left.
    fn leave(self) -> (CallContext, CallRecord, Usage) {
        let mut state = self.store.into_data();
        // Before the guest's resources go: what hangs on them may be worked on by another thread at this moment.
        state.recorder().shut();
        state.drain_output();
        let usage = Usage::of(&state);
        let memory = state.bounds.memory_peak;
        let record = state.recorder().close(micros(self.begun), memory);
        (state.context, record, usage)
    }
}

/// A broken call with the plugin's last words: not every caller keeps the record.
fn report(called: &Called, confines: &Confines, context: &CallContext) {
    let Err(Failure::Broken { kind, reason }) = &called.result else { return };
    let last_words = called.record.log.last().map(|line| line.message.as_str());
    tracing::warn!(
        connection = &*confines.name,
        call = context.call_id,
        ?kind,
        reason = reason.en,
        last_words,
        "a plugin broke"
    );
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
async fn within<T>(deadline: Instant, turn: &Turn, mut work: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    let mut timer = None;
    poll_fn(|context| {
        let polled = work.as_mut().poll(context);
        // Whatever the guest waits for, it does not run meanwhile.
        turn.end();
        match polled {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => {
                let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
                timer.as_mut().poll(context).map(|()| None)
            }
        }
    })
    .await
}

/// After a reveal the guest may have put the credential into its answer. How large that is shows only when it is written out, so
/// that it is looked through where nobody waits behind it.
async fn conclude(answer: Answer, confines: &Arc<Confines>, asides: &Arc<Semaphore>) -> Result<Answer, Failure> {
    let known = Arc::clone(confines);
    let look = move || {
        let leaks = match serde_json::to_vec(&answer) {
            Ok(text) => known.secrets.holds_secret(&text),
            Err(_) => true,
        };
        if leaks { Err(explain::leaked(&known)) } else { Ok(answer) }
    };
    match aside(asides, usize::MAX, look).await {
        Ok(looked) => looked,
        Err(error) => Err(explain::interrupted(&error)),
    }
}

fn leaks(answer: &[u8], state: &State) -> bool {
    state.confines.secrets.holds_secret(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size<A, B, C, D, F>(_: fn(A, B, C, D) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn the_hot_future_stays_small() {
        // It is boxed for every call; beyond this the allocator takes its slow way.
        let bytes = size(run);
        assert!(bytes < 3_000, "{bytes}");
    }
}
