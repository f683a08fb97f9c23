//! Code maps: what the upstreams call our items, customers, warehouses and units.

use std::collections::HashMap;

use mortise_domain::ports::StoreError;

use super::distinct;
use crate::Store;
use crate::company::bump;
use crate::database::{Row, Sql, Value, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};

/// Codes that one statement names: a full power of two, far below what the engines take.
const AT_ONCE: usize = 1_024;

/// The upstream's codes for ours, in their order.
pub(crate) async fn remote(
    store: &Store,
    connection: &str,
    kind: &str,
    local: &[String],
) -> Result<Vec<Option<String>>, Fault> {
    let sql = "SELECT local, remote FROM code_maps WHERE connection = $1 AND kind = $2 AND local IN ";
    look_up(store, sql, [connection, kind], local).await
}

/// Our codes for the upstream's, in their order. Where several of ours have the same one, the first of them.
pub(crate) async fn local(
    store: &Store,
    connection: &str,
    kind: &str,
    remote: &[String],
) -> Result<Vec<Option<String>>, Fault> {
    let sql = "SELECT remote, local FROM code_maps WHERE connection = $1 AND kind = $2 AND remote IN ";
    look_up(store, sql, [connection, kind], remote).await
}

async fn look_up(
    store: &Store,
    sql: &'static str,
    [connection, kind]: [&str; 2],
    codes: &[String],
) -> Result<Vec<Option<String>>, Fault> {
    let mut found = HashMap::<String, String>::new();
    for codes in codes.chunks(AT_ONCE) {
        let sql = Sql::new(sql).bind(connection).bind(kind).list(codes).push(" ORDER BY local");
        for mut row in store.database.all(sql).await? {
            let (code, other) = (row.take()?, row.take()?);
            found.entry(code).or_insert(other);
        }
    }
    Ok(codes.iter().map(|code| found.get(code).cloned()).collect())
}

impl Store {
    /// Adds pairs (ours, theirs) or replaces those of the same code of ours.
    pub async fn put_codes(&self, connection: &str, kind: &str, codes: &[(String, String)]) -> Result<(), StoreError> {
        let rows: Vec<[Value; 4]> = distinct(codes, |(local, _)| local)
            .into_iter()
            .map(|(local, remote)| [connection.into(), kind.into(), local.into(), remote.into()])
            .collect();
        let tail = "ON CONFLICT (connection, kind, local) DO UPDATE SET remote = excluded.remote";
        transact!(self.database, tx => async {
            bump(tx).await?;
            tx.insert("INSERT INTO code_maps (connection, kind, local, remote)", rows.clone(), tail).await
        })?;
        Ok(())
    }

    /// Pairs (ours, theirs), by ours.
    pub async fn code_map(
        &self,
        connection: &str,
        kind: &str,
        page: &PageRequest,
    ) -> Result<Page<(String, String)>, StoreError> {
        let sql = "SELECT local, remote FROM code_maps WHERE connection = $1 AND kind = $2";
        let mut sql = Sql::new(sql).bind(connection).bind(kind);
        if let Some(after) = &page.after {
            sql = sql.push_bind(" AND local > ", &after.code);
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY local"))).await?;
        Ok(page.page(rows, pair, |(local, _)| Cursor::of_code(local))?)
    }

    /// Removes pairs by our codes and says how many there were.
    pub async fn delete_codes(&self, connection: &str, kind: &str, local: &[String]) -> Result<u64, StoreError> {
        let removed = transact!(self.database, tx => async {
            bump(tx).await?;
            let mut removed = 0;
            for local in local.chunks(AT_ONCE) {
                let sql = Sql::new("DELETE FROM code_maps WHERE connection = $1 AND kind = $2 AND local IN ");
                removed += tx.execute(sql.bind(connection).bind(kind).list(local)).await?;
            }
            Ok::<_, Fault>(removed)
        })?;
        Ok(removed)
    }
}

fn pair(row: &mut Row) -> Result<(String, String), Fault> {
    Ok((row.take()?, row.take()?))
}
