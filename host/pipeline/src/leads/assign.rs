//! Assignment: leads that nobody looks after are given to whoever has the best score, in working hours.

use std::time::Duration;

use mortise_domain::lead::assignment::ranked;
use mortise_domain::lead::stage::Ending;
use mortise_domain::ports::StoreError;

use super::LeadWork;

/// Leads that are looked at together.
const AT_ONCE: u32 = 100;
/// When a lead for which nobody was found is looked at again.
const AGAIN: Duration = Duration::from_mins(5);

impl LeadWork {
    /// Gives out what waits. Answers how many leads found somebody.
    pub(super) async fn assign_waiting(&self) -> Result<usize, StoreError> {
        let compiled = self.compiled().await?;
        let now = self.now();
        if !compiled.rules.hours.are_now(now, &self.0.setting.zone) {
            return Ok(0);
        }
        let codes = |which: fn(Ending) -> bool| -> Vec<String> {
            let ends = compiled.rules.stages.iter().filter(|stage| stage.ending.is_some_and(which));
            ends.map(|stage| stage.code.clone()).collect()
        };
        let (won, ended) = (codes(|ending| ending == Ending::Won), codes(|_| true));
        let mut given = 0;
        for (lead, version) in self.0.leads.unassigned_leads(now, &ended, AT_ONCE).await? {
            let candidates = self.0.leads.lead_candidates(lead, &won, &ended).await?;
            // Nobody sells there: it waits, and whoever sees the store can take it.
            let Some(best) = ranked(&candidates).into_iter().next() else {
                self.0.leads.defer_lead(lead, now.after(AGAIN)).await?;
                continue;
            };
            given += usize::from(self.0.leads.assign_lead((lead, version), &best, now).await?);
        }
        Ok(given)
    }
}
