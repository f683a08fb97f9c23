//! Changes of stage: asked for, held against the gates, done or refused with exactly what is missing.

use mortise_domain::ids::LeadId;
use mortise_domain::lead::Lead;
use mortise_domain::lead::stage::StageMove;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::leads::Facts;
use mortise_domain::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

use super::judge::Compiled;
use super::{LeadWork, facts};

/// What a gate still asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Unmet {
    /// Code of the gate.
    pub gate: String,
    /// What it means.
    pub title: Text,
    /// What is missing, and what to do.
    pub missing: Text,
}

/// Whether a lead may move to a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StageVerdict {
    /// Code of the stage.
    pub stage: String,
    /// All that is missing; empty: it may.
    pub unmet: Vec<Unmet>,
}

/// Why a lead was not moved.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// There is no such stage.
    #[error("{0:?} is no stage; known are: {1}")]
    UnknownStage(String, String),
    /// It is there already.
    #[error("the lead is in this stage already")]
    There,
    /// Gates ask for what is not there.
    #[error("{} thing(s) are missing", .0.len())]
    Unmet(Vec<Unmet>),
    /// Changed meanwhile, or the store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LeadWork {
    /// Moves a lead. `version`: the one that was looked at.
    pub async fn move_lead(
        &self,
        id: LeadId,
        version: i64,
        to: &str,
        note: &str,
        actor: &str,
    ) -> Result<Lead, MoveError> {
        let compiled = self.compiled().await?;
        if compiled.rules.stage(to).is_none() {
            let known: Vec<&str> = compiled.rules.stages.iter().map(|stage| stage.code.as_str()).collect();
            return Err(MoveError::UnknownStage(to.to_owned(), known.join(", ")));
        }
        let facts = self.facts_of(id).await?;
        if facts.lead.stage == to {
            return Err(MoveError::There);
        }
        let unmet = self.unmet(&compiled, &facts, to);
        if !unmet.is_empty() {
            return Err(MoveError::Unmet(unmet));
        }
        let (to, note, actor, at) = (to.to_owned(), note.to_owned(), actor.to_owned(), self.now());
        // What was just looked at is what is moved: a file that was taken away meanwhile has raised the version.
        let version = if version == 0 { facts.lead.version } else { version };
        let lead = self.0.leads.move_lead(id, &StageMove { version, to, note, actor, at }).await?;
        if let Err(error) = self.judge(&[id]).await {
            tracing::warn!(%error, "a moved lead was not judged at once");
        }
        Ok(lead)
    }

    /// Which stages a lead may move to, and what the others ask for.
    pub async fn open_stages(&self, id: LeadId) -> Result<Vec<StageVerdict>, StoreError> {
        let compiled = self.compiled().await?;
        let facts = self.facts_of(id).await?;
        let others = compiled.rules.stages.iter().filter(|stage| stage.code != facts.lead.stage);
        let verdict =
            |stage: &str| StageVerdict { stage: stage.to_owned(), unmet: self.unmet(&compiled, &facts, stage) };
        Ok(others.map(|stage| verdict(&stage.code)).collect())
    }

    fn unmet(&self, compiled: &Compiled, facts: &Facts, to: &str) -> Vec<Unmet> {
        let context = facts::context(facts, &compiled.rules, self.now(), &compiled.env);
        let mut unmet = Vec::new();
        for (gate, conditions) in compiled.rules.gates.iter().zip(&compiled.gates) {
            if !compiled.rules.gates(&facts.lead.stage, to).any(|asked| asked.code == gate.code) {
                continue;
            }
            for (requirement, condition) in gate.requires.iter().zip(conditions) {
                let missing = match condition.holds(&context) {
                    Ok(true) => continue,
                    Ok(false) => requirement.missing.clone(),
                    // A gate that cannot be looked at stays closed.
                    Err(fault) => Text::new(
                        format!("规则条件无法计算（{fault}），请管理员修改规则"),
                        format!("the condition of the rule {fault}; have an admin correct the rule"),
                    ),
                };
                unmet.push(Unmet { gate: gate.code.clone(), title: gate.title.clone(), missing });
            }
        }
        unmet
    }

    async fn facts_of(&self, id: LeadId) -> Result<Facts, StoreError> {
        let facts = self.0.leads.lead_facts(&[id]).await?;
        let number = mortise_domain::lead::number(id);
        facts.into_iter().next().ok_or_else(|| StoreError::NotFound(format!("lead {number}")))
    }
}
