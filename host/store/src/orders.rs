//! Orders: acceptance, evaluation, decision, and what people ask about them.

mod accept;
pub(crate) mod attachments;
pub(crate) mod cancel;
pub(crate) mod correct;
mod decide;
pub(crate) mod holds;
pub(crate) mod index;
mod pending;
pub(crate) mod progress;
pub(crate) mod promises;
pub(crate) mod read;
pub(crate) mod recent;
pub(crate) mod restored;
pub(crate) mod returns;
pub(crate) mod search;
mod standing;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use mortise_domain::catalog::Warehouse;
use mortise_domain::evaluation::{Decided, Decision, Pending};
use mortise_domain::ids::{HoldId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::inventory::Reading;
use mortise_domain::order::{Order, OrderKind, OrderState, RecentOrder};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Acceptance, Accepted, Orders, Standing};

use crate::Store;

/// The number of an order: `SO-00000017` of a sale, `RO-00000018` of a return.
pub(crate) fn number(kind: OrderKind, id: OrderId) -> String {
    let prefix = match kind {
        OrderKind::Sale => "SO",
        OrderKind::Return => "RO",
    };
    format!("{prefix}-{:08}", id.0)
}

/// The id within a number; none where it is no number of ours.
pub(crate) fn id_of_number(text: &str) -> Option<OrderId> {
    let digits = text.strip_prefix("SO-").or_else(|| text.strip_prefix("RO-"))?;
    digits.parse().ok().map(OrderId)
}

#[async_trait]
impl Orders for Store {
    async fn accept(&self, batch: &[Acceptance]) -> Result<Vec<Accepted>, StoreError> {
        Ok(accept::accept(self, batch).await?)
    }

    async fn repeat(&self, actor: &str, key: &str, fingerprint: &str) -> Result<Option<Accepted>, StoreError> {
        Ok(accept::repeat(self, actor, key, fingerprint).await?)
    }

    async fn state(&self, id: OrderId) -> Result<Option<OrderState>, StoreError> {
        Ok(read::state(self, id).await?)
    }

    async fn standing(&self, customer: &str, store: &str, skus: &[String]) -> Result<Standing, StoreError> {
        Ok(standing::standing(self, customer, store, skus).await?)
    }

    async fn warehouses(&self) -> Result<Vec<Warehouse>, StoreError> {
        Ok(crate::catalog::places::warehouses(self).await?)
    }

    async fn pending(&self, id: OrderId) -> Result<Option<Pending>, StoreError> {
        Ok(pending::pending(self, id).await?)
    }

    async fn claim_pending(&self, now: Instant, lease_until: Instant, limit: u32) -> Result<Vec<Pending>, StoreError> {
        Ok(pending::claim(self, now, lease_until, limit).await?)
    }

    async fn promised(&self, skus: &[String], read_at: Instant) -> Result<BTreeMap<(String, String), i64>, StoreError> {
        Ok(promises::promised(&self.database, skus, read_at).await?)
    }

    async fn last_readings(&self, skus: &[String]) -> Result<Vec<Reading>, StoreError> {
        Ok(promises::last_readings(&self.database, skus).await?)
    }

    async fn recent(
        &self,
        customer: &str,
        at: Instant,
        within: Duration,
        except: Option<OrderId>,
        limit: u32,
    ) -> Result<Vec<RecentOrder>, StoreError> {
        Ok(recent::around(self, customer, (at, within), except, limit).await?)
    }

    async fn decide(&self, batch: &[Decision]) -> Result<Vec<Decided>, StoreError> {
        Ok(decide::decide(self, batch).await?)
    }

    async fn release_hold(&self, hold: HoldId, actor: &str, note: &str, now: Instant) -> Result<OrderId, StoreError> {
        Ok(holds::release(self, hold, actor, note, now).await?)
    }

    async fn order(&self, id: OrderId) -> Result<Option<(Order, OrderState)>, StoreError> {
        Ok(read::judged(self, id).await?)
    }
}
