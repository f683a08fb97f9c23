//! Forgetting a person: all that tells who it was goes; that there was a lead, and its figures, stay.

use mortise_domain::ids::LeadId;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::{FAMILY, locked};
use crate::Store;
use crate::counters::Counter;
use crate::database::{Sql, transact};
use crate::fault::Fault;
use crate::timeline::{Entries, LEAD};

/// Statements that empty everything personal of the family of the lead `$1`.
const EMPTIED: [&str; 6] = [
    "UPDATE leads SET name = '', company = '', source = '', tags = '[]', details = '{}', owner = '', erased_at = $2, updated_at = $2, \
     version = version + 1 WHERE id IN ",
    "UPDATE lead_entries SET content = '{}', before = NULL, after = NULL, standing = NULL, keys = '[]', fingerprint = '' \
     WHERE $2 > 0 AND lead_id IN ",
    "UPDATE lead_touches SET city = '', content = '{\"kind\":\"note\"}' WHERE $2 > 0 AND lead_id IN ",
    "UPDATE lead_tasks SET action = '', obstacle = '', done_at = COALESCE(done_at, $2) WHERE lead_id IN ",
    "UPDATE lead_approvals SET note = '' WHERE $2 > 0 AND lead_id IN ",
    "UPDATE lead_stays SET note = '' WHERE $2 > 0 AND lead_id IN ",
];

/// Merges of this family, those into others that were taken back included.
const MERGES: &str = "UPDATE lead_merges SET before = '{}', after = '{}', standing = NULL, keys = '[]', moved = '[]', \
                      undone_at = COALESCE(undone_at, $2) WHERE lead_id IN ";

/// Statements that remove rows of the family of the lead `$1`.
const REMOVED: [&str; 3] = [
    "DELETE FROM lead_keys WHERE lead_id IN ",
    "DELETE FROM lead_timers WHERE fired_at IS NULL AND lead_id IN ",
    // From here on no node serves them; bytes without a row are removed by each node in its own folder.
    "DELETE FROM lead_files WHERE lead_id IN ",
];

impl Store {
    /// Forgets the person behind a lead and behind all that it has absorbed. Answers where the bytes of their files lie, which the
    /// caller removes where they are its own. Stories keep what was done and when; they never held who it was done to.
    pub async fn erase_lead(&self, lead: LeadId, actor: &str) -> Result<Vec<String>, StoreError> {
        let ids = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        Ok(transact!(self.database, tx => async {
            locked(tx, lead).await?;
            let sql = Sql::new("SELECT path FROM lead_files WHERE lead_id IN ").push(FAMILY).bind(lead.0);
            let paths = tx.all(sql).await?;
            for statement in REMOVED {
                tx.execute(Sql::new(statement).push(FAMILY).bind(lead.0)).await?;
            }
            for statement in EMPTIED {
                tx.execute(Sql::new(statement).push(FAMILY).bind(lead.0).bind(now)).await?;
            }
            let sql = Sql::new(MERGES).push(FAMILY).push(" OR other_id IN ").push(FAMILY);
            tx.execute(sql.bind(lead.0).bind(now)).await?;
            let mut entries = Entries::default();
            let entry = Entry::by(actor, now, "lead.erased", json!({}));
            entries.push(&mut ids.clone(), LEAD, lead.to_string(), &entry)?;
            entries.write(tx).await?;
            paths.into_iter().map(|mut row| row.take()).collect::<Result<Vec<String>, Fault>>()
        })?)
    }
}
