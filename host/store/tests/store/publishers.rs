//! Publishers' keys: trusted, revoked, trusted again; and where plugins came from.

use mortise_domain::manifest::Manifest;
use mortise_domain::ports::StoreError;
use mortise_store::{NewPlugin, NewPublisherKey};
use serde_json::json;

use crate::harness::{Harness, on_both};

on_both! { keys_are_trusted_and_revoked, a_plugin_keeps_its_source }

async fn keys_are_trusted_and_revoked(h: Harness) {
    let key = |publisher, restore| NewPublisherKey { publisher, id: "a1", public_key: "PEM", restore };
    let before = h.store.config_revision().await.unwrap();
    let first = h.now();
    assert!(h.store.trust_publisher_key(key("acme", false), "ann").await.unwrap());
    assert!(h.store.config_revision().await.unwrap() > before, "every node must look again");
    h.advance(1);
    assert!(!h.store.trust_publisher_key(key("acme", false), "bob").await.unwrap(), "it is trusted already");
    assert!(h.store.trust_publisher_key(key("甲公司", false), "bob").await.unwrap(), "one key, two publishers");
    let keys = h.store.publisher_keys().await.unwrap();
    assert_eq!(keys.iter().map(|key| key.publisher.as_str()).collect::<Vec<_>>(), ["acme", "甲公司"]);
    assert_eq!((keys[0].trusted_at, keys[0].trusted_by.as_str(), keys[0].revoked_at), (first, "ann", None));
    let revoked = h.advance(1);
    h.store.revoke_publisher_key("acme", "a1", "bob").await.unwrap();
    h.advance(1);
    h.store.revoke_publisher_key("acme", "a1", "eve").await.unwrap();
    let stored = h.store.publisher_key("acme", "a1").await.unwrap().unwrap();
    assert_eq!(
        (stored.revoked_at, stored.revoked_by.as_deref()),
        (Some(revoked), Some("bob")),
        "the first time counts"
    );
    let conflict = h.store.trust_publisher_key(key("acme", false), "eve").await.unwrap_err();
    assert!(matches!(&conflict, StoreError::Conflict(text) if text.contains("was revoked")), "{conflict}");
    assert!(h.store.trust_publisher_key(key("acme", true), "ann").await.unwrap());
    assert_eq!(h.store.publisher_key("acme", "a1").await.unwrap().unwrap().revoked_at, None);
    let missing = h.store.revoke_publisher_key("acme", "b2", "bob").await.unwrap_err();
    assert!(matches!(missing, StoreError::NotFound(_)), "{missing}");
}

async fn a_plugin_keeps_its_source(h: Harness) {
    let manifest: Manifest = serde_json::from_value(json!({
        "name": "u8", "version": "1.2.3", "publisher": "acme", "contract": "1.0",
        "title": { "zh": "甲", "en": "A" }, "description": { "zh": "甲", "en": "A" },
    }))
    .unwrap();
    let source = "oci://registry.example/u8@sha256:00";
    let new = |source| NewPlugin { digest: "d1", manifest: &manifest, component: b"x", source };
    assert!(h.store.add_plugin(new(source), "ann").await.unwrap());
    assert!(!h.store.add_plugin(new(""), "bob").await.unwrap());
    assert_eq!(h.store.plugin("d1").await.unwrap().unwrap().source, source);
}
