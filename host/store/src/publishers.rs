//! Keys of publishers whose signatures count.

use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::publisher::PublisherKey;

use crate::Store;
use crate::company::bump;
use crate::database::{Row, Sql, Tx, transact};
use crate::fault::Fault;

const COLUMNS: &str = "SELECT publisher, id, public_key, trusted_at, trusted_by, revoked_at, revoked_by \
                       FROM publisher_keys";

/// A key that an admin trusts.
#[derive(Debug, Clone, Copy)]
pub struct NewPublisherKey<'a> {
    /// The publisher, as manifests name it.
    pub publisher: &'a str,
    /// What signatures call the key.
    pub id: &'a str,
    /// The key, as PEM.
    pub public_key: &'a str,
    /// Trust it again where it was revoked?
    pub restore: bool,
}

impl Store {
    /// All keys, revoked ones too, by publisher and age.
    pub async fn publisher_keys(&self) -> Result<Vec<PublisherKey>, StoreError> {
        let rows = self.database.all(Sql::new(COLUMNS).push(" ORDER BY publisher, trusted_at, id")).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// A key of a publisher.
    pub async fn publisher_key(&self, publisher: &str, id: &str) -> Result<Option<PublisherKey>, StoreError> {
        let row = self.database.first(one(publisher, id)).await?;
        Ok(row.map(|mut row| read(&mut row)).transpose()?)
    }

    /// Trusts a key. Answers whether anything changed.
    pub async fn trust_publisher_key(&self, new: NewPublisherKey<'_>, actor: &str) -> Result<bool, StoreError> {
        let now = self.now();
        Ok(transact!(self.database, tx => trust(tx, new, actor, now))?)
    }

    /// Makes a key void. Once is enough; the first time counts.
    pub async fn revoke_publisher_key(&self, publisher: &str, id: &str, actor: &str) -> Result<(), StoreError> {
        let now = self.now();
        Ok(transact!(self.database, tx => revoke(tx, publisher, id, actor, now))?)
    }
}

fn one(publisher: &str, id: &str) -> Sql {
    Sql::new(COLUMNS).push(" WHERE publisher = $1 AND id = $2").bind(publisher).bind(id)
}

async fn trust(tx: &mut Tx, new: NewPublisherKey<'_>, actor: &str, now: Instant) -> Result<bool, Fault> {
    bump(tx).await?;
    let NewPublisherKey { publisher, id, public_key, restore } = new;
    let before = tx.first(one(publisher, id)).await?.map(|mut row| read(&mut row)).transpose()?;
    match before {
        Some(PublisherKey { revoked_at: None, .. }) => return Ok(false),
        Some(PublisherKey { revoked_at: Some(at), .. }) if !restore => {
            let text = format!(
                "the key {id} of {publisher} was revoked at {at}: ask the publisher for another one, or say that it is to be trusted again"
            );
            return Err(StoreError::Conflict(text).into());
        }
        _ => {}
    }
    let sql = "INSERT INTO publisher_keys (publisher, id, public_key, trusted_at, trusted_by) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (publisher, id) DO UPDATE SET public_key = excluded.public_key, trusted_at = excluded.trusted_at, \
               trusted_by = excluded.trusted_by, revoked_at = NULL, revoked_by = NULL";
    let sql = Sql::new(sql).bind(publisher).bind(id).bind(public_key).bind(now).bind(actor);
    tx.execute(sql).await?;
    Ok(true)
}

async fn revoke(tx: &mut Tx, publisher: &str, id: &str, actor: &str, now: Instant) -> Result<(), Fault> {
    bump(tx).await?;
    let before = tx.first(one(publisher, id)).await?.map(|mut row| read(&mut row)).transpose()?;
    let before = before.ok_or_else(|| StoreError::NotFound(format!("key {id} of publisher {publisher}")))?;
    if before.revoked_at.is_some() {
        return Ok(());
    }
    let sql = "UPDATE publisher_keys SET revoked_at = $3, revoked_by = $4 WHERE publisher = $1 AND id = $2";
    tx.execute(Sql::new(sql).bind(publisher).bind(id).bind(now).bind(actor)).await?;
    Ok(())
}

fn read(row: &mut Row) -> Result<PublisherKey, Fault> {
    Ok(PublisherKey {
        publisher: row.take()?,
        id: row.take()?,
        public_key: row.take()?,
        trusted_at: row.take()?,
        trusted_by: row.take()?,
        revoked_at: row.take()?,
        revoked_by: row.take()?,
    })
}
