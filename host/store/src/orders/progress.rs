//! How far orders are by what has come back of them: state and credit follow from the stored figures, whoever brought them, and
//! whenever it was.

use std::collections::{BTreeMap, HashSet};

use mortise_domain::call::Interface;
use mortise_domain::decimal::Decimal;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::money::Amount;
use mortise_domain::order::{Order, OrderState};
use mortise_domain::ports::StoreError;
use mortise_domain::progress::{Progress, credit_freed, paid_by_booking};
use mortise_domain::timeline::Entry;
use serde_json::json;

use crate::Store;
use crate::counters::Ids;
use crate::database::{Database, Row, Sql, Tx};
use crate::fault::Fault;
use crate::timeline::Entries;

/// An order under lock.
pub(crate) struct Locked {
    pub(crate) number: String,
    pub(crate) state: OrderState,
    pub(crate) customer: String,
    pub(crate) credit: Amount,
    pub(crate) released: Amount,
    pub(crate) judged: Option<Order>,
}

/// What has come back of an order so far.
#[derive(Debug, Default, Clone)]
pub(crate) struct Back {
    /// By line, connection and interface.
    shipped: BTreeMap<(u32, String, String), Decimal>,
    /// Told by upstreams, in the order's currency.
    pub(crate) paid: Amount,
    /// Booked by people, in the company's currency.
    pub(crate) noted: Amount,
}

impl Back {
    /// Notes a figure; false: it is no more than was known of this source.
    pub(crate) fn ship(&mut self, source: (u32, &str, Interface), quantity: Decimal) -> bool {
        let (line, connection, interface) = source;
        let known = self.shipped.entry((line, connection.to_owned(), interface.name().to_owned())).or_default();
        let grows = quantity > *known;
        if grows {
            *known = quantity;
        }
        grows
    }

    /// What of each line has left: warehouses tell each of their own part, an ERP tells all of it.
    pub(crate) fn lines(&self) -> Vec<(u32, Decimal)> {
        let mut parts: BTreeMap<u32, (Decimal, Decimal)> = BTreeMap::new();
        for ((line, _, interface), quantity) in &self.shipped {
            let (told, summed) = parts.entry(*line).or_default();
            if interface == Interface::Inventory.name() {
                *summed = summed.plus(*quantity).unwrap_or(*summed);
            } else {
                *told = (*told).max(*quantity);
            }
        }
        parts.into_iter().map(|(line, (told, summed))| (line, told.max(summed).trimmed())).collect()
    }

    /// What counts as paid, in the order's currency: the same money may have been told and booked.
    pub(crate) fn paid_of(&self, credit: Amount, gross: Amount) -> Amount {
        self.paid.max(paid_by_booking(self.noted, credit, gross))
    }
}

const SHIPPED: &str = "SELECT line, connection, interface, quantity FROM shipped_lines WHERE order_id = $1";
const PAID: &str = "SELECT p.amount, p.noted, o.credit, o.gross FROM payments p JOIN orders o ON o.id = p.order_id \
                    WHERE p.order_id = $1";

fn back(shipped: Vec<Row>, paid: Option<Row>) -> Result<(Back, (Amount, Amount)), Fault> {
    let mut back = Back::default();
    for mut row in shipped {
        let key = (row.take()?, row.take()?, row.take()?);
        back.shipped.insert(key, row.take()?);
    }
    let mut amounts = (0, 0);
    if let Some(mut row) = paid {
        (back.paid, back.noted) = (row.take()?, row.take()?);
        amounts = (row.take()?, row.take::<Option<Amount>>()?.unwrap_or_default());
    }
    Ok((back, amounts))
}

pub(crate) async fn come_back(tx: &mut Tx, id: OrderId) -> Result<Back, Fault> {
    let shipped = tx.all(Sql::new(SHIPPED).bind(id.0)).await?;
    Ok(back(shipped, tx.first(Sql::new(PAID).bind(id.0)).await?)?.0)
}

/// Orders under lock. One that cannot be read holds no other up.
pub(crate) async fn lock(tx: &mut Tx, ids: impl Iterator<Item = i64>) -> Result<Vec<(OrderId, Locked)>, Fault> {
    let ids: Vec<i64> = ids.collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Sql::new("SELECT id, number, state, customer, credit, credit_released, judged FROM orders WHERE id IN ");
    let mut found = Vec::new();
    for mut row in tx.all(sql.list(ids).push(" ORDER BY id /* lock */")).await? {
        let id = OrderId(row.take()?);
        match locked(&mut row) {
            Ok(order) => found.push((id, order)),
            Err(error) => {
                tracing::error!(order = %id, %error, "an order cannot be read; what has come back of it is passed over");
            }
        }
    }
    Ok(found)
}

fn locked(row: &mut Row) -> Result<Locked, Fault> {
    Ok(Locked {
        number: row.take()?,
        state: row.word("order state", OrderState::parse)?,
        customer: row.take()?,
        credit: row.take()?,
        released: row.take()?,
        judged: row.json_if_set("order")?,
    })
}

/// Who says that money came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payer {
    /// An upstream. What people have booked without naming an order is this money.
    Upstream,
    /// A person, of this order.
    Person,
}

/// What customers get back of their credit, by code: written in this order, as all who lock customers do.
pub(crate) type Freed = BTreeMap<String, Amount>;

/// Puts the order where these figures say that it is, and notes what of its credit is free. Answers what is to be told of it.
pub(crate) async fn go_on(
    tx: &mut Tx,
    id: OrderId,
    order: &mut Locked,
    back: &Back,
    now: Instant,
    credit: &mut Freed,
) -> Result<Option<Entry>, Fault> {
    let Some(judged) = &order.judged else { return Ok(None) };
    let (gross, before) = (judged.totals.gross, order.state);
    let state = Progress::of(judged, &back.lines(), back.paid_of(order.credit, gross)).state(before);
    let freed = if before.is_due_everywhere() {
        // Of what is booked each unit counts, of what is told its share of the order's amount.
        let booked = back.noted.min(order.credit).max(0);
        credit_freed(order.credit, back.paid, gross).max(booked).max(order.released)
    } else {
        order.released
    };
    if state == before && freed == order.released {
        return Ok(None);
    }
    let sql = "UPDATE orders SET version = version + 1, state = $2, credit_released = $3 WHERE id = $1";
    tx.execute(Sql::new(sql).bind(id.0).bind(state.name()).bind(freed)).await?;
    if freed > order.released {
        *credit.entry(order.customer.clone()).or_default() += freed - order.released;
    }
    (order.state, order.released) = (state, freed);
    let told = || Entry::host(now, &format!("order.{}", state.name()), json!({ "from": before.name() }));
    Ok((state != before).then(told))
}

/// Gives credit back because money came in.
pub(crate) async fn free(tx: &mut Tx, credit: Freed, payer: Payer) -> Result<(), Fault> {
    let booked = "UPDATE customers SET open_credit = open_credit - $2 WHERE code = $1";
    let told = "UPDATE customers SET open_credit = open_credit - CASE WHEN on_account >= $2 THEN 0 ELSE $2 - on_account END, \
               on_account = CASE WHEN on_account >= $2 THEN on_account - $2 ELSE 0 END WHERE code = $1";
    let sql = if payer == Payer::Person { booked } else { told };
    for (customer, freed) in credit {
        tx.execute(Sql::new(sql).bind(customer).bind(freed)).await?;
    }
    Ok(())
}

/// What had come back of orders before they were confirmed: of those that upstreams knew from before a restoration.
pub(crate) async fn catch_up(
    tx: &mut Tx,
    confirmed: Vec<i64>,
    now: Instant,
    (ids, entries): (&mut Ids, &mut Entries),
) -> Result<(), Fault> {
    if confirmed.is_empty() {
        return Ok(());
    }
    let sql = Sql::new("SELECT order_id FROM shipped_lines WHERE order_id IN ").list(confirmed.clone());
    let sql = sql.push(" UNION SELECT order_id FROM payments WHERE order_id IN ").list(confirmed);
    let mut known: HashSet<i64> = HashSet::new();
    for mut row in tx.all(sql).await? {
        known.insert(row.take()?);
    }
    let mut freed = Freed::new();
    for (id, mut order) in lock(tx, known.into_iter()).await? {
        let back = come_back(tx, id).await?;
        if let Some(told) = go_on(tx, id, &mut order, &back, now, &mut freed).await? {
            entries.push_order(ids, id, &[told])?;
        }
    }
    free(tx, freed, Payer::Upstream).await
}

impl Store {
    /// What has come back of an order: quantities by line, in the line's unit, and what was paid, in the order's currency.
    pub async fn come_back(&self, id: OrderId) -> Result<(Vec<(u32, Decimal)>, Amount), StoreError> {
        Ok(read_back(&self.database, id).await?)
    }
}

async fn read_back(database: &Database, id: OrderId) -> Result<(Vec<(u32, Decimal)>, Amount), Fault> {
    let shipped = database.all(Sql::new(SHIPPED).bind(id.0)).await?;
    let paid = database.first(Sql::new(PAID).bind(id.0)).await?;
    let (back, (credit, gross)) = back(shipped, paid)?;
    Ok((back.lines(), back.paid_of(credit, gross)))
}
