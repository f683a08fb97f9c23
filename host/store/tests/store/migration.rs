//! From each earlier schema to the present one, with data that a program of that schema wrote: nothing is lost, and nothing
//! changes but what the migration is for.

use std::collections::BTreeMap;

use mortise_domain::access::{Reach, Role, Roles, Scope};
use mortise_domain::delivery::{Delivery, DeliveryState, Settlement};
use mortise_domain::instant::Instant;
use mortise_domain::ports::memory::{Acceptance, Accepted, Deliveries, Orders, Settled};
use mortise_domain::ports::sandbox::Vault;
use mortise_store::{AuditFilter, DeliveryFilter, HoldFilter, OrderFilter, Outcome, PageRequest, Store, TicketFilter};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};

use crate::harness::{Engine, Harness, acceptance, clock, done, everything, key, run_on_empty, settled};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// A sample of each schema that a program worked with: rows in every table, written by the last program that knew no newer one.
const SAMPLES: [(i64, &str); 3] = [
    (1, include_str!("samples/schema_1.sql")),
    (2, include_str!("samples/schema_2.sql")),
    (3, include_str!("samples/schema_3.sql")),
];

/// Schemas that no program was handed out with: the next migration came together with theirs.
const NEVER_ALONE: &[i64] = &[4, 5, 6];

/// Columns that are gone, and whose values went elsewhere: see [`everything_can_be_read`].
const MOVED: [(&str, &str); 1] = [("api_tokens", "role")];

const ALL: PageRequest = PageRequest { after: None, limit: 500 };

#[test]
fn every_earlier_schema_has_a_sample() {
    let versions: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
    let is_covered =
        |version: &i64| SAMPLES.iter().any(|(sampled, _)| sampled == version) || NEVER_ALONE.contains(version);
    let missing: Vec<&i64> = versions.split_last().unwrap().1.iter().filter(|version| !is_covered(version)).collect();
    assert!(missing.is_empty(), "schemas without a sample: {missing:?}; see the recipe in host/ARCHITECTURE.md");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_on_sqlite() {
    for (version, sample) in SAMPLES {
        run_on_empty(Engine::Sqlite, move |url| nothing_is_lost(url, version, sample)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_on_postgres() {
    for (version, sample) in SAMPLES {
        run_on_empty(Engine::Postgres, move |url| nothing_is_lost(url, version, sample)).await;
    }
}

async fn nothing_is_lost(url: String, version: i64, sample: &'static str) {
    let old = Raw::open(&url).await;
    old.migrate_to(version).await;
    old.load(sample).await;
    let mut columns = old.columns().await;
    for (table, column) in MOVED {
        columns.entry(table.into()).or_default().retain(|name| name != column);
    }
    let before = old.rows(&columns).await;
    for (table, rows) in &before {
        assert!(!rows.is_empty(), "the sample of schema {version} has no row in {table}");
    }
    old.close().await;

    let clock = clock();
    let store = Store::open(&url, key(), clock.clone()).await.unwrap();
    let new = Raw::open(&url).await;
    let after = new.rows(&columns).await;
    for (table, rows) in &before {
        assert_eq!(rows, &after[table], "{table}");
    }
    new.close().await;
    let h = Harness { store, clock, url };
    doubts_are_right(&h).await;
    everything_can_be_read(&h).await;
    people_can_come_in(&h, version).await;
    claims_are_told_apart(&h).await;
    keys_are_the_callers_own(&h).await;
    work_goes_on(&h).await;
    h.store.close().await;
}

async fn deliveries(h: &Harness) -> Vec<Delivery> {
    h.store.list_deliveries(&Reach::All, &DeliveryFilter::default(), &ALL).await.unwrap().items
}

/// Keys of the sample's messages say by their first word what is known of their past; nobody doubts the other deliveries.
async fn doubts_are_right(h: &Harness) {
    let all = deliveries(h).await;
    for delivery in &all {
        assert_eq!(delivery.in_doubt, delivery.key.starts_with("doubt/"), "{delivery:?}");
    }
    let count = |is: fn(&&Delivery) -> bool| all.iter().filter(is).count();
    assert_eq!((count(|one| one.in_doubt), count(|one| one.key.starts_with("clear/"))), (8, 7));
    let in_doubt = |state| all.iter().any(|one| one.in_doubt && one.state == state);
    assert!(in_doubt(DeliveryState::Pending) && in_doubt(DeliveryState::Waiting));
}

/// Through the store's own eyes.
async fn everything_can_be_read(h: &Harness) {
    let credentials = h.store.credentials("erp").await.unwrap();
    let password = credentials.iter().find(|one| one.slot == "password").unwrap();
    assert_eq!(password.value.expose(), "hunter2-秘密", "under the same key");
    let till = h.store.verify_token(&[1; 32], h.now()).await.unwrap().unwrap();
    assert_eq!((till.roles, till.scope, till.owner), (Roles::from([Role::Operator]), Scope::default(), None));
    let counts = h.store.counts(&Reach::All).await.unwrap();
    for state in ["received", "held", "rejected", "confirmed"] {
        assert!(counts.orders[state] > 0, "{state}: {counts:?}");
    }
    for state in ["blocked", "pending", "waiting", "done"] {
        assert!(counts.deliveries[state] > 0, "{state}: {counts:?}");
    }
    assert!(!h.store.list_tickets(&Reach::All, &TicketFilter::default(), &ALL).await.unwrap().items.is_empty());
    assert!(!h.store.open_holds(&Reach::All, &HoldFilter::default(), &ALL).await.unwrap().items.is_empty());
    let orders = h.store.list_orders(&Reach::All, &OrderFilter::default(), &ALL).await.unwrap().items;
    assert_eq!(orders.len(), usize::try_from(counts.orders.values().sum::<i64>()).unwrap());
    for order in orders {
        let stored = h.store.stored_order(order.id, &Reach::All).await.unwrap();
        assert!(stored.is_some(), "order {}", order.id);
        let story = h.store.timeline("order", &order.id.to_string(), &ALL).await.unwrap();
        assert_eq!(story.items.first().unwrap().event, "order.received");
    }
    let attempts = async |one: &Delivery| h.store.delivery(one.id, &Reach::All).await.unwrap().unwrap().1.len();
    for delivery in deliveries(h).await.iter().filter(|one| one.state == DeliveryState::Waiting) {
        assert_eq!(attempts(delivery).await, delivery.attempts as usize, "{delivery:?}");
    }
}

/// Whoever was signed in still is, and tokens speak for whom they spoke.
async fn people_can_come_in(h: &Harness, version: i64) {
    if version < 3 {
        return;
    }
    let (session, ann) = h.store.verify_session(&[31; 32], h.now(), Instant(0)).await.unwrap().unwrap();
    assert_eq!((ann.name.as_str(), session.agent.as_str()), ("ann", "curl"));
    let phone = h.store.verify_token(&[41; 32], h.now()).await.unwrap().unwrap();
    let owner = h.store.user_by_id(phone.owner.unwrap()).await.unwrap().unwrap();
    assert_eq!((owner.name.as_str(), phone.scope.read_only), ("zhang.wei", true));
    assert!(h.store.invited(&[21; 32], h.now()).await.unwrap().is_some_and(|(user, _)| user.name == "zhang.wei"));
    let trail = h.store.audit(&AuditFilter::default(), &ALL).await.unwrap().items;
    assert_eq!(
        trail.iter().map(|entry| entry.outcome).collect::<Vec<_>>(),
        [Outcome::Refused, Outcome::Done, Outcome::Begun]
    );
}

/// A claim of the earlier program that still stands is settled by nobody but who takes it over, and put off only once.
async fn claims_are_told_apart(h: &Harness) {
    let before = deliveries(h).await;
    let now = h.advance(7 * 86_400);
    for number in [1, 2] {
        let claimed = h.store.claim(&everything(now, now, 500)).await.unwrap();
        let claims_before = |id| before.iter().find(|was| was.id == id).unwrap().claims;
        assert!(!claimed.is_empty() && claimed.iter().all(|one| one.claims == claims_before(one.id) + number));
        let put_off = Settlement::Again { at: now, counts: false, ticket: false };
        let put_off = |one| Settled { attempt: None, failure: None, ..settled(one, put_off.clone(), now) };
        let batch: Vec<Settled> = claimed.iter().map(put_off).collect();
        h.store.settle(&batch).await.unwrap();
        for one in &claimed {
            let was = before.iter().find(|was| was.id == one.id).unwrap();
            assert_eq!(one.attempts, was.attempts + 1, "put off, so not counted");
        }
    }
}

/// Keys of before are still known, and nobody else's key is taken for them.
async fn keys_are_the_callers_own(h: &Harness) {
    let sent = |actor: &str, sku: &str| Acceptance {
        actor: actor.into(),
        ..acceptance(Some("k-new"), &[(sku, "1")], h.now())
    };
    let old = acceptance(Some("k-sale"), &[("A", "2"), ("B", "1")], h.now());
    let theirs = Acceptance { actor: "shop".into(), ..old.clone() };
    let accepted = h.store.accept(&[old, theirs, sent("till", "A"), sent("shop", "B")]).await.unwrap();
    let [Accepted::Known(..), Accepted::New(..), Accepted::New(..), Accepted::New(..)] = &accepted[..] else {
        panic!("{accepted:?}")
    };
}

/// New orders get new numbers; what was under way is taken over and can end.
async fn work_goes_on(h: &Harness) {
    let orders = h.store.list_orders(&Reach::All, &OrderFilter::default(), &ALL).await.unwrap().items;
    let newest = orders.iter().map(|order| order.id).max().unwrap();
    assert!(h.accept(&[("A", "1")]).await > newest);
    let now = h.advance(7 * 86_400);
    for _ in 0..2 {
        let claimed = h.store.claim(&everything(now, now, 500)).await.unwrap();
        assert!(!claimed.is_empty());
        let ended: Vec<Settled> = claimed.iter().map(|one| settled(one, done(&one.key), now)).collect();
        h.store.settle(&ended).await.unwrap();
    }
    for delivery in deliveries(h).await.iter().filter(|one| one.state != DeliveryState::Waiting) {
        assert_eq!((delivery.state, delivery.in_doubt), (DeliveryState::Done, false), "{delivery:?}");
    }
}

/// The database without the store.
enum Raw {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

type Tables = BTreeMap<String, Vec<String>>;

impl Raw {
    async fn open(url: &str) -> Self {
        if url.starts_with("sqlite") {
            Self::Sqlite(SqlitePool::connect(&format!("{url}?mode=rwc")).await.unwrap())
        } else {
            Self::Postgres(PgPool::connect(url).await.unwrap())
        }
    }

    async fn close(self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }

    async fn migrate_to(&self, version: i64) {
        match self {
            Self::Sqlite(pool) => MIGRATIONS.run_to(version, pool).await,
            Self::Postgres(pool) => MIGRATIONS.run_to(version, pool).await,
        }
        .unwrap();
    }

    /// Runs statements as SQLite writes them. All that PostgreSQL writes otherwise is bytes.
    async fn load(&self, sql: &'static str) {
        match self {
            Self::Sqlite(pool) => {
                sqlx::raw_sql(sql).execute(pool).await.unwrap();
            }
            Self::Postgres(pool) => {
                let sql = sqlx::raw_sql(AssertSqlSafe(sql.replace("X'", "'\\x")));
                sql.execute(pool).await.unwrap();
            }
        }
    }

    async fn texts(&self, sql: String) -> Vec<String> {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(pool).await,
        }
        .unwrap()
    }

    /// Columns of each table.
    async fn columns(&self) -> Tables {
        let tables = match self {
            Self::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> '_sqlx_migrations'",
            Self::Postgres(_) => {
                "SELECT table_name::text FROM information_schema.tables \
                 WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations'"
            }
        };
        let mut columns = Tables::new();
        for table in self.texts(tables.into()).await {
            let sql = match self {
                Self::Sqlite(_) => format!("SELECT name FROM pragma_table_info('{table}')"),
                Self::Postgres(_) => format!(
                    "SELECT column_name::text FROM information_schema.columns \
                     WHERE table_schema = current_schema() AND table_name = '{table}'"
                ),
            };
            let names = self.texts(sql).await;
            columns.insert(table, names);
        }
        columns
    }

    /// Rows of each table as text, as far as these columns go.
    async fn rows(&self, columns: &Tables) -> Tables {
        let quote = if matches!(self, Self::Sqlite(_)) { "quote" } else { "quote_nullable" };
        let mut rows = Tables::new();
        for (table, names) in columns {
            let values: Vec<String> = names.iter().map(|name| format!("'{name}=' || {quote}({name})")).collect();
            let sql = format!("SELECT {} FROM {table} ORDER BY 1", values.join(" || ' ' || "));
            rows.insert(table.clone(), self.texts(sql).await);
        }
        rows
    }
}
