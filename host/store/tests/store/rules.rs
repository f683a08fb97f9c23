//! Versions of rules: drafted, published, rolled back; trials of drafts.

use mortise_domain::approval::ApprovalRoutes;
use mortise_domain::connection::Connection;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::Orders;
use mortise_domain::rules::{RuleState, TrialState};
use mortise_store::{APPROVALS, RuleVersion};
use serde_json::{Value, json};

use crate::harness::{Harness, confirm, on_both};

on_both! {
    a_connections_settings_have_versions,
    routes_go_back_to_the_defaults,
    drafts_change_and_published_ones_do_not,
    trials_go_on_until_they_are_stopped,
    past_orders_come_newest_first,
}

async fn connection(h: &Harness, settings: Value) {
    let manifest = json!({
        "name": "order-rules", "version": "0.1.0", "publisher": "mortise", "contract": "1.0",
        "title": { "zh": "规则", "en": "Rules" }, "description": { "zh": "规则", "en": "Rules" }, "settings": {},
    });
    h.store.install_plugin("d1", &serde_json::from_value(manifest).unwrap(), b"x", "ann").await.unwrap();
    let one: Connection =
        serde_json::from_value(json!({ "name": "rules", "plugin": "d1", "settings": settings })).unwrap();
    h.store.put_connection(&one, None).await.unwrap();
}

async fn settings(h: &Harness) -> Value {
    h.store.connection("rules").await.unwrap().unwrap().connection.settings
}

async fn draft(h: &Harness, set: &str, content: Value) -> i64 {
    let drafted = h.store.draft_rules(set, &content, "why", "user:ann").await.unwrap();
    assert_eq!((drafted.state, &drafted.content), (RuleState::Draft, &content));
    drafted.version
}

async fn publish(h: &Harness, set: &str, version: i64) -> RuleVersion {
    h.store.publish_rules(set, version, "user:ann", &json!({ "routes": [] })).await.unwrap()
}

async fn back(h: &Harness, set: &str) -> Result<RuleVersion, StoreError> {
    h.store.roll_back_rules(set, "user:ann", &json!({ "routes": [] })).await
}

async fn a_connections_settings_have_versions(h: Harness) {
    connection(&h, json!({ "n": 0 })).await;
    let (first, revision) = (draft(&h, "rules", json!({ "n": 1 })).await, h.store.config_revision().await.unwrap());
    assert_eq!(settings(&h).await, json!({ "n": 0 }), "a draft is not in force");
    let published = publish(&h, "rules", first).await;
    assert_eq!(published.replaced, Some(2), "what was in force before is kept");
    assert_eq!(settings(&h).await, json!({ "n": 1 }));
    assert!(h.store.config_revision().await.unwrap() > revision, "other nodes notice");
    let third = draft(&h, "rules", json!({ "n": 3 })).await;
    publish(&h, "rules", third).await;
    assert_eq!(settings(&h).await, json!({ "n": 3 }));
    assert_eq!(back(&h, "rules").await.unwrap().version, first);
    assert_eq!(settings(&h).await, json!({ "n": 1 }));
    assert_eq!(back(&h, "rules").await.unwrap().content, json!({ "n": 0 }));
    assert_eq!(settings(&h).await, json!({ "n": 0 }));
    let nothing = back(&h, "rules").await.unwrap_err();
    assert!(matches!(nothing, StoreError::Conflict(_)), "{nothing}");
    // Put otherwise: it is kept, and gone back from.
    publish(&h, "rules", third).await;
    connection(&h, json!({ "n": 9 })).await;
    assert_eq!(back(&h, "rules").await.unwrap().version, third);
    assert_eq!(settings(&h).await, json!({ "n": 3 }));
    let versions = h.store.rule_versions("rules").await.unwrap();
    let states: Vec<_> = versions.iter().map(|one| (one.version, one.state, one.content["n"].clone())).collect();
    assert_eq!(
        states,
        [
            (4, RuleState::Retired, json!(9)),
            (3, RuleState::Published, json!(3)),
            (2, RuleState::Retired, json!(0)),
            (1, RuleState::Retired, json!(1)),
        ]
    );
    assert_eq!(h.store.rules_in_force("rules").await.unwrap().unwrap().version, 3);
}

async fn routes_go_back_to_the_defaults(h: Harness) {
    assert_eq!(h.store.approval_routes().await.unwrap(), ApprovalRoutes::default());
    let mut routes = ApprovalRoutes::default();
    routes.routes[0].deadline_hours = 48;
    let defaults = serde_json::to_value(ApprovalRoutes::default()).unwrap();
    let version = draft(&h, APPROVALS, serde_json::to_value(&routes).unwrap()).await;
    h.store.publish_rules(APPROVALS, version, "user:ann", &defaults).await.unwrap();
    assert_eq!(h.store.approval_routes().await.unwrap(), routes);
    h.store.roll_back_rules(APPROVALS, "user:ann", &defaults).await.unwrap();
    assert_eq!(h.store.approval_routes().await.unwrap(), ApprovalRoutes::default());
}

async fn drafts_change_and_published_ones_do_not(h: Harness) {
    connection(&h, json!({})).await;
    let version = draft(&h, "rules", json!({ "n": 1 })).await;
    let changed = h.store.redraft_rules("rules", version, &json!({ "n": 2 }), "better").await.unwrap();
    assert_eq!((changed.content, changed.note.as_str()), (json!({ "n": 2 }), "better"));
    publish(&h, "rules", version).await;
    let refused = h.store.redraft_rules("rules", version, &json!({}), "").await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused}");
    let unknown = h.store.redraft_rules("rules", 99, &json!({}), "").await.unwrap_err();
    assert!(matches!(unknown, StoreError::NotFound(_)), "{unknown}");
    let unknown = h.store.publish_rules("nowhere", 1, "ann", &json!({})).await.unwrap_err();
    assert!(matches!(unknown, StoreError::NotFound(_)), "{unknown}");
}

async fn trials_go_on_until_they_are_stopped(h: Harness) {
    let id = h.store.begin_trial("rules", 1, 10, "user:ann").await.unwrap();
    assert!(h.store.note_trial(id, TrialState::Running, 4, &json!({ "held": 1 })).await.unwrap());
    let trial = h.store.trial("rules", id).await.unwrap().unwrap();
    assert_eq!((trial.state, trial.total, trial.done), (TrialState::Running, 10, 4));
    assert_eq!(h.store.trial("other", id).await.unwrap(), None);
    assert!(h.store.note_trial(id, TrialState::Stopped, 4, &json!({ "held": 1 })).await.unwrap());
    assert!(!h.store.note_trial(id, TrialState::Running, 5, &json!({})).await.unwrap(), "it was stopped");
    assert_eq!(h.store.trial("rules", id).await.unwrap().unwrap().result, json!({ "held": 1 }));
}

async fn past_orders_come_newest_first(h: Harness) {
    let mut ids = Vec::new();
    for _ in 0..5 {
        let id = h.accept(&[("A", "1")]).await;
        h.store.decide(&[confirm(id, 1, &[("A", "1")], "50", h.now())]).await.unwrap();
        ids.push(id);
        h.advance(1);
    }
    h.accept(&[("A", "1")]).await;
    let since = Instant(0);
    assert_eq!(h.store.count_past_orders(since, 100).await.unwrap(), 5, "one was never judged");
    assert_eq!(h.store.count_past_orders(since, 3).await.unwrap(), 3);
    let (first, after) = h.store.past_orders(since, None, 3).await.unwrap();
    let (rest, _) = h.store.past_orders(since, after, 3).await.unwrap();
    let seen: Vec<OrderId> = first.iter().chain(&rest).map(|order| order.id).collect();
    ids.reverse();
    assert_eq!(seen, ids);
    assert_eq!(first[0].order.lines[0].sku, "A");
}
