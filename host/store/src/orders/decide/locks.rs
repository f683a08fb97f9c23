//! What a batch of decisions rests on, read under lock, always in this order: orders, stock, customers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mortise_domain::evaluation::{Conclusion, Confirmation, Decision};
use mortise_domain::hold::Reason;
use mortise_domain::ids::{HoldId, OrderId};
use mortise_domain::money::Amount;
use mortise_domain::order::OrderState;

use crate::database::{Row, Sql, Tx};
use crate::fault::Fault;
use crate::orders::promises::{self, Place};

/// An order's row as it is now.
pub(super) struct LockedOrder {
    pub(super) number: String,
    pub(super) state: OrderState,
    pub(super) version: i64,
    pub(super) customer: String,
    /// Has it lines from an earlier judgement?
    pub(super) judged: bool,
    /// Was it undecided in a backup? Its upstreams may know it already.
    pub(super) restored: bool,
}

/// A hold that is open.
pub(super) struct OpenHold {
    pub(super) id: HoldId,
    pub(super) code: String,
    /// None: it cannot be read.
    pub(super) reason: Option<Reason>,
    /// What the order amounted to when it was opened.
    pub(super) gross: Option<Amount>,
}

/// Everything under lock. The figures are counted on as decisions of the batch are accepted.
pub(super) struct Locked {
    pub(super) orders: HashMap<OrderId, LockedOrder>,
    pub(super) open_holds: HashMap<OrderId, Vec<OpenHold>>,
    /// What held orders amounted to when people released them.
    pub(super) released_at: HashMap<OrderId, Vec<Amount>>,
    /// Orders that come to another amount by now than people have released.
    pub(super) outdated: Vec<OrderId>,
    /// What is free of each (item, warehouse), in millionths.
    pub(super) free: BTreeMap<Place, i64>,
    /// What is open of each customer's credit, and its limit.
    pub(super) credit: BTreeMap<String, (Amount, Option<Amount>)>,
}

pub(super) async fn take(tx: &mut Tx, batch: &[Decision]) -> Result<Locked, Fault> {
    let orders = orders(tx, batch).await?;
    let held: Vec<OrderId> =
        orders.iter().filter(|(_, order)| order.state == OrderState::Held).map(|(id, _)| *id).collect();
    let open_holds = open_holds(tx, &held).await?;
    let released_at = released_at(tx, &held).await?;
    let confirmations: Vec<(&LockedOrder, &Confirmation)> =
        batch.iter().filter_map(|decision| confirmation(&orders, decision)).collect();
    let readings = promises::newest(
        confirmations.iter().flat_map(|(_, confirmation)| &confirmation.readings),
        confirmations.iter().flat_map(|(_, confirmation)| {
            confirmation.reservations.iter().map(|promise| (promise.sku.clone(), promise.warehouse.clone()))
        }),
    );
    let customers: BTreeSet<String> = confirmations
        .iter()
        .filter(|(_, confirmation)| confirmation.credit != 0)
        .map(|(order, _)| order.customer.clone())
        .collect();
    let free = promises::lock(tx, readings).await?;
    let credit = credit(tx, customers).await?;
    Ok(Locked { orders, open_holds, released_at, outdated: Vec::new(), free, credit })
}

/// The confirmation of a decision that is not stale.
fn confirmation<'a>(
    orders: &'a HashMap<OrderId, LockedOrder>,
    decision: &'a Decision,
) -> Option<(&'a LockedOrder, &'a Confirmation)> {
    let order = orders.get(&decision.order_id).filter(|order| order.version == decision.version)?;
    match &decision.verdict {
        Conclusion::Confirm(confirmation) => Some((order, confirmation)),
        Conclusion::Hold { .. } | Conclusion::Reject { .. } => None,
    }
}

async fn orders(tx: &mut Tx, batch: &[Decision]) -> Result<HashMap<OrderId, LockedOrder>, Fault> {
    let ids: BTreeSet<i64> = batch.iter().map(|decision| decision.order_id.0).collect();
    let sql =
        Sql::new("SELECT id, number, state, version, customer, judged IS NOT NULL, restored FROM orders WHERE id IN ")
            .list(ids)
            .push(" ORDER BY id /* lock */");
    tx.all(sql).await?.into_iter().map(|mut row| Ok((OrderId(row.take()?), order(&mut row)?))).collect()
}

fn order(row: &mut Row) -> Result<LockedOrder, Fault> {
    Ok(LockedOrder {
        number: row.take()?,
        state: row.word("order state", OrderState::parse)?,
        version: row.take()?,
        customer: row.take()?,
        judged: row.take()?,
        restored: row.take()?,
    })
}

async fn open_holds(tx: &mut Tx, held: &[OrderId]) -> Result<HashMap<OrderId, Vec<OpenHold>>, Fault> {
    let mut open: HashMap<OrderId, Vec<OpenHold>> = HashMap::new();
    if held.is_empty() {
        return Ok(open);
    }
    let sql =
        Sql::new("SELECT order_id, id, code, reason, gross FROM holds WHERE released_at IS NULL AND order_id IN ")
            .list(held.iter().map(|id| id.0));
    for mut row in tx.all(sql).await? {
        let (order, id, code, reason) = (OrderId(row.take()?), HoldId(row.take()?), row.take()?, row.take::<String>()?);
        let hold = OpenHold { id, code, reason: serde_json::from_str(&reason).ok(), gross: row.take()? };
        open.entry(order).or_default().push(hold);
    }
    Ok(open)
}

async fn released_at(tx: &mut Tx, held: &[OrderId]) -> Result<HashMap<OrderId, Vec<Amount>>, Fault> {
    let mut found: HashMap<OrderId, Vec<Amount>> = HashMap::new();
    if held.is_empty() {
        return Ok(found);
    }
    let sql = Sql::new("SELECT order_id, gross FROM waivers WHERE gross IS NOT NULL AND order_id IN ")
        .list(held.iter().map(|id| id.0));
    for mut row in tx.all(sql).await? {
        found.entry(OrderId(row.take()?)).or_default().push(row.take()?);
    }
    Ok(found)
}

async fn credit(tx: &mut Tx, customers: BTreeSet<String>) -> Result<BTreeMap<String, (Amount, Option<Amount>)>, Fault> {
    if customers.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = Sql::new("SELECT code, open_credit, credit_limit FROM customers WHERE code IN ")
        .list(customers)
        .push(" ORDER BY code /* lock */");
    tx.all(sql).await?.into_iter().map(|mut row| Ok((row.take()?, (row.take()?, row.take()?)))).collect()
}
