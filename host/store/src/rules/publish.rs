//! Putting a version in force, and going back to the one before, each in one transaction.

use mortise_domain::connection::Connection;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::rules::RuleState;
use serde_json::Value;

use super::{APPROVALS, COLUMNS, RuleVersion, insert, read};
use crate::Store;
use crate::company::bump;
use crate::database::{Sql, Tx, transact};
use crate::fault::Fault;

/// What is put in force.
#[derive(Clone, Copy)]
enum Target {
    /// This version.
    Version(i64),
    /// The version that the present one took the place of.
    Before,
}

impl Store {
    /// Puts a version in force: the connection's settings become its content. What was in force without being a version (the
    /// defaults, or settings that were put otherwise) is kept as a version first, so that it can be gone back to. `defaults`: of
    /// the approval routes.
    pub async fn publish_rules(
        &self,
        set: &str,
        version: i64,
        actor: &str,
        defaults: &Value,
    ) -> Result<RuleVersion, StoreError> {
        self.put_in_force(set, Target::Version(version), actor, defaults).await
    }

    /// Goes back to the version before the one in force.
    pub async fn roll_back_rules(&self, set: &str, actor: &str, defaults: &Value) -> Result<RuleVersion, StoreError> {
        self.put_in_force(set, Target::Before, actor, defaults).await
    }

    async fn put_in_force(
        &self,
        set: &str,
        target: Target,
        actor: &str,
        defaults: &Value,
    ) -> Result<RuleVersion, StoreError> {
        let now = self.now();
        let version = transact!(self.database, tx => put_in_force(tx, set, target, (actor, defaults), now))?;
        self.rule_version(set, version)
            .await?
            .ok_or_else(|| StoreError::NotFound(format!("version {version} of {set}")))
    }
}

async fn version_of(tx: &mut Tx, set: &str, version: i64) -> Result<RuleVersion, Fault> {
    let row = tx.first(Sql::new(COLUMNS).bind(set).push_bind(" AND version = ", version)).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("version {version} of the rules {set}")))?;
    read(&mut row)
}

async fn put_in_force(
    tx: &mut Tx,
    set: &str,
    target: Target,
    (actor, defaults): (&str, &Value),
    now: Instant,
) -> Result<i64, Fault> {
    // Also the lock: such changes follow one another.
    bump(tx).await?;
    let connection = if set == APPROVALS { None } else { Some(connection(tx, set).await?) };
    let row = tx.first(Sql::new(COLUMNS).bind(set).push(" AND state = 'published'")).await?;
    let in_force = row.map(|mut row| read(&mut row)).transpose()?;
    let present = connection.as_ref().map_or(defaults, |(connection, _)| &connection.settings);
    let kept = match &in_force {
        Some(version) if connection.is_none() || version.content == *present => version.version,
        _ => insert(tx, set, RuleState::Retired, present, ("", "host"), now).await?,
    };
    let (next, rolls_back) = match target {
        Target::Version(version) => (version_of(tx, set, version).await?, false),
        Target::Before => {
            // Settings that were put otherwise are what is gone back from; the version before them was in force last.
            let before = match &in_force {
                Some(version) if version.version == kept => version.replaced,
                other => other.as_ref().map(|version| version.version),
            };
            let before = before.ok_or_else(|| {
                let text = format!("nothing was in force before the present version of {set}: publish a version first");
                Fault::from(StoreError::Conflict(text))
            })?;
            (version_of(tx, set, before).await?, true)
        }
    };
    if let Some((connection, revision)) = connection {
        let changed = Connection { settings: next.content.clone(), ..connection };
        crate::connections::publish(tx, &changed, revision, (actor, now)).await?;
    }
    let sql = "UPDATE rule_versions SET state = 'retired' WHERE rule_set = $1 AND state = 'published'";
    tx.execute(Sql::new(sql).bind(set)).await?;
    // A version that comes back by a rollback, or is published again, is still what took the place of its own predecessor.
    let replaced = if rolls_back || kept == next.version { next.replaced } else { Some(kept) };
    let sql = "UPDATE rule_versions SET state = 'published', published_at = $3, published_by = $4, replaced = $5 \
               WHERE rule_set = $1 AND version = $2";
    let sql = Sql::new(sql).bind(set).bind(next.version).bind(now).bind(actor).bind(replaced);
    tx.execute(sql).await?;
    Ok(next.version)
}

async fn connection(tx: &mut Tx, name: &str) -> Result<(Connection, i64), Fault> {
    let row = tx.first(Sql::new("SELECT config, revision FROM connections WHERE name = $1").bind(name)).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("connection {name}")))?;
    Ok((row.json("connection")?, row.take()?))
}
