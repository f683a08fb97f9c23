//! One call: a fresh sandbox, the call in it, its end.

mod explain;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use futures::FutureExt;
use mortise_domain::call::{Answer, CallContext, CallRecord, Called, Request};
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::text::Text;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::load::Loaded;
use crate::runtime::Runtime;
use crate::state::State;

pub(crate) use explain::breach_text;

/// Makes the call and tells what became of it.
pub(crate) async fn run(runtime: &Runtime, loaded: &Loaded, request: Request, context: CallContext) -> Called {
    let begun = Instant::now();
    let limits = &loaded.confines.limits;
    let allowed = context.deadline.map_or(limits.deadline(), |asked| asked.min(limits.deadline()));
    let deadline = begun + allowed;
    if let Some(slot) = loaded.confines.secrets.missing().first() {
        return ended(Err(explain::credential_missing(loaded, slot)), begun);
    }
    let (Some(_own), Some(_place)) = (admit(&loaded.permits, deadline).await, admit(&runtime.calls, deadline).await)
    else {
        return ended(Err(explain::busy(loaded, allowed)), begun);
    };
    let state = State::new(Arc::clone(&loaded.confines), Arc::clone(&runtime.shared), context, begun, deadline);
    let mut store = state.into_store(&runtime.engine);
    let plugin = &loaded.plugin;
    let outcome = within(deadline, async {
        let instance = plugin.pre.instantiate_async(&mut store).await?;
        plugin.functions.call(&mut store, &instance, request).await
    })
    .await;
    let result = match outcome {
        Some(Ok(answer)) => conclude(answer, store.data()),
        Some(Err(fault)) => Err(explain::failure(fault, store.data(), loaded)),
        None => Err(explain::overdue(loaded, allowed)),
    };
    let mut state = store.into_data();
    state.drain_output();
    let record = state.recorder().close(micros(begun), state.bounds.memory_peak);
    Called { result, record }
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
async fn within<T>(deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    if let Some(done) = work.as_mut().now_or_never() {
        return Some(done);
    }
    tokio::time::timeout_at(deadline.into(), work).await.ok()
}

/// After a reveal the guest may have put the credential into its answer.
fn conclude(answer: Answer, state: &State) -> Result<Answer, Failure> {
    if state.revealed {
        let text = serde_json::to_vec(&answer).unwrap_or_default();
        if state.confines.secrets.holds_secret(&text) {
            return Err(explain::leaked(state));
        }
    }
    Ok(answer)
}
