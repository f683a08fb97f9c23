//! Orders that nobody judges any more: their submitter died, their hold looks again, or a person released them.

use mortise_domain::evaluation::Pending;
use mortise_domain::ports::StoreError;
use tokio_util::sync::CancellationToken;

use crate::pipeline::Pipeline;

/// Most orders that are claimed at once.
const CLAIM: usize = 32;

impl Pipeline {
    /// Judges due orders until the token is cancelled.
    pub(crate) async fn judge_pending(&self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            match self.claim_due().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(%error, "due orders could not be claimed; tried again"),
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.0.orders_due.notified() => {}
                () = tokio::time::sleep(self.0.config.longest_sleep()) => {}
            }
        }
    }

    /// Claims as many as there is room for and judges them in the background. Answers how many.
    async fn claim_due(&self) -> Result<usize, StoreError> {
        let Ok(first) = self.0.evaluations.clone().acquire_owned().await else { return Ok(0) };
        let mut permits = vec![first];
        while permits.len() < CLAIM
            && let Ok(permit) = self.0.evaluations.clone().try_acquire_owned()
        {
            permits.push(permit);
        }
        let claimed = self.claim(permits.len()).await?;
        let count = claimed.len();
        for (pending, permit) in claimed.into_iter().zip(permits) {
            let (pipeline, flight) = (self.clone(), self.0.judging.begin());
            tokio::spawn(async move {
                let _until_the_end = (permit, flight);
                // A failure is logged where it happens; the lease brings the order back.
                let _outcome = pipeline.judge(pending, None).await;
            });
        }
        Ok(count)
    }

    /// Judges one batch of due orders and waits for it. Answers how many.
    pub(crate) async fn judge_due_now(&self) -> Result<usize, StoreError> {
        let claimed = self.claim(CLAIM).await?;
        let count = claimed.len();
        for outcome in futures::future::join_all(claimed.into_iter().map(|pending| self.judge(pending, None))).await {
            outcome?;
        }
        Ok(count)
    }

    async fn claim(&self, most: usize) -> Result<Vec<Pending>, StoreError> {
        let now = self.0.calls.clock.now();
        let limit = u32::try_from(most).unwrap_or(u32::MAX);
        self.0.orders.claim_pending(now, now.after(self.0.config.evaluation_lease()), limit).await
    }
}
