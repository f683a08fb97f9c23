//! Plays scenarios: the real sandbox, a world out of the file, a clock that moves only when something waits.

mod pattern;
mod script;
mod seen;
mod stage;
mod template;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use mortise_domain::call::CallRecord;
use mortise_runtime::Usage;
use serde_json::Value;

use crate::bench::{Bench, BenchError};
use crate::matching::Difference;
use crate::scenario::Found;

pub use seen::Seen;
pub(crate) use stage::outcome;

/// What became of one call of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    /// `interface.function`.
    pub function: String,
    /// `{"answer": …}`, `{"error": …}` or `{"stopped": …}`.
    pub outcome: Value,
    /// The requests that left.
    pub requests: Vec<Seen>,
    /// Log and exchanges, as the host records them.
    pub record: CallRecord,
    /// What it took of its bounds.
    pub usage: Usage,
    /// Where it is not what was expected.
    pub differences: Vec<Difference>,
}

/// What became of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The file.
    pub file: PathBuf,
    /// The file's name without its ending.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// Its calls, as far as they were made.
    pub calls: Vec<Played>,
    /// What is wrong with the scenario as a whole.
    pub differences: Vec<Difference>,
    /// How long it took.
    pub took: Duration,
}

impl Verdict {
    /// Is everything as expected?
    pub fn passed(&self) -> bool {
        self.differences.is_empty() && self.calls.iter().all(|call| call.differences.is_empty())
    }

    /// The same without what differs from run to run: how long it took, and how much CPU.
    pub fn settled(mut self) -> Self {
        self.took = Duration::ZERO;
        for call in &mut self.calls {
            call.usage.cpu_ms = 0;
        }
        self
    }
}

/// Plays scenarios in parallel, on so many threads at most. Answers in their order.
pub fn play_all(bench: &Bench, scenarios: &[Found], threads: usize) -> Result<Vec<Verdict>, BenchError> {
    let next = AtomicUsize::new(0);
    let verdicts: Mutex<Vec<(usize, Result<Verdict, BenchError>)>> = Mutex::default();
    std::thread::scope(|scope| {
        // A scenario's clock stands still while it waits: none may wait for a place that another one has.
        let threads = threads.min(crate::bench::CALLS as usize);
        for _ in 0..threads.clamp(1, scenarios.len().max(1)) {
            scope.spawn(|| {
                while let Some((at, found)) = take(&next, scenarios) {
                    let verdict = play(bench, found);
                    verdicts.lock().unwrap_or_else(PoisonError::into_inner).push((at, verdict));
                }
            });
        }
    });
    let mut verdicts = verdicts.into_inner().unwrap_or_else(PoisonError::into_inner);
    verdicts.sort_by_key(|(at, _)| *at);
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}

fn take<'a>(next: &AtomicUsize, scenarios: &'a [Found]) -> Option<(usize, &'a Found)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((at, scenarios.get(at)?))
}

/// Plays one scenario. Blocks until it is over.
pub fn play(bench: &Bench, found: &Found) -> Result<Verdict, BenchError> {
    let begun = Instant::now();
    let mut verdict = stage::frozen(stage::perform(bench, found))??;
    verdict.took = begun.elapsed();
    Ok(verdict)
}
