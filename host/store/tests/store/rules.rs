//! Versions of rules: drafted, published, rolled back; trials of drafts.

use mortise_domain::approval::ApprovalRoutes;
use mortise_domain::connection::Connection;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::Orders;
use mortise_domain::rules::{RuleState, TrialState};
use mortise_store::{APPROVALS, CheckedRules, RuleVersion};
use serde_json::{Value, json};

use crate::harness::{Harness, confirm, on_both, together};

on_both! {
    a_connections_settings_have_versions,
    routes_go_back_to_the_defaults,
    drafts_change_and_published_ones_do_not,
    only_what_was_checked_comes_into_force,
    routes_that_cannot_be_read_give_way_to_those_before,
    drafts_are_counted_and_nobody_else_is_woken,
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
    assert_eq!((drafted.head.state, drafted.head.revision, &drafted.content), (RuleState::Draft, 1, &content));
    drafted.head.version
}

/// As it is now, found to be in order.
async fn checked(h: &Harness, set: &str, version: i64) -> CheckedRules {
    let revision = h.store.rule_version(set, version).await.unwrap().map_or(1, |found| found.head.revision);
    let connection = h.store.connection(set).await.unwrap().map(|stored| stored.revision);
    CheckedRules { version, revision, connection }
}

async fn publish(h: &Harness, set: &str, version: i64) -> RuleVersion {
    let checked = checked(h, set, version).await;
    h.store.publish_rules(set, checked, "user:ann", &json!({ "routes": [] })).await.unwrap()
}

async fn back(h: &Harness, set: &str) -> Result<RuleVersion, StoreError> {
    let present = match h.store.connection(set).await.unwrap() {
        Some(stored) => stored.connection.settings,
        None => serde_json::to_value(ApprovalRoutes::default()).unwrap(),
    };
    let before = h.store.rules_before(set, &present).await?;
    h.store.roll_back_rules(set, checked(h, set, before.head.version).await, "user:ann", &present).await
}

async fn a_connections_settings_have_versions(h: Harness) {
    connection(&h, json!({ "n": 0 })).await;
    let (first, revision) = (draft(&h, "rules", json!({ "n": 1 })).await, h.store.config_revision().await.unwrap());
    assert_eq!(settings(&h).await, json!({ "n": 0 }), "a draft is not in force");
    let published = publish(&h, "rules", first).await;
    assert_eq!(published.head.replaced, Some(2), "what was in force before is kept");
    assert_eq!(settings(&h).await, json!({ "n": 1 }));
    assert!(h.store.config_revision().await.unwrap() > revision, "other nodes notice");
    let third = draft(&h, "rules", json!({ "n": 3 })).await;
    publish(&h, "rules", third).await;
    assert_eq!(settings(&h).await, json!({ "n": 3 }));
    assert_eq!(back(&h, "rules").await.unwrap().head.version, first);
    assert_eq!(settings(&h).await, json!({ "n": 1 }));
    assert_eq!(back(&h, "rules").await.unwrap().content, json!({ "n": 0 }));
    assert_eq!(settings(&h).await, json!({ "n": 0 }));
    let nothing = back(&h, "rules").await.unwrap_err();
    assert!(matches!(nothing, StoreError::Conflict(_)), "{nothing}");
    // Put otherwise: it is kept, and gone back from.
    publish(&h, "rules", third).await;
    connection(&h, json!({ "n": 9 })).await;
    assert_eq!(back(&h, "rules").await.unwrap().head.version, third);
    assert_eq!(settings(&h).await, json!({ "n": 3 }));
    let mut states = Vec::new();
    for head in h.store.rule_heads("rules").await.unwrap() {
        let version = h.store.rule_version("rules", head.version).await.unwrap().unwrap();
        states.push((head.version, head.state, version.content["n"].clone()));
    }
    assert_eq!(
        states,
        [
            (4, RuleState::Retired, json!(9)),
            (3, RuleState::Published, json!(3)),
            (2, RuleState::Retired, json!(0)),
            (1, RuleState::Retired, json!(1)),
        ]
    );
    assert_eq!(h.store.rules_in_force("rules").await.unwrap().unwrap().head.version, 3);
}

async fn routes_go_back_to_the_defaults(h: Harness) {
    assert_eq!(h.store.approval_routes().await.unwrap(), ApprovalRoutes::default());
    let mut routes = ApprovalRoutes::default();
    routes.routes[0].deadline_hours = 48;
    let defaults = serde_json::to_value(ApprovalRoutes::default()).unwrap();
    let version = draft(&h, APPROVALS, serde_json::to_value(&routes).unwrap()).await;
    let checked = checked(&h, APPROVALS, version).await;
    h.store.publish_rules(APPROVALS, checked, "user:ann", &defaults).await.unwrap();
    assert_eq!(h.store.approval_routes().await.unwrap(), routes);
    back(&h, APPROVALS).await.unwrap();
    assert_eq!(h.store.approval_routes().await.unwrap(), ApprovalRoutes::default());
}

async fn only_what_was_checked_comes_into_force(h: Harness) {
    connection(&h, json!({ "n": 0 })).await;
    let version = draft(&h, "rules", json!({ "n": 1 })).await;
    let seen = checked(&h, "rules", version).await;
    let other = json!({ "n": "not checked" });
    let refused = h.store.redraft_rules("rules", (version, Some(7)), &other, "").await.unwrap_err();
    assert!(refused.to_string().contains("changed in the meantime"), "{refused}");
    let changed = h.store.redraft_rules("rules", (version, Some(1)), &other, "").await.unwrap();
    assert_eq!(changed.head.revision, 2);
    let refused = h.store.publish_rules("rules", seen, "user:fred", &json!({})).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused}");
    assert_eq!(settings(&h).await, json!({ "n": 0 }));
    // Checked for a plugin that is not the connection's any more.
    let seen = checked(&h, "rules", version).await;
    connection(&h, json!({ "n": 5 })).await;
    let refused = h.store.publish_rules("rules", seen, "user:fred", &json!({})).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused}");
    assert_eq!(settings(&h).await, json!({ "n": 5 }));
    let states: Vec<_> =
        h.store.rule_heads("rules").await.unwrap().into_iter().map(|one| (one.version, one.state)).collect();
    assert_eq!(states, [(version, RuleState::Draft)], "nothing of it was written");
    publish(&h, "rules", version).await;
    // A rollback goes to the version that was checked, and to no other.
    let wrong = checked(&h, "rules", version).await;
    let refused = h.store.roll_back_rules("rules", wrong, "user:fred", &json!({})).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused}");
    assert_eq!(settings(&h).await, other);
}

async fn routes_that_cannot_be_read_give_way_to_those_before(h: Harness) {
    let mut routes = ApprovalRoutes::default();
    for hours in [30, 31] {
        routes.routes[0].deadline_hours = hours;
        let version = draft(&h, APPROVALS, serde_json::to_value(&routes).unwrap()).await;
        publish(&h, APPROVALS, version).await;
        h.advance(1);
    }
    h.raw(
        "UPDATE rule_versions SET content = '{\"routes\": [{\"of\": \"a newer program\"}]}' WHERE state = 'published'",
    )
    .await;
    assert_eq!(h.store.approval_routes().await.unwrap().routes[0].deadline_hours, 30);
    h.raw("UPDATE rule_versions SET content = 'no JSON'").await;
    assert_eq!(h.store.approval_routes().await.unwrap(), ApprovalRoutes::default());
}

async fn drafts_are_counted_and_nobody_else_is_woken(h: Harness) {
    let revision = h.store.config_revision().await.unwrap();
    let numbers = together(4, |_| {
        let h = h.clone();
        async move { draft(&h, APPROVALS, json!({ "routes": [] })).await }
    })
    .await;
    assert_eq!(numbers.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{numbers:?}");
    assert_eq!(h.store.config_revision().await.unwrap(), revision, "nodes have nothing to read");
    for _ in 4..100 {
        draft(&h, APPROVALS, json!({ "routes": [] })).await;
    }
    let refused = h.store.draft_rules(APPROVALS, &json!({}), "", "user:ann").await.unwrap_err();
    assert!(refused.to_string().contains("has 100 drafts already"), "{refused}");
    assert_eq!(h.store.rule_heads(APPROVALS).await.unwrap().len(), 100);
}

async fn drafts_change_and_published_ones_do_not(h: Harness) {
    connection(&h, json!({})).await;
    let version = draft(&h, "rules", json!({ "n": 1 })).await;
    let changed = h.store.redraft_rules("rules", (version, None), &json!({ "n": 2 }), "better").await.unwrap();
    assert_eq!((changed.content, changed.head.note.as_str()), (json!({ "n": 2 }), "better"));
    publish(&h, "rules", version).await;
    let refused = h.store.redraft_rules("rules", (version, None), &json!({}), "").await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused}");
    let unknown = h.store.redraft_rules("rules", (99, None), &json!({}), "").await.unwrap_err();
    assert!(matches!(unknown, StoreError::NotFound(_)), "{unknown}");
    let unknown = h
        .store
        .publish_rules("nowhere", CheckedRules { version: 1, revision: 1, connection: None }, "ann", &json!({}))
        .await
        .unwrap_err();
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
