//! Changes of stage, and what supervisors approve for them.

use mortise_domain::ids::LeadId;
use mortise_domain::lead::Lead;
use mortise_domain::lead::stage::StageMove;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::locked;
use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Sql, Tx, transact};
use crate::fault::Fault;
use crate::timeline::{Entries, LEAD};

pub(super) async fn move_to(store: &Store, id: LeadId, change: &StageMove) -> Result<Lead, Fault> {
    let stay = store.ids(Counter::LeadPart, 1).await?.one()?;
    let ids = store.ids(Counter::Entry, 1).await?;
    transact!(store.database, tx => move_in(tx, id, change, stay, ids.clone()))
}

async fn move_in(tx: &mut Tx, id: LeadId, change: &StageMove, stay: i64, mut ids: Ids) -> Result<Lead, Fault> {
    let mut lead = locked(tx, id).await?;
    if lead.version != change.version {
        let text = format!("{} was changed meanwhile; look at it again and repeat the change", lead.number);
        return Err(StoreError::Conflict(text).into());
    }
    let StageMove { to, note, actor, at, .. } = change;
    let sql = "UPDATE lead_stays SET left_at = $2, next = $3 WHERE lead_id = $1 AND left_at IS NULL";
    tx.execute(Sql::new(sql).bind(id.0).bind(*at).bind(to)).await?;
    let sql = "INSERT INTO lead_stays (id, lead_id, store, stage, entered_at, actor, note) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let sql = Sql::new(sql).bind(stay).bind(id.0).bind(&lead.store).bind(to).bind(*at).bind(actor).bind(note);
    tx.execute(sql).await?;
    let sql = "UPDATE leads SET stage = $2, stage_at = $3, updated_at = $3, version = version + 1 WHERE id = $1";
    tx.execute(Sql::new(sql).bind(id.0).bind(to).bind(*at)).await?;
    let data = json!({ "from": lead.stage, "to": to });
    let mut entries = Entries::default();
    entries.push(&mut ids, LEAD, id.to_string(), &Entry::by(actor, *at, "lead.moved", data))?;
    entries.write(tx).await?;
    (lead.stage, lead.stage_at, lead.updated_at) = (to.clone(), *at, *at);
    lead.version += 1;
    Ok(lead)
}

impl Store {
    /// Notes that a supervisor approves the price for a lead.
    pub async fn approve_lead_price(&self, lead: LeadId, note: &str, actor: &str) -> Result<(), StoreError> {
        let id = self.ids(Counter::LeadPart, 1).await?.one()?;
        let ids = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        transact!(self.database, tx => async {
            locked(tx, lead).await?;
            let sql = "INSERT INTO lead_approvals (id, lead_id, at, actor, note) VALUES ($1, $2, $3, $4, $5)";
            tx.execute(Sql::new(sql).bind(id).bind(lead.0).bind(now).bind(actor).bind(note)).await?;
            let sql = "UPDATE leads SET updated_at = $2, version = version + 1 WHERE id = $1";
            tx.execute(Sql::new(sql).bind(lead.0).bind(now)).await?;
            let mut entries = Entries::default();
            let entry = Entry::by(actor, now, "lead.price-approved", json!({ "approval": id }));
            entries.push(&mut ids.clone(), LEAD, lead.to_string(), &entry)?;
            entries.write(tx).await
        })?;
        Ok(())
    }
}
