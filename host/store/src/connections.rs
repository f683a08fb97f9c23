//! Connections as they are configured.

use mortise_domain::connection::{Cause, Connection};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::company::bump;
use crate::database::{Row, Sql, Tx, json_text, transact};
use crate::fault::Fault;

mod revisions;

pub use revisions::Revision;
use revisions::keep;

/// A connection with the revision of its row.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredConnection {
    /// The connection.
    pub connection: Connection,
    /// Rises with every change.
    pub revision: i64,
    /// When it was changed last.
    pub updated_at: Instant,
}

const OPEN_DELIVERIES: &str =
    "SELECT COUNT(*) FROM deliveries WHERE connection = $1 AND state IN ('blocked', 'pending', 'waiting')";

impl Store {
    /// Adds or replaces a connection for the host itself, see [`Self::change_connection`].
    pub async fn put_connection(&self, connection: &Connection, expected: Option<i64>) -> Result<i64, StoreError> {
        self.change_connection(connection, expected, "host", Cause::Configured).await
    }

    /// Adds or replaces a connection and answers its new revision. With `expected`, only where the stored revision is that
    /// one; 0: only where there is none yet.
    pub async fn change_connection(
        &self,
        connection: &Connection,
        expected: Option<i64>,
        actor: &str,
        cause: Cause,
    ) -> Result<i64, StoreError> {
        let config = json_text(connection)?;
        let state =
            Revision { revision: 0, connection: connection.clone(), at: self.now(), actor: actor.to_owned(), cause };
        Ok(transact!(self.database, tx => put(tx, state.clone(), &config, expected))?)
    }

    /// All connections, by name.
    pub async fn connections(&self) -> Result<Vec<StoredConnection>, StoreError> {
        let sql = Sql::new("SELECT config, revision, updated_at FROM connections ORDER BY name");
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// A connection.
    pub async fn connection(&self, name: &str) -> Result<Option<StoredConnection>, StoreError> {
        let sql = Sql::new("SELECT config, revision, updated_at FROM connections WHERE name = $1").bind(name);
        Ok(self.database.first(sql).await?.map(|mut row| read(&mut row)).transpose()?)
    }

    /// How many deliveries to a connection are not done.
    pub async fn open_deliveries(&self, name: &str) -> Result<i64, StoreError> {
        let row = self.database.first(Sql::new(OPEN_DELIVERIES).bind(name)).await?;
        Ok(row.map(|mut row| row.take()).transpose()?.unwrap_or_default())
    }

    /// Removes a connection with its credentials, memory, code maps and cursors. Deliveries and ids of the upstream stay.
    pub async fn delete_connection(&self, name: &str) -> Result<(), StoreError> {
        Ok(transact!(self.database, tx => delete(tx, name))?)
    }
}

fn read(row: &mut Row) -> Result<StoredConnection, Fault> {
    Ok(StoredConnection { connection: row.json("connection")?, revision: row.take()?, updated_at: row.take()? })
}

/// Puts other settings for a connection into force, within a transaction that publishes them.
pub(crate) async fn publish(
    tx: &mut Tx,
    connection: &Connection,
    expected: i64,
    (actor, at): (&str, Instant),
) -> Result<i64, Fault> {
    let (config, cause, actor) = (json_text(connection)?, Cause::Configured, actor.to_owned());
    let state = Revision { revision: 0, connection: connection.clone(), at, actor, cause };
    put(tx, state, &config, Some(expected)).await
}

async fn put(tx: &mut Tx, mut state: Revision, config: &str, expected: Option<i64>) -> Result<i64, Fault> {
    bump(tx).await?;
    let connection = &state.connection;
    let name = &connection.name;
    let plugin = tx.first(Sql::new("SELECT digest FROM plugins WHERE digest = $1").bind(&connection.plugin)).await?;
    plugin.ok_or_else(|| StoreError::NotFound(format!("installed plugin {}", connection.plugin)))?;
    let row = tx.first(Sql::new("SELECT revision FROM connections WHERE name = $1").bind(name)).await?;
    let found: i64 = row.map(|mut row| row.take()).transpose()?.unwrap_or_default();
    if let Some(expected) = expected
        && expected != found
    {
        let text = match (expected, found) {
            (0, _) => format!("connection {name} exists already"),
            (_, 0) => format!("connection {name} was deleted in the meantime"),
            _ => format!("connection {name} was changed in the meantime: read it again and repeat the change"),
        };
        return Err(StoreError::Conflict(text).into());
    }
    let sql = "INSERT INTO connections (name, plugin, config, revision, updated_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (name) DO UPDATE SET plugin = excluded.plugin, config = excluded.config, \
               revision = excluded.revision, updated_at = excluded.updated_at";
    let sql = Sql::new(sql).bind(name).bind(&connection.plugin).bind(config).bind(found + 1).bind(state.at);
    tx.execute(sql).await?;
    state.revision = found + 1;
    keep(tx, &state, config).await?;
    Ok(found + 1)
}

async fn delete(tx: &mut Tx, name: &str) -> Result<(), Fault> {
    bump(tx).await?;
    let row = tx.first(Sql::new(OPEN_DELIVERIES).bind(name)).await?;
    let open: i64 = row.map(|mut row| row.take()).transpose()?.unwrap_or_default();
    if open > 0 {
        let text = format!("{open} deliveries to connection {name} are not done: disable it, or wait until they are");
        return Err(StoreError::Conflict(text).into());
    }
    if tx.execute(Sql::new("DELETE FROM connections WHERE name = $1").bind(name)).await? == 0 {
        return Err(StoreError::NotFound(format!("connection {name}")).into());
    }
    for text in [
        "DELETE FROM connection_revisions WHERE connection = $1",
        "DELETE FROM credentials WHERE connection = $1",
        "DELETE FROM kv WHERE connection = $1",
        "DELETE FROM kv_spaces WHERE connection = $1",
        "DELETE FROM code_maps WHERE connection = $1",
        "DELETE FROM change_cursors WHERE connection = $1",
        "DELETE FROM polls WHERE connection = $1",
        "DELETE FROM connection_controls WHERE connection = $1",
    ] {
        tx.execute(Sql::new(text).bind(name)).await?;
    }
    Ok(())
}
