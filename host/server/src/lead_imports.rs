//! Imports of leads that run in this process. One that a process left half-way goes on with the next start: rows that were stored already
//! change nothing a second time.

use async_trait::async_trait;
use mortise_domain::access::{Places, Reach};
use mortise_domain::ports::StoreError;
use mortise_pipeline::leads::import::{Job, Progress as Follows};
use mortise_pipeline::leads::{ImportError, LeadWork, Outcome, Plan};
use mortise_store::{ImportState, LeadImport, Progress, Refusal, Store};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::app::Shared;
use crate::files::Unkept;

/// What is kept of an import beside its file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Kept {
    /// What is to be done.
    pub plan: Plan,
    /// Stores and regions of whoever imports; none: all.
    pub places: Option<(BTreeSet<String>, BTreeSet<String>)>,
}

impl Kept {
    /// For whoever has this reach.
    pub fn new(plan: Plan, reach: &Reach) -> Self {
        let places = match reach {
            Reach::All => None,
            Reach::Own(places) => Some((places.stores.clone(), places.regions.clone())),
        };
        Self { plan, places }
    }

    fn reach(&self) -> Reach {
        match &self.places {
            None => Reach::All,
            Some((stores, regions)) => Reach::Own(Places { stores: stores.clone(), regions: regions.clone() }),
        }
    }
}

/// What was kept with an import.
pub fn kept(import: &LeadImport) -> Result<Kept, StoreError> {
    serde_json::from_value(import.plan.clone())
        .map_err(|error| StoreError::Inconsistent { what: "import", detail: error.to_string() })
}

/// What is to be read, by whom.
pub async fn job(store: &Store, import: &LeadImport, kept: &Kept, path: PathBuf) -> Result<Job, StoreError> {
    Ok(Job {
        path,
        plan: kept.plan.clone(),
        skip: u64::try_from(import.progress.rows).unwrap_or_default(),
        actor: import.actor.clone(),
        reach: kept.reach(),
        stores: store.stores().await?,
    })
}

/// Writes down what became of each batch.
pub struct Noted {
    /// Memory.
    pub store: Store,
    /// Which import.
    pub id: i64,
}

#[async_trait]
impl Follows for Noted {
    async fn batch(&mut self, outcome: Outcome) -> Result<(), StoreError> {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let refusal =
            |refused: mortise_pipeline::leads::Refused| Refusal { row: count(refused.row), reason: refused.reason };
        let more = Progress {
            rows: count(outcome.rows),
            created: count(outcome.created),
            merged: count(outcome.merged),
            refused: count(outcome.refused.len() as u64),
        };
        let refusals: Vec<Refusal> = outcome.refused.into_iter().map(refusal).collect();
        self.store.note_lead_rows(self.id, &more, &refusals).await
    }

    async fn goes_on(&mut self) -> Result<bool, StoreError> {
        let import = self.store.lead_import(self.id).await?;
        Ok(import.is_some_and(|import| import.state == ImportState::Running))
    }
}

/// Runs an import that is in the state `running` to its end.
pub async fn run(store: &Store, work: &LeadWork, import: &LeadImport, path: PathBuf) -> Result<(), StoreError> {
    let kept = kept(import)?;
    let job = job(store, import, &kept, path.clone()).await?;
    let outcome = work.import(job, &mut Noted { store: store.clone(), id: import.id }).await;
    let failure = match outcome {
        Ok(()) => None,
        // The store may come back: the next start goes on with it.
        Err(ImportError::Store(error)) => return Err(error),
        Err(error) => Some(error.to_string()),
    };
    let ended = if failure.is_none() { ImportState::Done } else { ImportState::Failed };
    store.move_lead_import(import.id, ImportState::Running, ended, failure.as_deref()).await?;
    // Personal data do not lie about.
    drop(Unkept::new(path));
    Ok(())
}

/// Runs an import beside everything else.
pub fn spawn(app: &Shared, import: LeadImport) {
    let app = Shared::clone(app);
    tokio::spawn(async move {
        let path = app.folder.attachments().join(&import.path);
        if let Err(error) = run(&app.store, &app.work.leads(), &import, path).await {
            tracing::error!(%error, import = import.id, "an import of leads was broken off; it goes on with the next start");
        }
    });
}

/// Goes on with what a process has left half-way. The file lies in the data folder of the node that took it.
pub async fn resume(app: &Shared) -> Result<(), StoreError> {
    for import in app.store.running_lead_imports().await? {
        if app.folder.attachments().join(&import.path).exists() {
            spawn(app, import);
        }
    }
    Ok(())
}
