//! Whether a decision may be written: pure, over what is under lock.

use std::collections::BTreeMap;

use mortise_domain::evaluation::{Conclusion, Confirmation, Decided, Decision};
use mortise_domain::order::OrderState;

use super::locks::Locked;
use crate::orders::promises::{Place, micros};

impl Locked {
    /// Judges a decision and counts on where it may be written, so that later decisions of the batch see it.
    pub(super) fn judge(&mut self, decision: &Decision) -> Decided {
        let to = match &decision.verdict {
            Conclusion::Confirm(_) => OrderState::Confirmed,
            Conclusion::Hold { .. } => OrderState::Held,
            Conclusion::Reject { .. } => OrderState::Rejected,
        };
        let Some(order) = self.orders.get(&decision.order_id) else { return Decided::Stale };
        if order.version != decision.version || order.state.become_(to).is_err() {
            return Decided::Stale;
        }
        if let Conclusion::Confirm(confirmation) = &decision.verdict {
            let gross = decision.order.as_deref().map(|order| order.totals.gross);
            let released = self.released_at.get(&decision.order_id);
            if released.into_iter().flatten().any(|amount| gross.is_some_and(|gross| gross != *amount)) {
                self.outdated.push(decision.order_id);
                return Decided::Stale;
            }
            let customer = order.customer.clone();
            if let Err(refusal) = self.confirm(confirmation, &customer) {
                return refusal;
            }
        }
        if let Some(order) = self.orders.get_mut(&decision.order_id) {
            // A second decision of this batch on the same order comes too late.
            order.version += 1;
        }
        Decided::Written(to)
    }

    fn confirm(&mut self, confirmation: &Confirmation, customer: &str) -> Result<(), Decided> {
        let mut needed: BTreeMap<Place, i64> = BTreeMap::new();
        for promise in &confirmation.reservations {
            let need = needed.entry((promise.sku.clone(), promise.warehouse.clone())).or_default();
            *need = need.saturating_add(micros(promise.quantity));
        }
        let short: Vec<(String, String)> = needed
            .iter()
            .filter(|(place, need)| self.free.get(*place).copied().unwrap_or(0) < **need)
            .map(|((sku, warehouse), _)| (warehouse.clone(), sku.clone()))
            .collect();
        if !short.is_empty() {
            return Err(Decided::OutOfStock(short));
        }
        if let Some((open, limit)) = self.credit.get_mut(customer) {
            let then = open.saturating_add(confirmation.credit);
            if let Some(limit) = *limit
                && confirmation.credit > 0
                && !confirmation.credit_waived
                && then > limit
            {
                return Err(Decided::OverCredit { open: *open, limit });
            }
            *open = then;
        }
        for (place, need) in needed {
            if let Some(free) = self.free.get_mut(&place) {
                *free = free.saturating_sub(need);
            }
        }
        Ok(())
    }
}
