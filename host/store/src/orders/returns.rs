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
use mortise_domain::order::{Order, OrderState};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Poll, Returns};
use mortise_domain::progress::{Progress, credit_freed};
use mortise_domain::timeline::Entry;
use serde_json::json;

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

/// An order under lock.
struct Locked {
    number: String,
    state: OrderState,
    customer: String,
    credit: Amount,
    released: Amount,
    judged: Option<Order>,
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
    let mut moved = Vec::new();
    for (id, mut order) in lock(tx, by_order.keys().map(|id| id.0)).await? {
        let changes = by_order.remove(&id).unwrap_or_default();
        let changes: Vec<&Change> = changes.into_iter().filter(|change| change.order == order.number).collect();
        let before = order.state;
        let story = apply(tx, poll, id, &mut order, &changes, now).await?;
        entries.push_order(&mut ids, id, &story)?;
        if order.state != before {
            moved.push((order.number, order.state));
        }
    }
    entries.write(tx).await?;
    let sql = "INSERT INTO change_cursors (connection, interface, position, at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (connection, interface) DO UPDATE SET position = excluded.position, at = excluded.at";
    tx.execute(Sql::new(sql).bind(&poll.connection).bind(poll.interface.name()).bind(&page.cursor).bind(now)).await?;
    Ok(moved)
}

async fn lock(tx: &mut Tx, ids: impl Iterator<Item = i64>) -> Result<Vec<(OrderId, Locked)>, Fault> {
    let ids: Vec<i64> = ids.collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Sql::new("SELECT id, number, state, customer, credit, credit_released, judged FROM orders WHERE id IN ");
    let rows = tx.all(sql.list(ids).push(" ORDER BY id /* lock */")).await?;
    let read = |mut row: Row| {
        let id = OrderId(row.take()?);
        let order = Locked {
            number: row.take()?,
            state: row.word("order state", OrderState::parse)?,
            customer: row.take()?,
            credit: row.take()?,
            released: row.take()?,
            judged: row.json_if_set("order")?,
        };
        Ok((id, order))
    };
    rows.into_iter().map(read).collect()
}

/// Applies what an upstream told of one order; answers what is to be told of it.
async fn apply(
    tx: &mut Tx,
    poll: &Poll,
    id: OrderId,
    order: &mut Locked,
    changes: &[&Change],
    now: Instant,
) -> Result<Vec<Entry>, Fault> {
    let actor = format!("plugin:{}", poll.connection);
    let mut story = Vec::new();
    let (mut shipped, mut paid) = come_back(tx, id).await?;
    let mut news = false;
    for change in changes {
        match &change.what {
            ChangeKind::Shipped { lines } => {
                let more: Vec<(u32, Decimal)> = lines.iter().copied().filter(|line| grows(&shipped, *line)).collect();
                if more.is_empty() {
                    continue;
                }
                put_shipped(tx, poll, id, &more, now).await?;
                for (line, quantity) in &more {
                    shipped.retain(|(known, _)| known != line);
                    shipped.push((*line, *quantity));
                }
                let data = json!({ "document": change.external_id, "lines": more });
                story.push(Entry::by(&actor, now, "order.goods-left", data));
                news = true;
            }
            ChangeKind::Paid { amount, currency } => {
                let own = order.judged.as_ref().is_none_or(|judged| judged.currency == *currency);
                if !own || *amount <= paid {
                    continue;
                }
                paid = *amount;
                put_paid(tx, poll, id, (paid, currency), now).await?;
                let data = json!({ "document": change.external_id, "paid": paid, "currency": currency });
                story.push(Entry::by(&actor, now, "order.payment", data));
                news = true;
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
    if news && let Some(judged) = &order.judged {
        let progress = Progress::of(judged, &shipped, paid);
        let state = progress.state(order.state);
        let freed = if order.state.is_due_everywhere() {
            credit_freed(order.credit, paid, judged.totals.gross).max(order.released)
        } else {
            order.released
        };
        if state != order.state {
            story.push(Entry::host(now, &format!("order.{}", state.name()), json!({ "from": order.state.name() })));
        }
        put_order(tx, id, order, state, freed).await?;
        order.state = state;
    }
    Ok(story)
}

fn grows(shipped: &[(u32, Decimal)], (line, quantity): (u32, Decimal)) -> bool {
    shipped.iter().find(|(known, _)| *known == line).map_or(quantity.is_positive(), |(_, known)| quantity > *known)
}

async fn put_order(tx: &mut Tx, id: OrderId, order: &Locked, state: OrderState, freed: Amount) -> Result<(), Fault> {
    let sql = "UPDATE orders SET version = version + 1, state = $2, credit_released = $3 WHERE id = $1";
    tx.execute(Sql::new(sql).bind(id.0).bind(state.name()).bind(freed)).await?;
    if freed != order.released {
        let sql = "UPDATE customers SET open_credit = open_credit - $2 WHERE code = $1";
        tx.execute(Sql::new(sql).bind(&order.customer).bind(freed - order.released)).await?;
    }
    Ok(())
}

async fn put_shipped(
    tx: &mut Tx,
    poll: &Poll,
    id: OrderId,
    more: &[(u32, Decimal)],
    now: Instant,
) -> Result<(), Fault> {
    let row = |(line, quantity): &(u32, Decimal)| -> [Value; 5] {
        [id.0.into(), (*line).into(), (*quantity).into(), (&poll.connection).into(), now.into()]
    };
    let rows: Vec<[Value; 5]> = more.iter().map(row).collect();
    let head = "INSERT INTO shipped_lines (order_id, line, quantity, connection, at)";
    let tail = "ON CONFLICT (order_id, line) DO UPDATE SET quantity = excluded.quantity, connection = excluded.connection, \
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

/// What came back of an order so far.
async fn come_back(tx: &mut Tx, id: OrderId) -> Result<(Vec<(u32, Decimal)>, Amount), Fault> {
    let sql = Sql::new("SELECT line, quantity FROM shipped_lines WHERE order_id = $1 ORDER BY line").bind(id.0);
    let shipped = tx.all(sql).await?.into_iter().map(|mut row| Ok((row.take()?, row.take()?)));
    let shipped = shipped.collect::<Result<_, Fault>>()?;
    let row = tx.first(Sql::new("SELECT amount FROM payments WHERE order_id = $1").bind(id.0)).await?;
    Ok((shipped, row.map(|mut row| row.take()).transpose()?.unwrap_or_default()))
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
    /// What has come back of an order: quantities by line, in the line's unit, and what was paid, in the order's currency.
    pub async fn come_back(&self, id: OrderId) -> Result<(Vec<(u32, Decimal)>, Amount), StoreError> {
        let sql = Sql::new("SELECT line, quantity FROM shipped_lines WHERE order_id = $1 ORDER BY line").bind(id.0);
        let shipped = self.database.all(sql).await?.into_iter().map(|mut row| Ok((row.take()?, row.take()?)));
        let shipped = shipped.collect::<Result<_, Fault>>()?;
        let row = self.database.first(Sql::new("SELECT amount FROM payments WHERE order_id = $1").bind(id.0)).await?;
        Ok((shipped, row.map(|mut row| row.take()).transpose()?.unwrap_or_default()))
    }

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
