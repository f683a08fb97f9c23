//! A fresh store per test, a clock that tests move, and sample things.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use mortise_domain::call::CallRecord;
use mortise_domain::catalog::{Customer, Product};
use mortise_domain::decimal::Decimal;
use mortise_domain::delivery::{Attempt, Delivery, NewDelivery, Operation, Settlement};
use mortise_domain::evaluation::{Conclusion, Confirmation, Decision};
use mortise_domain::failure::Failure;
use mortise_domain::hold::{HoldKind, Reason};
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::inventory::{Reading, Reservation};
use mortise_domain::money::Totals;
use mortise_domain::order::{Address, Buyer, Line, Order, OrderKind};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::Clock;
use mortise_domain::ports::memory::{Acceptance, Accepted, Claim, Orders, Settled, Share};
use mortise_domain::submission::{Submission, SubmittedLine};
use mortise_domain::text::Text;
use mortise_domain::timeline::Entry;
use mortise_store::{CreditBooking, OpenError, SecretKey, Store};
use serde_json::json;
use sqlx::{Connection, Executor};

pub const START: Instant = Instant(1_767_225_600_000_000);

pub fn key() -> SecretKey {
    SecretKey::new([42; 32])
}

#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

pub fn clock() -> Arc<TestClock> {
    Arc::new(TestClock(AtomicI64::new(START.0)))
}

/// The engine of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A fresh store and what belongs to it.
#[derive(Clone)]
pub struct Harness {
    pub store: Store,
    pub clock: Arc<TestClock>,
    pub url: String,
}

impl Harness {
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    pub fn advance(&self, seconds: u64) -> Instant {
        let moved = self.now().after(Duration::from_secs(seconds));
        self.clock.0.store(moved.0, Ordering::SeqCst);
        moved
    }

    /// A second handle on the same database, as another node has.
    pub async fn other_node(&self) -> Store {
        self.reopen(key()).await.unwrap()
    }

    pub async fn reopen(&self, key: SecretKey) -> Result<Store, OpenError> {
        Store::open(&self.url, key, self.clock.clone()).await
    }

    /// Runs statements beside the store.
    pub async fn raw(&self, sql: &'static str) {
        self.raw_text(sql.to_owned()).await;
    }

    pub async fn raw_text(&self, sql: String) {
        let sql = sqlx::AssertSqlSafe(sql);
        if self.url.starts_with("sqlite") {
            let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
            connection.execute(sqlx::raw_sql(sql)).await.unwrap();
            connection.close().await.unwrap();
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
            connection.execute(sqlx::raw_sql(sql)).await.unwrap();
            connection.close().await.unwrap();
        }
    }

    /// All texts of these tables.
    pub async fn dump(&self, tables: &[&'static str]) -> String {
        let mut dumped = String::new();
        for table in tables {
            if self.url.starts_with("sqlite") {
                let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
                let names = sqlx::query_scalar::<_, String>("SELECT name FROM pragma_table_info($1)").bind(table);
                let names = names.fetch_all(&mut connection).await.unwrap();
                let columns: Vec<String> =
                    names.iter().map(|name| format!("COALESCE(CAST({name} AS TEXT), '')")).collect();
                let sql = sqlx::AssertSqlSafe(format!("SELECT {} FROM {table}", columns.join(" || '|' || ")));
                dumped += &sqlx::query_scalar::<_, String>(sql).fetch_all(&mut connection).await.unwrap().join("\n");
            } else {
                let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
                let sql = sqlx::AssertSqlSafe(format!("SELECT CAST({table} AS TEXT) FROM {table}"));
                dumped += &sqlx::query_scalar::<_, String>(sql).fetch_all(&mut connection).await.unwrap().join("\n");
            }
        }
        dumped
    }

    /// Books as people do who name no order.
    pub async fn add_open_credit(&self, customer: &str, delta: i64) -> Result<i64, StoreError> {
        let booking = CreditBooking { customer: customer.into(), delta, order: None, elsewhere: true };
        self.store.book_credit(&booking, "user:fred", None).await
    }

    /// The connections that the tests know are configured.
    pub async fn connect(&self) {
        self.raw(
            "INSERT INTO plugins (digest, name, version, manifest, size, component, installed_at, installed_by) \
             SELECT 'd', 'p', '1', '{}', 1, '1', 0, 'ann' WHERE NOT EXISTS (SELECT 1 FROM plugins)",
        )
        .await;
        for name in CONNECTIONS {
            self.raw_text(format!(
                "INSERT INTO connections (name, plugin, config, revision, updated_at) VALUES ('{name}', 'd', '{{}}', 1, 0) \
                 ON CONFLICT (name) DO NOTHING"
            ))
            .await;
        }
    }

    pub async fn accept(&self, lines: &[(&str, &str)]) -> OrderId {
        let accepted = self.store.accept(&[acceptance(None, lines, self.now())]).await.unwrap();
        let [Accepted::New(id, _)] = accepted.as_slice() else { panic!("{accepted:?}") };
        *id
    }
}

/// Due deliveries of every connection that the tests know, those due first.
pub fn everything(now: Instant, lease_until: Instant, limit: u32) -> Claim {
    let share = |connection: &&str| Share { connection: (*connection).into(), most: limit, lease_until };
    Claim { now, shares: CONNECTIONS.iter().map(share).collect(), limit, in_hand: vec![] }
}

/// All connections that the tests know.
pub const CONNECTIONS: [&str; 4] = ["erp", "wms", "chat", "map"];

/// Runs a test on a fresh store of this engine, and clears up behind it whatever happened.
pub async fn run<F: Future<Output = ()> + Send + 'static>(
    engine: Engine,
    test: impl FnOnce(Harness) -> F + Send + 'static,
) {
    run_on_empty(engine, |url| async move {
        let clock = clock();
        let store = Store::open(&url, key(), clock.clone()).await.unwrap();
        let outcome = tokio::spawn(test(Harness { store: store.clone(), clock, url })).await;
        store.close().await;
        if let Err(error) = outcome {
            std::panic::resume_unwind(error.into_panic());
        }
    })
    .await;
}

/// The same on a database that nobody has opened yet; the test is given its URL.
pub async fn run_on_empty<F: Future<Output = ()> + Send + 'static>(engine: Engine, test: impl FnOnce(String) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let (url, schema) = match engine {
        Engine::Sqlite => (format!("sqlite:{}/store.db", folder.path().display()), None),
        Engine::Postgres => {
            let (url, schema) = fresh_schema().await;
            (url, Some(schema))
        }
    };
    let outcome = tokio::spawn(test(url)).await;
    if let Some(schema) = schema {
        administer(&format!("DROP SCHEMA {schema} CASCADE")).await;
    }
    if let Err(error) = outcome {
        std::panic::resume_unwind(error.into_panic());
    }
}

fn postgres() -> String {
    std::env::var("DATABASE_URL").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".into())
}

async fn administer(sql: &str) {
    let mut connection = sqlx::PgConnection::connect(&postgres())
        .await
        .expect("PostgreSQL does not answer: start it, set DATABASE_URL, or run `cargo test -p mortise-store sqlite`");
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))).await.unwrap();
    connection.close().await.unwrap();
}

async fn fresh_schema() -> (String, String) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let schema = format!("mortise_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    administer(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")).await;
    let base = postgres();
    let joint = if base.contains('?') { '&' } else { '?' };
    (format!("{base}{joint}options[search_path]={schema}"), schema)
}

/// `on_both! { name, other }`: each function `async fn name(h: Harness)` becomes a test on each engine.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { crate::harness::run(crate::harness::Engine::Sqlite, super::$name).await; })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { crate::harness::run(crate::harness::Engine::Postgres, super::$name).await; })*
        }
    };
}
pub(crate) use on_both;

pub fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn submission(lines: &[(&str, &str)], placed_at: Instant) -> Submission {
    Submission {
        reference: "R-1".into(),
        kind: OrderKind::Sale,
        original: None,
        customer: "C1".into(),
        store: "S1".into(),
        placed_at: Some(placed_at),
        ship_to: Address { text: "上海市浦东新区1号".into(), ..Address::default() },
        lines: lines
            .iter()
            .map(|(sku, quantity)| SubmittedLine {
                sku: (*sku).into(),
                quantity: d(quantity),
                unit: None,
                attributes: vec![],
            })
            .collect(),
        note: String::new(),
        attributes: vec![],
    }
}

pub fn acceptance(key: Option<&str>, lines: &[(&str, &str)], at: Instant) -> Acceptance {
    Acceptance {
        submission: submission(lines, at),
        idempotency_key: key.map(Into::into),
        fingerprint: format!("{lines:?}"),
        actor: "till".into(),
        at,
        lease_until: at.after(Duration::from_secs(30)),
    }
}

pub fn customer(code: &str, credit_limit: Option<i64>) -> Customer {
    Customer {
        code: code.into(),
        name: format!("客户 {code}"),
        level: "gold".into(),
        region: "east".into(),
        credit_limit,
        payment_days: 30,
        attributes: vec![("tax-id".into(), "91".into())],
    }
}

pub fn product(sku: &str) -> Product {
    Product {
        sku: sku.into(),
        name: format!("Screw {sku}"),
        category: "screws".into(),
        specification: "M6".into(),
        base_unit: "pc".into(),
        tax_rate: d("0.13"),
        units: vec![("box".into(), d("100"))],
        service: false,
        custom: true,
        lead_time_days: 3,
        zone: "A".into(),
        attributes: vec![],
    }
}

/// An order as judged: each line at 10.00 without tax.
pub fn judged(number: &str, lines: &[(&str, &str)], placed_at: Instant) -> Order {
    let lines: Vec<Line> = (1_u32..)
        .zip(lines)
        .map(|(number, (sku, quantity))| Line {
            number,
            sku: (*sku).into(),
            name: format!("Screw {sku}"),
            category: "screws".into(),
            unit: "pc".into(),
            unit_rate: Decimal::ONE,
            quantity: d(quantity),
            unit_price: d("10.00"),
            tax_rate: d("0.13"),
            tax_inclusive: false,
            totals: Totals::of_line(d(quantity), d("10.00"), d("0.13"), false, "CNY").unwrap(),
            warehouse: Some("W1".into()),
            attributes: vec![],
        })
        .collect();
    Order {
        number: number.into(),
        kind: OrderKind::Sale,
        original: None,
        customer: Buyer {
            code: "C1".into(),
            name: "客户 C1".into(),
            level: "gold".into(),
            region: "east".into(),
            attributes: vec![],
        },
        store: "S1".into(),
        region: "east".into(),
        currency: "CNY".into(),
        exchange_rate: None,
        placed_at,
        business_date: "2026-01-01".into(),
        ship_to: Address::default(),
        totals: Totals::sum(lines.iter().map(|line| &line.totals)).unwrap(),
        lines,
        payment_days: 30,
        note: String::new(),
        attributes: vec![],
    }
}

pub fn reading(warehouse: &str, sku: &str, available: &str, read_at: Instant) -> Reading {
    Reading { warehouse: warehouse.into(), sku: sku.into(), available: d(available), read_at }
}

/// Takes every line from W1.
pub fn promises(lines: &[(&str, &str)]) -> Vec<Reservation> {
    (1_u32..)
        .zip(lines)
        .map(|(line, (sku, quantity))| Reservation {
            line,
            warehouse: "W1".into(),
            sku: (*sku).into(),
            quantity: d(quantity),
            zone: "A".into(),
        })
        .collect()
}

/// Order and receivable into the ERP, then the pick task, and a message beside them.
pub fn everywhere(id: OrderId, lines: &[(&str, &str)]) -> Vec<NewDelivery> {
    let new = |connection: &str, operation: Operation, after| NewDelivery {
        connection: connection.into(),
        operation,
        key: format!("{id}/{}", operation.name()),
        detail: json!({ "n": 1 }),
        after,
    };
    let picked: Vec<_> = (1..=lines.len()).map(|line| json!({ "line": line })).collect();
    let mut pick = new("wms", Operation::PushPick, Some(0));
    pick.detail = json!({ "warehouse": "W1", "zone": "A", "lines": picked });
    vec![
        new("erp", Operation::PushOrder, None),
        new("erp", Operation::PushReceivable, Some(0)),
        pick,
        new("chat", Operation::Notify, None),
    ]
}

pub fn decision(id: OrderId, version: i64, verdict: Conclusion, at: Instant) -> Decision {
    Decision {
        order_id: id,
        version,
        order: None,
        evaluation: Box::default(),
        verdict,
        at,
        story: vec![Entry::host(at, "order.judged", json!({ "version": version }))],
    }
}

/// Confirms an order of these lines from W1, of which there is so much in reserve.
pub fn confirm(id: OrderId, version: i64, lines: &[(&str, &str)], available: &str, at: Instant) -> Decision {
    let mut skus: BTreeMap<&str, Reading> = BTreeMap::new();
    for (sku, _) in lines {
        skus.insert(sku, reading("W1", sku, available, START));
    }
    let order = judged(&format!("SO-{id:0>8}"), lines, at);
    let confirmation = Confirmation {
        readings: skus.into_values().collect(),
        reservations: promises(lines),
        credit: order.totals.gross,
        credit_waived: false,
        deliveries: everywhere(id, lines),
    };
    Decision { order: Some(Box::new(order)), ..decision(id, version, Conclusion::Confirm(Box::new(confirmation)), at) }
}

pub fn reason(code: &str, kind: HoldKind) -> Reason {
    Reason {
        code: code.into(),
        kind,
        text: Text::new("等待", "waits"),
        needs: vec![],
        detail: json!({ "n": 1 }),
        approval: None,
    }
}

pub fn hold(id: OrderId, version: i64, reasons: Vec<Reason>, again_at: Instant, at: Instant) -> Decision {
    decision(id, version, Conclusion::Hold { reasons, again_at, deliveries: vec![] }, at)
}

pub fn failure() -> Failure {
    Failure::Unavailable { after_ms: None, reason: Text::same("down") }
}

pub fn settled(delivery: &Delivery, settlement: Settlement, at: Instant) -> Settled {
    let failure = (!matches!(settlement, Settlement::Done { .. })).then(failure);
    Settled {
        delivery: delivery.id,
        claim: delivery.claims,
        attempt_number: delivery.attempts,
        attempt: Some(Attempt {
            number: delivery.attempts,
            started_at: at,
            ended_at: at,
            failure: failure.clone(),
            record: CallRecord::default(),
        }),
        in_doubt: false,
        quiet_until: Instant(0),
        settlement,
        failure,
        story: vec![Entry::host(at, "delivery.settled", json!({ "delivery": delivery.id }))],
        ticket: None,
        causes: vec![],
        at,
    }
}

pub fn done(external_id: &str) -> Settlement {
    Settlement::Done { external_id: Some(external_id.into()) }
}

/// Runs so many tasks at the same time and answers their results in order.
pub async fn together<T, F>(count: usize, make: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..count).map(|at| tokio::spawn(make(at))).collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}
