//! An order that was undecided in a backup may have been handed on before the backup was restored. Where it is taken back or rejected
//! now, what its upstreams know of it has to go too, although no delivery of it is known here.

use std::collections::BTreeMap;

use mortise_domain::delivery::{NewDelivery, Operation};
use mortise_domain::failure::Failure;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::text::Text;
use mortise_domain::timeline::Entry;
use serde_json::json;

use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Sql, Tx, Value, json_text};
use crate::deliveries::insert::{Cause, NewRows};
use crate::fault::Fault;
use crate::timeline::Entries;

/// Deliveries of late that tell what a connection is given.
const OF_LATE: u32 = 200;

/// Ids for what people and upstreams are asked to take back.
#[derive(Clone)]
pub(crate) struct Supply {
    pub(crate) deliveries: Ids,
    pub(crate) entries: Ids,
    pub(crate) tickets: Ids,
}

impl Supply {
    /// For so many of each, and a few more: tickets cause messages, which are taken back as well.
    pub(crate) async fn take(store: &Store, known: usize) -> Result<Self, Fault> {
        let row = store.database.first(Sql::new("SELECT COUNT(*) FROM connections")).await?;
        let connections: i64 = row.map(|mut row| row.take()).transpose()?.unwrap_or_default();
        let most = known + 3 * usize::try_from(connections).unwrap_or_default() + 16;
        Ok(Self {
            deliveries: store.ids(Counter::Delivery, most).await?,
            entries: store.ids(Counter::Entry, most + 4).await?,
            tickets: store.ids(Counter::Ticket, most).await?,
        })
    }
}

/// Has each upstream that is given such things look for this order's and take it back. Pick tasks have names that only the lost
/// judgement knew: people look for them. Answers how many deliveries that are. Nothing where the order was never restored.
pub(crate) async fn take_back(
    tx: &mut Tx,
    (order, number): (OrderId, &str),
    (reason, at): (&Text, Instant),
    (supply, entries): (&mut Supply, &mut Entries),
) -> Result<usize, Fault> {
    let sql = Sql::new("SELECT id FROM orders WHERE id = $1 AND restored = TRUE").bind(order.0);
    if tx.first(sql).await?.is_none() {
        return Ok(0);
    }
    let mut list: Vec<NewDelivery> = Vec::new();
    let mut add = |connection: &str, operation: Operation, what: &str, after: Option<usize>| {
        list.push(NewDelivery {
            connection: connection.to_owned(),
            operation,
            key: format!("{number}/cancel/{what}@{connection}"),
            detail: json!({ "of": format!("{number}/{what}"), "reason": reason }),
            after,
        });
        list.len() - 1
    };
    for (connection, given) in given(tx).await? {
        let receivable = given.contains(&Operation::PushReceivable);
        let before = receivable.then(|| add(&connection, Operation::CancelReceivable, "receivable", None));
        if given.contains(&Operation::PushOrder) {
            add(&connection, Operation::CancelOrder, "order", before);
        }
        if given.contains(&Operation::PushPick) {
            add(&connection, Operation::CancelPick, "pick", None);
        }
    }
    let mut rows = NewRows::default();
    rows.add(&list, Cause { in_doubt: true, ..Cause::new(order, number, at) }, &mut supply.deliveries)?;
    rows.write(tx).await?;
    let sql = "UPDATE deliveries SET state = 'waiting', due_at = $2, last_failure = $3 WHERE order_id = $1 \
               AND state IN ('pending', 'blocked') AND operation = 'cancel-pick' RETURNING id, connection, operation";
    let why = Text::new(
        "订单在备份恢复前可能已下发拣货任务：请在仓库系统中按订单号查找并撤销，然后关闭工单",
        "before the backup was restored, pick tasks of the order may have been handed on: look for them in the warehouse by the \
         order's number, take them back, then close the ticket",
    );
    hand_to_people(tx, Sql::new(sql), (order, number), (why, at), (supply, entries)).await?;
    Ok(list.len())
}

/// What each connection is given.
async fn given(tx: &mut Tx) -> Result<BTreeMap<String, Vec<Operation>>, Fault> {
    let mut given = BTreeMap::new();
    for mut row in tx.all(Sql::new("SELECT name FROM connections ORDER BY name")).await? {
        let name: String = row.take()?;
        let sql = Sql::new("SELECT operation FROM deliveries WHERE connection = $1 ORDER BY id DESC LIMIT $2");
        let rows = tx.all(sql.bind(&name).bind(OF_LATE)).await?;
        let operations = rows.into_iter().map(|mut row| row.take::<String>());
        let operations = operations.collect::<Result<Vec<_>, Fault>>()?;
        given.insert(name, operations.iter().filter_map(|name| Operation::parse(name)).collect());
    }
    Ok(given)
}

/// Puts the deliveries that a statement answers (it makes them wait, with the failure as its third value) into the hands of people.
pub(crate) async fn hand_to_people(
    tx: &mut Tx,
    waiting: Sql,
    (order, number): (OrderId, &str),
    (why, at): (Text, Instant),
    (supply, entries): (&mut Supply, &mut Entries),
) -> Result<(), Fault> {
    let failure = json_text(&Failure::NotFound { reason: why })?;
    let waiting = tx.all(waiting.bind(order.0).bind(Instant::NEVER).bind(&failure)).await?;
    let mut tickets: Vec<[Value; 7]> = Vec::with_capacity(waiting.len());
    for mut row in waiting {
        let (delivery, connection, operation): (i64, String, String) = (row.take()?, row.take()?, row.take()?);
        let data = json!({ "delivery": delivery, "connection": connection, "operation": operation });
        entries.push_order(&mut supply.entries, order, &[Entry::host(at, "ticket.opened", data)])?;
        let id = supply.tickets.one()?;
        tickets.push([
            id.into(),
            delivery.into(),
            order.0.into(),
            number.into(),
            connection.into(),
            (&failure).into(),
            at.into(),
        ]);
    }
    let head = "INSERT INTO tickets (id, delivery_id, order_id, order_number, connection, failure, opened_at)";
    tx.insert(head, tickets, "").await
}
