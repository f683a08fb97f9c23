//! What becomes of each entry of a batch, in memory; nothing is written here.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use mortise_domain::access::Reach;
use mortise_domain::ids::LeadId;
use mortise_domain::lead::Lead;
use mortise_domain::lead::identity::{Key, KeyKind};
use mortise_domain::ports::leads::{FORM, Intake, Taken};
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::super::join::Joined;
use super::super::standing::{Shift, Standing};
use super::{Numbers, Suspected};
use crate::database::{Value, json_text};
use crate::fault::Fault;
use crate::timeline::{Entries, LEAD};

/// A lead of the batch, as far as it has come.
pub(super) struct Present {
    pub lead: Lead,
    /// Of a new one: where it stood when it was entered.
    pub begun: Option<Standing>,
    /// Was anything added to it?
    pub changed: bool,
}

impl Present {
    pub fn old(lead: Lead) -> Self {
        Self { lead, begun: None, changed: false }
    }
}

/// Everything that a batch has to do with.
#[derive(Default)]
pub(super) struct Desk<'a> {
    pub leads: BTreeMap<LeadId, Present>,
    pub owners: HashMap<Key, LeadId>,
    pub fingerprints: HashMap<String, LeadId>,
    pub distinct: HashSet<(LeadId, LeadId)>,
    /// Regions of stores, where somebody's reach is asked.
    pub regions: HashMap<String, String>,
    /// Stages by how far they are, the first one first.
    pub ladder: &'a [String],
    pub new_keys: Vec<(Key, LeadId)>,
    pub records: Vec<[Value; 11]>,
    pub joined: Vec<Joined>,
    pub shifts: Vec<Shift>,
    pub suspected: Vec<Suspected>,
    pub story: Entries,
}

impl Desk<'_> {
    pub fn take(&mut self, intake: &Intake, keys: &[Key], numbers: &mut Numbers) -> Result<Taken, Fault> {
        if let Some(id) = self.fingerprints.get(&intake.fingerprint) {
            return Ok(Taken::Known(*id));
        }
        let mut matched: Vec<LeadId> = Vec::new();
        for id in keys.iter().filter(|key| is_telling(key, intake)).filter_map(|key| self.owners.get(key)) {
            if !matched.contains(id) {
                matched.push(*id);
            }
        }
        let (id, fresh) = match matched.first() {
            Some(id) => (*id, false),
            None => (self.create(intake, numbers)?, true),
        };
        for other in matched.into_iter().skip(1) {
            self.join(id, other, intake, keys, numbers)?;
        }
        let (texts, standing) = self.add(id, intake, keys, fresh)?;
        let mut added = Vec::new();
        for key in keys.iter().filter(|key| fresh || is_telling(key, intake)) {
            if !self.owners.contains_key(key) {
                self.owners.insert(key.clone(), id);
                self.new_keys.push((key.clone(), id));
                added.push(json!([key.kind.name(), key.value]));
            }
        }
        self.fingerprints.insert(intake.fingerprint.clone(), id);
        let record = numbers.records.one()?;
        let [before, after] = texts;
        self.records.push([
            record.into(),
            id.0.into(),
            (&intake.fingerprint).into(),
            intake.way.into(),
            (&intake.actor).into(),
            intake.at.into(),
            json_text(&intake.entry)?.into(),
            before.into(),
            after.into(),
            standing.into(),
            json_text(&added)?.into(),
        ]);
        let kinds: BTreeSet<&str> = keys.iter().map(|key| key.kind.name()).collect();
        let (event, data) = if fresh {
            ("lead.created", json!({ "way": intake.way, "store": intake.entry.store }))
        } else {
            ("lead.added-to", json!({ "entry": record, "way": intake.way, "by": kinds }))
        };
        let entry = Entry::by(&intake.actor, intake.at, event, data);
        self.story.push(&mut numbers.story, LEAD, id.to_string(), &entry)?;
        Ok(if fresh { Taken::Created(id) } else { Taken::Merged(id) })
    }

    /// Adds an entry to a lead that was there. Answers the lead's details before and after, and its standing where that changed.
    fn add(
        &mut self,
        id: LeadId,
        intake: &Intake,
        keys: &[Key],
        fresh: bool,
    ) -> Result<([Option<String>; 2], Option<String>), Fault> {
        let is_known = |key: &Key| key.kind != KeyKind::Company && self.owners.get(key) == Some(&id);
        // The name of a company is no secret: whoever knows it does not get a lead by it that no store has yet.
        let places = intake.reach == Reach::All || keys.iter().any(is_known);
        let Some(present) = self.leads.get_mut(&id) else {
            return Err(Fault::inconsistent("lead", format!("{id} has a key and no row")));
        };
        if fresh {
            return Ok(([None, None], None));
        }
        let (entry, lead) = (&intake.entry, &mut present.lead);
        let (before, was) = (lead.details.clone(), Standing::of(lead));
        present.changed |= lead.details.absorb(&entry.details);
        let fill = |own: &mut String, theirs: &String| {
            if own.is_empty() {
                own.clone_from(theirs);
            }
        };
        fill(&mut lead.source, &entry.source);
        if places {
            fill(&mut lead.store, &entry.store);
        }
        // Whoever enters what another store knows does not come to look after it by that.
        if lead.store == entry.store {
            fill(&mut lead.owner, &entry.owner);
        }
        lead.updated_at = intake.at;
        let is = Standing::of(lead);
        let texts = [Some(json_text(&before)?), Some(json_text(&lead.details)?)];
        if was == is {
            return Ok((texts, None));
        }
        present.changed = true;
        let standing = json_text(&[&was, &is])?;
        self.shifts.push(Shift { lead: id, was, is, actor: intake.actor.clone() });
        Ok((texts, Some(standing)))
    }

    fn create(&mut self, intake: &Intake, numbers: &mut Numbers) -> Result<LeadId, Fault> {
        let id = LeadId(numbers.leads.one()?);
        let entry = &intake.entry;
        let first = self.ladder.first().cloned().unwrap_or_default();
        let lead = Lead {
            id,
            number: String::new(),
            version: 1,
            store: entry.store.clone(),
            owner: entry.owner.clone(),
            source: entry.source.clone(),
            grade: entry.grade.unwrap_or_default(),
            stage: if entry.stage.is_empty() { first } else { entry.stage.clone() },
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
        let begun = Some(Standing::of(&lead));
        self.leads.insert(id, Present { lead, begun, changed: false });
        Ok(id)
    }

    /// Two leads that an entry shows to be one, unless a person has told them apart. Only whoever may see both joins them: others
    /// would come to see what they have no right to by naming what they know of it. People are told instead.
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
        let Some(lead) = self.leads.get(&id).map(|present| &present.lead) else { return Ok(()) };
        let (was, theirs) = (Standing::of(lead), Standing::of(&absorbed));
        let beyond = !self.is_within(lead, intake) || !self.is_within(&absorbed, intake);
        if beyond || was.is_another_customer(&theirs) {
            self.suspected.push(([id, other], intake.at));
            return Ok(());
        }
        let mut is = was.clone();
        is.absorb(&theirs, self.ladder);
        let Some(present) = self.leads.get_mut(&id) else { return Ok(()) };
        let before = present.lead.details.clone();
        present.lead.details.absorb(&absorbed.details);
        is.clone().put(&mut present.lead);
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
            details: [before, after],
            standing: (was != is).then(|| [was.clone(), is.clone()]),
            actor: intake.actor.clone(),
            at: intake.at,
        });
        if was != is {
            self.shifts.push(Shift { lead: id, was, is, actor: intake.actor.clone() });
        }
        for owner in self.owners.values_mut().filter(|owner| **owner == other) {
            *owner = id;
        }
        let entry = Entry::by(&intake.actor, intake.at, "lead.joined", json!({ "merge": record, "other": other }));
        self.story.push(&mut numbers.story, LEAD, id.to_string(), &entry)
    }

    /// May whoever brings the entry see this lead?
    fn is_within(&self, lead: &Lead, intake: &Intake) -> bool {
        let own = !lead.owner.is_empty() && lead.owner == intake.actor;
        let covered = || self.regions.get(&lead.store).is_some_and(|region| intake.reach.covers(&lead.store, region));
        intake.reach == Reach::All || own || covered()
    }
}

/// Does this key tell whose entry it is? Nobody vouches for what is written into the public form, and names of companies are known to all.
fn is_telling(key: &Key, intake: &Intake) -> bool {
    intake.way != FORM || key.kind != KeyKind::Company
}
