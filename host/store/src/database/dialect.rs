//! All that differs between the two engines: how they are opened, and how rows are locked.

use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::Database;

/// In a statement's text: these rows are locked until the end of the transaction. SQLite reads a comment; its one writer
/// needs no locks. Keys never change, so that whoever writes rows that refer to a locked one need not wait: a settlement that opens a
/// ticket would otherwise wait for a cancellation that waits for it.
const LOCK: (&str, &str) = ("/* lock */", "FOR NO KEY UPDATE");
/// The same, passing over rows that another node has locked.
const LOCK_FREE: (&str, &str) = ("/* lock free */", "FOR NO KEY UPDATE SKIP LOCKED");

/// Statements that each connection keeps prepared.
const KEPT_STATEMENTS: usize = 500;
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn locks_of_postgres(text: Cow<'static, str>) -> Cow<'static, str> {
    if text.contains("/* lock") {
        Cow::Owned(text.replace(LOCK.0, LOCK.1).replace(LOCK_FREE.0, LOCK_FREE.1))
    } else {
        text
    }
}

/// SQLite seeks each named parameter among all others, once when it prepares a statement and again when values are bound: a
/// thousand of them take milliseconds. Anonymous ones cost nothing, and mean the same where all come once and in order.
pub(super) fn parameters_of_sqlite(text: Cow<'static, str>) -> Cow<'static, str> {
    match text {
        Cow::Owned(text) => Cow::Owned(anonymous(&text).unwrap_or(text)),
        fixed @ Cow::Borrowed(_) => fixed,
    }
}

fn anonymous(text: &str) -> Option<String> {
    let mut parts = text.split('$');
    let mut result = String::with_capacity(text.len());
    result.push_str(parts.next()?);
    for (expected, part) in (1_usize..).zip(parts) {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        if number.parse() != Ok(expected) {
            return None;
        }
        result.push('?');
        result.push_str(rest);
    }
    Some(result)
}

/// What makes a statement say how it would be done.
pub(crate) const fn explain(database: &Database) -> &'static str {
    match database {
        Database::Sqlite { .. } => "EXPLAIN QUERY PLAN ",
        Database::Postgres(_) => "EXPLAIN ",
    }
}

/// Columns that stand before the words of such an answer.
pub(crate) const fn before_plan(database: &Database) -> usize {
    match database {
        Database::Sqlite { .. } => 3,
        Database::Postgres(_) => 0,
    }
}

/// How much room each table takes with its indexes, the largest first.
pub(crate) const fn sizes(database: &Database) -> &'static str {
    match database {
        Database::Sqlite { .. } => {
            "SELECT m.tbl_name, CAST(SUM(s.pgsize) AS BIGINT) AS bytes FROM dbstat s JOIN sqlite_master m ON m.name = s.name \
             WHERE s.aggregate = TRUE GROUP BY m.tbl_name ORDER BY bytes DESC, m.tbl_name"
        }
        Database::Postgres(_) => {
            "SELECT CAST(relname AS TEXT), CAST(pg_total_relation_size(oid) AS BIGINT) AS bytes FROM pg_class \
             WHERE relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
             ORDER BY bytes DESC, relname"
        }
    }
}

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenFault {
    #[error("it begins with neither `sqlite:` nor `postgres://`")]
    Scheme,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Opens the pools of the engine that the URL names.
pub(crate) async fn open(url: &str) -> Result<Database, OpenFault> {
    if url.starts_with("sqlite:") {
        open_sqlite(url).await
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        open_postgres(url).await
    } else {
        Err(OpenFault::Scheme)
    }
}

async fn open_sqlite(url: &str) -> Result<Database, OpenFault> {
    let in_memory = url.contains(":memory:");
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(if in_memory { SqliteJournalMode::Memory } else { SqliteJournalMode::Wal })
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        .statement_cache_capacity(KEPT_STATEMENTS)
        .row_buffer_size(512)
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-65536")
        .disable_statement_logging();
    let pool = |most: u32| {
        SqlitePoolOptions::new()
            .max_connections(most)
            .min_connections(1)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(Duration::from_secs(30))
    };
    let writer = pool(1).connect_with(options.clone()).await?;
    let readers = if in_memory {
        writer.clone()
    } else {
        pool(SQLITE_READERS).connect_with(options.pragma("query_only", "ON")).await?
    };
    Ok(Database::Sqlite { writer, readers })
}

async fn open_postgres(url: &str) -> Result<Database, OpenFault> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("mortise")
        .statement_cache_capacity(KEPT_STATEMENTS)
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        // A connection that rested may have been cut; asking costs a round trip, so only then.
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > Duration::from_secs(5) {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await?;
    Ok(Database::Postgres(pool))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_in_order_need_no_names() {
        let of = |text: &str| parameters_of_sqlite(Cow::Owned(text.to_owned())).into_owned();
        assert_eq!(of("VALUES ($1,$2), ($3,$4) x"), "VALUES (?,?), (?,?) x");
        assert_eq!(of("a = $1 AND b IN ($2)"), "a = ? AND b IN (?)");
        for kept in ["a = $1 OR b = $1", "a = $2 OR b = $1", "no parameters", "a = $1 OR b = $3"] {
            assert_eq!(of(kept), kept);
        }
    }

    #[test]
    fn postgres_locks_rows() {
        let of = |text: &'static str| locks_of_postgres(Cow::Borrowed(text)).into_owned();
        assert_eq!(of("SELECT 1 /* lock */"), "SELECT 1 FOR NO KEY UPDATE");
        assert_eq!(of("(SELECT 1 /* lock free */)"), "(SELECT 1 FOR NO KEY UPDATE SKIP LOCKED)");
    }
}
