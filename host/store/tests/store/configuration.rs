//! Plugins, connections, credentials, tokens, cursors.

use std::collections::BTreeSet;

use mortise_domain::access::{Places, Role, Roles, Scope};
use mortise_domain::call::Interface;
use mortise_domain::catalog::Company;
use mortise_domain::connection::Connection;
use mortise_domain::delivery::Settlement;
use mortise_domain::instant::Instant;
use mortise_domain::manifest::Manifest;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Deliveries, Orders};
use mortise_domain::ports::sandbox::{Credential, KeyValue, Vault};
use mortise_domain::secret::Secret;
use mortise_domain::text::Text;
use mortise_store::{NewToken, Token};
use serde_json::json;

use crate::harness::{Harness, confirm, customer, done, everything, on_both, settled};

on_both! {
    plugins_are_kept_by_content,
    connections_have_revisions,
    a_connection_in_use_is_not_deleted,
    credentials_are_sealed,
    tokens_live_and_die,
    cursors_are_kept,
    the_currency_stays_once_amounts_are_kept_in_it,
}

fn manifest() -> Manifest {
    serde_json::from_value(json!({
        "name": "u8", "version": "1.2.3", "publisher": "mortise", "contract": "1.0",
        "title": Text::same("U8"), "description": Text::new("连接", "connects"),
    }))
    .unwrap()
}

fn connection(name: &str, plugin: &str) -> Connection {
    serde_json::from_value(json!({ "name": name, "plugin": plugin, "settings": { "url": "https://erp.example" } }))
        .unwrap()
}

async fn plugins_are_kept_by_content(h: Harness) {
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    assert!(h.store.install_plugin("d1", &manifest(), &bytes, "ann").await.unwrap());
    assert!(!h.store.install_plugin("d1", &manifest(), &bytes, "bob").await.unwrap());
    h.advance(1);
    h.store.install_plugin("d2", &manifest(), &[], "ann").await.unwrap();
    let all = h.store.plugins().await.unwrap();
    assert_eq!(all.iter().map(|plugin| plugin.digest.as_str()).collect::<Vec<_>>(), ["d2", "d1"]);
    assert_eq!((all[1].size, all[1].installed_by.as_str(), &all[1].manifest), (3_000_000, "ann", &manifest()));
    assert_eq!(h.store.plugin("d1").await.unwrap().as_ref(), Some(&all[1]));
    assert_eq!(h.store.component("d1").await.unwrap(), Some(bytes));
    assert_eq!(h.store.component("d3").await.unwrap(), None);
    h.store.put_connection(&connection("erp", "d1"), None).await.unwrap();
    let conflict = h.store.remove_plugin("d1").await.unwrap_err();
    assert!(matches!(&conflict, StoreError::Conflict(text) if text.contains("erp")), "{conflict}");
    h.store.remove_plugin("d2").await.unwrap();
    assert!(matches!(h.store.remove_plugin("d2").await.unwrap_err(), StoreError::NotFound(_)));
}

async fn connections_have_revisions(h: Harness) {
    let missing = h.store.put_connection(&connection("erp", "d1"), None).await.unwrap_err();
    assert!(matches!(missing, StoreError::NotFound(_)), "{missing}");
    h.store.install_plugin("d1", &manifest(), b"x", "ann").await.unwrap();
    let mut one = connection("erp", "d1");
    assert_eq!(h.store.put_connection(&one, Some(0)).await.unwrap(), 1);
    assert!(matches!(h.store.put_connection(&one, Some(0)).await.unwrap_err(), StoreError::Conflict(_)));
    let before = h.store.config_revision().await.unwrap();
    let now = h.advance(1);
    one.enabled = false;
    assert_eq!(h.store.put_connection(&one, Some(1)).await.unwrap(), 2);
    assert!(h.store.config_revision().await.unwrap() > before);
    assert!(matches!(h.store.put_connection(&one, Some(1)).await.unwrap_err(), StoreError::Conflict(_)));
    assert_eq!(h.store.put_connection(&one, None).await.unwrap(), 3);
    h.store.put_connection(&connection("chat", "d1"), None).await.unwrap();
    let all = h.store.connections().await.unwrap();
    assert_eq!(all.iter().map(|stored| stored.connection.name.as_str()).collect::<Vec<_>>(), ["chat", "erp"]);
    let stored = h.store.connection("erp").await.unwrap().unwrap();
    assert_eq!((stored.connection, stored.revision, stored.updated_at), (one, 3, now));
    assert_eq!(h.store.connection("nope").await.unwrap(), None);
}

async fn a_connection_in_use_is_not_deleted(h: Harness) {
    h.store.install_plugin("d1", &manifest(), b"x", "ann").await.unwrap();
    h.store.put_connection(&connection("chat", "d1"), None).await.unwrap();
    let id = h.accept(&[]).await;
    h.store.decide(&[confirm(id, 1, &[], "1", h.now())]).await.unwrap();
    assert!(matches!(h.store.delete_connection("chat").await.unwrap_err(), StoreError::Conflict(_)));
    let claimed = h.store.claim(&everything(h.now(), Instant::NEVER, 10)).await.unwrap();
    let settlements = [(0, Settlement::Wait), (1, done("m"))];
    let batch: Vec<_> = settlements.into_iter().map(|(at, what)| settled(&claimed[at], what, h.now())).collect();
    h.store.settle(&batch).await.unwrap();
    let credential = Credential { slot: "s".into(), value: Secret::new("v"), expires_at: Instant::NEVER };
    h.store.keep("chat", &credential).await.unwrap();
    assert!(h.store.set("chat", "k", b"v", Instant::NEVER, 100, h.now()).await.unwrap());
    h.store.delete_connection("chat").await.unwrap();
    assert_eq!(h.store.credentials("chat").await.unwrap(), []);
    assert_eq!(KeyValue::get(&h.store, "chat", "k", h.now()).await.unwrap(), None);
    assert!(matches!(h.store.delete_connection("chat").await.unwrap_err(), StoreError::NotFound(_)));
}

async fn credentials_are_sealed(h: Harness) {
    let of =
        |slot: &str, value: &str, expires_at| Credential { slot: slot.into(), value: Secret::new(value), expires_at };
    let before = h.store.config_revision().await.unwrap();
    h.store.keep("erp", &of("password", "hunter2-秘密", Instant::NEVER)).await.unwrap();
    let after = h.store.config_revision().await.unwrap();
    assert!(after > before);
    let soon = h.now().after(std::time::Duration::from_secs(10));
    h.store.keep("erp", &of("access-token", "first", soon)).await.unwrap();
    let first = h.store.filled_slots("erp").await.unwrap();
    h.store.keep("erp", &of("access-token", "first", soon)).await.unwrap();
    assert_ne!(h.store.filled_slots("erp").await.unwrap(), first, "changed, though at the same time");
    let now = h.advance(1);
    h.store.keep("erp", &of("access-token", "second", soon)).await.unwrap();
    assert_eq!(h.store.config_revision().await.unwrap(), after, "captured ones come and go");
    let expected = [of("access-token", "second", soon), of("password", "hunter2-秘密", Instant::NEVER)];
    assert_eq!(h.other_node().await.credentials("erp").await.unwrap(), expected);
    assert_eq!(h.store.credentials("wms").await.unwrap(), []);
    let slots = h.store.filled_slots("erp").await.unwrap();
    assert_eq!((slots[0].slot.as_str(), slots[0].updated_at), ("access-token", now));
    // A row that is moved to another place does not open there.
    h.raw("UPDATE credentials SET connection = 'wms' WHERE slot = 'password'").await;
    let moved = h.store.credentials("wms").await.unwrap_err();
    assert!(matches!(moved, StoreError::Inconsistent { .. }), "{moved}");
    h.advance(10);
    h.store.sweep(h.now()).await.unwrap();
    assert_eq!(h.store.credentials("erp").await.unwrap(), []);
    h.store.forget("wms", "password").await.unwrap();
    assert_eq!(h.store.filled_slots("wms").await.unwrap(), []);
}

async fn tokens_live_and_die(h: Harness) {
    let owner = h.store.create_user("anna", &crate::users::profile(&[Role::Sales])).await.unwrap();
    let of = |name: &str, byte, expires_at| NewToken {
        name: name.into(),
        roles: Roles::from([Role::Operator, Role::Sales]),
        scope: Scope { read_only: true, nouns: Some(BTreeSet::from(["orders".into()])) },
        places: Places { stores: BTreeSet::from(["S1".into()]), regions: BTreeSet::from(["EAST".into()]) },
        owner: Some(owner.id),
        created_by: "admin".into(),
        hash: [byte; 32],
        expires_at,
    };
    let till = h.store.create_token(&of("till", 1, Instant::NEVER)).await.unwrap();
    let NewToken { roles, scope, places, .. } = of("till", 1, Instant::NEVER);
    assert_eq!((&till.roles, &till.scope, &till.places, till.owner), (&roles, &scope, &places, Some(owner.id)));
    assert_eq!((till.created_by.as_str(), till.created_at), ("admin", h.now()));
    let soon = h.now().after(std::time::Duration::from_secs(100));
    h.store.create_token(&of("guest", 2, soon)).await.unwrap();
    for taken in [of("till", 3, soon), of("other", 1, soon)] {
        assert!(matches!(h.store.create_token(&taken).await.unwrap_err(), StoreError::Conflict(_)));
    }
    assert_eq!(h.store.verify_token(&[1; 32], h.now()).await.unwrap(), Some(till.clone()));
    let first_use = h.now();
    h.advance(59);
    let seen = h.store.verify_token(&[1; 32], h.now()).await.unwrap().unwrap();
    assert_eq!(seen, Token { last_used_at: Some(first_use), ..till.clone() });
    h.advance(1);
    h.store.verify_token(&[1; 32], h.now()).await.unwrap();
    assert_eq!(h.store.tokens().await.unwrap()[1].last_used_at, Some(h.now()));
    assert!(h.store.verify_token(&[2; 32], h.now()).await.unwrap().is_some());
    h.advance(40);
    assert_eq!(h.store.verify_token(&[2; 32], h.now()).await.unwrap(), None, "expired");
    assert_eq!(h.store.verify_token(&[9; 32], h.now()).await.unwrap(), None);
    h.store.revoke_token(till.id).await.unwrap();
    assert_eq!(h.store.verify_token(&[1; 32], h.now()).await.unwrap(), None);
    assert!(matches!(h.store.revoke_token(4_711).await.unwrap_err(), StoreError::NotFound(_)));
}

async fn cursors_are_kept(h: Harness) {
    assert_eq!(h.store.change_cursor("erp", Interface::Erp).await.unwrap(), None);
    h.store.keep_change_cursor("erp", Interface::Erp, "a").await.unwrap();
    h.store.keep_change_cursor("erp", Interface::Erp, "b\0c").await.unwrap();
    h.store.keep_change_cursor("erp", Interface::Inventory, "x").await.unwrap();
    let kept = h.store.change_cursor("erp", Interface::Erp).await.unwrap();
    assert_eq!(kept.as_deref(), Some("b\u{fffd}c"), "what PostgreSQL cannot store is replaced on both");
}

async fn the_currency_stays_once_amounts_are_kept_in_it(h: Harness) {
    let company = |currency: &str| Company { currency: currency.into(), ..Company::default() };
    let refused = async |currency: &str| {
        let error = h.store.put_company(&company(currency)).await.unwrap_err();
        let StoreError::Conflict(detail) = error else { panic!("{error}") };
        assert_eq!(h.store.company().await.unwrap().currency, "USD");
        detail
    };
    h.store.put_customers(&[customer("C1", None)]).await.unwrap();
    h.store.put_company(&company("USD")).await.unwrap();
    h.store.put_customers(&[customer("C1", Some(5))]).await.unwrap();
    assert!(refused("EUR").await.contains("stays USD: the credit of the customer C1"));
    h.store.put_customers(&[customer("C1", None)]).await.unwrap();
    h.add_open_credit("C1", 1).await.unwrap();
    assert!(refused("EUR").await.contains("the credit of the customer C1"));
    h.add_open_credit("C1", -1).await.unwrap();
    h.accept(&[("A", "1")]).await;
    assert!(refused("EUR").await.contains("the order SO-00000001"));
    let renamed = Company { name: "乙".into(), ..company("USD") };
    h.store.put_company(&renamed).await.unwrap();
    assert_eq!(h.store.company().await.unwrap(), renamed);
}
