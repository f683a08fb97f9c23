//! What rules are told about leads.

use std::collections::BTreeMap;

use mortise_domain::ids::LeadId;
use mortise_domain::lead::touch::TouchKind;
use mortise_domain::ports::leads::Facts;

use super::{COLUMNS, lead};
use crate::Store;
use crate::database::{Row, Sql, rows_per_statement};
use crate::fault::Fault;

/// Touches of one lead that rules see; files and approvals likewise.
const MOST: i64 = 200;

pub(super) async fn facts(store: &Store, ids: &[LeadId]) -> Result<Vec<Facts>, Fault> {
    let mut all = Vec::new();
    for chunk in ids.chunks(rows_per_statement(4)) {
        let chunk: Vec<i64> = chunk.iter().map(|id| id.0).collect();
        all.extend(of(store, &chunk).await?);
    }
    Ok(all)
}

async fn of(store: &Store, ids: &[i64]) -> Result<Vec<Facts>, Fault> {
    let mut found = BTreeMap::new();
    let sql = Sql::new("SELECT ")
        .push(COLUMNS)
        .push(" FROM leads WHERE merged_into IS NULL AND erased_at IS NULL AND id IN ");
    for mut row in store.database.all(sql.list(ids.iter().copied()).push(" ORDER BY id")).await? {
        // One that a newer program has written waits for that; all others are worked on.
        let lead = match lead(&mut row) {
            Ok(lead) => lead,
            Err(fault) => {
                tracing::error!(%fault, "a lead cannot be read; it is passed over");
                continue;
            }
        };
        let facts = Facts { lead, touches: Vec::new(), files: Vec::new(), approvals: Vec::new(), open_tasks: 0 };
        found.insert(facts.lead.id.0, facts);
    }
    let touches = "SELECT f, kind, at, first_call FROM (SELECT COALESCE(l.merged_into, l.id) AS f, t.kind, t.at, t.first_call, \
                   ROW_NUMBER() OVER (PARTITION BY COALESCE(l.merged_into, l.id) ORDER BY t.at DESC, t.id DESC) AS n \
                   FROM leads l JOIN lead_touches t ON t.lead_id = l.id";
    each(store, touches, ids, ") AS x WHERE n <= ", &mut found, |facts, row| {
        facts.touches.push((row.word("touch", TouchKind::parse)?, row.take()?, row.take()?));
        Ok(())
    })
    .await?;
    let files = "SELECT f, name, media_type, added_at FROM (SELECT COALESCE(l.merged_into, l.id) AS f, t.name, t.media_type, \
                 t.added_at, ROW_NUMBER() OVER (PARTITION BY COALESCE(l.merged_into, l.id) ORDER BY t.id DESC) AS n \
                 FROM leads l JOIN lead_files t ON t.lead_id = l.id";
    each(store, files, ids, ") AS x WHERE n <= ", &mut found, |facts, row| {
        facts.files.push((row.take()?, row.take()?, row.take()?));
        Ok(())
    })
    .await?;
    let approvals = "SELECT f, at FROM (SELECT COALESCE(l.merged_into, l.id) AS f, t.at, \
                     ROW_NUMBER() OVER (PARTITION BY COALESCE(l.merged_into, l.id) ORDER BY t.id DESC) AS n \
                     FROM leads l JOIN lead_approvals t ON t.lead_id = l.id";
    each(store, approvals, ids, ") AS x WHERE n <= ", &mut found, |facts, row| {
        facts.approvals.push(row.take()?);
        Ok(())
    })
    .await?;
    let tasks = "SELECT f, c FROM (SELECT COALESCE(l.merged_into, l.id) AS f, COUNT(*) AS c \
                 FROM leads l JOIN lead_tasks t ON t.lead_id = l.id AND t.done_at IS NULL";
    each(store, tasks, ids, " GROUP BY COALESCE(l.merged_into, l.id)) AS x WHERE 1 <= ", &mut found, |facts, row| {
        facts.open_tasks = row.take()?;
        Ok(())
    })
    .await?;
    Ok(found.into_values().collect())
}

async fn each(
    store: &Store,
    head: &'static str,
    ids: &[i64],
    tail: &'static str,
    found: &mut BTreeMap<i64, Facts>,
    put: impl Fn(&mut Facts, &mut Row) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let sql = Sql::new(head).push(" WHERE (l.id IN ").list(ids.iter().copied());
    let sql = sql.push(" OR l.merged_into IN ").list(ids.iter().copied()).push(")").push_bind(tail, MOST);
    for mut row in store.database.all(sql).await? {
        let id: i64 = row.take()?;
        let Some(facts) = found.get_mut(&id) else { continue };
        if let Err(fault) = put(facts, &mut row) {
            tracing::error!(%fault, lead = id, "something about a lead cannot be read; it is passed over");
            found.remove(&id);
        }
    }
    Ok(())
}
