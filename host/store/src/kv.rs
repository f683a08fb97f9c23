//! Memory of connections between calls. A space knows its size, and its row is the lock under which it changes.

use async_trait::async_trait;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::sandbox::KeyValue;

use crate::Store;
use crate::database::{Row, Sql, Tx, transact};
use crate::fault::Fault;

/// A value to be set.
#[derive(Clone, Copy)]
struct Change<'a> {
    connection: &'a str,
    key: &'a str,
    value: &'a [u8],
    expires_at: Instant,
    most_bytes: u64,
    now: Instant,
}

#[async_trait]
impl KeyValue for Store {
    async fn get(&self, connection: &str, key: &str, now: Instant) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT value FROM kv WHERE connection = $1 AND name = $2 AND expires_at > $3";
        let row = self.database.first(Sql::new(sql).bind(connection).bind(key.as_bytes()).bind(now)).await?;
        Ok(row.map(|mut row| row.take()).transpose()?)
    }

    async fn set(
        &self,
        connection: &str,
        key: &str,
        value: &[u8],
        expires_at: Instant,
        most_bytes: u64,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let change = Change { connection, key, value, expires_at, most_bytes, now };
        Ok(transact!(self.database, tx => async {
            let used = lock(tx, connection).await?;
            let before = present(tx, change).await?;
            write(tx, change, used, before.as_ref()).await
        })?)
    }

    async fn delete(&self, connection: &str, key: &str) -> Result<(), StoreError> {
        let sql =
            "DELETE FROM kv WHERE connection = $1 AND name = $2 RETURNING CAST(LENGTH(name) + LENGTH(value) AS BIGINT)";
        transact!(self.database, tx => async {
            let used = lock(tx, connection).await?;
            let rows = tx.all(Sql::new(sql).bind(connection).bind(key.as_bytes())).await?;
            note(tx, connection, used.saturating_sub(sum(rows)?)).await
        })?;
        Ok(())
    }

    async fn swap(
        &self,
        connection: &str,
        key: &str,
        expected: Option<&[u8]>,
        value: &[u8],
        most_bytes: u64,
        now: Instant,
    ) -> Result<Option<bool>, StoreError> {
        let change = Change { connection, key, value, expires_at: Instant::NEVER, most_bytes, now };
        Ok(transact!(self.database, tx => async {
            let used = lock(tx, connection).await?;
            let before = present(tx, change).await?;
            let found = before.as_ref().filter(|(_, expires_at)| *expires_at > now).map(|(value, _)| value.as_slice());
            if found != expected {
                return Ok::<_, Fault>(Some(false));
            }
            Ok(write(tx, change, used, before.as_ref()).await?.then_some(true))
        })?)
    }

    async fn keys(&self, connection: &str, prefix: &str, limit: u32, now: Instant) -> Result<Vec<String>, StoreError> {
        let sql = Sql::new("SELECT name FROM kv WHERE connection = $1 AND expires_at > $2 AND name >= $3")
            .bind(connection)
            .bind(now)
            .bind(prefix.as_bytes());
        let sql = match end_of(prefix.as_bytes()) {
            Some(end) => sql.push_bind(" AND name < ", end),
            None => sql,
        };
        let rows = self.database.all(sql.push_bind(" ORDER BY name LIMIT ", limit)).await?;
        let text = |mut row: Row| String::from_utf8(row.take()?).map_err(|error| Fault::inconsistent("key", error));
        Ok(rows.into_iter().map(text).collect::<Result<_, Fault>>()?)
    }
}

/// The first key after all that begin with the prefix; none where there is no such key.
fn end_of(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut end = prefix.get(..=last)?.to_vec();
    *end.last_mut()? += 1;
    Some(end)
}

/// Locks a space and answers its size.
async fn lock(tx: &mut Tx, connection: &str) -> Result<i64, Fault> {
    let sql = "INSERT INTO kv_spaces (connection, used) VALUES ($1, 0) \
               ON CONFLICT (connection) DO UPDATE SET used = kv_spaces.used RETURNING used";
    let row = tx.first(Sql::new(sql).bind(connection)).await?;
    row.ok_or_else(|| Fault::inconsistent("key-value space", "no row came back"))?.take()
}

/// The stored value, expired or not.
async fn present(tx: &mut Tx, change: Change<'_>) -> Result<Option<(Vec<u8>, Instant)>, Fault> {
    let sql = "SELECT value, expires_at FROM kv WHERE connection = $1 AND name = $2";
    let row = tx.first(Sql::new(sql).bind(change.connection).bind(change.key.as_bytes())).await?;
    row.map(|mut row| Ok((row.take()?, row.take()?))).transpose()
}

async fn write(tx: &mut Tx, change: Change<'_>, used: i64, before: Option<&(Vec<u8>, Instant)>) -> Result<bool, Fault> {
    let Change { connection, key, value, expires_at, most_bytes, now } = change;
    let size = |value: &[u8]| i64::try_from(key.len() + value.len()).unwrap_or(i64::MAX);
    let freed = before.map_or(0, |(value, _)| size(value));
    let most = i64::try_from(most_bytes).unwrap_or(i64::MAX);
    let mut then = used.saturating_sub(freed).saturating_add(size(value));
    if then > most {
        let sql = "DELETE FROM kv WHERE connection = $1 AND expires_at <= $2 AND name <> $3 \
                   RETURNING CAST(LENGTH(name) + LENGTH(value) AS BIGINT)";
        let expired = sum(tx.all(Sql::new(sql).bind(connection).bind(now).bind(key.as_bytes())).await?)?;
        then = then.saturating_sub(expired);
        if then > most {
            note(tx, connection, used.saturating_sub(expired)).await?;
            return Ok(false);
        }
    }
    let sql = "INSERT INTO kv (connection, name, value, expires_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (connection, name) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at";
    tx.execute(Sql::new(sql).bind(connection).bind(key.as_bytes()).bind(value).bind(expires_at)).await?;
    note(tx, connection, then).await?;
    Ok(true)
}

async fn note(tx: &mut Tx, connection: &str, used: i64) -> Result<(), Fault> {
    let sql = "UPDATE kv_spaces SET used = $2 WHERE connection = $1";
    tx.execute(Sql::new(sql).bind(connection).bind(used.max(0))).await?;
    Ok(())
}

fn sum(rows: Vec<Row>) -> Result<i64, Fault> {
    rows.into_iter().try_fold(0_i64, |sum, mut row| Ok(sum.saturating_add(row.take()?)))
}

impl Store {
    /// Removes values of plugins and captured credentials that have expired.
    pub async fn sweep(&self, now: Instant) -> Result<(), StoreError> {
        let sql =
            "SELECT DISTINCT connection FROM kv WHERE expires_at <= $1 AND expires_at < 9223372036854775807 ORDER BY 1";
        for mut row in self.database.all(Sql::new(sql).bind(now)).await? {
            let connection: String = row.take()?;
            let sql = "DELETE FROM kv WHERE connection = $1 AND expires_at <= $2 \
                       RETURNING CAST(LENGTH(name) + LENGTH(value) AS BIGINT)";
            transact!(self.database, tx => async {
                let used = lock(tx, &connection).await?;
                let rows = tx.all(Sql::new(sql).bind(&connection).bind(now)).await?;
                note(tx, &connection, used.saturating_sub(sum(rows)?)).await
            })?;
        }
        let sql = "DELETE FROM credentials WHERE expires_at <= $1";
        self.database.execute(Sql::new(sql).bind(now)).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::end_of;

    #[test]
    fn the_end_of_a_prefix_is_the_next_one() {
        assert_eq!(end_of(b"ab").unwrap(), b"ac");
        assert_eq!(end_of(&[1, 255]).unwrap(), [2]);
        assert_eq!(end_of(&[255]), None);
        assert_eq!(end_of(b""), None);
    }
}
