//! Whatever governs leaves a trace: who, what, from where, and how it ended.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, send};

fn brief(entry: &Value) -> String {
    let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
    format!("{} {} {} {} {}", text("actor"), text("action"), text("target"), text("outcome"), entry["detail"])
}

async fn trail(server: &Server, query: &str) -> Vec<String> {
    let page = server.get(&format!("/audit?limit=500&{query}")).await;
    page.body["items"].as_array().unwrap_or_else(|| panic!("{}", page.body)).iter().map(brief).collect()
}

#[tokio::test]
async fn what_governs_is_written_down() {
    let server = Server::start().await.with_catalog().await;
    let anna = server.sign_up("anna", &["sales"], &["S1"]).await;
    server.put("/users/anna", json!({ "display_name": "A", "roles": ["operator"], "regions": ["EAST"] })).await;
    server.token("till", &["sales"], json!({ "read_only": true })).await;
    server.sign_in("anna", "wrong").await;
    server.sign_in("hunter2 typed into the wrong field", "wrong").await;
    send(server.by(&anna, Method::PUT, "/company").json(&json!({}))).await;
    server.post("/deliveries/replay", json!({ "ids": [1, 2] })).await;
    server.post("/holds/7/release", json!({ "note": "x" })).await;
    server.post("/orders", crate::support::submission()).await;
    insta::assert_debug_snapshot!(trail(&server, "").await, @r#"
    [
        "admin holds.release POST /holds/7/release failed {}",
        "admin deliveries.replay POST /deliveries/replay done {\"replay\":1,\"replayed\":0}",
        "user:anna company.change PUT /company refused {}",
        "nobody sessions.open POST /sessions failed {}",
        "user:anna sessions.open POST /sessions failed {}",
        "admin tokens.change POST /tokens done {\"token\":\"till\",\"roles\":[\"sales\"],\"scope\":{\"read_only\":true,\"nouns\":null},\"owner\":null}",
        "admin users.change PUT /users/anna done {\"roles\":{\"before\":[\"sales\"],\"after\":[\"operator\"]},\"stores\":{\"before\":[\"S1\"],\"after\":[]},\"regions\":{\"before\":[],\"after\":[\"EAST\"]}}",
        "user:anna invites.use POST /invites/accept done {}",
        "admin users.change POST /users done {\"user\":\"anna\",\"roles\":[\"sales\"]}",
        "admin catalog.change PUT /catalog/products done {}",
        "admin customers.change PUT /catalog/customers done {}",
        "admin catalog.change PUT /catalog/warehouses done {}",
        "admin catalog.change PUT /catalog/stores done {}",
        "admin catalog.change PUT /catalog/regions done {}",
    ]
    "#);
    server.running.shutdown().await;
}

#[tokio::test]
async fn an_entry_says_who_from_where_and_how_it_ended() {
    let server = Server::start_with(|config| config.proxies = vec!["127.0.0.1".parse().unwrap()]).await;
    let request = server.request(Method::PUT, "/catalog/regions").header("x-request-id", "r-1");
    let request =
        request.header("x-forwarded-for", "198.51.100.7").json(&json!({ "items": [{ "code": "R", "name": "R" }] }));
    assert_eq!(send(request).await.status, 200);
    insta::assert_json_snapshot!(server.get("/audit").await.body, @r#"
    {
      "items": [
        {
          "id": 1,
          "at": "2026-01-31T08:00:00Z",
          "actor": "admin",
          "address": "198.51.100.7",
          "action": "catalog.change",
          "target": "PUT /catalog/regions",
          "outcome": "done",
          "status": 200,
          "request": "r-1",
          "detail": {}
        }
      ],
      "next": null
    }
    "#);
    let unknown = server.get("/audit?action=nonsense").await;
    assert_eq!((unknown.status, &unknown.body["errors"][0]["field"]), (422, &json!("action")));
    server.running.shutdown().await;
}

#[tokio::test]
async fn strangers_are_written_down_once_a_minute() {
    let server = Server::start().await;
    for path in ["/users", "/tokens", "/plugins"] {
        send(server.open(Method::POST, path).json(&json!({}))).await;
    }
    send(server.open(Method::GET, "/users")).await;
    assert_eq!(trail(&server, "actor=nobody").await, ["nobody users.change POST /users refused {}"]);
    server.advance(std::time::Duration::from_mins(1));
    send(server.open(Method::POST, "/tokens").json(&json!({}))).await;
    assert_eq!(trail(&server, "actor=nobody").await[0], "nobody tokens.change POST /tokens refused {}");
    server.running.shutdown().await;
}

#[tokio::test]
async fn secrets_are_in_no_entry() {
    let server = Server::start().await;
    let manifest = serde_json::from_value(json!({
        "name": "p", "version": "1.0.0", "publisher": "test", "contract": "1.0",
        "title": { "zh": "p", "en": "p" }, "description": { "zh": "p", "en": "p" },
        "credentials": [{ "slot": "key", "title": { "zh": "钥", "en": "Key" } }],
    }))
    .unwrap();
    server.running.app.store.install_plugin("d1", &manifest, b"x", "test").await.unwrap();
    let connection = json!({ "name": "erp", "plugin": "d1", "settings": {}, "enabled": false });
    assert_eq!(server.put("/connections/erp", connection).await.status, 201);
    assert_eq!(server.put("/connections/erp/credentials/key", json!({ "value": "s3cr3t-value" })).await.status, 204);
    server.put("/connections/erp/credentials/other", json!({ "value": "s3cr3t-value" })).await;
    let entries = trail(&server, "action=credentials.change").await;
    assert_eq!(
        entries,
        [
            "admin credentials.change PUT /connections/erp/credentials/other failed {}",
            "admin credentials.change PUT /connections/erp/credentials/key done {}",
        ]
    );
    let all = server.get("/audit?limit=500").await.body.to_string();
    assert!(!all.contains("s3cr3t") && !all.contains(&server.running.token), "{all}");
    server.running.shutdown().await;
}
