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

pub use publish::Checked;
pub use trials::{PastOrder, RuleTrial};

/// The rule set of the approval routes. No connection can have this name: it has an underscore.
pub const APPROVALS: &str = "approval_routes";

/// Most versions that are listed.
const LISTED: u32 = 200;

/// Most drafts of a set.
const DRAFTS: i64 = 100;

/// A version of a rule set, without its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleHead {
    /// Name of the set.
    pub rule_set: String,
    /// 1 for the first.
    pub version: i64,
    /// Where it is.
    pub state: RuleState,
    /// What its author said of it.
    pub note: String,
    /// Since when.
    pub created_at: Instant,
    /// By whom.
    pub created_by: String,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Rises with each change.
    pub revision: i64,
    /// When it was last put in force.
    pub published_at: Option<Instant>,
    /// By whom.
    pub published_by: Option<String>,
    /// The version that it took the place of.
    pub replaced: Option<i64>,
}

/// A version of a rule set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleVersion {
    /// What it is.
    #[serde(flatten)]
    pub head: RuleHead,
    /// The rules.
    pub content: Value,
}

const HEAD: &str = "SELECT rule_set, version, state, note, created_at, created_by, updated_at, revision, published_at, \
                    published_by, replaced FROM rule_versions WHERE rule_set = $1";
const COLUMNS: &str = "SELECT rule_set, version, state, note, created_at, created_by, updated_at, revision, published_at, \
                       published_by, replaced, content FROM rule_versions WHERE rule_set = $1";

impl Store {
    /// Versions of a set, newest first.
    pub async fn rule_heads(&self, set: &str) -> Result<Vec<RuleHead>, StoreError> {
        let sql = Sql::new(HEAD).bind(set).push(" ORDER BY version DESC").push_bind(" LIMIT ", LISTED);
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| read_head(&mut row)).collect::<Result<_, Fault>>()?)
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

    /// The approval routes in force; the defaults before any were published. Where they cannot be read (a newer program wrote them)
    /// those that were in force before are: no node stands still for it.
    pub async fn approval_routes(&self) -> Result<ApprovalRoutes, StoreError> {
        let sql = "SELECT version, content FROM rule_versions WHERE rule_set = $1 AND state <> 'draft' \
                   ORDER BY CASE WHEN state = 'published' THEN 0 ELSE 1 END, COALESCE(published_at, created_at) DESC, \
                   CASE WHEN published_at IS NULL THEN 1 ELSE 0 END, version DESC LIMIT $2";
        // Nearly always the first one is readable.
        for limit in [1_u32, LISTED] {
            for mut row in self.database.all(Sql::new(sql).bind(APPROVALS).bind(limit)).await? {
                let (version, content): (i64, String) = (row.take()?, row.take()?);
                match serde_json::from_str(&content) {
                    Ok(routes) => return Ok(routes),
                    Err(error) => tracing::error!(
                        version,
                        %error,
                        "these approval routes cannot be read, so the ones before them are in force; publish others"
                    ),
                }
            }
        }
        Ok(ApprovalRoutes::default())
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
        let version = transact!(self.database, tx => draft(tx, set, content, (note, actor), now))?;
        self.rule_version(set, version)
            .await?
            .ok_or_else(|| StoreError::NotFound(format!("version {version} of {set}")))
    }

    /// Changes a draft. What was published once stays as it was. `expected`: only where the draft has this revision.
    pub async fn redraft_rules(
        &self,
        set: &str,
        (version, expected): (i64, Option<i64>),
        content: &Value,
        note: &str,
    ) -> Result<RuleVersion, StoreError> {
        let sql = "UPDATE rule_versions SET content = $3, note = $4, updated_at = $5, revision = revision + 1 \
                   WHERE rule_set = $1 AND version = $2 AND state = 'draft' AND published_at IS NULL \
                   AND revision = COALESCE($6, revision)";
        let sql = Sql::new(sql).bind(set).bind(version).bind(json_text(content)?).bind(note).bind(self.now());
        let sql = sql.bind(expected);
        let changed = self.database.execute(sql).await?;
        let found = self.rule_version(set, version).await?;
        let found = found.ok_or_else(|| StoreError::NotFound(format!("version {version} of the rules {set}")))?;
        if changed == 0 && found.head.state == RuleState::Draft {
            return Err(changed_meanwhile(version));
        }
        if changed == 0 {
            let text = format!("version {version} is no draft any more: make a new draft of it and change that");
            return Err(StoreError::Conflict(text));
        }
        Ok(found)
    }
}

fn changed_meanwhile(version: i64) -> StoreError {
    let text = format!("version {version} was changed in the meantime: look at it again, then repeat this");
    StoreError::Conflict(text)
}

async fn draft(tx: &mut Tx, set: &str, content: &Value, said: (&str, &str), now: Instant) -> Result<i64, Fault> {
    let version = insert(tx, set, RuleState::Draft, content, said, now).await?;
    let sql = Sql::new("SELECT COUNT(*) FROM rule_versions WHERE rule_set = $1 AND state = 'draft'").bind(set);
    let drafts: i64 = tx.first(sql).await?.map(|mut row| row.take()).transpose()?.unwrap_or_default();
    if drafts > DRAFTS {
        let text = format!("the set {set} has {DRAFTS} drafts already: change or publish one of them");
        return Err(StoreError::Conflict(text).into());
    }
    Ok(version)
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
    let sql = "INSERT INTO rule_sets (name, last_version) VALUES ($1, 1) \
               ON CONFLICT (name) DO UPDATE SET last_version = rule_sets.last_version + 1 RETURNING last_version";
    let row = tx.first(Sql::new(sql).bind(set)).await?;
    let version: i64 = row.map(|mut row| row.take()).transpose()?.unwrap_or(1);
    let sql = "INSERT INTO rule_versions (rule_set, version, state, content, note, created_at, created_by, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $6)";
    let sql = Sql::new(sql).bind(set).bind(version).bind(state.name()).bind(json_text(content)?).bind(note);
    tx.execute(sql.bind(now).bind(actor)).await?;
    Ok(version)
}

fn read(row: &mut Row) -> Result<RuleVersion, Fault> {
    Ok(RuleVersion { head: read_head(row)?, content: row.json("rules")? })
}

fn read_head(row: &mut Row) -> Result<RuleHead, Fault> {
    Ok(RuleHead {
        rule_set: row.take()?,
        version: row.take()?,
        state: row.word("rule state", RuleState::parse)?,
        note: row.take()?,
        created_at: row.take()?,
        created_by: row.take()?,
        updated_at: row.take()?,
        revision: row.take()?,
        published_at: row.take()?,
        published_by: row.take()?,
        replaced: row.take()?,
    })
}
