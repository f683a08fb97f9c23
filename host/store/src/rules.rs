//! Rules as data: versions of a rule set, drafted, published and rolled back. A rule set is the settings of a connection, or the
//! approval routes ([`APPROVALS`]).

mod publish;
mod trials;

use mortise_domain::approval::ApprovalRoutes;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::rules::RuleState;
use serde::Serialize;
use serde_json::Value;

use crate::Store;
use crate::database::{Row, Sql, Tx, json_text, transact};
use crate::fault::Fault;

pub use trials::{PastOrder, RuleTrial};

/// The rule set of the approval routes. No connection can have this name: it has an underscore.
pub const APPROVALS: &str = "approval_routes";

/// Most versions that are listed.
const LISTED: u32 = 200;

/// A version of a rule set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleVersion {
    /// Name of the set.
    pub rule_set: String,
    /// 1 for the first.
    pub version: i64,
    /// Where it is.
    pub state: RuleState,
    /// The rules.
    pub content: Value,
    /// What its author said of it.
    pub note: String,
    /// Since when.
    pub created_at: Instant,
    /// By whom.
    pub created_by: String,
    /// When it was last changed.
    pub updated_at: Instant,
    /// When it was last put in force.
    pub published_at: Option<Instant>,
    /// By whom.
    pub published_by: Option<String>,
    /// The version that it took the place of.
    pub replaced: Option<i64>,
}

const COLUMNS: &str = "SELECT rule_set, version, state, content, note, created_at, created_by, updated_at, published_at, \
                       published_by, replaced FROM rule_versions WHERE rule_set = $1";

impl Store {
    /// Versions of a set, newest first.
    pub async fn rule_versions(&self, set: &str) -> Result<Vec<RuleVersion>, StoreError> {
        let sql = Sql::new(COLUMNS).bind(set).push(" ORDER BY version DESC").push_bind(" LIMIT ", LISTED);
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// A version.
    pub async fn rule_version(&self, set: &str, version: i64) -> Result<Option<RuleVersion>, StoreError> {
        let sql = Sql::new(COLUMNS).bind(set).push_bind(" AND version = ", version);
        Ok(self.database.first(sql).await?.map(|mut row| read(&mut row)).transpose()?)
    }

    /// The version in force; none: none was published yet.
    pub async fn rules_in_force(&self, set: &str) -> Result<Option<RuleVersion>, StoreError> {
        let sql = Sql::new(COLUMNS).bind(set).push(" AND state = 'published'");
        Ok(self.database.first(sql).await?.map(|mut row| read(&mut row)).transpose()?)
    }

    /// The approval routes in force; the defaults before any were published.
    pub async fn approval_routes(&self) -> Result<ApprovalRoutes, StoreError> {
        let Some(version) = self.rules_in_force(APPROVALS).await? else { return Ok(ApprovalRoutes::default()) };
        let routes = serde_json::from_value(version.content);
        Ok(routes.map_err(|error| Fault::inconsistent("approval routes", error))?)
    }

    /// Keeps a new draft under the next number.
    pub async fn draft_rules(
        &self,
        set: &str,
        content: &Value,
        note: &str,
        actor: &str,
    ) -> Result<RuleVersion, StoreError> {
        let now = self.now();
        let version = transact!(self.database, tx => async {
            crate::company::bump(tx).await?;
            insert(tx, set, RuleState::Draft, content, (note, actor), now).await
        })?;
        self.rule_version(set, version)
            .await?
            .ok_or_else(|| StoreError::NotFound(format!("version {version} of {set}")))
    }

    /// Changes a draft. What was published once stays as it was.
    pub async fn redraft_rules(
        &self,
        set: &str,
        version: i64,
        content: &Value,
        note: &str,
    ) -> Result<RuleVersion, StoreError> {
        let sql = "UPDATE rule_versions SET content = $3, note = $4, updated_at = $5 \
                   WHERE rule_set = $1 AND version = $2 AND state = 'draft' AND published_at IS NULL";
        let sql = Sql::new(sql).bind(set).bind(version).bind(json_text(content)?).bind(note).bind(self.now());
        let changed = self.database.execute(sql).await?;
        let found = self.rule_version(set, version).await?;
        let found = found.ok_or_else(|| StoreError::NotFound(format!("version {version} of the rules {set}")))?;
        if changed == 0 {
            let text = format!("version {version} is no draft any more: make a new draft of it and change that");
            return Err(StoreError::Conflict(text));
        }
        Ok(found)
    }
}

/// Adds a version under the next number, which it answers.
async fn insert(
    tx: &mut Tx,
    set: &str,
    state: RuleState,
    content: &Value,
    (note, actor): (&str, &str),
    now: Instant,
) -> Result<i64, Fault> {
    let sql = Sql::new("SELECT COALESCE(MAX(version), 0) + 1 FROM rule_versions WHERE rule_set = $1").bind(set);
    let row = tx.first(sql).await?;
    let version: i64 = row.map(|mut row| row.take()).transpose()?.unwrap_or(1);
    let sql = "INSERT INTO rule_versions (rule_set, version, state, content, note, created_at, created_by, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $6)";
    let sql = Sql::new(sql).bind(set).bind(version).bind(state.name()).bind(json_text(content)?).bind(note);
    tx.execute(sql.bind(now).bind(actor)).await?;
    Ok(version)
}

fn read(row: &mut Row) -> Result<RuleVersion, Fault> {
    Ok(RuleVersion {
        rule_set: row.take()?,
        version: row.take()?,
        state: row.word("rule state", RuleState::parse)?,
        content: row.json("rules")?,
        note: row.take()?,
        created_at: row.take()?,
        created_by: row.take()?,
        updated_at: row.take()?,
        published_at: row.take()?,
        published_by: row.take()?,
        replaced: row.take()?,
    })
}
