//! Import of tables: every row becomes a lead, is added to one, or comes back with the reason. Rows are read, checked and stored in
//! batches; nothing but one batch is held.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use mortise_domain::access::Reach;
use mortise_domain::catalog::Store;
use mortise_domain::lead::LeadEntry;
use mortise_domain::lead::columns::{Column, entry, match_columns};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::leads::{Intake, Taken};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::ToSchema;

use super::judge::Compiled;
use super::table::{Encoding, Row, Table, TableError};
use super::{LeadWork, enter};

/// Rows that are stored together.
const BATCH: usize = 250;
/// Batches that are read ahead.
const AHEAD: usize = 2;

/// What is to be done with a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Plan {
    /// What each column is; null: told from the headings.
    pub columns: Option<Vec<Column>>,
    /// In which letters a text file is written; null: told from its rows.
    pub encoding: Option<Encoding>,
    /// Code of the store of rows that name none.
    pub store: String,
    /// Source of rows that name none.
    pub source: String,
}

/// Why an import cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The plan does not fit the file.
    #[error("{0}")]
    Plan(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Its number: the first row below the headings is 1.
    pub row: u64,
    /// Why, with the field.
    pub reason: String,
}

/// What became of rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Outcome {
    /// Rows that were read: `created` + `merged` + the refused ones.
    pub rows: u64,
    /// New leads.
    pub created: u64,
    /// Rows that were added to leads, or changed nothing because all of it was known.
    pub merged: u64,
    /// Rows that were refused.
    pub refused: Vec<Refused>,
}

/// Follows an import.
#[async_trait]
pub trait Progress: Send {
    /// What became of the next rows. Called once for each batch, in order.
    async fn batch(&mut self, outcome: Outcome) -> Result<(), StoreError>;

    /// Is the import still wanted? Asked before each batch is stored.
    async fn goes_on(&mut self) -> Result<bool, StoreError> {
        Ok(true)
    }
}

/// Where the rows come from and for whom.
pub struct Job {
    /// The file.
    pub path: PathBuf,
    /// What is to be done with it.
    pub plan: Plan,
    /// Rows that were read before, by an import that was broken off.
    pub skip: u64,
    /// Who imports.
    pub actor: String,
    /// How far they may reach.
    pub reach: Reach,
    /// All stores, against which rows are checked.
    pub stores: Vec<Store>,
}

/// The first rows of a table, and what would become of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Preview {
    /// The headings.
    pub headings: Vec<String>,
    /// What each column is taken for.
    pub columns: Vec<Column>,
    /// In which letters it is written; null: it says so itself.
    pub encoding: Option<Encoding>,
    /// The first rows as they stand there.
    pub rows: Vec<Sample>,
}

/// A row of a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Sample {
    /// Its number.
    pub row: u64,
    /// Its cells.
    pub cells: Vec<String>,
    /// What it would be handed in as; null: it would be refused.
    pub entry: Option<LeadEntry>,
    /// Why it would be refused; empty: it would not.
    pub reason: String,
}

impl LeadWork {
    /// Imports a table. Some are read at a time; further ones wait.
    pub async fn import(&self, job: Job, progress: &mut dyn Progress) -> Result<(), ImportError> {
        let _place = self.0.imports.acquire().await;
        let compiled = self.compiled().await?;
        let (sender, mut batches) = mpsc::channel(AHEAD);
        let (path, plan, skip) = (job.path.clone(), job.plan.clone(), job.skip);
        let reading = tokio::task::spawn_blocking(move || read(&path, &plan, skip, &sender));
        let checker = Checker { job: &job, compiled: &compiled, region: self.region() };
        while let Some((columns, rows)) = batches.recv().await {
            if !progress.goes_on().await? {
                return Ok(());
            }
            let mut outcome = Outcome::default();
            let mut intakes = Vec::with_capacity(rows.len());
            for (number, row) in rows {
                outcome.rows += 1;
                match checker.check(&columns, row) {
                    Ok(entry) => intakes.push(enter::intake(entry, "import", (&job.actor, &job.reach), self.now())),
                    Err(reason) => outcome.refused.push(Refused { row: number, reason }),
                }
            }
            for taken in self.take(&intakes, &compiled).await? {
                match taken {
                    Taken::Created(_) => outcome.created += 1,
                    Taken::Merged(_) | Taken::Known(_) => outcome.merged += 1,
                }
            }
            progress.batch(outcome).await?;
        }
        match reading.await {
            Ok(outcome) => outcome,
            Err(_) => Err(ImportError::Plan("the file could not be read to its end".into())),
        }
    }

    async fn take(&self, intakes: &[Intake], compiled: &Compiled) -> Result<Vec<Taken>, StoreError> {
        if intakes.is_empty() {
            return Ok(Vec::new());
        }
        self.0.leads.intake(intakes, &compiled.rules.ladder()).await
    }

    /// The first rows of a table, and what would become of them. One table is looked at at a time: a spreadsheet is held for it.
    pub async fn preview(&self, job: &Job, most: usize) -> Result<Preview, ImportError> {
        let _place = self.0.previews.acquire().await;
        let compiled = self.compiled().await?;
        let (path, plan) = (job.path.clone(), job.plan.clone());
        let reading = tokio::task::spawn_blocking(move || first_rows(&path, &plan, most));
        let read = reading.await.map_err(|_| ImportError::Plan("the file could not be read".into()))?;
        let (headings, columns, encoding, rows) = read?;
        let checker = Checker { job, compiled: &compiled, region: self.region() };
        let sample = |(row, cells): (u64, Row)| {
            let shown = cells.clone().unwrap_or_default();
            match checker.check(&columns, cells) {
                Ok(entry) => Sample { row, cells: shown, entry: Some(entry), reason: String::new() },
                Err(reason) => Sample { row, cells: shown, entry: None, reason },
            }
        };
        let rows = rows.into_iter().map(sample).collect();
        Ok(Preview { headings, columns, encoding, rows })
    }
}

/// Turns rows into entries.
struct Checker<'a> {
    job: &'a Job,
    compiled: &'a Compiled,
    region: &'a str,
}

impl Checker<'_> {
    fn check(&self, columns: &[Column], row: Row) -> Result<LeadEntry, String> {
        let cells = row?;
        let mut entry = entry(columns, &cells).map_err(|fault| fault.to_string())?;
        for (own, default) in [(&mut entry.store, &self.job.plan.store), (&mut entry.source, &self.job.plan.source)] {
            if own.is_empty() {
                own.clone_from(default);
            }
        }
        let faults = enter::check(&mut entry, self.compiled, self.region);
        if !faults.is_empty() {
            return Err(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
        }
        self.place(&entry)?;
        Ok(entry)
    }

    fn place(&self, entry: &LeadEntry) -> Result<(), String> {
        if entry.store.is_empty() {
            let own = matches!(self.job.reach, Reach::Own(_));
            return if own { Err("store: is missing; name one of your stores".into()) } else { Ok(()) };
        }
        match self.job.stores.iter().find(|store| store.code == entry.store) {
            Some(store) if self.job.reach.covers(&store.code, &store.region) => Ok(()),
            Some(_) => Err(format!("store: {:?} is not one of your stores", entry.store)),
            None => Err(format!("store: there is no store {:?}", entry.store)),
        }
    }
}

type Batch = (Arc<[Column]>, Vec<(u64, Row)>);

fn columns(plan: &Plan, headings: &[String]) -> Result<Vec<Column>, ImportError> {
    match &plan.columns {
        None => Ok(match_columns(headings)),
        Some(columns) if columns.len() == headings.len() => Ok(columns.clone()),
        Some(columns) => Err(ImportError::Plan(format!(
            "the plan names {} columns, the file has {}; look at the preview again",
            columns.len(),
            headings.len()
        ))),
    }
}

fn read(path: &Path, plan: &Plan, skip: u64, sender: &mpsc::Sender<Batch>) -> Result<(), ImportError> {
    let mut table = Table::open(path, plan.encoding)?;
    let columns: Arc<[Column]> = columns(plan, &table.headings)?.into();
    let (mut number, mut batch) = (0, Vec::with_capacity(BATCH));
    while let Some(row) = table.next_row()? {
        number += 1;
        if number <= skip {
            continue;
        }
        batch.push((number, row));
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if sender.blocking_send((Arc::clone(&columns), full)).is_err() {
                return Ok(());
            }
        }
    }
    if !batch.is_empty() {
        // Where nobody listens any more, the import has failed already.
        let _ = sender.blocking_send((columns, batch));
    }
    Ok(())
}

type First = (Vec<String>, Vec<Column>, Option<Encoding>, Vec<(u64, Row)>);

fn first_rows(path: &Path, plan: &Plan, most: usize) -> Result<First, ImportError> {
    let mut table = Table::open(path, plan.encoding)?;
    let columns = columns(plan, &table.headings)?;
    let mut rows = Vec::new();
    while rows.len() < most {
        let Some(row) = table.next_row()? else { break };
        rows.push((rows.len() as u64 + 1, row));
    }
    Ok((table.headings, columns, table.encoding, rows))
}
