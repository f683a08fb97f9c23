//! What people change of a lead by hand.

use std::collections::BTreeSet;

use mortise_domain::ids::LeadId;
use mortise_domain::lead::identity::{Key, KeyKind, keys};
use mortise_domain::lead::{Details, Grade, Lead, number};
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::{assign, locked, write_details};
use crate::Store;
use crate::counters::Counter;
use crate::database::{Sql, Tx, transact};
use crate::fault::Fault;
use crate::timeline::{Entries, LEAD};

/// What of a lead can be changed by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadFields {
    /// Code of the store.
    pub store: String,
    /// Who looks after it; empty: nobody.
    pub owner: String,
    /// How promising it is.
    pub grade: Grade,
    /// What is known of the person or company, in its normal form.
    pub details: Details,
}

/// A change by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadChange {
    /// The version that was looked at; another version refuses the change.
    pub version: i64,
    /// What it is to be.
    pub fields: LeadFields,
    /// Who changes it.
    pub actor: String,
}

impl Store {
    /// Replaces what people know of a lead. Refused where a new telephone number, e-mail address or company is another lead's.
    pub async fn change_lead(&self, id: LeadId, change: &LeadChange) -> Result<(), StoreError> {
        let ids = self.ids(Counter::Entry, 1).await?;
        let part = self.ids(Counter::LeadPart, 1).await?.one()?;
        let now = self.now();
        let outcome = transact!(self.database, tx => async {
            let lead = locked(tx, id).await?;
            if lead.version != change.version {
                let text = format!("{} was changed meanwhile; look at it again and repeat the change", lead.number);
                return Err(StoreError::Conflict(text).into());
            }
            let fields = &change.fields;
            rekey(tx, &lead, &fields.details).await?;
            write_details(tx, id, &fields.details, now).await?;
            let sql = "UPDATE leads SET store = $2, owner = $3, grade = $4 WHERE id = $1";
            let sql = Sql::new(sql).bind(id.0).bind(&fields.store).bind(&fields.owner).bind(fields.grade.name());
            tx.execute(sql).await?;
            if lead.owner != fields.owner {
                assign::hand_over(tx, id, &change.actor, part, now).await?;
            }
            let data = json!({ "fields": changed(&lead, fields), "store": fields.store, "owner": fields.owner, "grade": fields.grade });
            let mut entries = Entries::default();
            entries.push(&mut ids.clone(), LEAD, id.to_string(), &Entry::by(&change.actor, now, "lead.changed", data))?;
            entries.write(tx).await
        });
        outcome.map_err(|fault: Fault| match fault {
            fault if fault.is_duplicate() => StoreError::Conflict(TAKEN.into()),
            fault => fault.into(),
        })
    }

    /// Notes which customer a lead has become.
    pub async fn convert_lead(&self, id: LeadId, customer: &str, actor: &str) -> Result<(), StoreError> {
        let ids = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        transact!(self.database, tx => async {
            let lead = locked(tx, id).await?;
            if !lead.customer.is_empty() && lead.customer != customer {
                let text = format!("{} has become the customer {} already", lead.number, lead.customer);
                return Err(StoreError::Conflict(text).into());
            }
            let sql = "UPDATE leads SET customer = $2, updated_at = $3, version = version + 1 WHERE id = $1";
            tx.execute(Sql::new(sql).bind(id.0).bind(customer).bind(now)).await?;
            let mut entries = Entries::default();
            let entry = Entry::by(actor, now, "lead.converted", json!({ "customer": customer }));
            entries.push(&mut ids.clone(), LEAD, id.to_string(), &entry)?;
            entries.write(tx).await
        })?;
        Ok(())
    }
}

const TAKEN: &str = "another lead has this telephone number, e-mail address or company: merge the two leads";

/// Names of the fields that differ; never their contents.
fn changed(lead: &Lead, fields: &LeadFields) -> BTreeSet<&'static str> {
    let (was, is) = (&lead.details, &fields.details);
    let differs = [
        ("store", lead.store != fields.store),
        ("owner", lead.owner != fields.owner),
        ("grade", lead.grade != fields.grade),
        ("name", was.name != is.name),
        ("company", was.company != is.company),
        ("contacts", was.contacts != is.contacts),
        (
            "address",
            (&was.province, &was.city, &was.district, &was.address)
                != (&is.province, &is.city, &is.district, &is.address),
        ),
        ("profile", was.profile != is.profile),
        ("tags", was.tags != is.tags),
        ("note", was.note != is.note),
        ("attributes", was.attributes != is.attributes),
        ("consent", was.consent != is.consent),
        ("unrecorded", was.unrecorded != is.unrecorded),
    ];
    differs.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}

/// Keys follow the details: those that are gone are given up, new ones are taken where nobody has them.
async fn rekey(tx: &mut Tx, lead: &Lead, details: &Details) -> Result<(), Fault> {
    let (was, is): (BTreeSet<Key>, BTreeSet<Key>) =
        (keys(&lead.details, "").into_iter().collect(), keys(details, "").into_iter().collect());
    for key in was.difference(&is) {
        let sql = "DELETE FROM lead_keys WHERE kind = $1 AND value = $2 AND lead_id = $3";
        tx.execute(Sql::new(sql).bind(key.kind.name()).bind(&key.value).bind(lead.id.0)).await?;
    }
    for key in is.difference(&was) {
        let sql = "SELECT lead_id FROM lead_keys WHERE kind = $1 AND value = $2";
        if let Some(mut row) = tx.first(Sql::new(sql).bind(key.kind.name()).bind(&key.value)).await? {
            let owner = LeadId(row.take()?);
            if owner == lead.id || told_apart(tx, lead.id, owner).await? {
                continue;
            }
            let what = match key.kind {
                KeyKind::Phone => "telephone number",
                KeyKind::Email => "e-mail address",
                KeyKind::Company => "company",
                KeyKind::External => "external id",
            };
            let text = format!("{} has this {what} already: merge the two leads", number(owner));
            return Err(StoreError::Conflict(text).into());
        }
        let sql = "INSERT INTO lead_keys (kind, value, lead_id) VALUES ($1, $2, $3)";
        tx.execute(Sql::new(sql).bind(key.kind.name()).bind(&key.value).bind(lead.id.0)).await?;
    }
    Ok(())
}

async fn told_apart(tx: &mut Tx, one: LeadId, other: LeadId) -> Result<bool, Fault> {
    let sql = "SELECT lead_id FROM lead_distinct WHERE lead_id = $1 AND other_id = $2";
    Ok(tx.first(Sql::new(sql).bind(one.min(other).0).bind(one.max(other).0)).await?.is_some())
}
