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
    /// Of this user; an empty name: of nobody.
    pub assignee: Option<String>,
    /// Opened from then on.
    pub since: Option<Instant>,
    /// Opened before then.
    pub until: Option<Instant>,
}

const COLUMNS: &str = "SELECT id, delivery_id, order_id, order_number, connection, failure, assignee, opened_at, closed_at, closed_by \
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
        sql = match filter.assignee.as_deref() {
            None => sql,
            Some("") => sql.push(" AND assignee IS NULL"),
            Some(name) => sql.push_bind(" AND assignee = ", name),
        };
        if let Some(since) = filter.since {
            sql = sql.push_bind(" AND opened_at >= ", since);
        }
        if let Some(until) = filter.until {
            sql = sql.push_bind(" AND opened_at < ", until);
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
        let ids = self.ids(Counter::Entry, 2).await?;
        let now = self.now();
        transact!(self.database, tx => close(tx, id, actor, now, ids.clone()))?;
        Ok(())
    }

    /// Gives an open ticket to a user, or to nobody.
    pub async fn assign_ticket(&self, id: TicketId, assignee: Option<&str>, actor: &str) -> Result<(), StoreError> {
        let ids = self.ids(Counter::Entry, 2).await?;
        let now = self.now();
        transact!(self.database, tx => assign(tx, id, assignee, (actor, now), ids.clone()))?;
        Ok(())
    }

    /// Adds a comment to a ticket, open or closed.
    pub async fn comment_ticket(&self, id: TicketId, text: &str, actor: &str) -> Result<(), StoreError> {
        let ids = self.ids(Counter::Entry, 2).await?;
        let now = self.now();
        transact!(self.database, tx => comment(tx, id, text, (actor, now), ids.clone()))?;
        Ok(())
    }

    /// What people did about a ticket, oldest first: `ticket.assigned`, `ticket.commented`, `ticket.closed`.
    pub async fn ticket_trail(&self, id: TicketId) -> Result<Vec<Entry>, StoreError> {
        let all = PageRequest { after: None, limit: 500 };
        Ok(self.timeline(TICKET, &id.to_string(), &all).await?.items)
    }
}

/// Kind of the subjects that are tickets; the subject is the ticket's id.
const TICKET: &str = "ticket";

async fn assign(
    tx: &mut Tx,
    id: TicketId,
    assignee: Option<&str>,
    (actor, now): (&str, Instant),
    ids: Ids,
) -> Result<(), Fault> {
    let sql = "UPDATE tickets SET assignee = $2 WHERE id = $1 AND closed_at IS NULL RETURNING order_id, delivery_id";
    let Some(mut row) = tx.first(Sql::new(sql).bind(id.0).bind(assignee)).await? else {
        return Err(closed_or_missing(tx, id).await?);
    };
    let (order, delivery): (i64, i64) = (row.take()?, row.take()?);
    let data = json!({ "ticket": id, "delivery": delivery, "assignee": assignee });
    tell(tx, id, order, Entry::by(actor, now, "ticket.assigned", data), None, ids).await
}

async fn comment(tx: &mut Tx, id: TicketId, text: &str, (actor, now): (&str, Instant), ids: Ids) -> Result<(), Fault> {
    let sql = Sql::new("SELECT order_id, delivery_id FROM tickets WHERE id = $1").bind(id.0);
    let row = tx.first(sql).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("ticket {id}")))?;
    let (order, delivery): (i64, i64) = (row.take()?, row.take()?);
    let entry = Entry::by(actor, now, "ticket.commented", json!({ "ticket": id, "delivery": delivery }));
    tell(tx, id, order, entry, Some(text), ids).await
}

/// Into the story of the order and into the ticket's own trail, which alone has the words of a comment: they are for operations.
async fn tell(
    tx: &mut Tx,
    id: TicketId,
    order: i64,
    entry: Entry,
    text: Option<&str>,
    mut ids: Ids,
) -> Result<(), Fault> {
    let mut entries = Entries::default();
    entries.push_order(&mut ids, OrderId(order), std::slice::from_ref(&entry))?;
    let mut own = entry;
    if let Some(text) = text {
        own.data = json!({ "text": text });
    }
    entries.push(&mut ids, TICKET, id.to_string(), &own)?;
    entries.write(tx).await
}

async fn closed_or_missing(tx: &mut Tx, id: TicketId) -> Result<Fault, Fault> {
    let known = tx.first(Sql::new("SELECT id FROM tickets WHERE id = $1").bind(id.0)).await?;
    Ok(match known {
        Some(_) => StoreError::Conflict(format!("ticket {id} is closed already")),
        None => StoreError::NotFound(format!("ticket {id}")),
    }
    .into())
}

async fn close(tx: &mut Tx, id: TicketId, actor: &str, now: Instant, ids: Ids) -> Result<(), Fault> {
    let sql = "UPDATE tickets SET closed_at = $2, closed_by = $3 WHERE id = $1 AND closed_at IS NULL \
               RETURNING order_id, delivery_id";
    let Some(mut row) = tx.first(Sql::new(sql).bind(id.0).bind(now).bind(actor)).await? else {
        return Err(closed_or_missing(tx, id).await?);
    };
    let (order, delivery): (i64, i64) = (row.take()?, row.take()?);
    let entry = Entry::by(actor, now, "ticket.closed", json!({ "ticket": id, "delivery": delivery }));
    tell(tx, id, order, entry, None, ids).await
}

fn read(row: &mut Row) -> Result<Ticket, Fault> {
    Ok(Ticket {
        id: TicketId(row.take()?),
        delivery: DeliveryId(row.take()?),
        order: OrderId(row.take()?),
        order_number: row.take()?,
        connection: row.take()?,
        failure: row.json("failure")?,
        assignee: row.take()?,
        opened_at: row.take()?,
        closed_at: row.take()?,
        closed_by: row.take()?,
    })
}
