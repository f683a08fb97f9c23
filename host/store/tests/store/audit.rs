//! The audit trail.

use mortise_domain::instant::Instant;
use mortise_store::{AuditEntry, AuditFilter, Outcome, Page, PageRequest};
use serde_json::json;

use crate::harness::{Harness, on_both};

on_both! { entries_are_begun_and_completed, the_trail_is_filtered_and_paged }

fn entry(at: Instant, actor: &str, action: &str, target: &str) -> AuditEntry {
    AuditEntry {
        id: 0,
        at,
        actor: actor.into(),
        address: "203.0.113.9".into(),
        action: action.into(),
        target: target.into(),
        outcome: Outcome::Begun,
        status: None,
        request: "r1".into(),
        detail: json!({}),
    }
}

fn targets(page: &Page<AuditEntry>) -> Vec<&str> {
    page.items.iter().map(|entry| entry.target.as_str()).collect()
}

async fn entries_are_begun_and_completed(h: Harness) {
    let begun = entry(h.now(), "admin", "users.change", "PUT /users/anna");
    let id = h.store.write_audit(&begun).await.unwrap();
    let stored =
        async || h.store.audit(&AuditFilter::default(), &PageRequest::default()).await.unwrap().items.remove(0);
    assert_eq!(stored().await, AuditEntry { id, ..begun.clone() });
    let detail = json!({ "roles": ["sales"] });
    h.store.finish_audit(id, Outcome::Done, 200, &detail).await.unwrap();
    let done = AuditEntry { id, outcome: Outcome::Done, status: Some(200), detail, ..begun };
    assert_eq!(stored().await, done);
    // What is complete does not change any more.
    h.store.finish_audit(id, Outcome::Failed, 500, &json!({})).await.unwrap();
    assert_eq!(stored().await, done);
}

async fn the_trail_is_filtered_and_paged(h: Harness) {
    let start = h.now();
    for (actor, action, target) in [
        ("admin", "users.change", "PUT /users/anna"),
        ("user:anna", "holds.release", "POST /holds/7/release"),
        ("user:anna", "users.change", "PUT /users/anna"),
        ("nobody", "users.change", "DELETE /users/50%_off"),
    ] {
        let outcome = if actor == "nobody" { Outcome::Refused } else { Outcome::Done };
        h.store.write_audit(&AuditEntry { outcome, ..entry(h.now(), actor, action, target) }).await.unwrap();
        h.advance(1);
    }
    let all = PageRequest::default();
    let find = async |filter: AuditFilter| {
        let page = h.store.audit(&filter, &all).await.unwrap();
        targets(&page).into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let (put, release, delete) = ("PUT /users/anna", "POST /holds/7/release", "DELETE /users/50%_off");
    assert_eq!(find(AuditFilter::default()).await, [delete, put, release, put]);
    assert_eq!(find(AuditFilter { actor: Some("user:anna".into()), ..Default::default() }).await, [put, release]);
    assert_eq!(find(AuditFilter { action: Some("holds.release".into()), ..Default::default() }).await, [release]);
    assert_eq!(find(AuditFilter { outcome: Some(Outcome::Refused), ..Default::default() }).await, [delete]);
    assert_eq!(find(AuditFilter { target: Some("/Users/ANNA".into()), ..Default::default() }).await, [put, put]);
    assert_eq!(find(AuditFilter { target: Some("50%_".into()), ..Default::default() }).await, [delete]);
    assert_eq!(find(AuditFilter { address: Some("203.0.113.8".into()), ..Default::default() }).await, [""; 0]);
    let (since, until) = (Some(Instant(start.0 + 1_000_000)), Some(Instant(start.0 + 3_000_000)));
    assert_eq!(find(AuditFilter { since, until, ..Default::default() }).await, [put, release]);
    let mut page = PageRequest { after: None, limit: 3 };
    let first = h.store.audit(&AuditFilter::default(), &page).await.unwrap();
    page.after.clone_from(&first.next);
    let second = h.store.audit(&AuditFilter::default(), &page).await.unwrap();
    assert_eq!((targets(&first).len(), targets(&second), second.next.clone()), (3, vec![put], None));
}
