//! The two engines behind one face: statements go in, rows come out.

mod dialect;
mod dump;
mod row;
mod sql;
mod transact;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

pub(crate) use dialect::{OpenFault, before_plan, explain, open, sizes};
pub(crate) use dump::{Batch, references_of, schema_of, snapshot};
pub(crate) use row::{Row, json_text};
pub(crate) use sql::{Sql, Value, rows_per_statement};
pub(crate) use transact::{TRIES, pause, transact};

use crate::fault::Fault;

/// The pools of one engine.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    /// One connection writes, others read beside it.
    Sqlite {
        /// The only one that writes.
        writer: SqlitePool,
        /// See the last commit; the writer itself for a database in memory.
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction; rolled back where it is dropped.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Database {
    /// Rows of a statement that only reads.
    pub(crate) async fn all(&self, sql: Sql) -> Result<Vec<Row>, Fault> {
        match self {
            Self::Sqlite { readers, .. } => Ok(Row::sqlite(sql.for_sqlite().fetch_all(readers).await?)),
            Self::Postgres(pool) => Ok(Row::postgres(sql.for_postgres().fetch_all(pool).await?)),
        }
    }

    /// The first row of a statement that only reads.
    pub(crate) async fn first(&self, sql: Sql) -> Result<Option<Row>, Fault> {
        Ok(self.all(sql).await?.into_iter().next())
    }

    /// Rows of a statement that writes, in a transaction of its own.
    pub(crate) async fn change(&self, sql: Sql) -> Result<Vec<Row>, Fault> {
        match self {
            Self::Sqlite { writer, .. } => Ok(Row::sqlite(sql.for_sqlite().fetch_all(writer).await?)),
            Self::Postgres(pool) => Ok(Row::postgres(sql.for_postgres().fetch_all(pool).await?)),
        }
    }

    /// How many rows a statement changed, in a transaction of its own.
    pub(crate) async fn execute(&self, sql: Sql) -> Result<u64, Fault> {
        match self {
            Self::Sqlite { writer, .. } => Ok(sql.for_sqlite().execute(writer).await?.rows_affected()),
            Self::Postgres(pool) => Ok(sql.for_postgres().execute(pool).await?.rows_affected()),
        }
    }

    /// Begins to write. On SQLite this waits for the one writer.
    pub(crate) async fn begin(&self) -> Result<Tx, Fault> {
        match self {
            Self::Sqlite { writer, .. } => Ok(Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    pub(crate) async fn all(&mut self, sql: Sql) -> Result<Vec<Row>, Fault> {
        match self {
            Self::Sqlite(tx) => Ok(Row::sqlite(sql.for_sqlite().fetch_all(&mut **tx).await?)),
            Self::Postgres(tx) => Ok(Row::postgres(sql.for_postgres().fetch_all(&mut **tx).await?)),
        }
    }

    pub(crate) async fn first(&mut self, sql: Sql) -> Result<Option<Row>, Fault> {
        Ok(self.all(sql).await?.into_iter().next())
    }

    pub(crate) async fn execute(&mut self, sql: Sql) -> Result<u64, Fault> {
        match self {
            Self::Sqlite(tx) => Ok(sql.for_sqlite().execute(&mut **tx).await?.rows_affected()),
            Self::Postgres(tx) => Ok(sql.for_postgres().execute(&mut **tx).await?.rows_affected()),
        }
    }

    /// [`Self::insert`] with a tail that returns rows.
    pub(crate) async fn insert_returning<const N: usize>(
        &mut self,
        head: &'static str,
        rows: Vec<[Value; N]>,
        tail: &'static str,
    ) -> Result<Vec<Row>, Fault> {
        let mut returned = Vec::with_capacity(rows.len());
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take(rows_per_statement(N)).collect();
            returned.extend(self.all(Sql::new(head).values(chunk).push(tail)).await?);
        }
        Ok(returned)
    }

    /// Writes many rows: `head VALUES (…), (…) tail`, in as few statements as the engines take.
    pub(crate) async fn insert<const N: usize>(
        &mut self,
        head: &'static str,
        rows: Vec<[Value; N]>,
        tail: &'static str,
    ) -> Result<(), Fault> {
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take(rows_per_statement(N)).collect();
            self.execute(Sql::new(head).values(chunk).push(tail)).await?;
        }
        Ok(())
    }

    /// Changes many rows: `head VALUES (…), (…) tail`, where the head ends with `FROM (` and the tail begins with `) AS v`.
    pub(crate) async fn update<const N: usize>(
        &mut self,
        head: &'static str,
        rows: Vec<[Value; N]>,
        tail: &'static str,
    ) -> Result<(), Fault> {
        self.insert(head, rows, tail).await
    }

    pub(crate) async fn commit(self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(tx) => Ok(tx.commit().await?),
            Self::Postgres(tx) => Ok(tx.commit().await?),
        }
    }
}
