//! Two leads that may be one, where nobody who saw it was allowed to say so: a task for people.

use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::number;
use mortise_domain::lead::task::{NewTask, Task};
use mortise_domain::timeline::Entry;

use super::tasks;
use crate::counters::Ids;
use crate::database::{Sql, Tx};
use crate::fault::Fault;

/// Notes it with the first lead, for those who lead its store: once for each pair, whoever says it how often.
pub(super) async fn write(
    tx: &mut Tx,
    [lead, other]: [LeadId; 2],
    at: Instant,
    task: i64,
    ids: &mut Ids,
) -> Result<(), Fault> {
    let name = number(other);
    let action =
        format!("可能与 {name} 是同一位客户，请核对后合并 / May be the same as {name}: look at both and merge them");
    let sql = "SELECT id FROM lead_tasks WHERE lead_id = $1 AND action = $2 LIMIT 1";
    if tx.first(Sql::new(sql).bind(lead.0).bind(&action)).await?.is_some() {
        return Ok(());
    }
    let row = tx.first(Sql::new("SELECT store FROM leads WHERE id = $1").bind(lead.0)).await?;
    let store: String = row.map_or_else(|| Ok(String::new()), |mut row| row.take())?;
    let created_by = Entry::host(at, "", serde_json::Value::Null).actor;
    let what = NewTask { action, due_at: at, obstacle: String::new(), assignee: format!("supervisors:{store}") };
    let task = Task { id: task, what, created_at: at, created_by, done_at: None, done_by: None };
    tasks::insert(tx, lead, &task, ids).await?;
    tx.execute(Sql::new("UPDATE leads SET version = version + 1 WHERE id = $1").bind(lead.0)).await?;
    Ok(())
}
