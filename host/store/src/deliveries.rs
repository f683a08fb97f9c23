//! Deliveries: claimed under a lease, settled once, replayed by people.

mod attempts;
pub(crate) mod claim;
pub(crate) mod insert;
pub(crate) mod read;
pub(crate) mod replay;
mod settle;
pub(crate) mod tickets;

use async_trait::async_trait;
use mortise_domain::connection::Pace;
use mortise_domain::delivery::Delivery;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Claim, Deliveries, Settled};

use crate::Store;

#[async_trait]
impl Deliveries for Store {
    async fn claim(&self, claim: &Claim) -> Result<Vec<Delivery>, StoreError> {
        Ok(claim::claim(self, claim).await?)
    }

    async fn settle(&self, batch: &[Settled]) -> Result<Vec<String>, StoreError> {
        Ok(settle::settle(self, batch).await?)
    }

    async fn next_due(&self, connections: &[String]) -> Result<Option<Instant>, StoreError> {
        Ok(claim::next_due(self, Some(connections)).await?)
    }

    async fn take_slot(&self, connection: &str, pace: Pace, now: Instant) -> Result<Result<(), Instant>, StoreError> {
        Ok(crate::rates::take_slot(self, connection, pace, now).await?)
    }

    async fn external_id(&self, connection: &str, kind: &str, local: &str) -> Result<Option<String>, StoreError> {
        Ok(crate::external_ids::remote(self, connection, kind, local).await?)
    }
}
