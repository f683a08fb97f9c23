//! Settlements: what became of attempts, written with everything that follows from it.

mod rows;

use std::collections::{BTreeSet, HashMap};

use mortise_domain::delivery::{Delivery, DeliveryState};
use mortise_domain::ids::DeliveryId;
use mortise_domain::ports::memory::Settled;

use super::read::{COLUMNS, delivery};
use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Sql, Tx, transact};
use crate::fault::Fault;

/// Ids enough for everything that a batch may write.
#[derive(Clone)]
struct Supply {
    tickets: Ids,
    deliveries: Ids,
    entries: Ids,
}

pub(super) async fn settle(store: &Store, batch: &[Settled]) -> Result<Vec<String>, Fault> {
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    let told = |settled: &Settled| settled.story.len() + usize::from(settled.ticket.is_some());
    let supply = Supply {
        tickets: store.ids(Counter::Ticket, batch.iter().filter(|settled| rows::wants_ticket(settled)).count()).await?,
        deliveries: store.ids(Counter::Delivery, batch.iter().map(|settled| settled.causes.len()).sum()).await?,
        entries: store.ids(Counter::Entry, batch.iter().map(told).sum()).await?,
    };
    transact!(store.database, tx => run(tx, batch, supply.clone()))
}

async fn run(tx: &mut Tx, batch: &[Settled], mut supply: Supply) -> Result<Vec<String>, Fault> {
    let mut claimed = lock(tx, batch).await?;
    let mut rows = rows::Rows::default();
    for settled in batch {
        // Taken out, so that a second settlement of the same claim finds nothing.
        match claimed.remove(&settled.delivery) {
            // The attempt's number too: earlier programs count no claims.
            Some(delivery) if delivery.claims == settled.claim && delivery.attempts == settled.attempt_number => {
                rows.add(delivery, settled, &mut supply)?;
            }
            other => {
                tracing::info!(
                    delivery = settled.delivery.0,
                    attempt = settled.attempt_number,
                    "a settlement came after its claim had been taken over; it is dropped"
                );
                claimed.extend(other.map(|delivery| (delivery.id, delivery)));
            }
        }
    }
    rows.write(tx, supply).await
}

/// The deliveries of the batch that are being tried.
async fn lock(tx: &mut Tx, batch: &[Settled]) -> Result<HashMap<DeliveryId, Delivery>, Fault> {
    let ids: BTreeSet<i64> = batch.iter().map(|settled| settled.delivery.0).collect();
    let sql = Sql::new("SELECT ").push(COLUMNS).push(", claimed FROM deliveries WHERE id IN ").list(ids);
    let mut claimed = HashMap::new();
    for mut row in tx.all(sql.push(" ORDER BY id /* lock */")).await? {
        let delivery = delivery(&mut row)?;
        if row.take::<bool>()? && matches!(delivery.state, DeliveryState::Pending | DeliveryState::Cancelled) {
            claimed.insert(delivery.id, delivery);
        }
    }
    Ok(claimed)
}
