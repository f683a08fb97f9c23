//! Tickets: opened and closed by settlements, closed by people too.

use mortise_domain::access::Reach;
use mortise_domain::ids::{DeliveryId, OrderId, TicketId};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ticket::Ticket;
use mortise_domain::timeline::Entry;
use serde_json::json;

use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};
use crate::reach::order_within;
use crate::timeline::Entries;

/// Which tickets are listed.
#[derive(Debug, Clone, Default)]
pub struct TicketFilter {
    /// Open ones, or closed ones.
    pub open: Option<bool>,
    /// Of this connection.
    pub connection: Option<String>,
}

const COLUMNS: &str = "SELECT id, delivery_id, order_id, order_number, connection, failure, opened_at, closed_at, closed_by \
                       FROM tickets";

impl Store {
    /// Tickets of the orders within reach, newest first.
    pub async fn list_tickets(
        &self,
        reach: &Reach,
        filter: &TicketFilter,
        page: &PageRequest,
    ) -> Result<Page<Ticket>, StoreError> {
        let sql = Sql::new(COLUMNS).push(match filter.open {
            Some(true) => " WHERE closed_at IS NULL",
            Some(false) => " WHERE closed_at IS NOT NULL",
            None => " WHERE 1 = 1",
        });
        let mut sql = order_within(sql, "order_id", reach);
        if let Some(connection) = &filter.connection {
            sql = sql.push_bind(" AND connection = ", connection);
        }
        let rows = self.database.all(page.newest_first(sql)).await?;
        Ok(page.page(rows, read, |ticket| Cursor::of(0, ticket.id.0))?)
    }

    /// A ticket of an order within reach.
    pub async fn ticket(&self, id: TicketId, reach: &Reach) -> Result<Option<Ticket>, StoreError> {
        let sql = order_within(Sql::new(COLUMNS).push(" WHERE id = $1").bind(id.0), "order_id", reach);
        let row = self.database.first(sql).await?;
        Ok(row.map(|mut row| read(&mut row)).transpose()?)
    }

    /// Closes an open ticket by a person. The delivery itself is left as it is.
    pub async fn close_ticket(&self, id: TicketId, actor: &str) -> Result<(), StoreError> {
        let ids = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        transact!(self.database, tx => close(tx, id, actor, now, ids.clone()))?;
        Ok(())
    }
}

async fn close(tx: &mut Tx, id: TicketId, actor: &str, now: Instant, mut ids: Ids) -> Result<(), Fault> {
    let sql = "UPDATE tickets SET closed_at = $2, closed_by = $3 WHERE id = $1 AND closed_at IS NULL \
               RETURNING order_id, delivery_id";
    let Some(mut row) = tx.first(Sql::new(sql).bind(id.0).bind(now).bind(actor)).await? else {
        let known = tx.first(Sql::new("SELECT id FROM tickets WHERE id = $1").bind(id.0)).await?;
        return Err(match known {
            Some(_) => StoreError::Conflict(format!("ticket {id} is closed already")),
            None => StoreError::NotFound(format!("ticket {id}")),
        }
        .into());
    };
    let (order, delivery): (i64, i64) = (row.take()?, row.take()?);
    let entry = Entry::by(actor, now, "ticket.closed", json!({ "ticket": id, "delivery": delivery }));
    let mut entries = Entries::default();
    entries.push_order(&mut ids, OrderId(order), &[entry])?;
    entries.write(tx).await
}

fn read(row: &mut Row) -> Result<Ticket, Fault> {
    Ok(Ticket {
        id: TicketId(row.take()?),
        delivery: DeliveryId(row.take()?),
        order: OrderId(row.take()?),
        order_number: row.take()?,
        connection: row.take()?,
        failure: row.json("failure")?,
        opened_at: row.take()?,
        closed_at: row.take()?,
        closed_by: row.take()?,
    })
}
