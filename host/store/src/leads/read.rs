//! Leads as people ask for them.

use std::collections::HashMap;

use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::identity::{self, KeyKind};
use mortise_domain::lead::stage::Stay;
use mortise_domain::lead::{Grade, Lead, id_of_number, masks, phone};
use mortise_domain::ports::StoreError;

use super::{COLUMNS, FAMILY, lead};
use crate::Store;
use crate::database::{Sql, json_text, rows_per_statement};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};
use crate::reach::{Viewer, lead_within};

/// Which leads are listed.
#[derive(Debug, Clone, Default)]
pub struct LeadFilter {
    /// Of this store.
    pub store: Option<String>,
    /// Looked after by this one; empty: by nobody.
    pub owner: Option<String>,
    /// From this source.
    pub source: Option<String>,
    /// Of this grade.
    pub grade: Option<Grade>,
    /// In this stage.
    pub stage: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// Whose name or company contains these words, or whose telephone number, e-mail address or external id this is.
    pub search: Option<String>,
    /// Entered from then on.
    pub since: Option<Instant>,
    /// Entered before then.
    pub until: Option<Instant>,
    /// Country of telephone numbers that are written without one.
    pub region: String,
    /// Is the search of whoever sees no telephone numbers and e-mail addresses? Then it finds nothing by them.
    pub blind: bool,
}

/// A lead in a list: all of it.
pub type LeadSummary = Lead;

impl Store {
    /// The lead of this number within reach; of an absorbed one, the lead that it is now a part of.
    pub async fn lead_by_number(&self, number: &str, viewer: Viewer<'_>) -> Result<Option<Lead>, StoreError> {
        match id_of_number(number) {
            Some(id) => self.lead(id, viewer).await,
            None => Ok(None),
        }
    }

    /// The lead of this id within reach; of an absorbed one, the lead that it is now a part of.
    pub async fn lead(&self, id: LeadId, viewer: Viewer<'_>) -> Result<Option<Lead>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS);
        let sql =
            sql.push(" FROM leads WHERE id = (SELECT COALESCE(merged_into, id) FROM leads WHERE id = $1)").bind(id.0);
        let rows = self.database.all(lead_within(sql, viewer)).await?;
        let mut leads = rows.into_iter().map(|mut row| lead(&mut row)).collect::<Result<Vec<_>, Fault>>()?;
        with_external_ids(self, &mut leads).await?;
        Ok(leads.pop())
    }

    /// Leads within reach, those entered last first.
    pub async fn list_leads(
        &self,
        viewer: Viewer<'_>,
        filter: &LeadFilter,
        page: &PageRequest,
    ) -> Result<Page<LeadSummary>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM leads WHERE merged_into IS NULL AND erased_at IS NULL");
        let mut sql = narrowed(lead_within(sql, viewer), filter)?;
        if let Some(Cursor { at, id, .. }) = &page.after {
            sql = sql.push_bind(" AND (created_at, id) < (", *at).push_bind(", ", *id).push(")");
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY created_at DESC, id DESC"))).await?;
        let mut page = page.page(rows, lead, |lead| Cursor::of(lead.created_at.0, lead.id.0))?;
        with_external_ids(self, &mut page.items).await?;
        Ok(page)
    }

    /// How many leads within reach there are in each stage.
    pub async fn count_leads(&self, viewer: Viewer<'_>, filter: &LeadFilter) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = Sql::new("SELECT stage, COUNT(*) FROM leads WHERE merged_into IS NULL AND erased_at IS NULL");
        let sql = narrowed(lead_within(sql, viewer), filter)?;
        let rows = self.database.all(sql.push(" GROUP BY stage ORDER BY stage")).await?;
        Ok(rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?))).collect::<Result<_, Fault>>()?)
    }

    /// The stays of a lead in its stages, oldest first.
    pub async fn lead_stays(&self, id: LeadId) -> Result<Vec<Stay>, StoreError> {
        let sql =
            "SELECT stage, entered_at, left_at, actor, note FROM lead_stays WHERE lead_id = $1 ORDER BY entered_at, id";
        let rows = self.database.all(Sql::new(sql).bind(id.0)).await?;
        let stay = |mut row: crate::database::Row| {
            Ok(Stay {
                stage: row.take()?,
                entered_at: row.take()?,
                left_at: row.take()?,
                actor: row.take()?,
                note: row.take()?,
            })
        };
        Ok(rows.into_iter().map(stay).collect::<Result<_, Fault>>()?)
    }

    /// The story of a lead and of all that it has absorbed, oldest first.
    pub async fn lead_timeline(
        &self,
        id: LeadId,
        page: &PageRequest,
    ) -> Result<Page<mortise_domain::timeline::Entry>, StoreError> {
        let sql = Sql::new("SELECT id FROM leads WHERE id IN ").push(FAMILY).bind(id.0);
        let rows = self.database.all(sql).await?;
        let family = rows.into_iter().map(|mut row| row.take::<i64>()).collect::<Result<Vec<_>, Fault>>()?;
        self.timeline_of(crate::timeline::LEAD, family.iter().map(ToString::to_string), page).await
    }
}

fn narrowed(mut sql: Sql, filter: &LeadFilter) -> Result<Sql, Fault> {
    for (column, wanted) in [
        (" AND store = ", &filter.store),
        (" AND owner = ", &filter.owner),
        (" AND source = ", &filter.source),
        (" AND stage = ", &filter.stage),
    ] {
        if let Some(wanted) = wanted {
            sql = sql.push_bind(column, wanted);
        }
    }
    if let Some(grade) = filter.grade {
        sql = sql.push_bind(" AND grade = ", grade.name());
    }
    if let Some(tag) = &filter.tag {
        // As it stands in the list of tags, with its quotation marks.
        // Both engines tell capital letters from small ones here, which LIKE does not.
        sql = sql.push_bind(" AND REPLACE(tags, ", json_text(tag)?).push(", '') <> tags");
    }
    if let Some(since) = filter.since {
        sql = sql.push_bind(" AND created_at >= ", since);
    }
    if let Some(until) = filter.until {
        sql = sql.push_bind(" AND created_at < ", until);
    }
    let Some(words) = filter.search.as_deref().map(str::trim).filter(|words| !words.is_empty()) else { return Ok(sql) };
    let key = if filter.blind {
        if masks::may_tell(words) {
            return Ok(sql.push(" AND 1 = 0"));
        }
        None
    } else if let Ok(phone) = phone::normal(words, &filter.region) {
        Some((KeyKind::Phone, phone))
    } else {
        identity::email(words).map(|email| (KeyKind::Email, email))
    };
    Ok(match key {
        Some((kind, value)) => sql
            .push_bind(" AND id IN (SELECT lead_id FROM lead_keys WHERE kind = ", kind.name())
            .push_bind(" AND value = ", value)
            .push(")"),
        None => {
            let found =
                sql.push_bind(" AND (id IN (SELECT lead_id FROM lead_keys WHERE kind = 'external' AND value = ", words);
            crate::catalog::matching(found.push(") OR (1 = 1"), ["name", "company"], words).push("))")
        }
    })
}

pub(super) async fn with_external_ids(store: &Store, leads: &mut [Lead]) -> Result<(), Fault> {
    let mut found: HashMap<i64, Vec<String>> = HashMap::new();
    for chunk in leads.chunks(rows_per_statement(1)) {
        let sql = "SELECT lead_id, value FROM lead_keys WHERE kind = 'external' AND lead_id IN ";
        let sql = Sql::new(sql).list(chunk.iter().map(|lead| lead.id.0)).push(" ORDER BY value");
        for mut row in store.database.all(sql).await? {
            found.entry(row.take()?).or_default().push(row.take()?);
        }
    }
    for lead in leads {
        lead.external_ids = found.remove(&lead.id.0).unwrap_or_default();
    }
    Ok(())
}
