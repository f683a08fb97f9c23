//! The upstreams' ids of our things.

use crate::Store;
use crate::database::{Sql, Tx, Value};
use crate::fault::Fault;

pub(crate) async fn remote(store: &Store, connection: &str, kind: &str, local: &str) -> Result<Option<String>, Fault> {
    let sql = "SELECT remote FROM external_ids WHERE connection = $1 AND kind = $2 AND local = $3";
    let row = store.database.first(Sql::new(sql).bind(connection).bind(kind).bind(local)).await?;
    row.map(|mut row| row.take()).transpose()
}

/// Rows of connection, kind, ours, theirs, since when; a later one replaces the one before.
pub(crate) async fn write(tx: &mut Tx, rows: Vec<[Value; 5]>) -> Result<(), Fault> {
    let tail = "ON CONFLICT (connection, kind, local) DO UPDATE SET remote = excluded.remote, at = excluded.at";
    tx.insert("INSERT INTO external_ids (connection, kind, local, remote, at)", rows, tail).await
}
