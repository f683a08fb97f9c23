//! A backup holds everything of one moment, and a restored memory trusts nothing that may have gone on since.

use std::collections::BTreeMap;
use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::delivery::{DeliveryState, Operation};
use mortise_domain::evaluation::Decided;
use mortise_domain::hold::HoldKind;
use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::Clock;
use mortise_domain::ports::memory::{Accepted, Deliveries, Orders};
use mortise_store::{BackupError, DeliveryFilter, PageRequest, SecretKey, Store};
use sqlx::Connection as _;

use crate::harness::{
    Engine, Harness, acceptance, clock, confirm, customer, done, everything, hold, key, on_both, product, reason,
    run_on_empty, settled,
};

on_both! { every_table_comes_back, everything_comes_back_and_is_looked_up_first, what_is_no_backup_is_refused }

const LINES: [(&str, &str); 1] = [("A", "2")];

async fn confirmed(h: &Harness) -> mortise_domain::ids::OrderId {
    let id = h.accept(&LINES).await;
    let decided = h.store.decide(&[confirm(id, 1, &LINES, "100", h.now())]).await.unwrap();
    assert!(matches!(decided[..], [Decided::Written(_)]), "{decided:?}");
    id
}

async fn saved(h: &Harness) -> Vec<u8> {
    let mut text = Vec::new();
    let rows = h.store.backup(&mut text).await.unwrap();
    assert!(rows >= 10, "{rows}");
    text
}

fn text_of(text: &[u8], table: &str) -> Vec<String> {
    let text = std::str::from_utf8(text).unwrap();
    let begin = format!("\"table\":\"{table}\"");
    text.lines()
        .skip_while(|line| !line.contains(&begin))
        .skip(1)
        .take_while(|line| line.starts_with('['))
        .map(Into::into)
        .collect()
}

/// Made anew, or of the moment.
const NOT_KEPT: [&str; 6] =
    ["sessions", "guesses", "rate_windows", "order_terms", "unindexed_orders", "_sqlx_migrations"];

async fn every_table_comes_back(h: Harness) {
    fill_every_table(&h).await;
    let text = saved(&h).await;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let text = text.clone();
        run_on_empty(engine, move |url| async move {
            Store::restore(&url, key(), clock(), &mut text.as_slice()).await.unwrap();
            let store = Store::open(&url, key(), clock()).await.unwrap();
            let mut second = Vec::new();
            store.backup(&mut second).await.unwrap();
            for (table, _) in tables_of_schema().await {
                if NOT_KEPT.contains(&table.as_str()) {
                    continue;
                }
                let before = text_of(&text, &table).len();
                assert!(before > 0, "{table} was empty: this test says nothing of it");
                assert!(text_of(&second, &table).len() >= before, "{table}");
            }
            store.close().await;
        })
        .await;
    }
}

/// A column: name, type, and table and column that it refers to.
type Column = (String, String, Option<(String, String)>);
/// A column as the schema tells it, with its table.
type Found = (String, String, String, Option<String>, Option<String>);

/// Each table with its columns. Those that others refer to come first.
async fn tables_of_schema() -> Vec<(String, Vec<Column>)> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/schema.db", folder.path().display());
    Store::open(&url, key(), clock()).await.unwrap().close().await;
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let sql = "SELECT m.name, p.name, p.type, f.\"table\", f.\"to\" FROM sqlite_master m JOIN pragma_table_info(m.name) p \
               LEFT JOIN pragma_foreign_key_list(m.name) f ON f.\"from\" = p.name \
               WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, p.cid";
    let found: Vec<Found> = sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap();
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for (table, column, kind, to, key) in found {
        tables.entry(table).or_default().push((column, kind, to.zip(key)));
    }
    let mut ordered = Vec::new();
    while !tables.is_empty() {
        let ready = |columns: &[Column]| {
            columns.iter().all(|(_, _, to)| to.as_ref().is_none_or(|(to, _)| !tables.contains_key(to)))
        };
        let next = tables.iter().find(|(_, columns)| ready(columns)).map(|(name, _)| name.clone()).unwrap();
        let columns = tables.remove(&next).unwrap();
        ordered.push((next, columns));
    }
    ordered
}

/// A row in each table that has none; what stands in it has no meaning beyond its references.
async fn fill_every_table(h: &Harness) {
    for (table, columns) in tables_of_schema().await {
        if table == "_sqlx_migrations" {
            continue;
        }
        let sqlite = h.store.engine() == "sqlite";
        let value = |(_, kind, to): &Column| match (to, kind.as_str()) {
            (Some((to, key)), _) => format!("(SELECT MAX({key}) FROM {to})"),
            (None, "BIGINT") => "7".into(),
            (None, "BOOLEAN") => "FALSE".into(),
            (None, "BYTEA") if sqlite => "X'07'".into(),
            (None, "BYTEA") => "'\\x07'".into(),
            (None, _) => "'7'".into(),
        };
        let names: Vec<&str> = columns.iter().map(|(name, ..)| name.as_str()).collect();
        let values: Vec<String> = columns.iter().map(value).collect();
        h.raw_text(format!(
            "INSERT INTO {table} ({}) SELECT {} WHERE NOT EXISTS (SELECT 1 FROM {table})",
            names.join(", "),
            values.join(", ")
        ))
        .await;
    }
}

async fn everything_comes_back_and_is_looked_up_first(h: Harness) {
    h.store.put_customers(&[customer("C1", Some(1_000_000))]).await.unwrap();
    h.store.put_products(&[product("A")]).await.unwrap();
    let done_before = confirmed(&h).await;
    loop {
        let claimed = h.store.claim(&everything(h.now(), h.now().after(Duration::from_mins(1)), 100)).await.unwrap();
        if claimed.is_empty() {
            break;
        }
        let batch: Vec<_> = claimed.iter().map(|one| settled(one, done("U8-1"), h.now())).collect();
        h.store.settle(&batch).await.unwrap();
    }
    let under_way = confirmed(&h).await;
    let held = h.accept(&LINES).await;
    h.store.decide(&[hold(held, 1, vec![reason("vague", HoldKind::Business)], Instant::NEVER, h.now())]).await.unwrap();
    let text = saved(&h).await;
    // The world goes on: the order under way is delivered, another one is numbered.
    h.accept(&LINES).await;

    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (text, h) = (text.clone(), h.clone());
        run_on_empty(engine, move |url| async move {
            let restored = Store::restore(&url, key(), clock(), &mut text.as_slice()).await.unwrap();
            assert_eq!((restored.in_doubt, restored.undecided), (4, 1), "{restored:?}");
            let again = Store::restore(&url, key(), clock(), &mut text.as_slice()).await.unwrap_err();
            assert!(matches!(again, BackupError::NotEmpty), "{again}");
            let store = Store::open(&url, key(), clock()).await.unwrap();
            for id in [done_before, under_way, held] {
                let (before, after) =
                    (h.store.stored_order(id, &Reach::All).await, store.stored_order(id, &Reach::All).await);
                assert_eq!(before.unwrap(), after.unwrap());
            }
            let mut second = Vec::new();
            store.backup(&mut second).await.unwrap();
            for table in ["customers", "products", "order_lines", "reservations", "attempts", "external_ids", "holds"] {
                let rows = |text: &[u8]| {
                    let mut rows = text_of(text, table);
                    rows.sort_unstable();
                    rows
                };
                assert_eq!(rows(&text), rows(&second), "{table}");
            }
            // What may have happened meanwhile is looked up: an attempt after the first, in doubt.
            let claim = everything(clock().now(), Instant::NEVER, 100);
            let claimed = store.claim(&claim).await.unwrap();
            let push = claimed.iter().find(|one| one.operation == Operation::PushOrder).unwrap();
            assert!(push.in_doubt && push.attempts > 1, "{push:?}");
            let filter = DeliveryFilter { order: Some(done_before), ..DeliveryFilter::default() };
            let over = store.list_deliveries(&Reach::All, &filter, &PageRequest::default()).await.unwrap().items;
            assert!(over.iter().all(|one| one.state == DeliveryState::Done && !one.in_doubt), "{over:?}");
            // An order that was undecided may have been exported: what it causes now is in doubt from the start.
            let pending = store.pending(held).await.unwrap().unwrap();
            store.decide(&[confirm(held, pending.version, &LINES, "100", clock().now())]).await.unwrap();
            let filter = DeliveryFilter { order: Some(held), ..DeliveryFilter::default() };
            let caused = store.list_deliveries(&Reach::All, &filter, &PageRequest::default()).await.unwrap().items;
            assert!(!caused.is_empty() && caused.iter().all(|one| one.in_doubt && one.attempts == 1), "{caused:?}");
            // Numbers that were given away since are not given again.
            let accepted = store.accept(&[acceptance(None, &LINES, clock().now())]).await.unwrap();
            let [Accepted::New(id, _)] = accepted.as_slice() else { panic!("{accepted:?}") };
            assert!(id.0 > 100_000, "{id}");
            assert!(store.index_orders(100).await.unwrap() > 0, "search is made anew");
            store.close().await;
        })
        .await;
    }
}

async fn what_is_no_backup_is_refused(h: Harness) {
    h.store.put_customers(&[customer("C1", None)]).await.unwrap();
    confirmed(&h).await;
    let text = saved(&h).await;
    let whole = String::from_utf8(text).unwrap();
    let engine = if h.store.engine() == "sqlite" { Engine::Sqlite } else { Engine::Postgres };
    let cut = whole.lines().take(12).map(|line| format!("{line}\n")).collect::<String>();
    let fewer: String =
        whole.lines().filter(|line| !line.starts_with("[\"C1\"")).map(|line| format!("{line}\n")).collect();
    let newer = whole.replacen("\"schema\":", "\"schema\":9", 1);
    for (text, other_key, expected) in [
        (String::new(), false, "head is missing"),
        ("{}".into(), false, "head is missing"),
        (cut, false, "it has no end"),
        (fewer, false, "rows are missing"),
        (newer, false, "restore it with the version"),
        (whole, true, "the secret key is not the one"),
    ] {
        run_on_empty(engine, move |url| async move {
            let key = if other_key { SecretKey::new([7; 32]) } else { key() };
            let error = Store::restore(&url, key, clock(), &mut text.as_bytes()).await.unwrap_err();
            assert!(error.to_string().contains(expected), "{error}, expected {expected}");
        })
        .await;
    }
}
