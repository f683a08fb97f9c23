//! New deliveries, written with what causes them.

use mortise_domain::delivery::{DeliveryState, NewDelivery};
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;

use crate::counters::Ids;
use crate::database::{Tx, Value, json_text};
use crate::fault::Fault;

/// Because of which order they come into being, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cause<'a> {
    pub(crate) order: OrderId,
    pub(crate) number: &'a str,
    pub(crate) at: Instant,
    /// None of them is tried before.
    pub(crate) not_before: Instant,
    /// Their upstreams may know them already: what they cause is looked up before it is written.
    pub(crate) in_doubt: bool,
}

impl<'a> Cause<'a> {
    /// What follows at once, and for the first time.
    pub(crate) const fn new(order: OrderId, number: &'a str, at: Instant) -> Self {
        Self { order, number, at, not_before: Instant(0), in_doubt: false }
    }
}

/// Deliveries collected for one statement.
#[derive(Debug, Default)]
pub(crate) struct NewRows(Vec<[Value; 14]>);

impl NewRows {
    /// Adds a list whose entries refer to each other by position. Those that wait for no other are due at once.
    pub(crate) fn add(&mut self, list: &[NewDelivery], cause: Cause<'_>, ids: &mut Ids) -> Result<(), Fault> {
        let numbered = list.iter().map(|_| ids.one()).collect::<Result<Vec<_>, _>>()?;
        for (new, id) in list.iter().zip(&numbered) {
            let after = new.after.map(|at| numbered.get(at).copied().filter(|before| before != id));
            let after = match after {
                Some(None) => return Err(Fault::inconsistent("delivery", "it waits for one that is not in its list")),
                Some(Some(before)) => Some(before),
                None => None,
            };
            let (state, due_at) = match after {
                Some(_) => (DeliveryState::Blocked, Instant::NEVER),
                None => (DeliveryState::Pending, cause.at.max(cause.not_before)),
            };
            self.0.push([
                (*id).into(),
                cause.order.0.into(),
                cause.number.into(),
                (&new.connection).into(),
                new.operation.name().into(),
                (&new.key).into(),
                json_text(&new.detail)?.into(),
                state.name().into(),
                due_at.into(),
                after.into(),
                cause.at.into(),
                cause.not_before.into(),
                cause.in_doubt.into(),
                i64::from(cause.in_doubt).into(),
            ]);
        }
        Ok(())
    }

    /// Same key, same effect: a delivery whose key exists already is left as it is.
    pub(crate) async fn write(self, tx: &mut Tx) -> Result<(), Fault> {
        let head = "INSERT INTO deliveries (id, order_id, order_number, connection, operation, idempotency_key, detail, \
                    state, due_at, after_id, created_at, quiet_until, in_doubt, attempts)";
        tx.insert(head, self.0, "ON CONFLICT (idempotency_key) DO NOTHING").await
    }
}
