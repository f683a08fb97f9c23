//! Makes the orders of a house a long history: every row of theirs again and again, under ids of its own and further back in
//! time, by the database alone.

use mortise_tests::Engine;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};

/// Ids of copies lie this far apart; those of the first orders lie below.
const STRIDE: i64 = 10_000_000;
/// Copies per statement: a transaction stays within some hundred thousand rows.
const CHUNK: u32 = 10;

/// Tables of an order's rows, with what tells the first orders' from copies.
const TABLES: [(&str, &str); 7] = [
    ("orders", "id"),
    ("order_lines", "order_id"),
    ("reservations", "order_id"),
    ("deliveries", "id"),
    ("attempts", "delivery_id"),
    ("timeline", "id"),
    ("external_ids", "at"),
];

/// Adds so many copies of every order, each `step` microseconds before the last.
pub async fn grow(engine: Engine, database: &str, copies: u32, step: i64, told: &mut dyn FnMut(u32)) {
    match engine {
        Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(database).await.unwrap();
            connection.execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000").await.unwrap();
            let columns = columns!(&mut connection);
            for from in (1..=copies).step_by(CHUNK as usize) {
                for text in statements(&columns, from, copies.min(from + CHUNK - 1), step) {
                    connection.execute(AssertSqlSafe(text)).await.unwrap();
                }
                told(from);
            }
            connection.execute("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
        }
        Engine::Postgres => {
            let mut connection = PgConnection::connect(database).await.unwrap();
            connection.execute("SET synchronous_commit = off").await.unwrap();
            let columns = columns!(&mut connection);
            for from in (1..=copies).step_by(CHUNK as usize) {
                for text in statements(&columns, from, copies.min(from + CHUNK - 1), step) {
                    connection.execute(AssertSqlSafe(text)).await.unwrap();
                }
                told(from);
            }
            connection.execute("VACUUM ANALYZE").await.unwrap();
        }
    }
}

macro_rules! columns {
    ($connection:expr) => {{
        let mut all = Vec::new();
        for (table, _) in TABLES {
            let text = format!("SELECT * FROM {table} LIMIT 1");
            let row = sqlx::query(AssertSqlSafe(text)).fetch_one($connection).await.unwrap();
            all.push(row.columns().iter().map(|column| sqlx::Column::name(column).to_owned()).collect::<Vec<_>>());
        }
        all
    }};
}
use columns;

fn statements(columns: &[Vec<String>], from: u32, to: u32, step: i64) -> Vec<String> {
    let one = |((table, mark), columns): (&(&str, &str), &Vec<String>)| {
        let values: Vec<String> = columns.iter().map(|column| copied(table, column, step)).collect();
        let first = match *table {
            "external_ids" => "t.local NOT LIKE '%~%'".to_owned(),
            "timeline" => format!("t.kind = 'order' AND t.id < {STRIDE}"),
            _ => format!("t.{mark} < {STRIDE}"),
        };
        format!(
            "INSERT INTO {table} ({}) WITH RECURSIVE g(n) AS (SELECT CAST({from} AS BIGINT) UNION ALL SELECT n + 1 FROM g WHERE n < {to}) \
             SELECT {} FROM g CROSS JOIN {table} AS t WHERE {first}",
            columns.join(", "),
            values.join(", ")
        )
    };
    TABLES.iter().zip(columns).map(one).collect()
}

/// A column of the copy `g.n` of the row `t`.
fn copied(table: &str, column: &str, step: i64) -> String {
    match (table, column) {
        ("orders" | "deliveries" | "timeline", "id") | (_, "order_id" | "delivery_id" | "after_id") => {
            format!("t.{column} + g.n * {STRIDE}")
        }
        ("orders", "number") | (_, "order_number" | "idempotency_key" | "local") => {
            format!("t.{column} || '~' || g.n")
        }
        ("timeline", "subject") => format!("CAST(CAST(t.subject AS BIGINT) + g.n * {STRIDE} AS TEXT)"),
        (
            _,
            "placed_at" | "received_at" | "decided_at" | "created_at" | "done_at" | "started_at" | "ended_at" | "at",
        ) => {
            format!("t.{column} - g.n * {step}")
        }
        _ => format!("t.{column}"),
    }
}
