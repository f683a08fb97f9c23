//! A lead that somebody enters: checked, stored, judged at once.

use mortise_domain::access::Reach;
use mortise_domain::instant::Instant;
use mortise_domain::lead::LeadEntry;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::leads::{FORM, Intake, Taken};
use mortise_domain::submission::FieldError;
use sha2::{Digest, Sha256};

use super::LeadWork;
use crate::leads::judge::Compiled;

/// Why a lead was not taken.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// Whoever entered it corrects these fields.
    #[error("{} field(s) are wrong", .0.len())]
    Faults(Vec<FieldError>),
    /// An operator mends the store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LeadWork {
    /// Takes one lead. `way` is how it came: `staff`, `form`, `webhook`; `actor` and `reach`: of whoever brings it.
    pub async fn enter(
        &self,
        mut entry: LeadEntry,
        way: &'static str,
        actor: &str,
        reach: &Reach,
    ) -> Result<Taken, EnterError> {
        let compiled = self.compiled().await?;
        let mut faults = check(&mut entry, &compiled, self.region());
        let first = compiled.rules.first_stage();
        if faults.is_empty() && !entry.stage.is_empty() && entry.stage != first {
            let text = format!(
                "must be {first:?}, where leads begin: enter the lead and move it then, so that the gates see it"
            );
            faults.push(FieldError::new("stage", text));
        }
        if !faults.is_empty() {
            return Err(EnterError::Faults(faults));
        }
        let intake = intake(entry, way, (actor, reach), self.now());
        let taken = self.0.leads.intake(&[intake], &compiled.rules.ladder()).await?;
        let Some(taken) = taken.into_iter().next() else {
            return Err(StoreError::Inconsistent { what: "lead", detail: "an entry got no answer".into() }.into());
        };
        // It is judged by the worker too, where this fails.
        if let Err(error) = self.judge(&[taken.lead()]).await {
            tracing::warn!(%error, "a lead was not judged at once");
        }
        Ok(taken)
    }
}

/// All faults of an entry, which is brought into its normal form.
pub(super) fn check(entry: &mut LeadEntry, compiled: &Compiled, region: &str) -> Vec<FieldError> {
    let mut faults = entry.tidy(region);
    if !entry.stage.is_empty() && compiled.rules.stage(&entry.stage).is_none() {
        let known: Vec<&str> = compiled.rules.stages.iter().map(|stage| stage.code.as_str()).collect();
        faults
            .push(FieldError::new("stage", format!("{:?} is no stage; known are: {}", entry.stage, known.join(", "))));
    }
    faults
}

/// An entry in its normal form, with the hash by which it is known again.
pub(super) fn intake(entry: LeadEntry, way: &'static str, (actor, reach): (&str, &Reach), at: Instant) -> Intake {
    let mut known = entry.clone();
    // The form notes its own moment; whoever sends it twice says nothing new by that.
    if let Some(consent) = known.details.consent.as_mut().filter(|_| way == FORM) {
        consent.at = None;
    }
    // Every field has a JSON form, so that this cannot fail; an empty text would merely never match.
    let text = serde_json::to_vec(&known).unwrap_or_default();
    let fingerprint = hex::encode(Sha256::digest(text));
    Intake { fingerprint, entry, way, actor: actor.to_owned(), reach: reach.clone(), at }
}
