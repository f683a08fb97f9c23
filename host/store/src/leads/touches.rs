//! Touches: noted, listed, told when they contradict each other.

use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::touch::{NewTouch, SAME_TIME, Touch, TouchKind};
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::{FAMILY, locked};
use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, json_text, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};
use crate::timeline::{Entries, LEAD};

impl Store {
    /// Notes a touch. Refused where the person does not want this kind recorded. A visit at the time of another one of the same actor
    /// in another city is noted as contradicting it.
    pub async fn touch_lead(&self, lead: LeadId, what: &NewTouch, actor: &str) -> Result<Touch, StoreError> {
        let id = self.ids(Counter::LeadPart, 1).await?.one()?;
        let ids = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        let what = NewTouch { at: Some(what.at.unwrap_or(now)), ..what.clone() };
        let touch = Touch { id, what, actor: actor.to_owned(), noted_at: now, contradicts: None };
        Ok(transact!(self.database, tx => note(tx, lead, touch.clone(), ids.clone()))?)
    }

    /// Notes a touch unless the same actor has noted one of this kind since then.
    pub async fn touch_lead_once(
        &self,
        lead: LeadId,
        what: &NewTouch,
        actor: &str,
        since: Instant,
    ) -> Result<Option<Touch>, StoreError> {
        let id = self.ids(Counter::LeadPart, 1).await?.one()?;
        let ids = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        let what = NewTouch { at: Some(what.at.unwrap_or(now)), ..what.clone() };
        let touch = Touch { id, what, actor: actor.to_owned(), noted_at: now, contradicts: None };
        Ok(transact!(self.database, tx => async {
            locked(tx, lead).await?;
            let sql = Sql::new("SELECT id FROM lead_touches WHERE kind = $2 AND actor = $3 AND noted_at >= $4 AND lead_id IN ");
            let sql = sql.push(FAMILY).push(" LIMIT 1").bind(lead.0).bind(touch.what.kind.name()).bind(actor).bind(since);
            if tx.first(sql).await?.is_some() {
                return Ok(None);
            }
            note(tx, lead, touch.clone(), ids.clone()).await.map(Some)
        })?)
    }

    /// Touches of a lead and of what it has absorbed, the newest first.
    pub async fn lead_touches(&self, lead: LeadId, page: &PageRequest) -> Result<Page<Touch>, StoreError> {
        let sql = Sql::new("SELECT id, content, actor, noted_at, contradicts, at FROM lead_touches WHERE lead_id IN ");
        let mut sql = sql.push(FAMILY).bind(lead.0);
        if let Some(Cursor { at, id, .. }) = &page.after {
            sql = sql.push_bind(" AND (at, id) < (", *at).push_bind(", ", *id).push(")");
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY at DESC, id DESC"))).await?;
        Ok(page.page(rows, read, |touch| Cursor::of(touch.what.at.unwrap_or_default().0, touch.id))?)
    }
}

fn read(row: &mut Row) -> Result<Touch, Fault> {
    let id = row.take()?;
    let mut what: NewTouch = row.json("touch")?;
    let (actor, noted_at, contradicts) = (row.take()?, row.take()?, row.take()?);
    // Of a forgotten person the moment is left.
    what.at = Some(row.take()?);
    Ok(Touch { id, what, actor, noted_at, contradicts })
}

async fn note(tx: &mut Tx, id: LeadId, mut touch: Touch, mut ids: Ids) -> Result<Touch, Fault> {
    let lead = locked(tx, id).await?;
    let NewTouch { kind, .. } = touch.what;
    if lead.details.unrecorded.contains(&kind) {
        let text = format!("{} does not want contacts of the kind {} to be recorded", lead.number, kind.name());
        return Err(StoreError::Conflict(text).into());
    }
    let at = touch.what.at.unwrap_or(touch.noted_at);
    touch.contradicts = contradiction(tx, &touch, at).await?;
    let sql = "INSERT INTO lead_touches (id, lead_id, kind, at, city, actor, noted_at, first_call, content, contradicts) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let sql = Sql::new(sql).bind(touch.id).bind(id.0).bind(kind.name()).bind(at).bind(touch.what.city.trim());
    let sql = sql.bind(&touch.actor).bind(touch.noted_at).bind(touch.what.first_call.is_some());
    tx.execute(sql.bind(json_text(&touch.what)?).bind(touch.contradicts)).await?;
    let touched = lead.touched_at.unwrap_or(at).max(at);
    let answered = if kind.answers() { Some(lead.answered_at.unwrap_or(at).min(at)) } else { lead.answered_at };
    let sql =
        "UPDATE leads SET touched_at = $2, answered_at = $3, updated_at = $4, version = version + 1 WHERE id = $1";
    tx.execute(Sql::new(sql).bind(id.0).bind(touched).bind(answered).bind(touch.noted_at)).await?;
    let data = json!({ "touch": touch.id, "kind": kind, "at": at, "contradicts": touch.contradicts });
    let mut entries = Entries::default();
    let entry = Entry::by(&touch.actor, touch.noted_at, "lead.touched", data);
    entries.push(&mut ids, LEAD, id.to_string(), &entry)?;
    entries.write(tx).await?;
    Ok(touch)
}

async fn contradiction(tx: &mut Tx, touch: &Touch, at: Instant) -> Result<Option<i64>, Fault> {
    let city = touch.what.city.trim();
    if touch.what.kind != TouchKind::Visit || city.is_empty() {
        return Ok(None);
    }
    let sql = "SELECT id FROM lead_touches WHERE actor = $1 AND kind = $2 AND at >= $3 AND at <= $4 AND city <> $5 \
               AND city <> '' ORDER BY at, id LIMIT 1";
    let sql = Sql::new(sql).bind(&touch.actor).bind(touch.what.kind.name()).bind(at.before(SAME_TIME));
    let row = tx.first(sql.bind(at.after(SAME_TIME)).bind(city)).await?;
    row.map(|mut row| row.take()).transpose()
}
