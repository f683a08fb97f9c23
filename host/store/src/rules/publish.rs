//! Putting a version in force, and going back to the one before, each in one transaction.

use mortise_domain::connection::Connection;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::rules::RuleState;
use serde_json::Value;

use super::{APPROVALS, COLUMNS, RuleVersion, changed_meanwhile, insert, read};
use crate::Store;
use crate::company::bump;
use crate::database::{Sql, Tx, transact};
use crate::fault::Fault;

/// A version that was found to be in order, as it was then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// Its number.
    pub version: i64,
    /// Its revision.
    pub revision: i64,
    /// Revision of the connection for whose plugin it is in order; the approval routes have none.
    pub connection: Option<i64>,
}

/// Which version is put in force.
#[derive(Clone, Copy)]
enum Way {
    /// The one that was checked, whatever it is.
    Forward,
    /// The one that the present one took the place of, if that is the one that was checked.
    Back,
}

impl Store {
    /// Puts a version in force: the connection's settings become its content. What was in force without being a version (the
    /// defaults, or settings that were put otherwise) is kept as a version first, so that it can be gone back to. `defaults`: of
    /// the approval routes. Nothing else than what was checked comes into force.
    pub async fn publish_rules(
        &self,
        set: &str,
        checked: Checked,
        actor: &str,
        defaults: &Value,
    ) -> Result<RuleVersion, StoreError> {
        self.put_in_force(set, (Way::Forward, checked), actor, defaults).await
    }

    /// Goes back to the version before the one in force, see [`Self::rules_before`].
    pub async fn roll_back_rules(
        &self,
        set: &str,
        checked: Checked,
        actor: &str,
        defaults: &Value,
    ) -> Result<RuleVersion, StoreError> {
        self.put_in_force(set, (Way::Back, checked), actor, defaults).await
    }

    /// The version that a rollback would go back to. `present`: what is in force where no version is.
    pub async fn rules_before(&self, set: &str, present: &Value) -> Result<RuleVersion, StoreError> {
        let in_force = self.rules_in_force(set).await?;
        let is_it = |version: &RuleVersion| set == APPROVALS || version.content == *present;
        let before = before(in_force.as_ref(), is_it).ok_or_else(|| nothing_before(set))?;
        let found = self.rule_version(set, before).await?;
        found.ok_or_else(|| StoreError::NotFound(format!("version {before} of the rules {set}")))
    }

    async fn put_in_force(
        &self,
        set: &str,
        target: (Way, Checked),
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

/// Settings that were put otherwise are what is gone back from; the version before them was in force last.
fn before(in_force: Option<&RuleVersion>, is_present: impl FnOnce(&RuleVersion) -> bool) -> Option<i64> {
    let version = in_force?;
    if is_present(version) { version.head.replaced } else { Some(version.head.version) }
}

fn nothing_before(set: &str) -> StoreError {
    StoreError::Conflict(format!("nothing was in force before the present version of {set}: publish a version first"))
}

async fn version_of(tx: &mut Tx, set: &str, version: i64) -> Result<RuleVersion, Fault> {
    let sql = Sql::new(COLUMNS).bind(set).push_bind(" AND version = ", version).push(" /* lock */");
    let row = tx.first(sql).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("version {version} of the rules {set}")))?;
    read(&mut row)
}

async fn put_in_force(
    tx: &mut Tx,
    set: &str,
    (way, checked): (Way, Checked),
    (actor, defaults): (&str, &Value),
    now: Instant,
) -> Result<i64, Fault> {
    // Also the lock: such changes follow one another.
    bump(tx).await?;
    let connection = if set == APPROVALS { None } else { Some(connection(tx, set).await?) };
    let revision = connection.as_ref().map(|(_, revision)| *revision);
    let row = tx.first(Sql::new(COLUMNS).bind(set).push(" AND state = 'published'")).await?;
    let in_force = row.map(|mut row| read(&mut row)).transpose()?;
    let present = connection.as_ref().map_or(defaults, |(connection, _)| &connection.settings);
    let is_present = |version: &RuleVersion| connection.is_none() || version.content == *present;
    let next = match way {
        Way::Forward => version_of(tx, set, checked.version).await?,
        Way::Back => {
            let before = before(in_force.as_ref(), is_present).ok_or_else(|| nothing_before(set))?;
            version_of(tx, set, before).await?
        }
    };
    if (next.head.version, next.head.revision, revision) != (checked.version, checked.revision, checked.connection) {
        return Err(changed_meanwhile(checked.version).into());
    }
    let kept = match &in_force {
        Some(version) if is_present(version) => version.head.version,
        _ => insert(tx, set, RuleState::Retired, present, ("", "host"), now).await?,
    };
    if let Some((connection, revision)) = connection {
        let changed = Connection { settings: next.content.clone(), ..connection };
        crate::connections::publish(tx, &changed, revision, (actor, now)).await?;
    }
    let sql = "UPDATE rule_versions SET state = 'retired' WHERE rule_set = $1 AND state = 'published'";
    tx.execute(Sql::new(sql).bind(set)).await?;
    // A version that comes back by a rollback, or is published again, is still what took the place of its own predecessor.
    let stays = matches!(way, Way::Back) || kept == next.head.version;
    let replaced = if stays { next.head.replaced } else { Some(kept) };
    let sql = "UPDATE rule_versions SET state = 'published', published_at = $3, published_by = $4, replaced = $5 \
               WHERE rule_set = $1 AND version = $2";
    let sql = Sql::new(sql).bind(set).bind(next.head.version).bind(now).bind(actor).bind(replaced);
    tx.execute(sql).await?;
    Ok(next.head.version)
}

async fn connection(tx: &mut Tx, name: &str) -> Result<(Connection, i64), Fault> {
    let row = tx.first(Sql::new("SELECT config, revision FROM connections WHERE name = $1").bind(name)).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("connection {name}")))?;
    Ok((row.json("connection")?, row.take()?))
}
