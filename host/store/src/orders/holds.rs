//! Holds of orders: which are open, and their release by a person.

use mortise_domain::access::Reach;
use mortise_domain::hold::{Hold, HoldKind, Reason};
use mortise_domain::ids::{HoldId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::money::Amount;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde::Serialize;
use serde_json::json;

use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};
use crate::reach::{order_within, store_within};
use crate::timeline::Entries;

/// Which open holds are listed.
#[derive(Debug, Clone, Default)]
pub struct HoldFilter {
    /// Of this code.
    pub code: Option<String>,
    /// Of this kind.
    pub kind: Option<HoldKind>,
}

/// An open hold with its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldRow {
    /// The hold.
    #[serde(flatten)]
    pub hold: Hold,
    /// Number of the order.
    pub order_number: String,
    /// Code of the customer.
    pub customer: String,
    /// Code of the store.
    pub store: String,
}

pub(crate) const fn kind_name(kind: HoldKind) -> &'static str {
    match kind {
        HoldKind::Business => "business",
        HoldKind::Technical => "technical",
    }
}

const COLUMNS: &str = "SELECT h.id, h.order_id, h.reason, h.opened_at, h.released_at, h.released_by, h.note";

impl Store {
    /// Holds of an order, oldest first, released ones too.
    pub async fn holds(&self, order: OrderId) -> Result<Vec<Hold>, StoreError> {
        let sql =
            Sql::new(COLUMNS).push(" FROM holds h WHERE h.order_id = $1 ORDER BY h.opened_at, h.id").bind(order.0);
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// A hold of an order within reach.
    pub async fn hold(&self, id: HoldId, reach: &Reach) -> Result<Option<Hold>, StoreError> {
        let sql = Sql::new(COLUMNS).push(" FROM holds h WHERE h.id = $1").bind(id.0);
        let sql = order_within(sql, "h.order_id", reach);
        Ok(self.database.first(sql).await?.map(|mut row| read(&mut row)).transpose()?)
    }

    /// Open holds of the orders within reach, newest first.
    pub async fn open_holds(
        &self,
        reach: &Reach,
        filter: &HoldFilter,
        page: &PageRequest,
    ) -> Result<Page<HoldRow>, StoreError> {
        let sql = Sql::new(COLUMNS).push(
            ", o.number, o.customer, o.store FROM holds h JOIN orders o ON o.id = h.order_id WHERE h.released_at IS NULL",
        );
        let mut sql = store_within(sql, "o.store", reach);
        if let Some(code) = &filter.code {
            sql = sql.push_bind(" AND h.code = ", code);
        }
        if let Some(kind) = filter.kind {
            sql = sql.push_bind(" AND h.kind = ", kind_name(kind));
        }
        if let Some(Cursor { at, id, .. }) = &page.after {
            sql = sql.push_bind(" AND (h.opened_at, h.id) < (", *at).push_bind(", ", *id).push(")");
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY h.opened_at DESC, h.id DESC"))).await?;
        Ok(page.page(rows, read_row, |row| Cursor::of(row.hold.opened_at.0, row.hold.id.0))?)
    }
}

fn read(row: &mut Row) -> Result<Hold, Fault> {
    Ok(Hold {
        id: HoldId(row.take()?),
        order: OrderId(row.take()?),
        reason: row.json::<Reason>("hold")?,
        opened_at: row.take()?,
        released_at: row.take()?,
        released_by: row.take()?,
        note: row.take()?,
    })
}

fn read_row(row: &mut Row) -> Result<HoldRow, Fault> {
    Ok(HoldRow { hold: read(row)?, order_number: row.take()?, customer: row.take()?, store: row.take()? })
}

pub(super) async fn release(
    store: &Store,
    hold: HoldId,
    actor: &str,
    note: &str,
    now: Instant,
) -> Result<OrderId, Fault> {
    let ids = store.ids(Counter::Entry, 1).await?;
    transact!(store.database, tx => release_in(tx, hold, (actor, note), now, ids.clone()))
}

async fn release_in(
    tx: &mut Tx,
    hold: HoldId,
    (actor, note): (&str, &str),
    now: Instant,
    mut ids: Ids,
) -> Result<OrderId, Fault> {
    // The order's row is locked before the hold is looked at, as decisions do.
    let sql = "SELECT id FROM orders WHERE id = (SELECT order_id FROM holds WHERE id = $1) /* lock */";
    let row = tx.first(Sql::new(sql).bind(hold.0)).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("hold {hold}")))?;
    let order = OrderId(row.take()?);
    let sql = Sql::new("SELECT id FROM approvals WHERE hold_id = $1 AND state = 'open'").bind(hold.0);
    if let Some(mut row) = tx.first(sql).await? {
        let approval: i64 = row.take()?;
        let text = format!("hold {hold} is released by the approval {approval}: have those whom it asks approve it");
        return Err(StoreError::Conflict(text).into());
    }
    let mut entries = Entries::default();
    release_locked(tx, (hold, order), (actor, note), now, (&mut ids, &mut entries)).await?;
    entries.write(tx).await?;
    Ok(order)
}

/// Releases a hold; its order's row is locked. The entry is left to be written.
pub(crate) async fn release_locked(
    tx: &mut Tx,
    (hold, order): (HoldId, OrderId),
    (actor, note): (&str, &str),
    now: Instant,
    (ids, entries): (&mut Ids, &mut Entries),
) -> Result<(), Fault> {
    let sql = "UPDATE holds SET released_at = $2, released_by = $3, note = $4 WHERE id = $1 AND released_at IS NULL \
               RETURNING code, gross";
    let released = tx.first(Sql::new(sql).bind(hold.0).bind(now).bind(actor).bind(note)).await?;
    let mut released =
        released.ok_or_else(|| StoreError::Conflict(format!("hold {hold} has been released already")))?;
    let (code, gross): (String, Option<Amount>) = (released.take()?, released.take()?);
    let sql = "INSERT INTO waivers (order_id, code, actor, at, gross) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (order_id, code) DO UPDATE SET actor = excluded.actor, at = excluded.at, gross = excluded.gross";
    tx.execute(Sql::new(sql).bind(order.0).bind(&code).bind(actor).bind(now).bind(gross)).await?;
    // The version rises, so that a judgement under way, which knows nothing of the release, is not written.
    let sql = "UPDATE orders SET version = version + 1, evaluate_at = CASE WHEN EXISTS (SELECT 1 FROM holds \
               WHERE order_id = $1 AND released_at IS NULL AND kind = 'business') THEN evaluate_at ELSE $2 END \
               WHERE id = $1 AND state = 'held'";
    tx.execute(Sql::new(sql).bind(order.0).bind(now)).await?;
    let entry = Entry::by(actor, now, "hold.released", json!({ "hold": hold, "code": code, "note": note }));
    entries.push_order(ids, order, &[entry])
}
