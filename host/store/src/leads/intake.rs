//! Intake: entries become leads, or are added to leads that have one of their keys. A batch shares one transaction.

mod desk;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use mortise_domain::access::Reach;
use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::identity::{Key, KeyKind, keys};
use mortise_domain::ports::leads::{Intake, Taken};

use super::{COLUMNS, lead, suspicion, write_details};
use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, TRIES, Tx, Value, json_text, pause, rows_per_statement, transact};
use crate::fault::Fault;
use desk::{Desk, Present};

/// Ids that a batch may need.
#[derive(Clone)]
struct Numbers {
    leads: Ids,
    records: Ids,
    parts: Ids,
    story: Ids,
}

pub(super) async fn intake(store: &Store, batch: &[Intake], ladder: &[String]) -> Result<Vec<Taken>, Fault> {
    // An entry can join at most one lead more than it has keys.
    let most: usize = batch.iter().map(|intake| 1 + keys(&intake.entry.details, &intake.entry.external_id).len()).sum();
    let numbers = Numbers {
        leads: store.ids(Counter::Lead, batch.len()).await?,
        records: store.ids(Counter::LeadEntry, most).await?,
        parts: store.ids(Counter::LeadPart, batch.len() + most).await?,
        story: store.ids(Counter::Entry, most).await?,
    };
    let mut tried = 0;
    loop {
        let outcome = transact!(store.database, tx => take(tx, batch, ladder, numbers.clone()));
        match outcome {
            // Somebody else brought the same key at the same time: it is there now.
            Err(fault) if fault.is_duplicate() && tried < TRIES => {
                tried += 1;
                pause(tried).await;
            }
            other => return other,
        }
    }
}

async fn take(tx: &mut Tx, batch: &[Intake], ladder: &[String], mut numbers: Numbers) -> Result<Vec<Taken>, Fault> {
    let all: Vec<Vec<Key>> =
        batch.iter().map(|intake| keys(&intake.entry.details, &intake.entry.external_id)).collect();
    let mut desk = open(tx, batch, &all, ladder).await?;
    let mut taken = Vec::with_capacity(batch.len());
    for (intake, keys) in batch.iter().zip(all) {
        taken.push(desk.take(intake, &keys, &mut numbers)?);
    }
    close(desk, tx, &mut numbers).await?;
    // What was absorbed later in the same batch is read where it is now.
    Ok(taken)
}

/// Whose these keys are.
async fn owners(tx: &mut Tx, wanted: &BTreeSet<&Key>) -> Result<HashMap<Key, LeadId>, Fault> {
    let rows: Vec<[Value; 2]> = wanted.iter().map(|key| [key.kind.name().into(), (&key.value).into()]).collect();
    let mut owners = HashMap::new();
    for chunk in rows.chunks(rows_per_statement(2)) {
        let sql = Sql::new("SELECT k.kind, k.value, k.lead_id FROM (")
            .values(chunk.iter().cloned())
            .push(") AS v JOIN lead_keys k ON k.kind = v.column1 AND k.value = v.column2");
        for mut row in tx.all(sql).await? {
            let kind = row.word("key", KeyKind::parse)?;
            owners.insert(Key { kind, value: row.take()? }, LeadId(row.take()?));
        }
    }
    Ok(owners)
}

/// A lead that is locked for an entry. One that was absorbed or forgotten before the lock was there takes nothing any more.
fn present(row: &mut Row) -> Result<Present, Fault> {
    let lead = lead(row)?;
    let merged_into: Option<i64> = row.take()?;
    if merged_into.is_some() || lead.erased_at.is_some() {
        return Err(Fault::Overtaken);
    }
    Ok(Present::old(lead))
}

async fn open<'a>(tx: &mut Tx, batch: &[Intake], all: &[Vec<Key>], ladder: &'a [String]) -> Result<Desk<'a>, Fault> {
    let wanted: BTreeSet<&Key> = all.iter().flatten().collect();
    let owners = owners(tx, &wanted).await?;
    let mut fingerprints = HashMap::new();
    let sql = "SELECT e.fingerprint, COALESCE(l.merged_into, l.id) FROM lead_entries e JOIN leads l ON l.id = e.lead_id \
               WHERE e.fingerprint IN ";
    for chunk in batch.chunks(rows_per_statement(1)) {
        for mut row in tx.all(Sql::new(sql).list(chunk.iter().map(|intake| &intake.fingerprint))).await? {
            fingerprints.insert(row.take::<String>()?, LeadId(row.take()?));
        }
    }
    let mut regions = HashMap::new();
    if batch.iter().any(|intake| intake.reach != Reach::All) {
        for mut row in tx.all(Sql::new("SELECT code, region FROM stores")).await? {
            regions.insert(row.take()?, row.take()?);
        }
    }
    let ids: BTreeSet<i64> = owners.values().map(|id| id.0).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let mut leads = BTreeMap::new();
    let mut distinct = HashSet::new();
    for chunk in ids.chunks(rows_per_statement(1)) {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(", merged_into FROM leads WHERE id IN ");
        for mut row in tx.all(sql.list(chunk.iter().copied()).push(" ORDER BY id /* lock */")).await? {
            let present = present(&mut row)?;
            leads.insert(present.lead.id, present);
        }
        let sql = Sql::new("SELECT lead_id, other_id FROM lead_distinct WHERE lead_id IN ").list(chunk.iter().copied());
        for mut row in tx.all(sql).await? {
            distinct.insert((LeadId(row.take()?), LeadId(row.take()?)));
        }
    }
    // Until the leads were locked, their keys could go to others.
    if !owners.is_empty() && self::owners(tx, &wanted).await? != owners {
        return Err(Fault::Overtaken);
    }
    Ok(Desk { leads, owners, fingerprints, distinct, regions, ladder, ..Desk::default() })
}

async fn close(desk: Desk<'_>, tx: &mut Tx, numbers: &mut Numbers) -> Result<(), Fault> {
    let (mut rows, mut stays) = (Vec::new(), Vec::new());
    for present in desk.leads.values() {
        let (Some(begun), lead) = (&present.begun, &present.lead) else { continue };
        rows.push([
            lead.id.0.into(),
            (&begun.store).into(),
            (&begun.owner).into(),
            (&begun.source).into(),
            lead.grade.name().into(),
            (&begun.stage).into(),
            begun.stage_at.into(),
            (&lead.details.name).into(),
            (&lead.details.company).into(),
            json_text(&lead.details.tags)?.into(),
            json_text(&lead.details)?.into(),
            lead.created_at.into(),
            (&lead.created_by).into(),
            lead.updated_at.into(),
        ]);
        let stay = numbers.parts.one()?;
        let (id, store, stage) = (lead.id.0.into(), (&begun.store).into(), (&begun.stage).into());
        stays.push([stay.into(), id, store, stage, lead.created_at.into(), (&lead.created_by).into()]);
    }
    let head = "INSERT INTO leads (id, store, owner, source, grade, stage, stage_at, name, company, tags, details, created_at, \
                created_by, updated_at)";
    tx.insert(head, rows, "").await?;
    tx.insert("INSERT INTO lead_stays (id, lead_id, store, stage, entered_at, actor)", stays, "").await?;
    for present in desk.leads.values().filter(|present| present.begun.is_none() && present.changed) {
        let lead = &present.lead;
        write_details(tx, lead.id, &lead.details, lead.updated_at).await?;
    }
    for shift in desk.shifts {
        shift.write(tx, numbers.parts.one()?).await?;
    }
    let mut keys: Vec<(Key, LeadId)> = desk.new_keys;
    keys.sort();
    let keys = keys.into_iter().map(|(key, id)| [key.kind.name().into(), key.value.into(), id.0.into()]).collect();
    tx.insert("INSERT INTO lead_keys (kind, value, lead_id)", keys, "").await?;
    let head =
        "INSERT INTO lead_entries (id, lead_id, fingerprint, way, actor, at, content, before, after, standing, keys)";
    tx.insert(head, desk.records, "").await?;
    for joined in desk.joined {
        joined.write(tx).await?;
    }
    for (pair, at) in desk.suspected {
        suspicion::write(tx, pair, at, numbers.parts.one()?, &mut numbers.story).await?;
    }
    desk.story.write(tx).await
}

/// Two leads that may be one, and since when that is known: the first one's people are told.
type Suspected = ([LeadId; 2], Instant);
