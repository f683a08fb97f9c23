//! What this node has in hand. A clock that jumps ahead ends leases before their time; what is in hand is not claimed again here.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use mortise_domain::delivery::Delivery;
use mortise_domain::ids::DeliveryId;
use mortise_domain::instant::Instant;

#[derive(Default)]
pub(super) struct Hand(Mutex<HashMap<DeliveryId, Instant>>);

/// Deliveries in hand, until it is dropped.
pub(super) struct Held<'a> {
    hand: &'a Hand,
    ids: Vec<DeliveryId>,
}

impl Hand {
    /// Takes what was claimed.
    pub fn take(&self, claimed: &[Delivery]) {
        self.lock().extend(claimed.iter().map(|delivery| (delivery.id, delivery.due_at)));
    }

    /// Holds what was taken, to let it go in the end.
    pub fn hold(&self, deliveries: &[Delivery]) -> Held<'_> {
        Held { hand: self, ids: deliveries.iter().map(|delivery| delivery.id).collect() }
    }

    /// What is in hand although its lease has run out by the clock.
    pub fn overdue(&self, now: Instant) -> Vec<DeliveryId> {
        self.lock().iter().filter(|(_, lease_until)| **lease_until <= now).map(|(id, _)| *id).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<DeliveryId, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut hand = self.hand.lock();
        for id in &self.ids {
            hand.remove(id);
        }
    }
}
