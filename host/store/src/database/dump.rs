//! Reading whole tables, whatever they are: which there are, and their rows a few at a time.

use super::{Database, Row, Sql, Tx};
use crate::backup::{Kind, Table};
use crate::fault::Fault;

/// Rows that are in memory at once.
const AT_ONCE: u32 = 200;
/// The same of tables that hold files, which have tens of megabytes each.
const LARGE: u32 = 1;

/// A transaction that sees one moment, whatever is written beside it.
pub(crate) async fn snapshot(database: &Database) -> Result<Tx, Fault> {
    Ok(match database {
        Database::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
        Database::Postgres(pool) => {
            Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
        }
    })
}

/// All tables with their columns, but the one of the migrations.
pub(crate) async fn schema_of(tx: &mut Tx) -> Result<Vec<Table>, Fault> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "SELECT m.name, p.name, p.type FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name <> '_sqlx_migrations' ORDER BY m.name, p.cid"
        }
        Tx::Postgres(_) => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations' ORDER BY table_name, ordinal_position"
        }
    };
    let mut tables: Vec<Table> = Vec::new();
    for mut row in tx.all(Sql::new(sql)).await? {
        let (table, column): (String, String) = (row.take()?, row.take()?);
        let kind = row.word("column type", Kind::of)?;
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push((column, kind)),
            None => tables.push(Table { name: table, columns: vec![(column, kind)] }),
        }
    }
    Ok(tables)
}

/// Which table refers to which.
pub(crate) async fn references_of(tx: &mut Tx) -> Result<Vec<(String, String)>, Fault> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "SELECT m.name, f.\"table\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        }
        Tx::Postgres(_) => {
            "SELECT CAST(t.relname AS TEXT), CAST(o.relname AS TEXT) FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid \
             JOIN pg_class o ON o.oid = c.confrelid WHERE c.contype = 'f' \
             AND c.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
        }
    };
    let rows = tx.all(Sql::new(sql)).await?;
    rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?))).collect()
}

/// Goes through a table, a few rows at a time.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// SQLite: the last row. PostgreSQL: whether the cursor is there.
    last: Option<i64>,
}

impl Batch {
    /// The next rows; none: that was all.
    pub(crate) async fn next(&mut self, tx: &mut Tx, table: &Table) -> Result<Option<Vec<Row>>, Fault> {
        let holds_files = table.name == "plugins";
        let rows = if matches!(tx, Tx::Sqlite(_)) {
            let sql = columns(Sql::new("SELECT rowid, "), table)?.push(" FROM ").name(&table.name)?;
            let sql = sql.push_bind(" WHERE rowid > ", self.last.unwrap_or(i64::MIN));
            let mut rows = tx
                .all(sql.push_bind(" ORDER BY rowid LIMIT ", if holds_files { LARGE } else { AT_ONCE }).once())
                .await?;
            for row in &mut rows {
                self.last = Some(row.take()?);
            }
            rows
        } else {
            if self.last.is_none() {
                let sql = columns(Sql::new("DECLARE backup NO SCROLL CURSOR FOR SELECT "), table)?.push(" FROM ");
                tx.execute(sql.name(&table.name)?.once()).await?;
                self.last = Some(0);
            }
            let next = if holds_files { "FETCH 1 FROM backup" } else { "FETCH 200 FROM backup" };
            let rows = tx.all(Sql::new(next).once()).await?;
            if rows.is_empty() {
                tx.execute(Sql::new("CLOSE backup").once()).await?;
            }
            rows
        };
        Ok(if rows.is_empty() { None } else { Some(rows) })
    }
}

fn columns(mut sql: Sql, table: &Table) -> Result<Sql, Fault> {
    for (at, (column, _)) in table.columns.iter().enumerate() {
        sql = sql.push(if at == 0 { "" } else { ", " }).name(column)?;
    }
    Ok(sql)
}
