//! Intake: entries become leads, or are added to leads that have one of their keys. A batch shares one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use mortise_domain::ids::LeadId;
use mortise_domain::lead::Lead;
use mortise_domain::lead::identity::{Key, KeyKind, keys};
use mortise_domain::ports::leads::{Intake, Taken};
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::join::Joined;
use super::{COLUMNS, lead, write_details};
use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Sql, TRIES, Tx, Value, json_text, pause, rows_per_statement, transact};
use crate::fault::Fault;
use crate::timeline::{Entries, LEAD};

/// Ids that a batch may need.
#[derive(Clone)]
struct Numbers {
    leads: Ids,
    records: Ids,
    stays: Ids,
    story: Ids,
}

pub(super) async fn intake(store: &Store, batch: &[Intake], first_stage: &str) -> Result<Vec<Taken>, Fault> {
    // An entry can join at most one lead more than it has keys.
    let most: usize = batch.iter().map(|intake| 1 + keys(&intake.entry.details, &intake.entry.external_id).len()).sum();
    let numbers = Numbers {
        leads: store.ids(Counter::Lead, batch.len()).await?,
        records: store.ids(Counter::LeadEntry, most).await?,
        stays: store.ids(Counter::LeadPart, batch.len()).await?,
        story: store.ids(Counter::Entry, most).await?,
    };
    let mut tried = 0;
    loop {
        let outcome = transact!(store.database, tx => take(tx, batch, first_stage, numbers.clone()));
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

/// A lead of the batch, as far as it has come.
struct Present {
    lead: Lead,
    is_new: bool,
    changed: bool,
}

/// Everything that a batch has to do with.
struct Desk {
    leads: BTreeMap<LeadId, Present>,
    owners: HashMap<Key, LeadId>,
    fingerprints: HashMap<String, LeadId>,
    distinct: HashSet<(LeadId, LeadId)>,
    new_keys: Vec<(Key, LeadId)>,
    records: Vec<[Value; 10]>,
    joined: Vec<Joined>,
    story: Entries,
}

async fn take(tx: &mut Tx, batch: &[Intake], first_stage: &str, mut numbers: Numbers) -> Result<Vec<Taken>, Fault> {
    let all: Vec<Vec<Key>> =
        batch.iter().map(|intake| keys(&intake.entry.details, &intake.entry.external_id)).collect();
    let mut desk = Desk::open(tx, batch, &all).await?;
    let mut taken = Vec::with_capacity(batch.len());
    for (intake, keys) in batch.iter().zip(all) {
        taken.push(desk.take(intake, &keys, first_stage, &mut numbers)?);
    }
    desk.close(tx, &mut numbers).await?;
    // What was absorbed later in the same batch is read where it is now.
    Ok(taken)
}

impl Desk {
    async fn open(tx: &mut Tx, batch: &[Intake], all: &[Vec<Key>]) -> Result<Self, Fault> {
        let wanted: BTreeSet<&Key> = all.iter().flatten().collect();
        let rows: Vec<[Value; 2]> =
            wanted.into_iter().map(|key| [key.kind.name().into(), (&key.value).into()]).collect();
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
        let mut fingerprints = HashMap::new();
        let sql = "SELECT e.fingerprint, COALESCE(l.merged_into, l.id) FROM lead_entries e JOIN leads l ON l.id = e.lead_id \
                   WHERE e.fingerprint IN ";
        for chunk in batch.chunks(rows_per_statement(1)) {
            for mut row in tx.all(Sql::new(sql).list(chunk.iter().map(|intake| &intake.fingerprint))).await? {
                fingerprints.insert(row.take::<String>()?, LeadId(row.take()?));
            }
        }
        let ids: BTreeSet<i64> = owners.values().map(|id| id.0).collect();
        let ids: Vec<i64> = ids.into_iter().collect();
        let mut leads = BTreeMap::new();
        let mut distinct = HashSet::new();
        for chunk in ids.chunks(rows_per_statement(1)) {
            let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM leads WHERE id IN ").list(chunk.iter().copied());
            for mut row in tx.all(sql.push(" ORDER BY id /* lock */")).await? {
                let lead = lead(&mut row)?;
                leads.insert(lead.id, Present { lead, is_new: false, changed: false });
            }
            let sql =
                Sql::new("SELECT lead_id, other_id FROM lead_distinct WHERE lead_id IN ").list(chunk.iter().copied());
            for mut row in tx.all(sql).await? {
                distinct.insert((LeadId(row.take()?), LeadId(row.take()?)));
            }
        }
        Ok(Self {
            leads,
            owners,
            fingerprints,
            distinct,
            new_keys: Vec::new(),
            records: Vec::new(),
            joined: Vec::new(),
            story: Entries::default(),
        })
    }

    fn take(
        &mut self,
        intake: &Intake,
        keys: &[Key],
        first_stage: &str,
        numbers: &mut Numbers,
    ) -> Result<Taken, Fault> {
        if let Some(id) = self.fingerprints.get(&intake.fingerprint) {
            return Ok(Taken::Known(*id));
        }
        let mut matched: Vec<LeadId> = Vec::new();
        for id in keys.iter().filter_map(|key| self.owners.get(key)) {
            if !matched.contains(id) {
                matched.push(*id);
            }
        }
        let (id, fresh) = match matched.first() {
            Some(id) => (*id, false),
            None => (self.create(intake, first_stage, numbers)?, true),
        };
        for other in matched.into_iter().skip(1) {
            self.join(id, other, intake, keys, numbers)?;
        }
        let Some(present) = self.leads.get_mut(&id) else {
            return Err(Fault::inconsistent("lead", format!("{id} has a key and no row")));
        };
        let before = present.lead.details.clone();
        if !fresh {
            let entry = &intake.entry;
            present.changed |= present.lead.details.absorb(&entry.details);
            let lead = &mut present.lead;
            let mut fill = |own: &mut String, theirs: &String| {
                if own.is_empty() && !theirs.is_empty() {
                    own.clone_from(theirs);
                    present.changed = true;
                }
            };
            fill(&mut lead.source, &entry.source);
            fill(&mut lead.store, &entry.store);
            // Whoever enters what another store knows does not come to look after it by that.
            if lead.store == entry.store {
                fill(&mut lead.owner, &entry.owner);
            }
            present.lead.updated_at = intake.at;
        }
        let after = present.lead.details.clone();
        let mut added = Vec::new();
        for key in keys {
            if !self.owners.contains_key(key) {
                self.owners.insert(key.clone(), id);
                self.new_keys.push((key.clone(), id));
                added.push(json!([key.kind.name(), key.value]));
            }
        }
        self.fingerprints.insert(intake.fingerprint.clone(), id);
        let record = numbers.records.one()?;
        let texts = if fresh { (None, None) } else { (Some(json_text(&before)?), Some(json_text(&after)?)) };
        self.records.push([
            record.into(),
            id.0.into(),
            (&intake.fingerprint).into(),
            intake.way.into(),
            (&intake.actor).into(),
            intake.at.into(),
            json_text(&intake.entry)?.into(),
            texts.0.into(),
            texts.1.into(),
            json_text(&added)?.into(),
        ]);
        let kinds: BTreeSet<&str> = keys.iter().map(|key| key.kind.name()).collect();
        let (event, data) = if fresh {
            ("lead.created", json!({ "way": intake.way, "source": intake.entry.source, "store": intake.entry.store }))
        } else {
            ("lead.added-to", json!({ "entry": record, "way": intake.way, "source": intake.entry.source, "by": kinds }))
        };
        let entry = Entry::by(&intake.actor, intake.at, event, data);
        self.story.push(&mut numbers.story, LEAD, id.to_string(), &entry)?;
        Ok(if fresh { Taken::Created(id) } else { Taken::Merged(id) })
    }

    fn create(&mut self, intake: &Intake, first_stage: &str, numbers: &mut Numbers) -> Result<LeadId, Fault> {
        let id = LeadId(numbers.leads.one()?);
        let entry = &intake.entry;
        let stage = if entry.stage.is_empty() { first_stage } else { &entry.stage };
        let lead = Lead {
            id,
            number: String::new(),
            version: 1,
            store: entry.store.clone(),
            owner: entry.owner.clone(),
            source: entry.source.clone(),
            grade: entry.grade.unwrap_or_default(),
            stage: stage.to_owned(),
            stage_at: intake.at,
            details: entry.details.clone(),
            external_ids: Vec::new(),
            customer: String::new(),
            created_at: intake.at,
            created_by: intake.actor.clone(),
            updated_at: intake.at,
            touched_at: None,
            answered_at: None,
            assigned_at: None,
            erased_at: None,
        };
        self.leads.insert(id, Present { lead, is_new: true, changed: false });
        Ok(id)
    }

    /// Two leads that an entry shows to be one, unless a person has told them apart.
    fn join(
        &mut self,
        id: LeadId,
        other: LeadId,
        intake: &Intake,
        keys: &[Key],
        numbers: &mut Numbers,
    ) -> Result<(), Fault> {
        if self.distinct.contains(&(id.min(other), id.max(other))) {
            return Ok(());
        }
        let Some(absorbed) = self.leads.get(&other).map(|present| present.lead.clone()) else { return Ok(()) };
        let Some(present) = self.leads.get_mut(&id) else { return Ok(()) };
        let before = present.lead.details.clone();
        present.lead.details.absorb(&absorbed.details);
        present.changed = true;
        let reason =
            keys.iter().filter(|key| self.owners.get(key) == Some(&other)).map(|key| key.kind.name()).collect();
        let after = present.lead.details.clone();
        let record = numbers.records.one()?;
        self.joined.push(Joined {
            record,
            lead: id,
            other,
            reason,
            before,
            after,
            actor: intake.actor.clone(),
            at: intake.at,
        });
        for owner in self.owners.values_mut().filter(|owner| **owner == other) {
            *owner = id;
        }
        let entry = Entry::by(&intake.actor, intake.at, "lead.joined", json!({ "merge": record, "other": other }));
        self.story.push(&mut numbers.story, LEAD, id.to_string(), &entry)
    }

    async fn close(self, tx: &mut Tx, numbers: &mut Numbers) -> Result<(), Fault> {
        let (mut rows, mut stays) = (Vec::new(), Vec::new());
        for Present { lead, .. } in self.leads.values().filter(|present| present.is_new) {
            rows.push(row(lead)?);
            let stay = numbers.stays.one()?;
            let (id, store, stage) = (lead.id.0.into(), (&lead.store).into(), (&lead.stage).into());
            stays.push([stay.into(), id, store, stage, lead.created_at.into(), (&lead.created_by).into()]);
        }
        let head = "INSERT INTO leads (id, store, owner, source, grade, stage, stage_at, name, company, tags, details, created_at, \
                    created_by, updated_at)";
        tx.insert(head, rows, "").await?;
        tx.insert("INSERT INTO lead_stays (id, lead_id, store, stage, entered_at, actor)", stays, "").await?;
        for Present { lead, .. } in self.leads.values().filter(|present| !present.is_new && present.changed) {
            write_details(tx, lead.id, &lead.details, lead.updated_at).await?;
            let sql = "UPDATE leads SET store = $2, owner = $3, source = $4 WHERE id = $1";
            tx.execute(Sql::new(sql).bind(lead.id.0).bind(&lead.store).bind(&lead.owner).bind(&lead.source)).await?;
        }
        let mut keys: Vec<(Key, LeadId)> = self.new_keys;
        keys.sort();
        let keys = keys.into_iter().map(|(key, id)| [key.kind.name().into(), key.value.into(), id.0.into()]).collect();
        tx.insert("INSERT INTO lead_keys (kind, value, lead_id)", keys, "").await?;
        let head = "INSERT INTO lead_entries (id, lead_id, fingerprint, way, actor, at, content, before, after, keys)";
        tx.insert(head, self.records, "").await?;
        for joined in self.joined {
            joined.write(tx).await?;
        }
        self.story.write(tx).await
    }
}

fn row(lead: &Lead) -> Result<[Value; 14], Fault> {
    Ok([
        lead.id.0.into(),
        (&lead.store).into(),
        (&lead.owner).into(),
        (&lead.source).into(),
        lead.grade.name().into(),
        (&lead.stage).into(),
        lead.stage_at.into(),
        (&lead.details.name).into(),
        (&lead.details.company).into(),
        json_text(&lead.details.tags)?.into(),
        json_text(&lead.details)?.into(),
        lead.created_at.into(),
        (&lead.created_by).into(),
        lead.updated_at.into(),
    ])
}
