//! The natural batcher: while one transaction runs, others gather and share the next one. A batch of one waits for nobody.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures::FutureExt;
use mortise_domain::ports::StoreError;
use tokio::sync::oneshot;

/// What writes a batch in one transaction.
#[async_trait]
pub trait Flush: Send + Sync + 'static {
    /// What is written.
    type Item: Send + Sync + 'static;
    /// What became of it.
    type Outcome: Send + 'static;

    /// Writes all, or nothing. Answers one outcome per item, in their order.
    async fn flush(&self, items: &[Self::Item]) -> Result<Vec<Self::Outcome>, StoreError>;
}

/// Why an item was not written, or not known to be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// As many wait as may.
    #[error("too much waits to be written")]
    Full,
    /// The store says no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BatchError> for StoreError {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Full => Self::Unavailable("too much waits to be written; try again".into()),
            BatchError::Store(error) => error,
        }
    }
}

type Answer<F> = Result<(<F as Flush>::Item, <F as Flush>::Outcome), StoreError>;

struct Waiting<F: Flush> {
    item: F::Item,
    answer: oneshot::Sender<Answer<F>>,
}

struct Queue<F: Flush> {
    waiting: VecDeque<Waiting<F>>,
    running: bool,
}

struct Shared<F: Flush> {
    flush: F,
    queue: Mutex<Queue<F>>,
    most_per_flush: usize,
    most_waiting: usize,
}

/// Gathers items and writes them together. Each caller gets its own answer and its item back.
pub struct Batcher<F: Flush>(Arc<Shared<F>>);

impl<F: Flush> Batcher<F> {
    pub fn new(flush: F, most_per_flush: usize, most_waiting: usize) -> Self {
        let queue = Mutex::new(Queue { waiting: VecDeque::new(), running: false });
        Self(Arc::new(Shared { flush, queue, most_per_flush: most_per_flush.max(1), most_waiting }))
    }

    /// Writes the item together with those that wait. The writing goes on when the caller goes away.
    pub async fn write(&self, item: F::Item) -> Result<(F::Item, F::Outcome), BatchError> {
        let (answer, outcome) = oneshot::channel();
        let start = {
            let mut queue = self.0.lock();
            if queue.waiting.len() >= self.0.most_waiting {
                return Err(BatchError::Full);
            }
            queue.waiting.push_back(Waiting { item, answer });
            !std::mem::replace(&mut queue.running, true)
        };
        if start {
            // A task of its own, so that a caller that goes away takes nobody else's transaction with it.
            tokio::spawn(drain(Arc::clone(&self.0)));
        }
        match outcome.await {
            Ok(written) => Ok(written?),
            Err(_) => {
                Err(StoreError::Unavailable("the writing was broken off; its outcome is not known".into()).into())
            }
        }
    }
}

impl<F: Flush> Shared<F> {
    fn lock(&self) -> MutexGuard<'_, Queue<F>> {
        // The lock is never held across anything that can panic half-way.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<Vec<Waiting<F>>> {
        let mut queue = self.lock();
        let count = queue.waiting.len().min(self.most_per_flush);
        queue.running = count > 0;
        (count > 0).then(|| queue.waiting.drain(..count).collect())
    }

    async fn flush(&self, items: &[F::Item]) -> Result<Vec<F::Outcome>, StoreError> {
        let outcomes = match AssertUnwindSafe(self.flush.flush(items)).catch_unwind().await {
            Ok(outcomes) => outcomes?,
            Err(_) => return Err(StoreError::Unavailable("the writing broke off; its outcome is not known".into())),
        };
        if outcomes.len() == items.len() {
            return Ok(outcomes);
        }
        let detail = format!("{} outcomes for {} items", outcomes.len(), items.len());
        Err(StoreError::Inconsistent { what: "batch", detail })
    }
}

async fn drain<F: Flush>(shared: Arc<Shared<F>>) {
    while let Some(batch) = shared.next() {
        let (items, answers): (Vec<_>, Vec<_>) = batch.into_iter().map(|one| (one.item, one.answer)).unzip();
        match shared.flush(&items).await {
            Ok(outcomes) => {
                for ((item, outcome), answer) in items.into_iter().zip(outcomes).zip(answers) {
                    let _gone = answer.send(Ok((item, outcome)));
                }
            }
            // The outcome may be unknown: writing again could write twice.
            Err(error @ StoreError::Unavailable(_)) => {
                for answer in answers {
                    let _gone = answer.send(Err(error.clone()));
                }
            }
            Err(error) if answers.len() == 1 => {
                for answer in answers {
                    let _gone = answer.send(Err(error.clone()));
                }
            }
            // Nothing was written because of one of them: each on its own, so that it fails alone.
            Err(_) => {
                for (item, answer) in items.into_iter().zip(answers) {
                    let outcome = shared.flush(std::slice::from_ref(&item)).await;
                    let single = outcome.and_then(|mut all| {
                        all.pop().ok_or(StoreError::Inconsistent { what: "batch", detail: "no outcome".into() })
                    });
                    let _gone = answer.send(single.map(|outcome| (item, outcome)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
