//! An order is taken back: its state, stock, credit and deliveries in one transaction, with what undoes them at the connections.

use mortise_domain::cancellation::{Caused, undo};
use mortise_domain::ids::{DeliveryId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::money::Amount;
use mortise_domain::order::OrderState;
use mortise_domain::ports::StoreError;
use mortise_domain::text::Text;
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::restored::{Supply, hand_to_people, take_back};
use crate::Store;
use crate::approvals::void_of_holds;
use crate::database::{Sql, Tx, transact};
use crate::deliveries::insert::{Cause, NewRows};
use crate::deliveries::read::{COLUMNS, delivery};
use crate::fault::Fault;
use crate::timeline::Entries;

/// What was done when an order was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled {
    /// Its state before.
    pub before: OrderState,
    /// Deliveries that were not wanted any more.
    pub dropped: usize,
    /// Deliveries that take back what was done, messages included.
    pub compensations: usize,
}

impl Store {
    /// Takes an order back that has not left the house. What has gone out is undone by deliveries of its own.
    pub async fn cancel_order(&self, order: OrderId, actor: &str, reason: &Text) -> Result<Cancelled, StoreError> {
        let sql = Sql::new("SELECT COUNT(*) FROM deliveries WHERE order_id = $1").bind(order.0);
        let row = self.database.first(sql).await?;
        let known: i64 = row.map(|mut row| row.take()).transpose()?.unwrap_or_default();
        let supply = Supply::take(self, usize::try_from(known).unwrap_or_default()).await?;
        let now = self.now();
        Ok(transact!(self.database, tx => cancel(tx, order, (actor, reason), now, supply.clone()))?)
    }
}

struct Order {
    number: String,
    state: OrderState,
    customer: String,
    credit: Amount,
}

async fn cancel(
    tx: &mut Tx,
    id: OrderId,
    (actor, reason): (&str, &Text),
    now: Instant,
    mut supply: Supply,
) -> Result<Cancelled, Fault> {
    let order = lock(tx, id).await?;
    let number = &order.number;
    if order.state.become_(OrderState::Cancelled).is_err() {
        let detail = format!("the order {number} is {} and cannot be cancelled any more", order.state.name());
        return Err(StoreError::Conflict(detail).into());
    }
    let shipped = Sql::new("SELECT line FROM shipped_lines WHERE order_id = $1 LIMIT 1").bind(id.0);
    if tx.first(shipped).await?.is_some() {
        let detail = format!("goods of the order {number} have left already, so it cannot be cancelled as a whole");
        return Err(StoreError::Conflict(detail).into());
    }
    let sql = "UPDATE orders SET state = 'cancelled', version = version + 1, evaluate_at = $2, decided_at = $3, \
               credit_released = credit WHERE id = $1";
    tx.execute(Sql::new(sql).bind(id.0).bind(Instant::NEVER).bind(now)).await?;
    if order.credit != 0 {
        let sql = "UPDATE customers SET open_credit = open_credit - $2 WHERE code = $1";
        tx.execute(Sql::new(sql).bind(&order.customer).bind(order.credit)).await?;
    }
    let sql =
        "UPDATE holds SET released_at = $2, released_by = $3 WHERE order_id = $1 AND released_at IS NULL RETURNING id";
    let ended = tx.all(Sql::new(sql).bind(id.0).bind(now).bind(actor)).await?;
    let ended = ended.into_iter().map(|mut row| row.take()).collect::<Result<Vec<i64>, Fault>>()?;
    void_of_holds(tx, ended, now).await?;
    let undoing = undo(number, &caused(tx, id).await?, reason);
    drop_deliveries(tx, &undoing.cancelled, actor, now).await?;
    let mut rows = NewRows::default();
    let cause = Cause { order: id, number, at: now, not_before: undoing.not_before, in_doubt: false };
    rows.add(&undoing.compensations, cause, &mut supply.deliveries)?;
    let cause = Cause { not_before: undoing.messages_not_before, ..cause };
    rows.add(&undoing.messages, cause, &mut supply.deliveries)?;
    rows.write(tx).await?;
    let mut entries = Entries::default();
    if !undoing.compensations.is_empty() {
        without_connection(tx, (id, number), now, (&mut supply, &mut entries)).await?;
    }
    let presumed = take_back(tx, (id, number), (reason, now), (&mut supply, &mut entries)).await?;
    let sql = "UPDATE reservations SET ended_at = $2 WHERE order_id = $1 AND ended_at = 9223372036854775807";
    tx.execute(Sql::new(sql).bind(id.0).bind(now)).await?;
    let (dropped, compensations) =
        (undoing.cancelled.len(), undoing.compensations.len() + undoing.messages.len() + presumed);
    let data = json!({
        "reason": reason, "from": order.state.name(), "dropped": dropped, "compensations": compensations, "credit": order.credit,
    });
    entries.push_order(&mut supply.entries, id, &[Entry::by(actor, now, "order.cancelled", data)])?;
    entries.write(tx).await?;
    Ok(Cancelled { before: order.state, dropped, compensations })
}

/// Connections that are gone take nothing back: what is to be done there waits for a person.
async fn without_connection(
    tx: &mut Tx,
    order: (OrderId, &str),
    now: Instant,
    to: (&mut Supply, &mut Entries),
) -> Result<(), Fault> {
    let why = Text::new(
        "连接已被删除：请在该系统中手工撤销，然后关闭工单",
        "the connection was deleted: take it back in that system by hand, then close the ticket",
    );
    let sql = "UPDATE deliveries SET state = 'waiting', due_at = $2, last_failure = $3 WHERE order_id = $1 \
               AND state IN ('pending', 'blocked') AND operation IN ('cancel-pick', 'cancel-receivable', 'cancel-order') \
               AND connection NOT IN (SELECT name FROM connections) RETURNING id, connection, operation";
    hand_to_people(tx, Sql::new(sql), order, (why, now), to).await
}

async fn lock(tx: &mut Tx, id: OrderId) -> Result<Order, Fault> {
    let sql = "SELECT number, state, customer, credit - credit_released FROM orders WHERE id = $1 /* lock */";
    let row = tx.first(Sql::new(sql).bind(id.0)).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("order {id}")))?;
    Ok(Order {
        number: row.take()?,
        state: row.word("order state", OrderState::parse)?,
        customer: row.take()?,
        credit: row.take()?,
    })
}

async fn caused(tx: &mut Tx, order: OrderId) -> Result<Vec<Caused>, Fault> {
    let sql = Sql::new("SELECT ").push(COLUMNS).push(", claimed, quiet_until FROM deliveries WHERE order_id = $1");
    let rows = tx.all(sql.push(" ORDER BY id /* lock */").bind(order.0)).await?;
    let read = |mut row: crate::database::Row| {
        Ok(Caused { delivery: delivery(&mut row)?, claimed: row.take()?, quiet_until: row.take()? })
    };
    rows.into_iter().map(read).collect()
}

/// One that is being tried stays claimed, so that what becomes of the attempt is still noted.
async fn drop_deliveries(tx: &mut Tx, dropped: &[DeliveryId], actor: &str, now: Instant) -> Result<(), Fault> {
    if dropped.is_empty() {
        return Ok(());
    }
    let ids = || dropped.iter().map(|id| id.0);
    let sql = Sql::new("UPDATE deliveries SET state = 'cancelled', due_at = $1 WHERE id IN ").bind(Instant::NEVER);
    tx.execute(sql.list(ids())).await?;
    let sql = "UPDATE tickets SET closed_at = $1, closed_by = $2 WHERE closed_at IS NULL AND delivery_id IN ";
    tx.execute(Sql::new(sql).bind(now).bind(actor).list(ids())).await?;
    Ok(())
}
