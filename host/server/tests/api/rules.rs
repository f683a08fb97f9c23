//! Rules through the doors: what is published is what was looked at and is in order.

use mortise_domain::approval::ApprovalRoutes;
use mortise_store::{APPROVALS, CheckedRules};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, send};

fn routes(hours: u32) -> Value {
    let mut routes = ApprovalRoutes::default();
    routes.routes[0].deadline_hours = hours;
    serde_json::to_value(routes).unwrap()
}

async fn drafted(server: &Server, content: &Value) -> Value {
    let drafted = server.post("/rules/approval_routes/versions", json!({ "content": content })).await;
    assert_eq!(drafted.status, 201, "{}", drafted.body);
    drafted.body
}

#[tokio::test]
async fn nobody_publishes_what_they_have_not_looked_at() {
    let server = Server::start().await;
    let draft = drafted(&server, &routes(30)).await;
    let path = format!("/rules/approval_routes/versions/{}", draft["version"]);
    assert_eq!(draft["revision"], 1, "{draft}");
    let changed = server.put(&path, json!({ "content": routes(31), "revision": 1 })).await;
    assert_eq!((changed.status, &changed.body["revision"]), (200, &json!(2)), "{}", changed.body);
    let lost = server.put(&path, json!({ "content": routes(32), "revision": 1 })).await;
    assert_eq!(lost.status, 409, "somebody else's change would be lost: {}", lost.body);
    let unseen = server.post(&format!("{path}/publish"), json!({ "revision": 1 })).await;
    assert_eq!(unseen.status, 409, "{}", unseen.body);
    assert_eq!(server.get("/rules/approval_routes").await.body["in_force"], Value::Null);
    assert_eq!(server.post(&format!("{path}/publish"), json!({})).await.status, 422, "it names no content");
    let published = server.post(&format!("{path}/publish"), json!({ "revision": 2 })).await;
    assert_eq!(published.body["content"]["routes"][0]["deadline-hours"], 31, "{}", published.body);
    let large = json!({ "content": { "routes": [], "filler": "x".repeat(300_000) } });
    let refused = server.post("/rules/approval_routes/versions", large).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (422, &json!("content")), "{}", refused.body);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_rollback_is_checked_as_a_publication_is() {
    let server = Server::start().await;
    let app = &server.running.app;
    // In force once, and not in order any more.
    let bad = drafted(&server, &json!({ "routes": [{ "code": "X X", "title": { "zh": "x", "en": "x" } }] })).await;
    let version = bad["version"].as_i64().unwrap();
    assert!(!bad["faults"].as_array().unwrap().is_empty(), "{bad}");
    let checked = CheckedRules { version, revision: 1, connection: None };
    app.store.publish_rules(APPROVALS, checked, "user:ann", &routes(24)).await.unwrap();
    let good = drafted(&server, &routes(30)).await;
    let path = format!("/rules/approval_routes/versions/{}/publish", good["version"]);
    assert_eq!(server.post(&path, json!({ "revision": 1 })).await.status, 200);
    let refused = send(server.request(Method::POST, "/rules/approval_routes/rollback")).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert_eq!(server.get("/rules/approval_routes").await.body["in_force"], good["version"]);
    server.running.shutdown().await;
}

#[tokio::test]
async fn what_is_half_applied_is_applied_again() {
    let server = Server::start().await;
    let app = &server.running.app;
    app.refresh().await.unwrap();
    // Nobody else puts anything in force meanwhile.
    let alone = app.refreshing.lock().await;
    app.store.put_company(&app.store.company().await.unwrap()).await.unwrap();
    // One who begins, and then cannot read company and routes.
    let (revision, _) = app.connections.refresh().await.unwrap().unwrap();
    assert_eq!(app.connections.refresh().await.unwrap().map(|(again, _)| again), Some(revision), "it is not done");
    drop(alone);
    app.refresh().await.unwrap();
    assert_eq!(app.connections.refresh().await.unwrap(), None);
    server.running.shutdown().await;
}
