//! Leads: taken in, merged and told apart, worked on, judged by rules, forgotten.
//!
//! A lead that was absorbed keeps its row and all that belongs to it; `merged_into` says where it is read now. So nothing moves when
//! leads are merged, and nothing has to be moved back.

pub(crate) mod assign;
pub(crate) mod change;
mod erase;
mod facts;
pub(crate) mod files;
pub(crate) mod history;
pub(crate) mod imports;
pub(crate) mod insight;
mod intake;
mod join;
pub(crate) mod read;
pub(crate) mod rules;
mod stages;
mod standing;
mod suspicion;
pub(crate) mod tasks;
mod timers;
mod touches;
mod undo;

use async_trait::async_trait;
use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::assignment::{Candidate, Scored};
use mortise_domain::lead::rules::LeadRules;
use mortise_domain::lead::stage::StageMove;
use mortise_domain::lead::{Details, Grade, Lead, number};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::leads::{Facts, Firing, Intake, Judgement, Leads, Taken, Timer};

use crate::Store;
use crate::database::{Row, Sql, Tx, json_text};
use crate::fault::Fault;

/// Columns of [`lead`], of the table `leads`.
const COLUMNS: &str = "id, version, store, owner, source, grade, stage, stage_at, details, customer, created_at, created_by, \
                       updated_at, touched_at, answered_at, assigned_at, erased_at";

/// All rows that are read as the lead `$1`: its own and the absorbed ones.
const FAMILY: &str = "(SELECT id FROM leads WHERE id = $1 OR merged_into = $1)";

/// A lead without its external ids, which stand in another table.
fn lead(row: &mut Row) -> Result<Lead, Fault> {
    let id = LeadId(row.take()?);
    Ok(Lead {
        id,
        number: number(id),
        version: row.take()?,
        store: row.take()?,
        owner: row.take()?,
        source: row.take()?,
        grade: row.word("grade", Grade::parse)?,
        stage: row.take()?,
        stage_at: row.take()?,
        details: row.json("lead")?,
        external_ids: Vec::new(),
        customer: row.take()?,
        created_at: row.take()?,
        created_by: row.take()?,
        updated_at: row.take()?,
        touched_at: row.take()?,
        answered_at: row.take()?,
        assigned_at: row.take()?,
        erased_at: row.take()?,
    })
}

/// A lead that is neither absorbed nor erased, its row locked.
async fn locked(tx: &mut Tx, id: LeadId) -> Result<Lead, Fault> {
    let sql = Sql::new("SELECT ")
        .push(COLUMNS)
        .push(" FROM leads WHERE id = $1 AND merged_into IS NULL /* lock */")
        .bind(id.0);
    let row = tx.first(sql).await?;
    let lead = lead(&mut row.ok_or_else(|| StoreError::NotFound(format!("lead {}", number(id))))?)?;
    if lead.erased_at.is_some() {
        return Err(StoreError::Conflict(format!(
            "the person of {} was forgotten; nothing can be noted any more",
            lead.number
        ))
        .into());
    }
    Ok(lead)
}

/// Writes the details with the columns that lists are searched by, and raises the version.
async fn write_details(tx: &mut Tx, id: LeadId, details: &Details, now: Instant) -> Result<(), Fault> {
    let sql = "UPDATE leads SET details = $2, name = $3, company = $4, tags = $5, updated_at = $6, version = version + 1 WHERE id = $1";
    let sql = Sql::new(sql).bind(id.0).bind(json_text(details)?).bind(&details.name).bind(&details.company);
    tx.execute(sql.bind(json_text(&details.tags)?).bind(now)).await?;
    Ok(())
}

#[async_trait]
impl Leads for Store {
    async fn intake(&self, batch: &[Intake], ladder: &[String]) -> Result<Vec<Taken>, StoreError> {
        Ok(intake::intake(self, batch, ladder).await?)
    }

    async fn lead_rules(&self) -> Result<Option<(i64, LeadRules)>, StoreError> {
        Ok(rules::in_force(self).await?)
    }

    async fn lead_facts(&self, leads: &[LeadId]) -> Result<Vec<Facts>, StoreError> {
        Ok(facts::facts(self, leads).await?)
    }

    async fn unjudged_leads(&self, rules: i64, limit: u32) -> Result<Vec<LeadId>, StoreError> {
        Ok(timers::unjudged(self, rules, limit).await?)
    }

    async fn judge_leads(&self, rules: i64, batch: &[Judgement]) -> Result<usize, StoreError> {
        Ok(timers::judge(self, rules, batch).await?)
    }

    async fn move_lead(&self, lead: LeadId, change: &StageMove) -> Result<Lead, StoreError> {
        Ok(stages::move_to(self, lead, change).await?)
    }

    async fn due_lead_timers(&self, now: Instant, limit: u32) -> Result<Vec<Timer>, StoreError> {
        Ok(timers::due(self, now, limit).await?)
    }

    async fn fire_lead_timer(&self, firing: &Firing) -> Result<bool, StoreError> {
        Ok(timers::fire(self, firing).await?)
    }

    async fn stop_lead_timer(&self, timer: &Timer, version: Option<i64>) -> Result<(), StoreError> {
        Ok(timers::stop(self, timer, version).await?)
    }

    async fn unassigned_leads(
        &self,
        now: Instant,
        ended: &[String],
        limit: u32,
    ) -> Result<Vec<(LeadId, i64)>, StoreError> {
        Ok(assign::unassigned(self, now, ended, limit).await?)
    }

    async fn lead_candidates(
        &self,
        lead: LeadId,
        won: &[String],
        ended: &[String],
    ) -> Result<Vec<Candidate>, StoreError> {
        Ok(assign::candidates(self, lead, won, ended).await?)
    }

    async fn assign_lead(&self, lead: (LeadId, i64), to: &Scored, at: Instant) -> Result<bool, StoreError> {
        Ok(assign::assign(self, lead, to, at).await?)
    }

    async fn defer_lead(&self, lead: LeadId, until: Instant) -> Result<(), StoreError> {
        Ok(assign::defer(self, lead, until).await?)
    }

    async fn next_lead_timer(&self) -> Result<Option<Instant>, StoreError> {
        Ok(timers::next(self).await?)
    }
}
