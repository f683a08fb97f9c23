//! Figures about leads, counted by the database. Stays count for the store that had the lead when it entered the stage; those of absorbed
//! leads are left out, those of forgotten persons stay.

use mortise_domain::access::Reach;
use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::number;
use mortise_domain::ports::StoreError;
use serde::Serialize;

use crate::Store;
use crate::database::{Row, Sql};
use crate::fault::Fault;
use crate::reach::{Viewer, lead_within, store_within};

/// Which stays are counted.
#[derive(Debug, Clone)]
pub struct StayFilter {
    /// Begun from then on.
    pub since: Instant,
    /// Begun before then.
    pub until: Instant,
    /// Of this store.
    pub store: Option<String>,
}

/// What happened in a stage of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageFigures {
    /// Code of the store; empty: none.
    pub store: String,
    /// Code of the stage.
    pub stage: String,
    /// How often a lead entered it.
    pub entered: i64,
    /// How many of them are there still.
    pub present: i64,
    /// How many of them went on to a stage that is not lost.
    pub passed: i64,
    /// How many of them were lost from here.
    pub lost: i64,
    /// Seconds that they stayed, all together; those that are there still until now.
    pub dwell_seconds: i64,
}

/// A lead that has been in its stage for long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stuck {
    /// Code of the store.
    pub store: String,
    /// Code of the stage.
    pub stage: String,
    /// Number of the lead.
    pub lead: String,
    /// Its name; empty: the person was forgotten, or has none.
    pub name: String,
    /// Its company.
    pub company: String,
    /// Who looks after it.
    pub owner: String,
    /// Since when it is there.
    pub since: Instant,
}

/// How many leads of somebody went from one stage to another in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassRate {
    /// Code of the store.
    pub store: String,
    /// Who looks after the leads now; empty: nobody.
    pub owner: String,
    /// Leads that entered the first stage.
    pub entered: i64,
    /// Of them, those that went to the second in time.
    pub in_time: i64,
    /// Of them, those that went there later.
    pub late: i64,
}

/// Never empty: nothing is in an empty list, and nothing is outside it either.
fn named(codes: &[String]) -> Vec<&str> {
    codes.iter().map(String::as_str).chain([""]).collect()
}

fn narrowed(sql: Sql, reach: &Reach, filter: &StayFilter) -> Sql {
    let sql = sql.push_bind(" AND s.entered_at >= ", filter.since).push_bind(" AND s.entered_at < ", filter.until);
    let sql = match &filter.store {
        Some(store) => sql.push_bind(" AND s.store = ", store),
        None => sql,
    };
    store_within(sql, "s.store", reach)
}

impl Store {
    /// What happened in each stage of each store within reach. `lost`: codes of the stages in which leads are lost.
    pub async fn stage_figures(
        &self,
        reach: &Reach,
        filter: &StayFilter,
        lost: &[String],
        now: Instant,
    ) -> Result<Vec<StageFigures>, StoreError> {
        let lost = named(lost);
        let sql = Sql::new("SELECT s.store, s.stage, COUNT(*), COUNT(*) - COUNT(s.left_at), \
                            COUNT(CASE WHEN s.next NOT IN ")
            .list(lost.iter().copied())
            .push(" THEN 1 END), COUNT(CASE WHEN s.next IN ")
            .list(lost)
            .push_bind(" THEN 1 END), CAST(SUM((COALESCE(s.left_at, ", now)
            .push(") - s.entered_at) / 1000000) AS BIGINT) FROM lead_stays s JOIN leads l ON l.id = s.lead_id WHERE l.merged_into IS NULL");
        let sql = narrowed(sql, reach, filter).push(" GROUP BY s.store, s.stage ORDER BY s.store, s.stage");
        let rows = self.database.all(sql).await?;
        let figures = |mut row: Row| {
            Ok(StageFigures {
                store: row.take()?,
                stage: row.take()?,
                entered: row.take()?,
                present: row.take()?,
                passed: row.take()?,
                lost: row.take()?,
                dwell_seconds: row.take()?,
            })
        };
        Ok(rows.into_iter().map(figures).collect::<Result<_, Fault>>()?)
    }

    /// The leads that have been longest in each stage of each store within reach, `most` of each; of leads that are another store's by now
    /// none is named. `ended`: codes of the stages in which
    /// leads end, which nobody is stuck in.
    pub async fn stuck_leads(
        &self,
        viewer: Viewer<'_>,
        filter: &StayFilter,
        ended: &[String],
        most: u32,
    ) -> Result<Vec<Stuck>, StoreError> {
        let sql = "SELECT store, stage, id, name, company, owner, entered_at FROM (SELECT s.store, s.stage, l.id, l.name, l.company, \
                   l.owner, s.entered_at, ROW_NUMBER() OVER (PARTITION BY s.store, s.stage ORDER BY s.entered_at, l.id) AS n \
                   FROM lead_stays s JOIN leads l ON l.id = s.lead_id WHERE l.merged_into IS NULL AND l.erased_at IS NULL \
                   AND s.left_at IS NULL AND s.stage NOT IN ";
        let mut sql = narrowed(Sql::new(sql).list(named(ended)), viewer.reach, filter);
        if *viewer.reach != Reach::All {
            sql = lead_within(sql.push(" AND l.id IN (SELECT id FROM leads WHERE 1 = 1"), viewer).push(")");
        }
        let sql = sql.push_bind(") AS x WHERE n <= ", most).push(" ORDER BY store, stage, n");
        let rows = self.database.all(sql).await?;
        let stuck = |mut row: Row| {
            Ok(Stuck {
                store: row.take()?,
                stage: row.take()?,
                lead: number(LeadId(row.take()?)),
                name: row.take()?,
                company: row.take()?,
                owner: row.take()?,
                since: row.take()?,
            })
        };
        Ok(rows.into_iter().map(stuck).collect::<Result<_, Fault>>()?)
    }

    /// How many leads went from one stage to another within so many seconds, by store and by who looks after them.
    pub async fn pass_rates(
        &self,
        reach: &Reach,
        filter: &StayFilter,
        [from, to]: [&str; 2],
        within_seconds: i64,
    ) -> Result<Vec<PassRate>, StoreError> {
        let micros = within_seconds.saturating_mul(1_000_000);
        let sql = "SELECT s.store, l.owner, COUNT(*), \
                   COUNT(CASE WHEN s.next = $2 AND s.left_at - s.entered_at <= $3 THEN 1 END), \
                   COUNT(CASE WHEN s.next = $2 AND s.left_at - s.entered_at > $3 THEN 1 END) \
                   FROM lead_stays s JOIN leads l ON l.id = s.lead_id WHERE l.merged_into IS NULL AND s.stage = $1";
        let sql = narrowed(Sql::new(sql).bind(from).bind(to).bind(micros), reach, filter);
        let rows = self.database.all(sql.push(" GROUP BY s.store, l.owner ORDER BY s.store, l.owner")).await?;
        let rate = |mut row: Row| {
            Ok(PassRate {
                store: row.take()?,
                owner: row.take()?,
                entered: row.take()?,
                in_time: row.take()?,
                late: row.take()?,
            })
        };
        Ok(rows.into_iter().map(rate).collect::<Result<_, Fault>>()?)
    }
}
