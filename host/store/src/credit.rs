//! What people book of customers' credit: payments, and what was owed before the first order. Upstreams tell payments too
//! (`orders/returns.rs`); the same money frees credit once, whoever tells it first.

use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::money::Amount;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde::Serialize;
use serde_json::json;

use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Sql, Tx, json_text, transact};
use crate::fault::Fault;
use crate::orders::progress::{Freed, Payer, come_back, free, go_on, lock};
use crate::timeline::Entries;

/// What somebody books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CreditBooking {
    /// The customer.
    pub customer: String,
    /// In the company's currency; negative: the customer has paid.
    pub delta: Amount,
    /// The order that was paid.
    pub order: Option<OrderId>,
    /// It has nothing to do with orders that are kept here: no upstream will tell it of one.
    pub elsewhere: bool,
}

impl Store {
    /// Books and answers what is open then. The same key of the same actor books once.
    pub async fn book_credit(
        &self,
        booking: &CreditBooking,
        actor: &str,
        key: Option<&str>,
    ) -> Result<Amount, StoreError> {
        let now = self.now();
        let ids = self.ids(Counter::Entry, 2).await?;
        Ok(transact!(self.database, tx => book(tx, booking, (actor, key), now, ids.clone()))?)
    }
}

async fn book(
    tx: &mut Tx,
    booking: &CreditBooking,
    (actor, key): (&str, Option<&str>),
    now: Instant,
    ids: Ids,
) -> Result<Amount, Fault> {
    let CreditBooking { customer, delta, order, elsewhere } = booking;
    if let Some(key) = key
        && let Some(open) = reserve(tx, booking, (actor, key), now).await?
    {
        return Ok(open);
    }
    match order {
        Some(order) => book_to(tx, *order, booking, (actor, now), ids).await?,
        None => {
            // Whoever takes a payment back takes it from what was booked like it.
            let sql = "UPDATE customers SET open_credit = open_credit + $2, \
                       on_account = CASE WHEN on_account < $3 THEN 0 ELSE on_account - $3 END WHERE code = $1";
            let matched = if *elsewhere { 0 } else { *delta };
            tx.execute(Sql::new(sql).bind(customer).bind(*delta).bind(matched)).await?;
        }
    }
    let row = tx.first(Sql::new("SELECT open_credit FROM customers WHERE code = $1").bind(customer)).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("customer {customer}")))?;
    let open: Amount = row.take()?;
    if let Some(key) = key {
        let sql = "UPDATE credit_bookings SET open_credit = $3 WHERE actor = $1 AND idempotency_key = $2";
        tx.execute(Sql::new(sql).bind(actor).bind(key).bind(open)).await?;
    }
    Ok(open)
}

/// Takes the key; where it was used before, answers what was open then.
async fn reserve(
    tx: &mut Tx,
    booking: &CreditBooking,
    (actor, key): (&str, &str),
    now: Instant,
) -> Result<Option<Amount>, Fault> {
    let text = json_text(booking)?;
    let sql = "INSERT INTO credit_bookings (actor, idempotency_key, booking, open_credit, at) VALUES ($1, $2, $3, 0, $4) \
               ON CONFLICT (actor, idempotency_key) DO NOTHING";
    if tx.execute(Sql::new(sql).bind(actor).bind(key).bind(&text).bind(now)).await? > 0 {
        return Ok(None);
    }
    let sql = "SELECT booking, open_credit FROM credit_bookings WHERE actor = $1 AND idempotency_key = $2";
    let row = tx.first(Sql::new(sql).bind(actor).bind(key)).await?;
    let mut row = row.ok_or_else(|| Fault::inconsistent("booking", "its key is neither new nor known"))?;
    if row.take::<String>()? != text {
        let text = "the idempotency key was used for another booking: use a new key for a new booking";
        return Err(StoreError::Conflict(text.into()).into());
    }
    Ok(Some(row.take()?))
}

async fn book_to(
    tx: &mut Tx,
    id: OrderId,
    booking: &CreditBooking,
    (actor, now): (&str, Instant),
    mut ids: Ids,
) -> Result<(), Fault> {
    let no_such = || StoreError::NotFound(format!("order {id} of the customer {}", booking.customer));
    let found = lock(tx, std::iter::once(id.0)).await?.pop();
    let (_, mut order) = found.filter(|(_, order)| order.customer == booking.customer).ok_or_else(no_such)?;
    let number = &order.number;
    let mut back = come_back(tx, id).await?;
    let paid = booking.delta.saturating_neg();
    let left = order.credit.saturating_sub(back.noted);
    if !order.state.is_due_everywhere() || paid <= 0 || paid > left {
        let text = format!(
            "of the order {number} ({}) at most {} can be booked as paid: book the rest without an order",
            order.state.name(),
            if order.state.is_due_everywhere() { left.max(0) } else { 0 },
        );
        return Err(StoreError::Conflict(text).into());
    }
    back.noted = back.noted.saturating_add(paid);
    let currency = order.judged.as_ref().map(|judged| judged.currency.clone()).unwrap_or_default();
    let sql = "INSERT INTO payments (order_id, amount, currency, connection, at, noted) VALUES ($1, 0, $2, '', $3, $4) \
               ON CONFLICT (order_id) DO UPDATE SET noted = excluded.noted, at = excluded.at";
    tx.execute(Sql::new(sql).bind(id.0).bind(currency).bind(now).bind(back.noted)).await?;
    let mut story = vec![Entry::by(actor, now, "order.payment", json!({ "booked": paid }))];
    let mut freed = Freed::new();
    story.extend(go_on(tx, id, &mut order, &back, now, &mut freed).await?);
    free(tx, freed, Payer::Person).await?;
    let mut entries = Entries::default();
    entries.push_order(&mut ids, id, &story)?;
    entries.write(tx).await
}
