//! Deliveries as people and systems ask for them.

use mortise_domain::access::Reach;
use mortise_domain::delivery::{Attempt, Delivery, DeliveryState, Operation};
use mortise_domain::ids::{DeliveryId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::{Row, Sql};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};
use crate::reach::order_within;

/// Which deliveries are listed.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Of this order.
    pub order: Option<OrderId>,
    /// In this state.
    pub state: Option<DeliveryState>,
    /// At this connection.
    pub connection: Option<String>,
    /// That do this.
    pub operation: Option<Operation>,
    /// Caused from then on.
    pub since: Option<Instant>,
    /// Caused before then.
    pub until: Option<Instant>,
}

pub(crate) const COLUMNS: &str = "id, order_id, order_number, connection, operation, idempotency_key, detail, state, \
                                  due_at, attempts, claims, failures, in_doubt, external_id, last_failure, created_at, done_at";

pub(crate) fn delivery(row: &mut Row) -> Result<Delivery, Fault> {
    Ok(Delivery {
        id: DeliveryId(row.take()?),
        order: OrderId(row.take()?),
        order_number: row.take()?,
        connection: row.take()?,
        operation: row.word("operation", Operation::parse)?,
        key: row.take()?,
        detail: row.json("delivery")?,
        state: row.word("delivery state", DeliveryState::parse)?,
        due_at: row.take()?,
        attempts: row.take()?,
        claims: row.take()?,
        failures: row.take()?,
        in_doubt: row.take()?,
        external_id: row.take()?,
        last_failure: row.json_if_set("failure")?,
        created_at: row.take()?,
        done_at: row.take()?,
    })
}

impl Store {
    /// Deliveries of the orders within reach, newest first.
    pub async fn list_deliveries(
        &self,
        reach: &Reach,
        filter: &DeliveryFilter,
        page: &PageRequest,
    ) -> Result<Page<Delivery>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM deliveries WHERE 1 = 1");
        let mut sql = order_within(sql, "order_id", reach);
        if let Some(order) = filter.order {
            sql = sql.push_bind(" AND order_id = ", order.0);
        }
        if let Some(state) = filter.state {
            sql = sql.push_bind(" AND state = ", state.name());
        }
        if let Some(connection) = &filter.connection {
            sql = sql.push_bind(" AND connection = ", connection);
        }
        if let Some(operation) = filter.operation {
            sql = sql.push_bind(" AND operation = ", operation.name());
        }
        if let Some(since) = filter.since {
            sql = sql.push_bind(" AND created_at >= ", since);
        }
        if let Some(until) = filter.until {
            sql = sql.push_bind(" AND created_at < ", until);
        }
        let rows = self.database.all(page.newest_first(sql)).await?;
        Ok(page.page(rows, delivery, |delivery| Cursor::of(0, delivery.id.0))?)
    }

    /// A delivery of an order within reach, with its attempts, first attempt first.
    pub async fn delivery(
        &self,
        id: DeliveryId,
        reach: &Reach,
    ) -> Result<Option<(Delivery, Vec<Attempt>)>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM deliveries WHERE id = $1").bind(id.0);
        let Some(mut row) = self.database.first(order_within(sql, "order_id", reach)).await? else { return Ok(None) };
        Ok(Some((delivery(&mut row)?, super::attempts::of(self, id).await?)))
    }
}
