//! A backup is made while the house works, the world goes on, the house burns down: what is restored sends nothing twice.

#![expect(clippy::unwrap_used, reason = "an answer of another form is a failed test")]

use std::sync::Arc;
use std::time::Duration;

use mortise::{Config, Outside, Running};
use mortise_domain::ids::HoldId;
use mortise_domain::ports::clock::Clock as _;
use mortise_domain::ports::memory::Orders as _;
use mortise_store::{SecretKey, Store};
use mortise_tests::{Engine, House, plugins};
use serde_json::{Value, json};

/// Works all that becomes due within an hour.
async fn work(restored: &Running, house: &House) {
    let end = house.clock.now().after(Duration::from_hours(1));
    while let Some(due) = restored.app.pipeline().run_until_idle().await.unwrap().filter(|due| *due <= end) {
        house.clock.advance_to(due);
    }
}

/// Starts a house like this one on a database that was restored from `text`.
async fn rebuilt(house: &House, folder: &std::path::Path, text: &[u8]) -> Running {
    let key = std::fs::read_to_string(house.folder().join("secret.key")).unwrap();
    std::fs::write(folder.join("secret.key"), &key).unwrap();
    let config = Config::in_folder(folder);
    let clock = Arc::clone(&house.clock);
    let restored =
        Store::restore(&config.database, SecretKey::from_hex(&key).unwrap(), clock, &mut &text[..]).await.unwrap();
    assert_eq!((restored.in_doubt, restored.undecided), (5, 1), "{restored:?}");
    let outside = Outside {
        clock: Arc::clone(&house.clock) as _,
        workers: false,
        sandbox: Box::new(|bounds| {
            bounds.cache_dir = Some(plugins::target().join("compiled-for-tests"));
            bounds.cache_key = [7; 32].into();
        }),
        ..Outside::default()
    };
    mortise::start_in(config, outside).await.unwrap()
}

async fn sends_nothing_twice(engine: Engine) {
    let house = House::open(engine).await;
    // The ERP knows no keys of ours: only looking up helps.
    house.upstreams.configure(&json!({"biz_id_dedupe": false, "u8_own_numbers": true})).unwrap();
    let first = house.accepted(&house.order()).await;
    // The same again is a suspected duplicate, which a person releases.
    let second = house.accepted(&house.order()).await;
    let shown = house.shown(&second).await;
    assert_eq!(shown["state"], "held", "{shown:#}");
    let mut text = Vec::new();
    house.running.app.store.backup(&mut text).await.unwrap();

    let hold = shown["holds"][0]["id"].as_i64().unwrap();
    house.post(&format!("/holds/{hold}/release"), json!({ "note": "not the same" })).await.ok();
    house.run_until_idle(Duration::from_hours(1)).await;
    let counts = |state: &Value| -> Vec<(i64, i64)> {
        let of = |kind: &str, field: &str| state[kind][field].as_i64().unwrap();
        let kinds = ["saleorders", "receivables", "consignments"];
        kinds.into_iter().map(|kind| (of(kind, "count"), of(kind, "duplicate_count"))).collect()
    };
    let before = counts(&house.upstreams.state());
    assert_eq!(before, [(2, 0), (2, 0), (4, 0)], "{:#}", house.upstreams.state());

    let folder = tempfile::tempdir().unwrap();
    let restored = rebuilt(&house, folder.path(), &text).await;
    restored.app.store.release_hold(HoldId(hold), "boss", "again", house.clock.now()).await.unwrap();
    work(&restored, &house).await;
    assert_eq!(counts(&house.upstreams.state()), before, "{:#}", house.upstreams.state());
    for number in [&first, &second] {
        let reach = mortise_domain::access::Reach::All;
        let order = restored.app.store.order_by_number(number, &reach).await.unwrap().unwrap();
        assert_eq!(order.summary.state.name(), "confirmed");
    }
    let counted = restored.app.store.counts(&mortise_domain::access::Reach::All).await.unwrap();
    assert_eq!((counted.deliveries["done"], counted.deliveries["pending"]), (10, 0), "{counted:?}");
    restored.shutdown().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_sqlite_sends_nothing_twice() {
    sends_nothing_twice(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_postgres_sends_nothing_twice() {
    sends_nothing_twice(Engine::Postgres).await;
}
