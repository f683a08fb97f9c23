//! One call: a fresh sandbox, the call in it, its end.

mod explain;
mod hush;

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use mortise_domain::call::{Answer, CallContext, CallRecord, Called, Request};
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::text::Text;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::http::Plan;
use crate::load::Loaded;
use crate::runtime::Runtime;
use crate::state::{Confines, State};
use crate::turn::{Turn, aside};
use hush::Hush;

pub(crate) use explain::no_beginning;

/// Makes the call and tells what became of it. With a plan, nothing leaves the host and nothing is kept.
pub(crate) async fn run(
    runtime: &Runtime,
    loaded: &Loaded,
    request: Request,
    context: CallContext,
    plan: Option<Plan>,
) -> Called {
    let begun = Instant::now();
    let limits = &loaded.confines.limits;
    let allowed = context.deadline.map_or(limits.deadline(), |asked| asked.min(limits.deadline()));
    let deadline = begun + allowed;
    if let Some(slot) = loaded.confines.secrets.missing().first() {
        return ended(Err(explain::credential_missing(loaded, slot)), begun);
    }
    let Some(_own) = admit(&loaded.permits, deadline).await else {
        return ended(Err(explain::busy(loaded, allowed)), begun);
    };
    let Some(_place) = runtime.places.admit(&loaded.reserved, deadline).await else {
        return ended(Err(explain::crowded(loaded, allowed)), begun);
    };
    let mut state = State::new(Arc::clone(&loaded.confines), Arc::clone(&runtime.shared), context, begun, deadline);
    state.plan = plan;
    let mut store = state.into_store(&runtime.engine);
    let plugin = &loaded.plugin;
    let hush = Hush::of(&request);
    let turn = Arc::clone(&store.data().turn);
    let outcome = {
        let work = pin!(async {
            let instance = plugin.pre.instantiate_async(&mut store).await?;
            plugin.functions.call(&mut store, &instance, request).await
        });
        within(deadline, &turn, work).await
    };
    let result = match outcome {
        Some(Ok(answer)) if store.data().revealed => conclude(answer, &loaded.confines, &runtime.shared.asides).await,
        Some(Ok(answer)) => Ok(answer),
        Some(Err(fault)) => Err(explain::failure(fault, store.data(), loaded)),
        None => Err(explain::overdue(loaded, allowed)),
    };
    let mut state = store.into_data();
    state.drain_output();
    let memory = state.bounds.memory_peak;
    let called = hush.over(Called { result, record: state.recorder.close(micros(begun), memory) });
    report(&called, &state.confines, &state.context);
    called
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
    tokio::time::timeout_at(deadline.into(), permits.acquire()).await.ok()?.ok()
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
                let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline.into())));
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
