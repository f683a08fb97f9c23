//! Two leads become one: by a key that both have, or because a person says so.

use std::collections::BTreeSet;

use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::Details;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::standing::{Shift, Standing};
use super::{locked, write_details};
use crate::Store;
use crate::counters::Counter;
use crate::database::{Sql, Tx, json_text, transact};
use crate::fault::Fault;
use crate::timeline::{Entries, LEAD};

/// A lead that absorbs another, before it is written.
pub(super) struct Joined {
    pub record: i64,
    pub lead: LeadId,
    pub other: LeadId,
    pub reason: BTreeSet<&'static str>,
    /// Of the lead, before and after.
    pub details: [Details; 2],
    /// Where that changed.
    pub standing: Option<[Standing; 2]>,
    pub actor: String,
    pub at: Instant,
}

impl Joined {
    /// Everything but details and standing of the lead that stays. What the other had absorbed comes with it.
    pub async fn write(self, tx: &mut Tx) -> Result<(), Fault> {
        let (lead, other) = (self.lead.0, self.other.0);
        let sql = "UPDATE lead_keys SET lead_id = $2 WHERE lead_id = $1 RETURNING kind, value";
        let mut keys = Vec::new();
        for mut row in tx.all(Sql::new(sql).bind(other).bind(lead)).await? {
            keys.push([row.take::<String>()?, row.take::<String>()?]);
        }
        let sql =
            "UPDATE leads SET merged_into = $2, version = version + 1 WHERE id = $1 OR merged_into = $1 RETURNING id";
        let mut moved: Vec<i64> = Vec::new();
        for mut row in tx.all(Sql::new(sql).bind(other).bind(lead)).await? {
            moved.push(row.take()?);
        }
        moved.sort_unstable();
        // They are judged again when they come apart.
        let sql =
            Sql::new("DELETE FROM lead_timers WHERE fired_at IS NULL AND lead_id IN ").list(moved.iter().copied());
        tx.execute(sql).await?;
        // What happened to the other happened to this one.
        let sql = "UPDATE leads SET touched_at = (SELECT MAX(touched_at) FROM leads WHERE id = $1 OR merged_into = $1), \
                   answered_at = (SELECT MIN(answered_at) FROM leads WHERE id = $1 OR merged_into = $1), version = version + 1 \
                   WHERE id = $1";
        tx.execute(Sql::new(sql).bind(lead)).await?;
        let sql = "INSERT INTO lead_merges (id, lead_id, other_id, at, actor, reason, before, after, keys, moved, standing) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let [before, after] = &self.details;
        let sql = Sql::new(sql).bind(self.record).bind(lead).bind(other).bind(self.at).bind(&self.actor);
        let sql = sql.bind(json_text(&self.reason)?).bind(json_text(before)?).bind(json_text(after)?);
        let standing = self.standing.as_ref().map(json_text).transpose()?;
        tx.execute(sql.bind(json_text(&keys)?).bind(json_text(&moved)?).bind(standing)).await?;
        Ok(())
    }
}

impl Store {
    /// Lets `lead` absorb `other` because a person says that they are one. Answers the record by which it can be taken back. `ladder`:
    /// stages by how far they are.
    pub async fn join_leads(
        &self,
        lead: LeadId,
        other: LeadId,
        actor: &str,
        ladder: &[String],
    ) -> Result<i64, StoreError> {
        if lead == other {
            return Err(StoreError::Conflict("a lead cannot be merged with itself".into()));
        }
        let record = self.ids(Counter::LeadEntry, 1).await?.one()?;
        let stay = self.ids(Counter::LeadPart, 1).await?.one()?;
        let ids = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        transact!(self.database, tx => async {
            let (first, second) = (locked(tx, lead.min(other)).await?, locked(tx, lead.max(other)).await?);
            let (stays, goes) = if first.id == lead { (first, second) } else { (second, first) };
            let (was, theirs) = (Standing::of(&stays), Standing::of(&goes));
            if was.is_another_customer(&theirs) {
                let text = format!("the leads have become two customers, {} and {}", was.customer, theirs.customer);
                return Err(StoreError::Conflict(text).into());
            }
            let mut details = stays.details.clone();
            details.absorb(&goes.details);
            write_details(tx, lead, &details, now).await?;
            let mut is = was.clone();
            is.absorb(&theirs, ladder);
            let standing = (was != is).then(|| [was.clone(), is.clone()]);
            Shift { lead, was, is, actor: actor.to_owned() }.write(tx, stay).await?;
            // Whoever told them apart once has thought better of it.
            let sql = "DELETE FROM lead_distinct WHERE lead_id = $1 AND other_id = $2";
            tx.execute(Sql::new(sql).bind(lead.min(other).0).bind(lead.max(other).0)).await?;
            let (details, reason) = ([stays.details, details], BTreeSet::from(["person"]));
            Joined { record, lead, other, reason, details, standing, actor: actor.to_owned(), at: now }.write(tx).await?;
            let mut entries = Entries::default();
            let entry = Entry::by(actor, now, "lead.joined", json!({ "merge": record, "other": other }));
            entries.push(&mut ids.clone(), LEAD, lead.to_string(), &entry)?;
            entries.write(tx).await
        })?;
        Ok(record)
    }
}
