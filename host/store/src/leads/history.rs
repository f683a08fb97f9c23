//! Where a lead comes from: everything that was handed in, and what was merged.

use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::{LeadEntry, number};
use mortise_domain::ports::StoreError;
use serde::Serialize;

use super::FAMILY;
use crate::Store;
use crate::database::Sql;
use crate::fault::Fault;

/// Something that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryRecord {
    /// Its id.
    pub id: i64,
    /// By which way it came.
    pub way: String,
    /// Who brought it.
    pub actor: String,
    /// When.
    pub at: Instant,
    /// The whole of it.
    pub content: LeadEntry,
    /// Was it added to a lead that was there, so that it can be taken back?
    pub added: bool,
    /// When it was taken back, and became a lead of its own.
    pub undone_at: Option<Instant>,
}

/// A lead that was absorbed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MergeRecord {
    /// Its id.
    pub id: i64,
    /// Number of the absorbed lead.
    pub other: String,
    /// When.
    pub at: Instant,
    /// By whom, or by whose entry.
    pub actor: String,
    /// What both had: `phone`, `email`, `company`, `external`; `person`: somebody said so.
    pub reason: Vec<String>,
    /// When it was taken back.
    pub undone_at: Option<Instant>,
    /// By whom.
    pub undone_by: Option<String>,
}

/// Records of one lead that are shown at most.
const SHOWN: &str = " ORDER BY id DESC LIMIT 200";

impl Store {
    /// What was handed in for a lead and for what it has absorbed, the newest first; 200 at most.
    pub async fn lead_entries(&self, lead: LeadId) -> Result<Vec<EntryRecord>, StoreError> {
        let sql =
            "SELECT id, way, actor, at, content, before IS NOT NULL, undone_at FROM lead_entries WHERE lead_id IN ";
        let rows = self.database.all(Sql::new(sql).push(FAMILY).push(SHOWN).bind(lead.0)).await?;
        let record = |mut row: crate::database::Row| {
            Ok(EntryRecord {
                id: row.take()?,
                way: row.take()?,
                actor: row.take()?,
                at: row.take()?,
                content: row.json("entry")?,
                added: row.take()?,
                undone_at: row.take()?,
            })
        };
        Ok(rows.into_iter().map(record).collect::<Result<_, Fault>>()?)
    }

    /// What a lead has absorbed, the newest first; 200 at most.
    pub async fn lead_merges(&self, lead: LeadId) -> Result<Vec<MergeRecord>, StoreError> {
        let sql = "SELECT id, other_id, at, actor, reason, undone_at, undone_by FROM lead_merges WHERE lead_id = $1";
        let rows = self.database.all(Sql::new(sql).push(SHOWN).bind(lead.0)).await?;
        let record = |mut row: crate::database::Row| {
            Ok(MergeRecord {
                id: row.take()?,
                other: number(LeadId(row.take()?)),
                at: row.take()?,
                actor: row.take()?,
                reason: row.json("merge")?,
                undone_at: row.take()?,
                undone_by: row.take()?,
            })
        };
        Ok(rows.into_iter().map(record).collect::<Result<_, Fault>>()?)
    }
}
