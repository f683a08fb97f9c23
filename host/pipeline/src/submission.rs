//! A submission: checked, stored, then judged inline up to the caller's wait.

use std::time::Duration;

use mortise_domain::evaluation::Pending;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::lookup::unknown_names;
use mortise_domain::order::OrderState;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Acceptance, Accepted};
use mortise_domain::submission::{FieldError, Submission};
use sha2::{Digest, Sha256};

use crate::batch::BatchError;
use crate::decision::{Judged, Ruling};
use crate::evaluation::Known;
use crate::pipeline::Pipeline;

/// An order that is stored.
#[derive(Debug)]
pub struct Submitted {
    /// Its id.
    pub id: OrderId,
    /// Its number, unique for ever.
    pub number: String,
    /// Its state now; `received`: it is still being judged.
    pub state: OrderState,
    /// It was handed in before under the same key.
    pub repeat: bool,
    /// What was found out, where it was judged within the wait.
    pub judged: Option<Judged>,
}

/// Why nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The caller corrects these fields.
    #[error("the order has {} fault(s): {}", .0.len(), list(.0))]
    Faults(Vec<FieldError>),
    /// The caller used the key for another content.
    #[error("the idempotency key was used for an order with other content; use a new key for a new order")]
    KeyReused,
    /// The caller comes back later.
    #[error("too many orders wait to be stored; try again in a moment with the same idempotency key")]
    Busy,
    /// An operator mends the store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn list(faults: &[FieldError]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Pipeline {
    /// Stores an order under a new number, then judges it for at most `wait`; a slower judgement goes on by itself. The same
    /// key with the same content is the same order. After acceptance every outcome is `Ok`, a hold and a rejection too.
    pub async fn submit(
        &self,
        mut submission: Submission,
        idempotency_key: Option<String>,
        actor: &str,
        wait: Duration,
    ) -> Result<Submitted, Refused> {
        let fingerprint = fingerprint(&submission);
        let known = match self.checked(&submission, idempotency_key.as_deref()).await {
            Ok(known) => known,
            Err(Refused::Faults(faults)) => {
                // What is no order now may have been one when it was handed in first.
                let Some(key) = idempotency_key else { return Err(Refused::Faults(faults)) };
                return match self.0.orders.repeat(actor, &key, &fingerprint).await? {
                    Some(Accepted::Known(id, number)) => self.repeated(id, number).await,
                    Some(Accepted::KeyReused) => Err(Refused::KeyReused),
                    Some(Accepted::New(..)) | None => Err(Refused::Faults(faults)),
                };
            }
            Err(refused) => return Err(refused),
        };
        let now = self.0.calls.clock.now();
        let placed_at = *submission.placed_at.get_or_insert(now);
        // Without a permit the order is due at once and will be judged when there is room.
        let permit = self.0.evaluations.clone().try_acquire_owned().ok();
        let lease_until = if permit.is_some() { now.after(self.0.config.evaluation_lease()) } else { now };
        let acceptance =
            Acceptance { submission, idempotency_key, fingerprint, actor: actor.to_owned(), at: now, lease_until };
        let (acceptance, accepted) = self.0.accepting.write(acceptance).await.map_err(|error| match error {
            BatchError::Full => Refused::Busy,
            BatchError::Store(error) => Refused::Store(error),
        })?;
        let (id, number) = match accepted {
            Accepted::New(id, number) => (id, number),
            Accepted::Known(id, number) => return self.repeated(id, number).await,
            Accepted::KeyReused => return Err(Refused::KeyReused),
        };
        let Some(permit) = permit else {
            self.0.orders_due.notify_one();
            return Ok(Submitted { id, number, state: OrderState::Received, repeat: false, judged: None });
        };
        let pending = new_order(id, number.clone(), placed_at, acceptance);
        let (pipeline, flight) = (self.clone(), self.0.judging.begin());
        // A task of its own: the judgement goes on when the caller goes away.
        let judging = tokio::spawn(async move {
            let _until_the_end = (permit, flight);
            pipeline.judge(pending, Some(known)).await
        });
        match tokio::time::timeout(wait, judging).await {
            Ok(Ok(Ok(Ruling { state, judged }))) => Ok(Submitted { id, number, state, repeat: false, judged }),
            // Broken off or too slow: the order is stored and will be judged.
            _ => Ok(Submitted { id, number, state: OrderState::Received, repeat: false, judged: None }),
        }
    }

    /// Checks a submission as [`Self::submit`] does, without storing anything.
    pub async fn check(&self, submission: &Submission) -> Result<(), Refused> {
        self.checked(submission, None).await.map(drop)
    }

    /// For how long a judgement that begins now has its order to itself.
    pub fn judgement_lease(&self) -> Instant {
        self.0.calls.clock.now().after(self.0.config.evaluation_lease())
    }

    /// Judges an order that waits, for at most `wait`; a slower judgement goes on by itself. Answers its state.
    pub async fn judge_now(&self, id: OrderId, wait: Duration) -> Result<OrderState, StoreError> {
        let permit = self.0.evaluations.clone().acquire_owned().await.ok();
        if let Some(pending) = self.0.orders.pending(id).await? {
            let (pipeline, flight) = (self.clone(), self.0.judging.begin());
            let judging = tokio::spawn(async move {
                let _until_the_end = (permit, flight);
                pipeline.judge(pending, None).await
            });
            if let Ok(Ok(Ok(Ruling { state, .. }))) = tokio::time::timeout(wait, judging).await {
                return Ok(state);
            }
        }
        self.state_of(id).await
    }

    /// All checks that need no plugin. Answers what they read, which the judgement uses too.
    pub(crate) async fn checked(&self, submission: &Submission, key: Option<&str>) -> Result<Known, Refused> {
        let mut faults = submission.faults(self.0.calls.clock.now());
        if key.is_some_and(|key| key.is_empty() || key.len() > 200 || key.contains('\0')) {
            faults.push(FieldError::new("Idempotency-Key", "must have 1 to 200 bytes without NUL"));
        }
        if !faults.is_empty() {
            return Err(Refused::Faults(faults));
        }
        let known = self.known(submission).await?;
        let mut faults = unknown_names(submission, &known.standing);
        if let Some(store) = &known.standing.store
            && store.currency != self.0.company.currency
            && !self.0.config.exchange_rates.contains_key(&store.currency)
        {
            let message = format!("its currency {} has no exchange rate; an admin sets one", store.currency);
            faults.push(FieldError::new("store", message));
        }
        if faults.is_empty() { Ok(known) } else { Err(Refused::Faults(faults)) }
    }

    /// Reads what an order's judgement starts from.
    pub(crate) async fn known(&self, submission: &Submission) -> Result<Known, StoreError> {
        let mut skus: Vec<String> = submission.lines.iter().map(|line| line.sku.clone()).collect();
        skus.sort_unstable();
        skus.dedup();
        let orders = &self.0.orders;
        let standing = orders.standing(&submission.customer, &submission.store, &skus);
        let (standing, warehouses) = tokio::try_join!(standing, orders.warehouses())?;
        Ok(Known { standing, warehouses: warehouses.into() })
    }

    async fn repeated(&self, id: OrderId, number: String) -> Result<Submitted, Refused> {
        let state = self.state_of(id).await?;
        Ok(Submitted { id, number, state, repeat: true, judged: None })
    }

    /// The present state of a stored order.
    pub(crate) async fn state_of(&self, id: OrderId) -> Result<OrderState, StoreError> {
        let state = self.0.orders.state(id).await?;
        state.ok_or_else(|| StoreError::NotFound(format!("order {id}")))
    }
}

fn new_order(id: OrderId, number: String, placed_at: Instant, acceptance: Acceptance) -> Pending {
    Pending {
        id,
        number,
        state: OrderState::Received,
        version: Pending::FIRST_VERSION,
        submission: acceptance.submission,
        placed_at,
        actor: acceptance.actor,
        waived: Vec::new(),
        open_holds: Vec::new(),
        attachments: Vec::new(),
    }
}

/// Of the content as it was handed in: a repeat without `placed_at` is the same order at a later time.
fn fingerprint(submission: &Submission) -> String {
    // Every field has a JSON form, so that this cannot fail; an empty text would merely never match.
    let text = serde_json::to_vec(submission).unwrap_or_default();
    hex::encode(Sha256::digest(text))
}
