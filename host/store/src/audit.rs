//! The audit trail: who tried to govern what, from where, and how it ended.

use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use serde::Serialize;
use serde_json::Value;

use crate::Store;
use crate::counters::Counter;
use crate::database::{Row, Sql, json_text};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Not known: the host or the caller broke off in the middle.
    Begun,
    /// It was done.
    Done,
    /// They may not.
    Refused,
    /// It could not be done.
    Failed,
}

impl Outcome {
    const ALL: [Self; 4] = [Self::Begun, Self::Done, Self::Refused, Self::Failed];

    /// As it stands in the store and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// The outcome of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// An entry of the trail. Its id is given by the store.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditEntry {
    /// Its id; ascending.
    pub id: i64,
    /// When it began.
    pub at: Instant,
    /// A token's name, `user:<name>`, `host`, or `nobody`.
    pub actor: String,
    /// From where.
    pub address: String,
    /// What was tried, such as `users.change`.
    pub action: String,
    /// Method and address of the request, such as `PUT /users/anna`.
    pub target: String,
    /// How it ended.
    pub outcome: Outcome,
    /// HTTP status of the answer.
    pub status: Option<u32>,
    /// Id of the request, which stands in the log too.
    pub request: String,
    /// Particulars. Never secrets.
    pub detail: Value,
}

/// Which entries are listed.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// By them.
    pub actor: Option<String>,
    /// Of this action.
    pub action: Option<String>,
    /// That ended so.
    pub outcome: Option<Outcome>,
    /// Whose target contains this.
    pub target: Option<String>,
    /// From this address.
    pub address: Option<String>,
    /// From then on.
    pub since: Option<Instant>,
    /// Before then.
    pub until: Option<Instant>,
}

const COLUMNS: &str = "SELECT id, at, actor, address, action, target, outcome, status, request, detail FROM audit";

impl Store {
    /// Writes an entry and answers its id; the one that it has already counts for nothing.
    pub async fn write_audit(&self, entry: &AuditEntry) -> Result<i64, StoreError> {
        let id = self.ids(Counter::Audit, 1).await?.one()?;
        let sql = "INSERT INTO audit (id, at, actor, address, action, target, outcome, status, request, detail) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let sql = Sql::new(sql).bind(id).bind(entry.at).bind(&entry.actor).bind(&entry.address).bind(&entry.action);
        let sql = sql.bind(&entry.target).bind(entry.outcome.name()).bind(entry.status.map(i64::from));
        self.database.execute(sql.bind(&entry.request).bind(json_text(&entry.detail)?)).await?;
        Ok(id)
    }

    /// Completes an entry that was begun.
    pub async fn finish_audit(&self, id: i64, outcome: Outcome, status: u32, detail: &Value) -> Result<(), StoreError> {
        let sql = "UPDATE audit SET outcome = $2, status = $3, detail = $4 WHERE id = $1 AND outcome = 'begun'";
        let sql = Sql::new(sql).bind(id).bind(outcome.name()).bind(status).bind(json_text(detail)?);
        self.database.execute(sql).await?;
        Ok(())
    }

    /// The trail, newest first.
    pub async fn audit(&self, filter: &AuditFilter, page: &PageRequest) -> Result<Page<AuditEntry>, StoreError> {
        let mut sql = Sql::new(COLUMNS).push(" WHERE 1 = 1");
        if let Some(actor) = &filter.actor {
            sql = sql.push_bind(" AND actor = ", actor);
        }
        if let Some(action) = &filter.action {
            sql = sql.push_bind(" AND action = ", action);
        }
        if let Some(outcome) = filter.outcome {
            sql = sql.push_bind(" AND outcome = ", outcome.name());
        }
        if let Some(address) = &filter.address {
            sql = sql.push_bind(" AND address = ", address);
        }
        sql = crate::catalog::matching(sql, ["target", "target"], filter.target.as_deref().unwrap_or_default());
        if let Some(since) = filter.since {
            sql = sql.push_bind(" AND at >= ", since);
        }
        if let Some(until) = filter.until {
            sql = sql.push_bind(" AND at < ", until);
        }
        if let Some(Cursor { at, id, .. }) = &page.after {
            sql = sql.push_bind(" AND (at, id) < (", *at).push_bind(", ", *id).push(")");
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY at DESC, id DESC"))).await?;
        Ok(page.page(rows, read, |entry| Cursor::of(entry.at.0, entry.id))?)
    }
}

fn read(row: &mut Row) -> Result<AuditEntry, Fault> {
    let status = |row: &mut Row| -> Result<Option<u32>, Fault> {
        Ok(row.take::<Option<i64>>()?.and_then(|status| u32::try_from(status).ok()))
    };
    Ok(AuditEntry {
        id: row.take()?,
        at: row.take()?,
        actor: row.take()?,
        address: row.take()?,
        action: row.take()?,
        target: row.take()?,
        outcome: row.word("outcome", Outcome::parse)?,
        status: status(row)?,
        request: row.take()?,
        detail: row.json("audit")?,
    })
}
