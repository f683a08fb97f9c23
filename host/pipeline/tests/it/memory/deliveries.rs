use async_trait::async_trait;
use mortise_domain::connection::Pace;
use mortise_domain::delivery::{Delivery, DeliveryState, Operation, Settlement};
use mortise_domain::ids::DeliveryId;
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Claim, Deliveries, Settled, Share};

use super::{Memory, Tables};

#[async_trait]
impl Deliveries for Memory {
    async fn claim(&self, claim: &Claim) -> Result<Vec<Delivery>, StoreError> {
        self.touch("claim", |tables| {
            tables.claims.push(claim.clone());
            let mut shares = claim.shares.clone();
            let mut claimed = Vec::new();
            for delivery in tables.deliveries.values_mut() {
                let due = delivery.state == DeliveryState::Pending && delivery.due_at <= claim.now;
                if !due || claimed.len() >= claim.limit as usize || claim.in_hand.contains(&delivery.id) {
                    continue;
                }
                let mine = |share: &&mut Share| share.connection == delivery.connection && share.most > 0;
                if let Some(share) = shares.iter_mut().find(mine) {
                    share.most -= 1;
                    delivery.due_at = share.lease_until;
                    delivery.attempts += 1;
                    delivery.claims += 1;
                    delivery.in_doubt |= tables.claimed.insert(delivery.id, true) == Some(true);
                    claimed.push(delivery.clone());
                }
            }
            Ok(claimed)
        })
        .await
    }

    async fn settle(&self, batch: &[Settled]) -> Result<Vec<String>, StoreError> {
        self.touch("settle", |tables| Ok(batch.iter().filter_map(|settled| tables.settle(settled)).collect())).await
    }

    async fn next_due(&self, connections: &[String]) -> Result<Option<Instant>, StoreError> {
        self.touch("next_due", |tables| {
            let pending = |delivery: &&Delivery| {
                delivery.state == DeliveryState::Pending && connections.contains(&delivery.connection)
            };
            let deliveries = tables.deliveries.values().filter(pending).map(|delivery| delivery.due_at);
            let orders = tables
                .orders
                .values()
                .filter(|row| matches!(row.state, OrderState::Received | OrderState::Held))
                .map(|row| row.due);
            Ok(deliveries.chain(orders).min().filter(|due| *due < Instant::NEVER))
        })
        .await
    }

    async fn take_slot(&self, connection: &str, pace: Pace, now: Instant) -> Result<Result<(), Instant>, StoreError> {
        self.touch("take_slot", |tables| {
            let slots = tables.slots.entry(connection.to_owned()).or_default();
            slots.retain(|slot| slot.after(pace.span) > now);
            if slots.len() < pace.calls as usize {
                slots.push(now);
                return Ok(Ok(()));
            }
            Ok(Err(slots.iter().min().copied().unwrap_or(now).after(pace.span)))
        })
        .await
    }

    async fn external_id(&self, connection: &str, kind: &str, local: &str) -> Result<Option<String>, StoreError> {
        let key = (connection.to_owned(), kind.to_owned(), local.to_owned());
        self.touch("external_id", |tables| Ok(tables.external.get(&key).cloned())).await
    }
}

impl Tables {
    /// Answers the connection where a ticket is opened.
    fn settle(&mut self, settled: &Settled) -> Option<String> {
        let id = settled.delivery;
        let delivery = self.deliveries.get_mut(&id)?;
        let mine = self.claimed.get(&id) == Some(&true) && delivery.claims == settled.claim;
        if !mine {
            return None;
        }
        self.claimed.insert(id, false);
        delivery.last_failure.clone_from(&settled.failure);
        delivery.in_doubt |= settled.in_doubt;
        let mut ticket = false;
        match &settled.settlement {
            Settlement::Done { external_id } => {
                delivery.state = DeliveryState::Done;
                delivery.done_at = Some(settled.at);
                delivery.external_id.clone_from(external_id);
                delivery.failures = 0;
                delivery.in_doubt = false;
            }
            Settlement::Again { at, counts, ticket: wanted } => {
                delivery.due_at = *at;
                delivery.failures += u32::from(*counts);
                delivery.attempts -= u32::from(settled.attempt.is_none());
                ticket = *wanted;
            }
            Settlement::Wait => {
                delivery.state = DeliveryState::Waiting;
                delivery.failures += 1;
                ticket = true;
            }
        }
        let (order, delivery) = (delivery.order, delivery.clone());
        let open = self.tickets.get(&id) == Some(&true);
        let (opens, closes) = (ticket && !open, delivery.state == DeliveryState::Done && open);
        if ticket {
            self.tickets.insert(id, true);
        }
        if delivery.state == DeliveryState::Done {
            self.done(&delivery, settled.at);
        }
        self.attempts.extend(settled.attempt.clone().map(|attempt| (id, attempt)));
        self.story.extend(settled.story.iter().map(|entry| (order, entry.clone())));
        if opens || closes {
            self.story.extend(settled.ticket.iter().map(|entry| (order, entry.clone())));
            self.cause(order, &settled.causes, settled.at);
        }
        opens.then_some(delivery.connection)
    }

    fn done(&mut self, delivery: &Delivery, at: Instant) {
        if let (Some((kind, local)), Some(remote)) = (delivery.external_name(), &delivery.external_id) {
            let key = (delivery.connection.clone(), kind.to_owned(), local.to_owned());
            self.external.insert(key, remote.clone());
        }
        if delivery.operation == Operation::PushPick {
            for promise in self.promises.iter_mut().filter(|promise| promise.order == delivery.order) {
                if delivery.detail["warehouse"] == promise.reservation.warehouse
                    && delivery.detail["zone"] == promise.reservation.zone
                {
                    promise.ended_at = at;
                }
            }
        }
        if let Some(open) = self.tickets.get_mut(&delivery.id) {
            *open = false;
        }
        let followers: Vec<DeliveryId> =
            self.after.iter().filter(|(_, before)| **before == delivery.id).map(|(id, _)| *id).collect();
        for id in followers {
            if let Some(follower) = self.deliveries.get_mut(&id).filter(|one| one.state == DeliveryState::Blocked) {
                (follower.state, follower.due_at) = (DeliveryState::Pending, at);
            }
        }
    }
}
