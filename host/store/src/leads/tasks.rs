//! Tasks about leads.

use mortise_domain::access::Reach;
use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::number;
use mortise_domain::lead::task::{NewTask, Task};
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde::Serialize;
use serde_json::json;

use super::{FAMILY, locked};
use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};
use crate::reach::{Viewer, lead_within};
use crate::timeline::{Entries, LEAD};

/// Which tasks are listed.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// Of this assignee.
    pub assignee: Option<String>,
    /// Done ones too?
    pub done: bool,
    /// Due before then.
    pub until: Option<Instant>,
}

/// A task with its lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskRow {
    /// Number of the lead.
    pub lead: String,
    /// The task.
    #[serde(flatten)]
    pub task: Task,
}

const COLUMNS: &str =
    "t.id, t.action, t.due_at, t.obstacle, t.assignee, t.created_at, t.created_by, t.done_at, t.done_by";

impl Store {
    /// Notes a task.
    pub async fn add_lead_task(&self, lead: LeadId, what: &NewTask, actor: &str) -> Result<Task, StoreError> {
        let id = self.ids(Counter::LeadPart, 1).await?.one()?;
        let ids = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        Ok(transact!(self.database, tx => async {
            let lead = locked(tx, lead).await?;
            let mut what = what.clone();
            if what.assignee.is_empty() {
                what.assignee.clone_from(&lead.owner);
            }
            let task = Task { id, what, created_at: now, created_by: actor.to_owned(), done_at: None, done_by: None };
            insert(tx, lead.id, &task, &mut ids.clone()).await?;
            // Facts of rules may have changed.
            tx.execute(Sql::new("UPDATE leads SET version = version + 1 WHERE id = $1").bind(lead.id.0)).await?;
            Ok::<_, Fault>(task)
        })?)
    }

    /// Marks a task of a lead as done. Repeated: stays as it was.
    pub async fn finish_lead_task(&self, lead: LeadId, task: i64, actor: &str) -> Result<Task, StoreError> {
        let ids = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        Ok(transact!(self.database, tx => async {
            locked(tx, lead).await?;
            let sql = Sql::new("UPDATE lead_tasks SET done_at = $2, done_by = $3 WHERE id = $4 AND done_at IS NULL AND lead_id IN ");
            let sql = sql.push(FAMILY).push(" RETURNING id").bind(lead.0).bind(now).bind(actor).bind(task);
            if tx.first(sql).await?.is_some() {
                tx.execute(Sql::new("UPDATE leads SET version = version + 1 WHERE id = $1").bind(lead.0)).await?;
                let mut entries = Entries::default();
                let entry = Entry::by(actor, now, "lead.task-done", json!({ "task": task }));
                entries.push(&mut ids.clone(), LEAD, lead.to_string(), &entry)?;
                entries.write(tx).await?;
            }
            let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM lead_tasks t WHERE t.lead_id IN ").push(FAMILY);
            let row = tx.first(sql.push(" AND t.id = $2").bind(lead.0).bind(task)).await?;
            let mut row = row.ok_or_else(|| StoreError::NotFound(format!("task {task} of {}", number(lead))))?;
            read(&mut row)
        })?)
    }

    /// Tasks of a lead and of what it has absorbed, the newest first.
    pub async fn lead_tasks(&self, lead: LeadId) -> Result<Vec<Task>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM lead_tasks t WHERE t.lead_id IN ").push(FAMILY);
        let rows = self.database.all(sql.push(" ORDER BY t.id DESC LIMIT 500").bind(lead.0)).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// Tasks within reach, those due first. Whoever they are assigned to sees them too.
    pub async fn list_lead_tasks(
        &self,
        viewer: Viewer<'_>,
        filter: &TaskFilter,
        page: &PageRequest,
    ) -> Result<Page<TaskRow>, StoreError> {
        let sql = Sql::new("SELECT ")
            .push(COLUMNS)
            .push(", COALESCE(l.merged_into, l.id) FROM lead_tasks t JOIN leads l ON l.id = t.lead_id");
        let mut sql = sql.push(" WHERE 1 = 1");
        if *viewer.reach != Reach::All {
            sql = sql
                .push_bind(" AND (t.assignee = ", viewer.actor)
                .push(" OR COALESCE(l.merged_into, l.id) IN (SELECT id FROM leads WHERE 1 = 1");
            sql = lead_within(sql, viewer).push("))");
        }
        if let Some(assignee) = &filter.assignee {
            sql = sql.push_bind(" AND t.assignee = ", assignee);
        }
        if !filter.done {
            sql = sql.push(" AND t.done_at IS NULL");
        }
        if let Some(until) = filter.until {
            sql = sql.push_bind(" AND t.due_at < ", until);
        }
        if let Some(Cursor { at, id, .. }) = &page.after {
            sql = sql.push_bind(" AND (t.due_at, t.id) > (", *at).push_bind(", ", *id).push(")");
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY t.due_at, t.id"))).await?;
        let row = |row: &mut Row| Ok(TaskRow { task: read(row)?, lead: number(LeadId(row.take()?)) });
        Ok(page.page(rows, row, |row| Cursor::of(row.task.what.due_at.0, row.task.id))?)
    }
}

pub(super) async fn insert(tx: &mut Tx, lead: LeadId, task: &Task, ids: &mut Ids) -> Result<(), Fault> {
    let NewTask { action, due_at, obstacle, assignee } = &task.what;
    let sql = "INSERT INTO lead_tasks (id, lead_id, action, due_at, obstacle, assignee, created_at, created_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let sql = Sql::new(sql).bind(task.id).bind(lead.0).bind(action).bind(*due_at).bind(obstacle).bind(assignee);
    tx.execute(sql.bind(task.created_at).bind(&task.created_by)).await?;
    let data = json!({ "task": task.id, "due_at": due_at, "assignee": assignee });
    let mut entries = Entries::default();
    let entry = Entry::by(&task.created_by, task.created_at, "lead.task-added", data);
    entries.push(ids, LEAD, lead.to_string(), &entry)?;
    entries.write(tx).await
}

fn read(row: &mut Row) -> Result<Task, Fault> {
    Ok(Task {
        id: row.take()?,
        what: NewTask { action: row.take()?, due_at: row.take()?, obstacle: row.take()?, assignee: row.take()? },
        created_at: row.take()?,
        created_by: row.take()?,
        done_at: row.take()?,
        done_by: row.take()?,
    })
}
