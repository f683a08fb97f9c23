//! Files of leads: what they are and where they lie. Their bytes are not kept here.

use std::collections::HashSet;

use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde::Serialize;
use serde_json::json;

use super::{FAMILY, locked};
use crate::Store;
use crate::counters::Counter;
use crate::database::{Row, Sql, transact};
use crate::fault::Fault;
use crate::timeline::{Entries, LEAD};

/// A file before it is noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLeadFile {
    /// File name.
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// Of the bytes, hex.
    pub sha256: String,
    /// Where the bytes lie, within the folder of attachments.
    pub path: String,
}

/// A file of a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeadFile {
    /// Its id.
    pub id: i64,
    /// File name.
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// Of the bytes, hex.
    pub sha256: String,
    /// Where the bytes lie.
    #[serde(skip)]
    pub path: String,
    /// Since when.
    pub added_at: Instant,
    /// By whom.
    pub added_by: String,
}

const COLUMNS: &str = "SELECT id, name, media_type, size, sha256, path, added_at, added_by FROM lead_files";

impl Store {
    /// Notes a file. The lead is judged again with it.
    pub async fn attach_to_lead(&self, lead: LeadId, new: &NewLeadFile, actor: &str) -> Result<LeadFile, StoreError> {
        let id = self.ids(Counter::LeadPart, 1).await?.one()?;
        let ids = self.ids(Counter::Entry, 1).await?;
        let NewLeadFile { name, media_type, size, sha256, path } = new.clone();
        let file =
            LeadFile { id, name, media_type, size, sha256, path, added_at: self.now(), added_by: actor.to_owned() };
        transact!(self.database, tx => async {
            locked(tx, lead).await?;
            let sql = "INSERT INTO lead_files (id, lead_id, name, media_type, size, sha256, path, added_at, added_by) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
            let sql = Sql::new(sql).bind(id).bind(lead.0).bind(&file.name).bind(&file.media_type).bind(file.size);
            tx.execute(sql.bind(&file.sha256).bind(&file.path).bind(file.added_at).bind(actor)).await?;
            let sql = "UPDATE leads SET updated_at = $2, version = version + 1 WHERE id = $1";
            tx.execute(Sql::new(sql).bind(lead.0).bind(file.added_at)).await?;
            let mut entries = Entries::default();
            let entry = Entry::by(actor, file.added_at, "lead.attached", json!({ "file": id, "size": file.size }));
            entries.push(&mut ids.clone(), LEAD, lead.to_string(), &entry)?;
            entries.write(tx).await
        })?;
        Ok(file)
    }

    /// Files of a lead and of what it has absorbed, oldest first.
    pub async fn lead_files(&self, lead: LeadId) -> Result<Vec<LeadFile>, StoreError> {
        let sql = Sql::new(COLUMNS).push(" WHERE lead_id IN ").push(FAMILY).push(" ORDER BY added_at, id").bind(lead.0);
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// A file of a lead, or of what it has absorbed.
    pub async fn lead_file(&self, lead: LeadId, id: i64) -> Result<Option<LeadFile>, StoreError> {
        let sql = Sql::new(COLUMNS).push(" WHERE lead_id IN ").push(FAMILY).push(" AND id = $2").bind(lead.0).bind(id);
        Ok(self.database.first(sql).await?.map(|mut row| read(&mut row)).transpose()?)
    }

    /// Where the files of these leads lie, under the leads' own ids.
    pub async fn lead_file_paths(&self, leads: &[LeadId]) -> Result<HashSet<String>, StoreError> {
        let sql = Sql::new("SELECT path FROM lead_files WHERE lead_id IN ").list(leads.iter().map(|lead| lead.0));
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| row.take()).collect::<Result<_, Fault>>()?)
    }
}

fn read(row: &mut Row) -> Result<LeadFile, Fault> {
    Ok(LeadFile {
        id: row.take()?,
        name: row.take()?,
        media_type: row.take()?,
        size: row.take()?,
        sha256: row.take()?,
        path: row.take()?,
        added_at: row.take()?,
        added_by: row.take()?,
    })
}
