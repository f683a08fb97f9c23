//! Approvals as they are looked at: with their steps, their hold and what they need of the order.

use std::collections::{BTreeSet, HashMap};

use mortise_domain::access::Reach;
use mortise_domain::approval::{Approval, ApprovalState, Approver, Step, StepState};
use mortise_domain::hold::Reason;
use mortise_domain::ids::{ApprovalId, HoldId, OrderId};
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::{Row, Sql, Tx};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};
use crate::reach::store_within;

/// Which approvals are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApprovalFilter {
    /// In this state.
    pub state: Option<ApprovalState>,
    /// Of this order.
    pub order: Option<OrderId>,
}

/// Whose approvals are looked at: those of the orders within reach, and those of which a step that waits asks them wherever the
/// order comes from, or which they have decided.
#[derive(Debug, Clone, Copy)]
pub struct ApprovalViewer<'a> {
    /// Of their permission.
    pub reach: &'a Reach,
    /// By whatever they are asked beyond it.
    pub asked: &'a [Approver],
    /// The person.
    pub person: &'a str,
}

impl<'a> From<&'a Reach> for ApprovalViewer<'a> {
    fn from(reach: &'a Reach) -> Self {
        Self { reach, asked: &[], person: "" }
    }
}

const COLUMNS: &str = "SELECT a.id, a.hold_id, h.code, h.reason, a.order_id, o.number, o.actor, \
                       (SELECT u.name FROM api_tokens t JOIN users u ON u.id = t.owner WHERE t.name = o.actor), \
                       o.corrected_by, o.store, COALESCE((SELECT region FROM stores WHERE code = o.store), ''), \
                       (SELECT COUNT(*) FROM attachments f WHERE f.order_id = a.order_id), a.terms, a.state, a.opened_at, \
                       a.closed_at FROM approvals a JOIN holds h ON h.id = a.hold_id JOIN orders o ON o.id = a.order_id";

const STEPS: &str = "SELECT approval_id, number, approver, escalated, state, due_at, overdue, decided_at, decided_by, note \
                     FROM approval_steps WHERE approval_id IN ";

impl Store {
    /// An approval that the viewer may look at.
    pub async fn approval(
        &self,
        id: ApprovalId,
        viewer: impl Into<ApprovalViewer<'_>> + Send,
    ) -> Result<Option<Approval>, StoreError> {
        let sql = seen_by(Sql::new(COLUMNS).push(" WHERE a.id = $1").bind(id.0), viewer.into());
        let heads = self.database.all(sql).await?;
        Ok(with_steps(self, read_heads(heads)?).await?.pop())
    }

    /// Approvals that the viewer may look at, newest first.
    pub async fn approvals(
        &self,
        viewer: impl Into<ApprovalViewer<'_>> + Send,
        filter: &ApprovalFilter,
        page: &PageRequest,
    ) -> Result<Page<Approval>, StoreError> {
        let mut sql = seen_by(Sql::new(COLUMNS).push(" WHERE 1 = 1"), viewer.into());
        if let Some(state) = filter.state {
            sql = sql.push_bind(" AND a.state = ", state.name());
        }
        if let Some(order) = filter.order {
            sql = sql.push_bind(" AND a.order_id = ", order.0);
        }
        if let Some(cursor) = &page.after {
            sql = sql.push_bind(" AND a.id < ", cursor.id);
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY a.id DESC"))).await?;
        let Page { items, next } = page.page(rows, head, |approval| Cursor::of(0, approval.id.0))?;
        Ok(Page { items: with_steps(self, items).await?, next })
    }
}

/// ` AND (the approval is the viewer's to look at)`; nothing where all are.
fn seen_by(sql: Sql, viewer: ApprovalViewer<'_>) -> Sql {
    let ApprovalViewer { reach, asked, person } = viewer;
    if *reach == Reach::All {
        return sql;
    }
    let sql = store_within(sql.push(" AND ((1 = 1"), "o.store", reach);
    sql.push(
        ") OR EXISTS (SELECT 1 FROM approval_steps s LEFT JOIN approval_asked k ON k.approval_id = s.approval_id \
         AND k.step = s.number WHERE s.approval_id = a.id AND (s.state = 'waiting' AND k.approver IN ",
    )
    .list(asked.iter().map(ToString::to_string))
    .push_bind(" OR s.decided_by = ", person)
    .push(")))")
}

/// Approvals of these ids, whatever order they are of.
pub(super) async fn by_ids(store: &Store, ids: Vec<i64>) -> Result<HashMap<i64, Approval>, Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let heads = store.database.all(Sql::new(COLUMNS).push(" WHERE a.id IN ").list(ids)).await?;
    // One that cannot be read holds no other up.
    let heads = heads.into_iter().filter_map(|mut row| match head(&mut row) {
        Ok(approval) => Some(approval),
        Err(error) => {
            tracing::error!(%error, "an approval cannot be read; the program that wrote it may be newer than this one");
            None
        }
    });
    let all = with_steps(store, heads.collect()).await?;
    Ok(all.into_iter().map(|approval| (approval.id.0, approval)).collect())
}

/// The approval as it is under the lock of its order.
pub(super) async fn locked(tx: &mut Tx, id: ApprovalId) -> Result<Option<Approval>, Fault> {
    let sql = "SELECT id FROM orders WHERE id = (SELECT order_id FROM approvals WHERE id = $1) /* lock */";
    if tx.first(Sql::new(sql).bind(id.0)).await?.is_none() {
        return Ok(None);
    }
    let heads = tx.all(Sql::new(COLUMNS).push(" WHERE a.id = $1").bind(id.0)).await?;
    let mut all = read_heads(heads)?;
    let steps = tx.all(Sql::new(STEPS).list([id.0]).push(" ORDER BY approval_id, number")).await?;
    add_steps(&mut all, steps)?;
    Ok(all.pop())
}

async fn with_steps(store: &Store, mut all: Vec<Approval>) -> Result<Vec<Approval>, Fault> {
    if !all.is_empty() {
        let sql = Sql::new(STEPS).list(all.iter().map(|approval| approval.id.0));
        let steps = store.database.all(sql.push(" ORDER BY approval_id, number")).await?;
        add_steps(&mut all, steps)?;
    }
    Ok(all)
}

fn add_steps(all: &mut [Approval], rows: Vec<Row>) -> Result<(), Fault> {
    let mut by_id: HashMap<i64, Vec<Step>> = HashMap::new();
    for mut row in rows {
        by_id.entry(row.take()?).or_default().push(step(&mut row)?);
    }
    for approval in all {
        approval.steps = by_id.remove(&approval.id.0).unwrap_or_default();
    }
    Ok(())
}

fn read_heads(rows: Vec<Row>) -> Result<Vec<Approval>, Fault> {
    rows.into_iter().map(|mut row| head(&mut row)).collect()
}

fn head(row: &mut Row) -> Result<Approval, Fault> {
    let (id, hold, code) = (ApprovalId(row.take()?), HoldId(row.take()?), row.take()?);
    let reason: Reason = row.json("hold")?;
    let (order, order_number, requester) = (OrderId(row.take()?), row.take()?, row.take::<String>()?);
    let (behind, mut authors): (Option<String>, BTreeSet<String>) = (row.take()?, row.json("authors")?);
    authors.insert(requester.clone());
    authors.extend(behind.map(|name| format!("user:{name}")));
    Ok(Approval {
        id,
        hold,
        code,
        reason: reason.text,
        needs: reason.needs,
        order,
        order_number,
        requester,
        authors,
        store: row.take()?,
        region: row.take()?,
        files: row.take()?,
        terms: row.json("terms")?,
        state: row.word("approval state", ApprovalState::parse)?,
        opened_at: row.take()?,
        closed_at: row.take()?,
        steps: Vec::new(),
    })
}

fn step(row: &mut Row) -> Result<Step, Fault> {
    Ok(Step {
        number: row.take()?,
        approver: row.take::<String>().map(|text| text.parse().unwrap_or(Approver::Word(text)))?,
        escalated: row.take()?,
        state: row.word("step state", StepState::parse)?,
        due_at: row.take()?,
        overdue: row.take()?,
        decided_at: row.take()?,
        decided_by: row.take()?,
        note: row.take()?,
    })
}
