//! Versions of the rules about leads.

use mortise_domain::instant::Instant;
use mortise_domain::lead::rules::LeadRules;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::{Row, Sql, json_text, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};

/// A version of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesVersion {
    /// Its number; the highest is in force.
    pub version: i64,
    /// The rules.
    pub rules: LeadRules,
    /// Since when.
    pub published_at: Instant,
    /// By whom.
    pub published_by: String,
}

const COLUMNS: &str = "SELECT version, content, published_at, published_by FROM lead_rules";

pub(super) async fn in_force(store: &Store) -> Result<Option<(i64, LeadRules)>, Fault> {
    let sql = "SELECT version, content FROM lead_rules ORDER BY version DESC LIMIT 1";
    let row = store.database.first(Sql::new(sql)).await?;
    row.map(|mut row| Ok((row.take()?, row.json("lead rules")?))).transpose()
}

impl Store {
    /// Puts a new version in force. `after`: the version that it was made from; 0 is the one that ships. A conflict where another
    /// was published meanwhile.
    pub async fn publish_lead_rules(&self, rules: &LeadRules, after: i64, actor: &str) -> Result<i64, StoreError> {
        let now = self.now();
        let outcome = transact!(self.database, tx => async {
            let newest = tx.first(Sql::new("SELECT COALESCE(MAX(version), 0) FROM lead_rules")).await?;
            let newest: i64 = newest.map(|mut row| row.take()).transpose()?.unwrap_or_default();
            if newest != after {
                return Err(conflict().into());
            }
            let sql = "INSERT INTO lead_rules (version, content, published_at, published_by) VALUES ($1, $2, $3, $4)";
            tx.execute(Sql::new(sql).bind(after + 1).bind(json_text(rules)?).bind(now).bind(actor)).await
        });
        match outcome {
            Ok(_) => Ok(after + 1),
            Err(fault) if Fault::is_duplicate(&fault) => Err(conflict()),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Published versions, the newest first.
    pub async fn lead_rules_versions(&self, page: &PageRequest) -> Result<Page<RulesVersion>, StoreError> {
        let mut sql = Sql::new(COLUMNS).push(" WHERE 1 = 1");
        if let Some(Cursor { id, .. }) = &page.after {
            sql = sql.push_bind(" AND version < ", *id);
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY version DESC"))).await?;
        Ok(page.page(rows, read, |version| Cursor::of(0, version.version))?)
    }
}

fn conflict() -> StoreError {
    StoreError::Conflict("other rules were published meanwhile: look at them and change those".into())
}

fn read(row: &mut Row) -> Result<RulesVersion, Fault> {
    Ok(RulesVersion {
        version: row.take()?,
        rules: row.json("lead rules")?,
        published_at: row.take()?,
        published_by: row.take()?,
    })
}
