//! Opening: old, newer, foreign.

use mortise_domain::ports::memory::Orders;
use mortise_store::{OpenError, SecretKey, Store};

use crate::harness::{Harness, acceptance, key, on_both};

on_both! { data_survives_reopening, ids_are_never_given_twice, a_newer_schema_is_refused, another_key_is_refused }

async fn data_survives_reopening(h: Harness) {
    let id = h.accept(&[("A", "1")]).await;
    h.store.close().await;
    let again = h.reopen(key()).await.unwrap();
    assert_eq!(again.pending(id).await.unwrap().unwrap().number, format!("SO-{:08}", id.0));
    again.ping().await.unwrap();
    again.close().await;
    assert!(again.ping().await.is_err());
}

async fn ids_are_never_given_twice(h: Harness) {
    let mut seen = std::collections::HashSet::new();
    let other = h.other_node().await;
    for round in 0..3 {
        for store in [&h.store, &other, &h.other_node().await] {
            let batch: Vec<_> = (0..70).map(|_| acceptance(None, &[], h.now())).collect();
            for accepted in store.accept(&batch).await.unwrap() {
                let mortise_domain::ports::memory::Accepted::New(id, _) = accepted else { panic!("round {round}") };
                assert!(seen.insert(id), "{id} was given twice");
            }
        }
    }
}

async fn a_newer_schema_is_refused(h: Harness) {
    h.store.close().await;
    h.raw(
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) \
         VALUES (9999, 'from the future', CURRENT_TIMESTAMP, TRUE, '', 0)",
    )
    .await;
    let error = h.reopen(key()).await.unwrap_err();
    assert!(matches!(error, OpenError::NewerSchema { found: 9999, .. }), "{error:?}");
    assert!(error.to_string().contains("newer Mortise"), "{error}");
}

async fn another_key_is_refused(h: Harness) {
    let error = h.reopen(SecretKey::new([1; 32])).await.unwrap_err();
    assert!(matches!(error, OpenError::OtherKey), "{error:?}");
    h.reopen(key()).await.unwrap();
}

#[tokio::test]
async fn urls_are_understood() {
    let clock = || std::sync::Arc::new(Fixed);
    let error = Store::open("mysql://root@localhost/x", key(), clock()).await.unwrap_err();
    assert!(matches!(error, OpenError::Url), "{error:?}");
    let memory = Store::open("sqlite::memory:", key(), clock()).await.unwrap();
    assert_eq!(memory.engine(), "sqlite");
    assert_eq!(memory.company().await.unwrap().currency, "CNY");
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/a.db", folder.path().display());
    Store::open(&url, key(), clock()).await.unwrap().close().await;
    let nowhere = Store::open("sqlite:/nowhere/at/all.db", key(), clock()).await.unwrap_err();
    assert!(matches!(nowhere, OpenError::Database(_)), "{nowhere:?}");
}

struct Fixed;

impl mortise_domain::ports::clock::Clock for Fixed {
    fn now(&self) -> mortise_domain::instant::Instant {
        crate::harness::START
    }
}
