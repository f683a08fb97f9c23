//! Imports of tables: what is to be done with a file, how far it is, which rows were refused.

use std::collections::HashSet;

use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use serde::Serialize;
use serde_json::Value as Json;

use crate::Store;
use crate::counters::Counter;
use crate::database::{Row, Sql, json_text, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportState {
    /// The file is there; nobody has started it.
    Ready,
    /// Rows are read.
    Running,
    /// All rows were read.
    Done,
    /// It could not go on.
    Failed,
}

impl ImportState {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Ready, Self::Running, Self::Done, Self::Failed].into_iter().find(|state| state.name() == text)
    }
}

/// An import before it is noted.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// Name of the file.
    pub name: String,
    /// Where its bytes lie.
    pub path: String,
    /// What its columns are, and the like.
    pub plan: Json,
    /// Who imports it.
    pub actor: String,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadImport {
    /// Its id.
    pub id: i64,
    /// Name of the file.
    pub name: String,
    /// Where its bytes lie.
    pub path: String,
    /// What its columns are, and the like.
    pub plan: Json,
    /// How far it is.
    pub state: ImportState,
    /// What became of the rows so far.
    pub progress: Progress,
    /// Why it could not go on.
    pub failure: Option<String>,
    /// Who imports it.
    pub actor: String,
    /// Since when it is there.
    pub created_at: Instant,
    /// When it ended.
    pub ended_at: Option<Instant>,
}

/// What became of the rows so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Rows that were read.
    pub rows: i64,
    /// New leads.
    pub created: i64,
    /// Rows that were added to leads or changed nothing.
    pub merged: i64,
    /// Rows that were refused.
    pub refused: i64,
}

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Its number: the first row below the headings is 1.
    pub row: i64,
    /// Why.
    pub reason: String,
}

const COLUMNS: &str = "SELECT id, name, path, plan, state, done, created, merged, refused, failure, actor, created_at, ended_at \
                       FROM lead_imports";

impl Store {
    /// Notes a file that is to be imported.
    pub async fn add_lead_import(&self, new: &NewImport) -> Result<LeadImport, StoreError> {
        let id = self.ids(Counter::LeadPart, 1).await?.one()?;
        let sql = "INSERT INTO lead_imports (id, name, path, plan, state, actor, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let sql = Sql::new(sql).bind(id).bind(&new.name).bind(&new.path).bind(json_text(&new.plan)?);
        self.database.execute(sql.bind(ImportState::Ready.name()).bind(&new.actor).bind(self.now())).await?;
        self.lead_import(id).await?.ok_or_else(|| StoreError::NotFound(format!("import {id}")))
    }

    /// An import.
    pub async fn lead_import(&self, id: i64) -> Result<Option<LeadImport>, StoreError> {
        let row = self.database.first(Sql::new(COLUMNS).push(" WHERE id = $1").bind(id)).await?;
        Ok(row.map(|mut row| read(&mut row)).transpose()?)
    }

    /// Imports, the newest first.
    pub async fn lead_imports(&self, page: &PageRequest) -> Result<Page<LeadImport>, StoreError> {
        let rows = self.database.all(page.newest_first(Sql::new(COLUMNS).push(" WHERE 1 = 1"))).await?;
        Ok(page.page(rows, read, |import| Cursor::of(0, import.id))?)
    }

    /// Imports that were running when their process ended.
    pub async fn running_lead_imports(&self) -> Result<Vec<LeadImport>, StoreError> {
        let sql = Sql::new(COLUMNS).push(" WHERE state = $1 ORDER BY id").bind(ImportState::Running.name());
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// Those of these files that imports still need.
    pub async fn lead_import_paths(&self, paths: &[&str]) -> Result<HashSet<String>, StoreError> {
        let sql = Sql::new("SELECT path FROM lead_imports WHERE state IN ")
            .list([ImportState::Ready.name(), ImportState::Running.name()]);
        let rows = self.database.all(sql.push(" AND path IN ").list(paths.iter().copied())).await?;
        Ok(rows.into_iter().map(|mut row| row.take()).collect::<Result<_, Fault>>()?)
    }

    /// Starts an import with what is to be done. Answers whether it was ready.
    pub async fn start_lead_import(&self, id: i64, plan: &Json) -> Result<bool, StoreError> {
        let sql = "UPDATE lead_imports SET state = $3, plan = $4 WHERE id = $1 AND state = $2";
        let sql = Sql::new(sql).bind(id).bind(ImportState::Ready.name()).bind(ImportState::Running.name());
        Ok(self.database.execute(sql.bind(json_text(plan)?)).await? == 1)
    }

    /// Moves an import from one state to another. Answers whether it was in the first.
    pub async fn move_lead_import(
        &self,
        id: i64,
        from: ImportState,
        to: ImportState,
        failure: Option<&str>,
    ) -> Result<bool, StoreError> {
        let ended = matches!(to, ImportState::Done | ImportState::Failed).then(|| self.now());
        let sql = "UPDATE lead_imports SET state = $3, failure = $4, ended_at = $5 WHERE id = $1 AND state = $2";
        let sql = Sql::new(sql).bind(id).bind(from.name()).bind(to.name()).bind(failure).bind(ended);
        Ok(self.database.execute(sql).await? == 1)
    }

    /// Notes what became of the next rows.
    pub async fn note_lead_rows(&self, id: i64, more: &Progress, refusals: &[Refusal]) -> Result<(), StoreError> {
        transact!(self.database, tx => async {
            let sql = "UPDATE lead_imports SET done = done + $2, created = created + $3, merged = merged + $4, \
                       refused = refused + $5 WHERE id = $1";
            let sql = Sql::new(sql).bind(id).bind(more.rows).bind(more.created).bind(more.merged).bind(more.refused);
            tx.execute(sql).await?;
            let rows = refusals.iter().map(|Refusal { row, reason }| [id.into(), (*row).into(), reason.into()]).collect();
            let head = "INSERT INTO lead_refusals (import_id, number, reason)";
            tx.insert(head, rows, "ON CONFLICT (import_id, number) DO NOTHING").await
        })?;
        Ok(())
    }

    /// Refused rows of an import, in their order.
    pub async fn lead_refusals(&self, id: i64, page: &PageRequest) -> Result<Page<Refusal>, StoreError> {
        let mut sql = Sql::new("SELECT number, reason FROM lead_refusals WHERE import_id = $1").bind(id);
        if let Some(Cursor { id, .. }) = &page.after {
            sql = sql.push_bind(" AND number > ", *id);
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY number"))).await?;
        let refusal = |row: &mut Row| Ok(Refusal { row: row.take()?, reason: row.take()? });
        Ok(page.page(rows, refusal, |refusal| Cursor::of(0, refusal.row))?)
    }
}

fn read(row: &mut Row) -> Result<LeadImport, Fault> {
    Ok(LeadImport {
        id: row.take()?,
        name: row.take()?,
        path: row.take()?,
        plan: row.json("import")?,
        state: row.word("import state", ImportState::parse)?,
        progress: Progress { rows: row.take()?, created: row.take()?, merged: row.take()?, refused: row.take()? },
        failure: row.take()?,
        actor: row.take()?,
        created_at: row.take()?,
        ended_at: row.take()?,
    })
}
