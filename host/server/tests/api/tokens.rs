//! API tokens: bounded, owned, expiring, shown once.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::{Server, send, without};

#[tokio::test]
async fn a_token_is_shown_once_and_lives_until_it_is_revoked() {
    let server = Server::start().await;
    let wish = json!({ "name": "till", "roles": ["finance"], "expires_at": "2026-02-01T08:00:00Z" });
    let made = server.post("/tokens", wish).await;
    insta::assert_json_snapshot!(without(&made.body, "token"), @r#"
    {
      "token": "…",
      "id": 2,
      "name": "till",
      "roles": [
        "finance"
      ],
      "scope": {
        "read_only": false,
        "nouns": null
      },
      "stores": [],
      "regions": [],
      "owner": null,
      "created_by": "admin",
      "created_at": "2026-01-31T08:00:00Z",
      "expires_at": "2026-02-01T08:00:00Z",
      "last_used_at": null,
      "revoked_at": null
    }
    "#);
    let token = made.body["token"].as_str().unwrap();
    assert!(token.starts_with("mrt_") && token.len() == 47);
    let listed = server.get("/tokens").await.body;
    assert!(!listed.to_string().contains(token));
    let status = async || send(server.with_token(token, Method::GET, "/orders")).await.status;
    assert_eq!(status().await, 200);
    assert_eq!(server.get("/tokens").await.body["items"][1]["last_used_at"], "2026-01-31T08:00:00Z");
    server.advance(Duration::from_secs(24 * 3_600 - 1));
    assert_eq!(status().await, 200);
    server.advance(Duration::from_secs(1));
    assert_eq!(status().await, 401, "expired");
    let other = server.token("other", &["finance"], json!({})).await;
    assert_eq!(send(server.with_token(&other, Method::GET, "/orders")).await.status, 200);
    let id = server.get("/tokens").await.body["items"][1]["id"].clone();
    assert_eq!(send(server.request(Method::DELETE, &format!("/tokens/{id}"))).await.status, 204);
    assert_eq!(send(server.with_token(&other, Method::GET, "/orders")).await.status, 401, "revoked");
    server.running.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_a_token_is_told() {
    let server = Server::start().await;
    let wish = json!({
        "name": "host", "roles": [], "nouns": ["orders", "ships"], "stores": ["S9"], "owner": "anna",
        "expires_at": "2026-01-01T00:00:00Z",
    });
    insta::assert_json_snapshot!(server.post("/tokens", wish).await.body["errors"], @r#"
    [
      {
        "field": "stores",
        "message": "there is no store \"S9\"; correct the code or create it"
      },
      {
        "field": "name",
        "message": "stands for something else in stories; choose another name"
      },
      {
        "field": "roles",
        "message": "must name at least one role"
      },
      {
        "field": "nouns",
        "message": "\"ships\" is not known; known are: access, approvals, audit, catalog, codes, company, connections, contacts, credentials, credit, customers, deliveries, forms, holds, invites, lead-rules, leads, metrics, orders, people, plugins, prices, profile, publishers, quotes, retention, rules, sessions, status, tickets, tokens, users"
      },
      {
        "field": "expires_at",
        "message": "must lie in the future"
      },
      {
        "field": "stores",
        "message": "must be left out with an owner, whose stores and regions count"
      },
      {
        "field": "owner",
        "message": "is no user"
      }
    ]
    "#);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_scope_bounds_what_the_role_allows() {
    let server = Server::start().await.with_catalog().await;
    let reader = server.token("reader", &["admin"], json!({ "read_only": true })).await;
    let seller = server.token("seller", &["admin"], json!({ "nouns": ["orders", "users", "tokens"] })).await;
    let company = server.get("/company").await.body;
    let region = json!({ "items": [{ "code": "R", "name": "R" }] });
    for (token, method, path, body, status) in [
        (&reader, Method::GET, "/users", json!({}), 200),
        (&reader, Method::PUT, "/company", company, 403),
        (&reader, Method::POST, "/orders", crate::support::submission(), 403),
        (&seller, Method::POST, "/orders", crate::support::submission(), 201),
        (&seller, Method::GET, "/orders", json!({}), 200),
        (&seller, Method::GET, "/holds", json!({}), 403),
        (&seller, Method::PUT, "/catalog/regions", region, 403),
        (&seller, Method::GET, "/users", json!({}), 200),
        // Whoever hands out rights could hand himself more than he has.
        (&seller, Method::POST, "/users", json!({ "name": "eve", "roles": ["admin"] }), 403),
        (&seller, Method::POST, "/tokens", json!({ "name": "more", "roles": ["admin"] }), 403),
        (&reader, Method::POST, "/tokens", json!({ "name": "more", "roles": ["admin"] }), 403),
    ] {
        let answer = send(server.with_token(token, method.clone(), path).json(&body)).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
    }
    let refused = send(server.with_token(&seller, Method::GET, "/holds")).await;
    insta::assert_json_snapshot!(refused.body, @r#"
    {
      "type": "urn:mortise:problem:forbidden",
      "title": "This is not allowed",
      "status": 403,
      "detail": "The scope of the token seller does not allow holds.read.",
      "remedy": "See holds: admin, operator, supervisor, finance, sales. Ask an admin."
    }
    "#);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_token_never_outgrows_its_owner() {
    let server = Server::start().await.with_catalog().await;
    server.sign_up("anna", &["admin"], &[]).await;
    server.sign_up("boss", &["admin"], &[]).await;
    let token = server.token("annas", &["admin", "operator"], json!({ "owner": "anna" })).await;
    let status = async |path: &str| send(server.with_token(&token, Method::GET, path)).await.status;
    assert_eq!((status("/users").await, status("/tickets").await), (200, 200));
    server.put("/users/anna", json!({ "display_name": "A", "roles": ["operator"] })).await;
    assert_eq!((status("/users").await, status("/tickets").await), (403, 200));
    server.put("/users/anna", json!({ "display_name": "A", "roles": ["sales"] })).await;
    assert_eq!((status("/tickets").await, status("/me").await), (403, 403));
    server.post("/users/anna/disable", json!({})).await;
    assert_eq!(status("/tickets").await, 403);
    assert_eq!(send(server.request(Method::DELETE, "/users/anna")).await.status, 204);
    assert_eq!(status("/tickets").await, 401);
    server.running.shutdown().await;
}
