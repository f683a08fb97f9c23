//! Transactions that are tried again where they lost against another one.

use std::time::Duration;

/// How often a transaction is tried before its caller is told.
pub(crate) const TRIES: u32 = 12;

/// Waits before the next try, a little longer each time and not for the same time as the others that lost.
pub(crate) async fn pause(tried: u32) {
    let mut byte = [0];
    // Without chance the pauses are merely alike.
    let _ = getrandom::fill(&mut byte);
    let micros = u64::from(tried) * 1_000 + u64::from(byte[0]) * 20;
    tokio::time::sleep(Duration::from_micros(micros)).await;
}

/// `transact!(database, tx => future)`: does the work in a transaction and commits it. The work may be done more than once;
/// only the last time counts.
macro_rules! transact {
    ($database:expr, $tx:ident => $work:expr) => {{
        let mut tried = 0;
        loop {
            let outcome = async {
                let mut transaction = $database.begin().await?;
                let $tx = &mut transaction;
                let value = $work.await?;
                transaction.commit().await?;
                Ok::<_, $crate::fault::Fault>(value)
            }
            .await;
            match outcome {
                Err(fault) if fault.is_lost_race() && tried < $crate::database::TRIES => {
                    tried += 1;
                    $crate::database::pause(tried).await;
                }
                other => break other,
            }
        }
    }};
}
pub(crate) use transact;
