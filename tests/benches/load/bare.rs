//! The transaction that a program would make which knows beforehand what it is to write: one multi-row statement a table.

use std::sync::atomic::{AtomicI64, Ordering};

use mortise_domain::ports::clock::Clock as _;
use mortise_store::{SecretKey, Store};
use mortise_tests::{Engine, MovableClock, database};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, PgPool, Sqlite, SqlitePool, Transaction};

use crate::rows::{Cell, Rows};

/// Ids of written orders begin here; the templates' own lie below.
const FIRST: i64 = 1_000_000;

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A second database with the same schema, and the rows of some orders.
pub struct Bare {
    pool: Pool,
    /// Of each order, its tables.
    templates: Vec<Vec<Rows>>,
    next: AtomicI64,
    folder: tempfile::TempDir,
    schema: Option<String>,
}

/// The rows of an order. The counted stock is a row that exists already, as is the customer's.
const TABLES: [(&str, &str); 6] = [
    ("orders", "SELECT * FROM orders WHERE number = $1"),
    (
        "stock",
        "SELECT * FROM stock WHERE sku IN (SELECT sku FROM order_lines WHERE order_id = (SELECT id FROM orders WHERE number = $1)) ORDER BY sku",
    ),
    ("order_lines", "SELECT * FROM order_lines WHERE order_id = (SELECT id FROM orders WHERE number = $1)"),
    ("reservations", "SELECT * FROM reservations WHERE order_id = (SELECT id FROM orders WHERE number = $1)"),
    ("deliveries", "SELECT * FROM deliveries WHERE order_number = $1 ORDER BY id"),
    (
        "timeline",
        "SELECT * FROM timeline WHERE kind = 'order' AND subject = (SELECT CAST(id AS TEXT) FROM orders WHERE number = $1)",
    ),
];

/// The customers whose open credit rises with each order.
const CUSTOMERS: &str = "SELECT * FROM customers";

macro_rules! read {
    ($pool:expr, $numbers:expr) => {{
        let mut templates = Vec::new();
        for number in $numbers {
            let mut tables = Vec::new();
            for (table, select) in TABLES {
                tables.push(Rows::of(table, &sqlx::query(select).bind(number).fetch_all($pool).await.unwrap()));
            }
            templates.push(tables);
        }
        templates
    }};
}

macro_rules! run {
    ($to:expr, $rows:expr, $id:expr, $customer:expr) => {{
        let (text, cells) = statement($rows, $id, $customer);
        let mut query = sqlx::query(AssertSqlSafe(text));
        for cell in cells {
            query = match cell {
                Cell::Int(value) => query.bind(value),
                Cell::Text(value) => query.bind(value),
                Cell::Flag(value) => query.bind(value),
            };
        }
        query.execute($to).await.unwrap();
    }};
}

macro_rules! write {
    ($tx:expr, $tables:expr, $id:expr) => {{
        let mut customer = (String::new(), 0);
        for rows in $tables {
            run!(&mut *$tx, rows, $id, &mut customer);
        }
        let text = "UPDATE customers SET open_credit = open_credit + $2 WHERE code = $1";
        sqlx::query(text).bind(customer.0).bind(customer.1).execute(&mut *$tx).await.unwrap();
    }};
}

impl Bare {
    /// Beside a house, with the rows of these of its orders.
    pub async fn after(engine: Engine, house: &str, numbers: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (url, schema) = database::fresh(engine, folder.path()).await;
        let clock = std::sync::Arc::new(MovableClock::start());
        assert!(clock.now().0 > 0);
        Store::open(&url, SecretKey::generate().unwrap(), clock).await.unwrap().close().await;
        let (pool, templates) = match engine {
            Engine::Sqlite => {
                let other = SqlitePool::connect(house).await.unwrap();
                let pool = sqlite(&url).await;
                let customers = sqlx::query(CUSTOMERS).fetch_all(&other).await.unwrap();
                run!(&pool, &Rows::of("customers", &customers), 0, &mut Default::default());
                let templates = read!(&other, numbers);
                other.close().await;
                (Pool::Sqlite(pool), templates)
            }
            Engine::Postgres => {
                let other = PgPool::connect(house).await.unwrap();
                let pool = PgPoolOptions::new().max_connections(8).test_before_acquire(false);
                let pool = pool.connect(&url).await.unwrap();
                let customers = sqlx::query(CUSTOMERS).fetch_all(&other).await.unwrap();
                run!(&pool, &Rows::of("customers", &customers), 0, &mut Default::default());
                let templates = read!(&other, numbers);
                other.close().await;
                (Pool::Postgres(pool), templates)
            }
        };
        Self { pool, templates, next: AtomicI64::new(FIRST), folder, schema }
    }

    /// Writes one order in one transaction.
    pub async fn write(&self) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let which = usize::try_from(id).unwrap() % self.templates.len();
        let tables = &self.templates[which];
        match &self.pool {
            Pool::Sqlite(pool) => {
                let mut tx: Transaction<'_, Sqlite> = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
                write!(tx, tables, id);
                tx.commit().await.unwrap();
            }
            Pool::Postgres(pool) => {
                let mut tx = pool.begin().await.unwrap();
                write!(tx, tables, id);
                tx.commit().await.unwrap();
            }
        }
    }

    pub async fn close(self) {
        match self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
        if let Some(schema) = self.schema {
            database::remove(&schema).await;
        }
        drop(self.folder);
    }
}

/// As the store opens its writer.
async fn sqlite(url: &str) -> SqlitePool {
    let options: SqliteConnectOptions = url.parse().unwrap();
    let options = options
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .statement_cache_capacity(500)
        .pragma("cache_size", "-65536");
    SqlitePoolOptions::new().max_connections(1).test_before_acquire(false).connect_with(options).await.unwrap()
}

/// The statement that writes a table's rows as those of the order `id`, and its values.
fn statement(rows: &Rows, id: i64, customer: &mut (String, i64)) -> (String, Vec<Cell>) {
    let width = rows.columns.len();
    let groups = (0..rows.cells.len()).map(|row| {
        let holders: Vec<String> = (1..=width).map(|at| format!("${}", row * width + at)).collect();
        format!("({})", holders.join(","))
    });
    let tail = if rows.table == "stock" {
        " ON CONFLICT (sku, warehouse) DO UPDATE SET available_micros = excluded.available_micros, read_at = excluded.read_at"
    } else {
        ""
    };
    let groups: Vec<String> = groups.collect();
    let text = format!("INSERT INTO {} ({}) VALUES {}{tail}", rows.table, rows.columns.join(","), groups.join(","));
    let mut cells = Vec::with_capacity(width * rows.cells.len());
    for (place, row) in rows.cells.iter().enumerate() {
        for (column, cell) in rows.columns.iter().zip(row) {
            cells.push(renamed(rows.table, column, cell, id, i64::try_from(place).unwrap()));
            match (rows.table, column.as_str(), cell) {
                ("orders", "customer", Cell::Text(Some(code))) => customer.0.clone_from(code),
                ("orders", "credit", Cell::Int(Some(credit))) => customer.1 = *credit,
                _ => {}
            }
        }
    }
    (text, cells)
}

/// Every id and key is the new order's.
fn renamed(table: &str, column: &str, cell: &Cell, id: i64, place: i64) -> Cell {
    match (table, column) {
        ("orders", "id") | (_, "order_id") => Cell::Int(Some(id)),
        ("orders", "number") | (_, "order_number") => Cell::Text(Some(format!("SO-{id:08}"))),
        ("timeline", "subject") => Cell::Text(Some(id.to_string())),
        ("timeline" | "deliveries", "id") => Cell::Int(Some(id * 100 + place)),
        ("deliveries", "idempotency_key") => Cell::Text(Some(format!("SO-{id:08}/delivery/{place}"))),
        ("deliveries", "after_id") => match cell {
            Cell::Int(Some(_)) => Cell::Int(Some(id * 100)),
            other => other.clone(),
        },
        _ => cell.clone(),
    }
}
