//! Orders as people and systems ask for them.

use mortise_domain::access::Reach;
use mortise_domain::evaluation::Evaluation;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::money::Totals;
use mortise_domain::order::{Order, OrderKind, OrderState};
use mortise_domain::ports::StoreError;
use mortise_domain::submission::Submission;
use mortise_domain::text::Text;
use serde::Serialize;

use crate::Store;
use crate::database::{Row, Sql};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};
use crate::reach::store_within;

/// Which orders are listed.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// In this state.
    pub state: Option<OrderState>,
    /// Of this customer.
    pub customer: Option<String>,
    /// Of this store.
    pub store: Option<String>,
    /// With this reference of the caller.
    pub reference: Option<String>,
    /// With a line of this item, once judged.
    pub sku: Option<String>,
    /// Received from then on.
    pub since: Option<Instant>,
    /// Received before then.
    pub until: Option<Instant>,
}

/// An order as it stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderSummary {
    /// Its id.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// Sale or return.
    pub kind: OrderKind,
    /// Its state.
    pub state: OrderState,
    /// Rises with every change.
    pub version: i64,
    /// The caller's own number for it.
    pub reference: String,
    /// Code of the customer.
    pub customer: String,
    /// Code of the store.
    pub store: String,
    /// Of its amounts; none while it has no prices.
    pub currency: Option<String>,
    /// Its amounts; none while it has no prices.
    pub totals: Option<Totals>,
    /// When the customer placed it.
    pub placed_at: Instant,
    /// When it was handed in.
    pub received_at: Instant,
    /// When it was last judged.
    pub decided_at: Option<Instant>,
    /// Who handed it in: a token's name.
    pub actor: String,
}

/// An order with everything that was handed in and found out.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredOrder {
    /// What stands in lists.
    pub summary: OrderSummary,
    /// What was handed in.
    pub submission: Submission,
    /// As it was last judged.
    pub order: Option<Order>,
    /// What was found out then.
    pub evaluation: Option<Evaluation>,
    /// Of a rejected order.
    pub reject_reason: Option<Text>,
    /// Codes of holds that a person has released.
    pub waived: Vec<String>,
}

pub(super) const COLUMNS: &str = "SELECT id, number, kind, state, version, reference, customer, store, currency, net, tax, gross, \
                       placed_at, received_at, decided_at, actor";

pub(super) async fn judged(store: &Store, id: OrderId) -> Result<Option<(Order, OrderState)>, Fault> {
    let sql = "SELECT judged, state FROM orders WHERE id = $1 AND judged IS NOT NULL";
    let row = store.database.first(Sql::new(sql).bind(id.0)).await?;
    row.map(|mut row| Ok((row.json("order")?, row.word("order state", OrderState::parse)?))).transpose()
}

impl Store {
    /// An order within reach, with everything known about it.
    pub async fn stored_order(&self, id: OrderId, reach: &Reach) -> Result<Option<StoredOrder>, StoreError> {
        let sql = Sql::new(COLUMNS).push(", submission, judged, evaluation, reject_reason FROM orders WHERE id = $1");
        let sql = store_within(sql.bind(id.0), "store", reach);
        let Some(mut row) = self.database.first(sql).await? else { return Ok(None) };
        let sql = Sql::new("SELECT code FROM waivers WHERE order_id = $1 ORDER BY at, code").bind(id.0);
        let waived = self.database.all(sql).await?;
        Ok(Some(StoredOrder {
            summary: summary(&mut row)?,
            submission: row.json("submission")?,
            order: row.json_if_set("order")?,
            evaluation: row.json_if_set("evaluation")?,
            reject_reason: row.json_if_set("reason")?,
            waived: waived.into_iter().map(|mut row| row.take()).collect::<Result<_, Fault>>()?,
        }))
    }

    /// The order of this number, where it is within reach.
    pub async fn order_by_number(&self, number: &str, reach: &Reach) -> Result<Option<StoredOrder>, StoreError> {
        let Some(id) = super::id_of_number(number) else { return Ok(None) };
        Ok(self.stored_order(id, reach).await?.filter(|order| order.summary.number == number))
    }

    /// Orders within reach, those received last first.
    pub async fn list_orders(
        &self,
        reach: &Reach,
        filter: &OrderFilter,
        page: &PageRequest,
    ) -> Result<Page<OrderSummary>, StoreError> {
        let mut sql = store_within(Sql::new(COLUMNS).push(" FROM orders WHERE 1 = 1"), "store", reach);
        if let Some(state) = filter.state {
            sql = sql.push_bind(" AND state = ", state.name());
        }
        if let Some(customer) = &filter.customer {
            sql = sql.push_bind(" AND customer = ", customer);
        }
        if let Some(store) = &filter.store {
            sql = sql.push_bind(" AND store = ", store);
        }
        if let Some(reference) = &filter.reference {
            // The second condition lets both engines use the index of references.
            sql = sql.push_bind(" AND reference = ", reference).push(" AND reference <> ''");
        }
        if let Some(sku) = &filter.sku {
            sql = sql.push_bind(" AND id IN (SELECT order_id FROM order_lines WHERE sku = ", sku).push(")");
        }
        if let Some(since) = filter.since {
            sql = sql.push_bind(" AND received_at >= ", since);
        }
        if let Some(until) = filter.until {
            sql = sql.push_bind(" AND received_at < ", until);
        }
        if let Some(Cursor { at, id, .. }) = &page.after {
            sql = sql.push_bind(" AND (received_at, id) < (", *at).push_bind(", ", *id).push(")");
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY received_at DESC, id DESC"))).await?;
        Ok(page.page(rows, summary, |order| Cursor::of(order.received_at.0, order.id.0))?)
    }
}

pub(super) async fn state(store: &Store, id: OrderId) -> Result<Option<OrderState>, Fault> {
    let row = store.database.first(Sql::new("SELECT state FROM orders WHERE id = $1").bind(id.0)).await?;
    row.map(|mut row| row.word("order state", OrderState::parse)).transpose()
}

pub(super) fn summary(row: &mut Row) -> Result<OrderSummary, Fault> {
    Ok(OrderSummary {
        id: OrderId(row.take()?),
        number: row.take()?,
        kind: row.word("order kind", OrderKind::parse)?,
        state: row.word("order state", OrderState::parse)?,
        version: row.take()?,
        reference: row.take()?,
        customer: row.take()?,
        store: row.take()?,
        currency: row.take()?,
        totals: totals(row)?,
        placed_at: row.take()?,
        received_at: row.take()?,
        decided_at: row.take()?,
        actor: row.take()?,
    })
}

fn totals(row: &mut Row) -> Result<Option<Totals>, Fault> {
    let (net, tax, gross) = (row.take::<Option<i64>>()?, row.take::<Option<i64>>()?, row.take::<Option<i64>>()?);
    Ok(match (net, tax, gross) {
        (Some(net), Some(tax), Some(gross)) => Some(Totals { net, tax, gross }),
        _ => None,
    })
}
