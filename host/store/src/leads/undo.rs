//! What was merged comes apart again, and is told apart from then on.

use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::{Details, LeadEntry, number};
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::standing::{Shift, pair, recount};
use super::{FAMILY, locked, write_details};
use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, json_text, transact};
use crate::fault::Fault;
use crate::timeline::{Entries, LEAD};

/// Who takes it back, and when.
#[derive(Clone, Copy)]
struct By<'a> {
    actor: &'a str,
    at: Instant,
}

impl Store {
    /// Takes back that a lead absorbed another. Answers the other, which is a lead of its own again.
    pub async fn undo_lead_merge(&self, lead: LeadId, merge: i64, actor: &str) -> Result<LeadId, StoreError> {
        let ids = self.ids(Counter::Entry, 2).await?;
        let by = By { actor, at: self.now() };
        Ok(transact!(self.database, tx => undo_merge(tx, lead, merge, by, ids.clone()))?)
    }

    /// Takes back that an entry was added to a lead. Answers the new lead that the entry becomes, in the first stage.
    pub async fn undo_lead_entry(
        &self,
        lead: LeadId,
        entry: i64,
        actor: &str,
        first_stage: &str,
    ) -> Result<LeadId, StoreError> {
        let ids = self.ids(Counter::Entry, 2).await?;
        let new = LeadId(self.ids(Counter::Lead, 1).await?.one()?);
        let stay = self.ids(Counter::LeadPart, 1).await?.one()?;
        let by = By { actor, at: self.now() };
        Ok(transact!(self.database, tx => undo_entry(tx, lead, entry, (new, stay, first_stage), by, ids.clone()))?)
    }
}

async fn undo_merge(tx: &mut Tx, id: LeadId, merge: i64, by: By<'_>, ids: Ids) -> Result<LeadId, Fault> {
    let lead = locked(tx, id).await?;
    let sql = "SELECT other_id, at, undone_at, before, after, keys, moved, standing FROM lead_merges WHERE id = $1 AND lead_id = $2";
    let row = tx.first(Sql::new(sql).bind(merge).bind(id.0)).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("merge {merge} of {}", lead.number)))?;
    let (other, since) = (LeadId(row.take()?), row.take()?);
    not_undone(&mut row)?;
    let (before, after): (Details, Details) = (row.json("merge")?, row.json("merge")?);
    let keys: Vec<[String; 2]> = row.json("merge")?;
    let moved: Vec<i64> = row.json("merge")?;
    let standing = pair(&mut row, "merge")?;
    write_details(tx, id, &lead.details.give_back(&before, &after), by.at).await?;
    if let Some(standing) = standing {
        Shift::undo(tx, &lead, &standing).await?;
    }
    let sql = Sql::new(
        "UPDATE leads SET version = version + 1, merged_into = CASE WHEN id = $1 THEN NULL ELSE $1 END WHERE id IN ",
    );
    tx.execute(sql.bind(other.0).list(moved)).await?;
    give_keys(tx, id, other, &keys).await?;
    tell_apart(tx, id, other).await?;
    cleanse(tx, id, since, [&before, &after]).await?;
    // Touches of either count for itself alone again.
    recount(tx, id).await?;
    recount(tx, other).await?;
    // What was given back is kept nowhere: either of the two may be forgotten without the other.
    let sql = "UPDATE lead_merges SET undone_at = $2, undone_by = $3, before = '{}', after = '{}', keys = '[]', moved = '[]', \
               standing = NULL WHERE id = $1";
    tx.execute(Sql::new(sql).bind(merge).bind(by.at).bind(by.actor)).await?;
    tell(tx, [id, other], json!({ "merge": merge }), by, ids).await?;
    Ok(other)
}

async fn undo_entry(
    tx: &mut Tx,
    id: LeadId,
    entry: i64,
    (new, stay, first_stage): (LeadId, i64, &str),
    by: By<'_>,
    ids: Ids,
) -> Result<LeadId, Fault> {
    let lead = locked(tx, id).await?;
    let sql =
        "SELECT at, undone_at, content, before, after, keys, standing FROM lead_entries WHERE id = $1 AND lead_id = $2";
    let row = tx.first(Sql::new(sql).bind(entry).bind(id.0)).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("entry {entry} of {}", lead.number)))?;
    let since = row.take()?;
    not_undone(&mut row)?;
    let content: LeadEntry = row.json("entry")?;
    let (before, after) = (row.json_if_set::<Details>("entry")?, row.json_if_set::<Details>("entry")?);
    let (Some(before), Some(after)) = (before, after) else {
        return Err(StoreError::Conflict("the lead began with this entry; there is nothing to take back".into()).into());
    };
    let keys: Vec<[String; 2]> = row.json("entry")?;
    let standing = pair(&mut row, "entry")?;
    write_details(tx, id, &lead.details.give_back(&before, &after), by.at).await?;
    if let Some(standing) = standing {
        Shift::undo(tx, &lead, &standing).await?;
    }
    let store = if content.store.is_empty() { &lead.store } else { &content.store };
    let details = &content.details;
    let sql = "INSERT INTO leads (id, store, owner, source, grade, stage, stage_at, name, company, tags, details, created_at, \
               created_by, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $7, $12, $7)";
    let sql = Sql::new(sql).bind(new.0).bind(store).bind(&content.owner).bind(&content.source);
    let sql = sql.bind(content.grade.unwrap_or_default().name()).bind(first_stage).bind(by.at).bind(&details.name);
    let sql = sql.bind(&details.company).bind(json_text(&details.tags)?).bind(json_text(details)?).bind(by.actor);
    tx.execute(sql).await?;
    let sql = "INSERT INTO lead_stays (id, lead_id, store, stage, entered_at, actor) VALUES ($1, $2, $3, $4, $5, $6)";
    let sql = Sql::new(sql).bind(stay).bind(new.0).bind(store).bind(first_stage).bind(by.at).bind(by.actor);
    tx.execute(sql).await?;
    give_keys(tx, id, new, &keys).await?;
    tell_apart(tx, id, new).await?;
    cleanse(tx, id, since, [&before, &after]).await?;
    // The other lead's details go with it no further than into what was just given back.
    let sql = "UPDATE lead_entries SET lead_id = $2, undone_at = $3, undone_by = $4, before = NULL, after = NULL, keys = '[]', \
               standing = NULL WHERE id = $1";
    tx.execute(Sql::new(sql).bind(entry).bind(new.0).bind(by.at).bind(by.actor)).await?;
    tell(tx, [id, new], json!({ "entry": entry }), by, ids).await?;
    Ok(new)
}

fn not_undone(row: &mut Row) -> Result<(), Fault> {
    match row.take::<Option<Instant>>()? {
        None => Ok(()),
        Some(at) => Err(StoreError::Conflict(format!("this was taken back already, at {at}")).into()),
    }
}

/// The keys that came with the other go with it, as far as they are still here.
async fn give_keys(tx: &mut Tx, from: LeadId, to: LeadId, keys: &[[String; 2]]) -> Result<(), Fault> {
    for [kind, value] in keys {
        let sql = "UPDATE lead_keys SET lead_id = $4 WHERE kind = $1 AND value = $2 AND lead_id = $3";
        tx.execute(Sql::new(sql).bind(kind).bind(value).bind(from.0).bind(to.0)).await?;
    }
    Ok(())
}

/// Records of what was added later tell what the lead knew then: what is given back goes out of them too.
async fn cleanse(tx: &mut Tx, id: LeadId, since: Instant, [before, after]: [&Details; 2]) -> Result<(), Fault> {
    for (read, write) in [
        (
            "SELECT id, before, after FROM lead_entries WHERE before IS NOT NULL AND undone_at IS NULL AND at >= $2 AND lead_id IN ",
            "UPDATE lead_entries SET before = $2, after = $3 WHERE id = $1",
        ),
        (
            "SELECT id, before, after FROM lead_merges WHERE undone_at IS NULL AND at >= $2 AND lead_id IN ",
            "UPDATE lead_merges SET before = $2, after = $3 WHERE id = $1",
        ),
    ] {
        for mut row in tx.all(Sql::new(read).push(FAMILY).bind(id.0).bind(since)).await? {
            let record: i64 = row.take()?;
            let (was, is): (Details, Details) = (row.json("details")?, row.json("details")?);
            let (was, is) = (was.give_back(before, after), is.give_back(before, after));
            tx.execute(Sql::new(write).bind(record).bind(json_text(&was)?).bind(json_text(&is)?)).await?;
        }
    }
    Ok(())
}

async fn tell_apart(tx: &mut Tx, one: LeadId, other: LeadId) -> Result<(), Fault> {
    let sql =
        "INSERT INTO lead_distinct (lead_id, other_id) VALUES ($1, $2) ON CONFLICT (lead_id, other_id) DO NOTHING";
    tx.execute(Sql::new(sql).bind(one.min(other).0).bind(one.max(other).0)).await?;
    Ok(())
}

async fn tell(
    tx: &mut Tx,
    [id, other]: [LeadId; 2],
    data: serde_json::Value,
    by: By<'_>,
    mut ids: Ids,
) -> Result<(), Fault> {
    let mut entries = Entries::default();
    for (subject, from) in [(id, other), (other, id)] {
        let mut data = data.clone();
        data["other"] = json!(number(from));
        let entry = Entry::by(by.actor, by.at, "lead.told-apart", data);
        entries.push(&mut ids, LEAD, subject.to_string(), &entry)?;
    }
    entries.write(tx).await
}
