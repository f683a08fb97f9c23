use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::*;

/// Refuses 13, breaks on 666, counts transactions.
#[derive(Clone, Default)]
struct Ledger {
    transactions: Arc<AtomicUsize>,
    written: Arc<Mutex<Vec<u32>>>,
}

#[async_trait]
impl Flush for Ledger {
    type Item = u32;
    type Outcome = u32;

    async fn flush(&self, items: &[u32]) -> Result<Vec<u32>, StoreError> {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(!items.contains(&666), "breaks on purpose");
        if items.contains(&13) {
            return Err(StoreError::Conflict("thirteen".into()));
        }
        self.written.lock().unwrap().extend(items);
        Ok(items.iter().map(|item| item * 2).collect())
    }
}

#[tokio::test(start_paused = true)]
async fn concurrent_writers_share_transactions_and_get_their_own_answers() {
    let ledger = Ledger::default();
    let batcher = Batcher::new(ledger.clone(), 64, 1_000);
    let answers = futures::future::join_all((100..200).map(|item| batcher.write(item))).await;
    for (item, answer) in (100..200).zip(answers) {
        assert_eq!(answer, Ok((item, item * 2)));
    }
    assert!(ledger.transactions.load(Ordering::Relaxed) <= 3, "one, then 64, then the rest");
}

#[tokio::test(start_paused = true)]
async fn one_bad_item_fails_alone() {
    let ledger = Ledger::default();
    let batcher = Batcher::new(ledger.clone(), 64, 1_000);
    let answers = futures::future::join_all([1, 2, 13, 4].map(|item| batcher.write(item))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    assert_eq!(answers[2], Err(BatchError::Store(StoreError::Conflict("thirteen".into()))));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_an_answer_and_the_next_one_works() {
    let batcher = Batcher::new(Ledger::default(), 64, 1_000);
    assert!(matches!(batcher.write(666).await, Err(BatchError::Store(StoreError::Unavailable(_)))));
    assert_eq!(batcher.write(3).await, Ok((3, 6)));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_loses_nothing() {
    let ledger = Ledger::default();
    let batcher = Arc::new(Batcher::new(ledger.clone(), 64, 1_000));
    let goes = tokio::time::timeout(Duration::from_millis(1), batcher.write(1));
    let stays = batcher.write(2);
    let (gone, stayed) = tokio::join!(goes, stays);
    assert!(gone.is_err());
    assert_eq!(stayed, Ok((2, 4)));
    assert_eq!(*ledger.written.lock().unwrap(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn the_queue_is_bounded() {
    let batcher = Batcher::new(Ledger::default(), 1, 2);
    let answers = futures::future::join_all((1..=5).map(|item| batcher.write(item))).await;
    assert_eq!(answers.iter().filter(|answer| **answer == Err(BatchError::Full)).count(), 3);
}
