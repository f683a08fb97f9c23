//! The states that a connection has had, each with who made it.

use mortise_domain::connection::{Cause, Connection};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::{Row, Sql, Tx};
use crate::fault::Fault;

/// So many states of a connection are kept.
const KEPT: i64 = 200;

/// A state that a connection has or had.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// Its number.
    pub revision: i64,
    /// The connection as it was.
    pub connection: Connection,
    /// Since when.
    pub at: Instant,
    /// Who made it so.
    pub actor: String,
    /// Why.
    pub cause: Cause,
}

const COLUMNS: &str = "SELECT revision, config, at, actor, cause FROM connection_revisions";

impl Store {
    /// The states of a connection, the present one first.
    pub async fn revisions(&self, connection: &str) -> Result<Vec<Revision>, StoreError> {
        let sql = Sql::new(COLUMNS).push(" WHERE connection = $1 ORDER BY revision DESC").bind(connection);
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// Connections that used this plugin in an earlier state and use another one now: what could go back to it.
    pub async fn could_return_to(&self, plugin: &str) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT r.connection FROM connection_revisions r JOIN connections c ON c.name = r.connection \
                   WHERE r.plugin = $1 AND c.plugin <> $1 ORDER BY r.connection";
        let rows = self.database.all(Sql::new(sql).bind(plugin)).await?;
        Ok(rows.into_iter().map(|mut row| row.take()).collect::<Result<_, Fault>>()?)
    }
}

/// Keeps a state; the oldest go.
pub(super) async fn keep(tx: &mut Tx, revision: &Revision, config: &str) -> Result<(), Fault> {
    let Revision { revision, connection, at, actor, cause } = revision;
    let sql = "INSERT INTO connection_revisions (connection, revision, plugin, config, at, actor, cause) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let sql = Sql::new(sql).bind(&connection.name).bind(*revision).bind(&connection.plugin).bind(config);
    tx.execute(sql.bind(*at).bind(actor).bind(cause.name())).await?;
    let sql = "DELETE FROM connection_revisions WHERE connection = $1 AND revision <= $2";
    tx.execute(Sql::new(sql).bind(&connection.name).bind(*revision - KEPT)).await?;
    Ok(())
}

fn read(row: &mut Row) -> Result<Revision, Fault> {
    Ok(Revision {
        revision: row.take()?,
        connection: row.json("connection")?,
        at: row.take()?,
        actor: row.take()?,
        cause: row.word("cause", Cause::parse)?,
    })
}
