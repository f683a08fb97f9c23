//! What comes back from the upstreams: goods that have left, payments that have come in. Asked for connection by connection, one node
//! at a time; told once in effect, however often an upstream tells it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use mortise_domain::call::Interface;
use mortise_domain::decimal::Decimal;
use mortise_domain::erp::{Change, ChangeKind, ChangePage};
use mortise_domain::failure::Failure;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::money::Amount;
use mortise_domain::order::OrderState;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Poll, Returns};
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::progress::{Freed, Locked, Payer, come_back, free, go_on, lock};
use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, Value, json_text, transact};
use crate::fault::Fault;
use crate::timeline::Entries;

#[async_trait]
impl Returns for Store {
    async fn claim_poll(
        &self,
        connection: &str,
        interface: Interface,
        now: Instant,
        lease_until: Instant,
        first_at: Instant,
    ) -> Result<Option<Poll>, StoreError> {
        Ok(claim(self, (connection, interface), now, lease_until, first_at).await?)
    }

    async fn keep_changes(
        &self,
        poll: &Poll,
        page: &ChangePage,
        due_at: Instant,
        now: Instant,
    ) -> Result<Vec<(String, OrderState)>, StoreError> {
        // Of each change at most three entries, and one of the state.
        let ids = self.ids(Counter::Entry, page.items.len() * 4 + 1).await?;
        Ok(transact!(self.database, tx => keep(tx, poll, page, due_at, now, ids.clone()))?)
    }

    async fn poll_failed(
        &self,
        poll: &Poll,
        failure: &Failure,
        due_at: Instant,
        now: Instant,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE polls SET due_at = $4, failures = failures + 1, last_at = $5, failure = $6 \
                   WHERE connection = $1 AND interface = $2 AND claims = $3";
        let sql = Sql::new(sql).bind(&poll.connection).bind(poll.interface.name()).bind(poll.claim).bind(due_at);
        self.database.execute(sql.bind(now).bind(json_text(failure)?)).await?;
        Ok(())
    }
}

async fn claim(
    store: &Store,
    (connection, interface): (&str, Interface),
    now: Instant,
    lease_until: Instant,
    first_at: Instant,
) -> Result<Option<Poll>, Fault> {
    let sql = "UPDATE polls SET due_at = $4, claims = claims + 1 WHERE connection = $1 AND interface = $2 AND due_at <= $3 \
               RETURNING claims, failures";
    let sql = Sql::new(sql).bind(connection).bind(interface.name()).bind(now).bind(lease_until);
    let Some(mut row) = store.database.change(sql).await?.into_iter().next() else {
        let sql = "INSERT INTO polls (connection, interface, due_at, claims, failures) VALUES ($1, $2, $3, 0, 0) \
                   ON CONFLICT (connection, interface) DO NOTHING";
        let known = "SELECT due_at FROM polls WHERE connection = $1 AND interface = $2";
        let known = store.database.first(Sql::new(known).bind(connection).bind(interface.name())).await?;
        if known.is_none() {
            store.database.execute(Sql::new(sql).bind(connection).bind(interface.name()).bind(first_at)).await?;
        }
        return Ok(None);
    };
    let (claim, failures) = (row.take()?, row.take()?);
    let cursor = store.change_cursor(connection, interface).await?;
    Ok(Some(Poll { connection: connection.to_owned(), interface, cursor, claim, failures }))
}

async fn keep(
    tx: &mut Tx,
    poll: &Poll,
    page: &ChangePage,
    due_at: Instant,
    now: Instant,
    mut ids: Ids,
) -> Result<Vec<(String, OrderState)>, Fault> {
    let sql = "UPDATE polls SET due_at = $4, failures = 0, last_at = $5, failure = NULL \
               WHERE connection = $1 AND interface = $2 AND claims = $3";
    let sql = Sql::new(sql).bind(&poll.connection).bind(poll.interface.name()).bind(poll.claim).bind(due_at).bind(now);
    if tx.execute(sql).await? == 0 {
        tracing::info!(
            connection = poll.connection,
            "changes came after their claim had been taken over; they are dropped"
        );
        return Ok(Vec::new());
    }
    let mut by_order: BTreeMap<OrderId, Vec<&Change>> = BTreeMap::new();
    for change in &page.items {
        // Documents that others made there are not ours.
        if let Some(id) = super::id_of_number(&change.order) {
            by_order.entry(id).or_default().push(change);
        }
    }
    let mut entries = Entries::default();
    let (mut moved, mut freed) = (Vec::new(), Freed::new());
    for (id, mut order) in lock(tx, by_order.keys().map(|id| id.0)).await? {
        let changes = by_order.remove(&id).unwrap_or_default();
        let changes: Vec<&Change> = changes.into_iter().filter(|change| change.order == order.number).collect();
        let before = order.state;
        let story = apply(tx, poll, id, &mut order, &changes, (now, &mut freed)).await?;
        entries.push_order(&mut ids, id, &story)?;
        if order.state != before {
            moved.push((order.number, order.state));
        }
    }
    free(tx, freed, Payer::Upstream).await?;
    entries.write(tx).await?;
    let sql = "INSERT INTO change_cursors (connection, interface, position, at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (connection, interface) DO UPDATE SET position = excluded.position, at = excluded.at";
    tx.execute(Sql::new(sql).bind(&poll.connection).bind(poll.interface.name()).bind(&page.cursor).bind(now)).await?;
    Ok(moved)
}

/// Applies what an upstream told of one order; answers what is to be told of it.
async fn apply(
    tx: &mut Tx,
    poll: &Poll,
    id: OrderId,
    order: &mut Locked,
    changes: &[&Change],
    (now, freed): (Instant, &mut Freed),
) -> Result<Vec<Entry>, Fault> {
    let actor = format!("plugin:{}", poll.connection);
    let mut story = Vec::new();
    let mut back = come_back(tx, id).await?;
    for change in changes {
        match &change.what {
            ChangeKind::Shipped { lines } => {
                let before: BTreeMap<u32, Decimal> = back.lines().into_iter().collect();
                let more: Vec<(u32, Decimal)> = added_up(lines)
                    .into_iter()
                    .filter(|(line, quantity)| back.ship((*line, &poll.connection, poll.interface), *quantity))
                    .collect();
                if more.is_empty() {
                    continue;
                }
                put_shipped(tx, poll, id, &more, now).await?;
                // What another upstream has told before is no news.
                let grown = |(line, quantity): &(u32, Decimal)| before.get(line).is_none_or(|known| quantity > known);
                let lines: Vec<(u32, Decimal)> = back.lines().into_iter().filter(grown).collect();
                if !lines.is_empty() {
                    let data = json!({ "document": change.external_id, "lines": lines });
                    story.push(Entry::by(&actor, now, "order.goods-left", data));
                }
            }
            ChangeKind::Paid { amount, currency } => {
                let own = order.judged.as_ref().is_none_or(|judged| judged.currency == *currency);
                if !own || *amount <= back.paid {
                    continue;
                }
                back.paid = *amount;
                put_paid(tx, poll, id, (back.paid, currency), now).await?;
                let data = json!({ "document": change.external_id, "paid": back.paid, "currency": currency });
                story.push(Entry::by(&actor, now, "order.payment", data));
            }
            // We took it back ourselves, or it has ended as it should.
            ChangeKind::Cancelled | ChangeKind::Closed if order.state != OrderState::Confirmed => {}
            ChangeKind::Cancelled | ChangeKind::Closed | ChangeKind::Accepted | ChangeKind::Other { .. } => {
                story.push(Entry::by(
                    &actor,
                    now,
                    "order.upstream",
                    json!({ "document": change.external_id, "what": change.what }),
                ));
            }
        }
    }
    story.extend(go_on(tx, id, order, &back, now, freed).await?);
    Ok(story)
}

/// Each line once: an upstream may tell the rows into which it has split a line.
fn added_up(lines: &[(u32, Decimal)]) -> BTreeMap<u32, Decimal> {
    let mut summed: BTreeMap<u32, Decimal> = BTreeMap::new();
    for (line, quantity) in lines {
        let so_far = summed.entry(*line).or_default();
        *so_far = so_far.plus(*quantity).unwrap_or(*so_far);
    }
    summed
}

async fn put_shipped(
    tx: &mut Tx,
    poll: &Poll,
    id: OrderId,
    more: &[(u32, Decimal)],
    now: Instant,
) -> Result<(), Fault> {
    let row = |(line, quantity): &(u32, Decimal)| -> [Value; 6] {
        let (connection, interface) = ((&poll.connection).into(), poll.interface.name().into());
        [id.0.into(), (*line).into(), connection, interface, (*quantity).into(), now.into()]
    };
    let rows: Vec<[Value; 6]> = more.iter().map(row).collect();
    let head = "INSERT INTO shipped_lines (order_id, line, connection, interface, quantity, at)";
    let tail = "ON CONFLICT (order_id, line, connection, interface) DO UPDATE SET quantity = excluded.quantity, \
                at = excluded.at";
    tx.insert(head, rows, tail).await
}

async fn put_paid(
    tx: &mut Tx,
    poll: &Poll,
    id: OrderId,
    (paid, currency): (Amount, &str),
    now: Instant,
) -> Result<(), Fault> {
    let sql = "INSERT INTO payments (order_id, amount, currency, connection, at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (order_id) DO UPDATE SET amount = excluded.amount, currency = excluded.currency, \
               connection = excluded.connection, at = excluded.at";
    tx.execute(Sql::new(sql).bind(id.0).bind(paid).bind(currency).bind(&poll.connection).bind(now)).await?;
    Ok(())
}

/// How the changes of an upstream are asked for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PollRow {
    /// Which of its interfaces.
    pub interface: String,
    /// When it is asked next.
    pub due_at: Instant,
    /// When it was asked last.
    pub last_at: Option<Instant>,
    /// Failures in a row.
    pub failures: u32,
    /// The last failure.
    pub failure: Option<Failure>,
}

impl Store {
    /// How the changes of a connection are asked for.
    pub async fn polls(&self, connection: &str) -> Result<Vec<PollRow>, StoreError> {
        let sql =
            "SELECT interface, due_at, last_at, failures, failure FROM polls WHERE connection = $1 ORDER BY interface";
        let rows = self.database.all(Sql::new(sql).bind(connection)).await?;
        let read = |mut row: Row| {
            Ok(PollRow {
                interface: row.take()?,
                due_at: row.take()?,
                last_at: row.take()?,
                failures: row.take()?,
                failure: row.json_if_set("failure")?,
            })
        };
        Ok(rows.into_iter().map(read).collect::<Result<_, Fault>>()?)
    }
}
