//! Users: kept by admins, and by admins alone.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{PASSWORD, Server, send, without};

#[tokio::test]
async fn users_are_created_changed_and_listed() {
    let server = Server::start().await.with_catalog().await;
    let wish = json!({
        "name": "anna", "display_name": "安娜", "email": "anna@example.com", "roles": ["sales", "finance"], "stores": ["S1"],
        "regions": ["EAST"], "language": "en",
    });
    let made = server.post("/users", wish).await;
    insta::assert_json_snapshot!(without(&made.body, "link"), @r#"
    {
      "user": {
        "name": "anna",
        "display_name": "安娜",
        "email": "anna@example.com",
        "roles": [
          "finance",
          "sales"
        ],
        "stores": [
          "S1"
        ],
        "regions": [
          "EAST"
        ],
        "language": "en",
        "disabled": false,
        "has_password": false,
        "created_at": "2026-01-31T08:00:00Z",
        "last_login_at": null
      },
      "link": "…",
      "expires_at": "2026-02-03T08:00:00Z"
    }
    "#);
    let taken = server.post("/users", json!({ "name": "anna", "roles": ["sales"] })).await;
    assert_eq!((taken.status, &taken.body["type"]), (409, &json!("urn:mortise:problem:conflict")));
    let wrong =
        json!({ "name": "A b", "display_name": "", "email": "x", "roles": [], "stores": ["S9"], "regions": ["WEST"] });
    insta::assert_json_snapshot!(server.post("/users", wrong).await.body["errors"], @r#"
    [
      {
        "field": "display_name",
        "message": "must have 1 to 100 characters without control characters"
      },
      {
        "field": "email",
        "message": "must be an address such as anna@example.com; leave it out if unknown"
      },
      {
        "field": "roles",
        "message": "must name at least one role; to keep somebody out, disable the user"
      },
      {
        "field": "stores",
        "message": "there is no store \"S9\"; correct the code or create it"
      },
      {
        "field": "regions",
        "message": "there is no region \"WEST\"; correct the code or create it"
      },
      {
        "field": "name",
        "message": "must have 2 to 64 lower-case letters, digits, hyphens, dots and underscores, a letter or digit first; it stays for ever, so a staff number serves better than a name that changes"
      }
    ]
    "#);
    let profile = json!({ "display_name": "Anna", "roles": ["supervisor"], "regions": ["EAST"] });
    let changed = server.put("/users/anna", profile).await;
    assert_eq!(
        (changed.status, &changed.body["roles"], &changed.body["stores"]),
        (200, &json!(["supervisor"]), &json!([]))
    );
    let listed = server.get("/users?search=ANN").await.body;
    assert_eq!(listed["items"], json!([server.get("/users/anna").await.body]));
    assert_eq!(server.get("/people").await.body["items"][1], json!({ "name": "anna", "display_name": "Anna" }));
    assert_eq!(server.get("/users/bob").await.status, 404);
    server.running.shutdown().await;
}

#[tokio::test]
async fn nobody_raises_himself() {
    let server = Server::start().await;
    let (operator, admin) =
        (json!({ "name": "eve", "roles": ["operator"] }), json!({ "display_name": "Eve", "roles": ["admin"] }));
    let eve = server.sign_up("eve", &["operator", "supervisor", "finance", "sales", "developer"], &[]).await;
    for (method, path, body) in [
        (Method::PUT, "/users/eve", admin.clone()),
        (Method::POST, "/users", json!({ "name": "eve2", "roles": ["admin"] })),
        (Method::POST, "/users/admin/invite", json!({})),
        (Method::POST, "/users/admin/disable", json!({})),
        (Method::DELETE, "/users/admin", json!({})),
        (Method::POST, "/tokens", json!({ "name": "eves", "roles": ["admin"] })),
        (Method::GET, "/users", operator),
        (Method::GET, "/tokens", json!({})),
        (Method::GET, "/audit", json!({})),
    ] {
        let answer = send(server.by(&eve, method.clone(), path).json(&body)).await;
        assert_eq!(
            (answer.status, &answer.body["type"]),
            (403, &json!("urn:mortise:problem:forbidden")),
            "{method} {path}"
        );
    }
    insta::assert_json_snapshot!(send(server.by(&eve, Method::PUT, "/users/eve").json(&admin)).await.body, @r#"
    {
      "type": "urn:mortise:problem:forbidden",
      "title": "This is not allowed",
      "status": 403,
      "detail": "user:eve has the roles [operator, supervisor, finance, sales, developer], and none of them allows users.change.",
      "remedy": "Invite, change and disable users: admin. Ask an admin."
    }
    "#);
    assert_eq!(
        server.get("/users/eve").await.body["roles"],
        json!(["operator", "supervisor", "finance", "sales", "developer"])
    );
    server.running.shutdown().await;
}

#[tokio::test]
async fn the_last_admin_keeps_the_keys() {
    let server = Server::start().await;
    server.sign_up("boss", &["admin"], &[]).await;
    let demoted = json!({ "display_name": "Boss", "roles": ["sales"] });
    for answer in [
        server.put("/users/boss", demoted.clone()).await,
        server.post("/users/boss/disable", json!({})).await,
        send(server.request(Method::DELETE, "/users/boss")).await,
    ] {
        assert_eq!(
            (answer.status, &answer.body["type"]),
            (409, &json!("urn:mortise:problem:conflict")),
            "{}",
            answer.body
        );
    }
    server.sign_up("second", &["admin"], &[]).await;
    assert_eq!(server.put("/users/boss", demoted).await.status, 200);
    assert_eq!(server.post("/users/second/disable", json!({})).await.status, 409);
    server.running.shutdown().await;
}

#[tokio::test]
async fn changes_are_in_force_with_the_next_request() {
    let server = Server::start().await;
    let anna = server.sign_up("anna", &["sales"], &[]).await;
    let status = async |path: &str| send(server.by(&anna, Method::GET, path)).await.status;
    assert_eq!((status("/orders").await, status("/tickets").await), (200, 403));
    server.put("/users/anna", json!({ "display_name": "A", "roles": ["operator"] })).await;
    assert_eq!((status("/orders").await, status("/tickets").await), (200, 200));
    server.post("/users/anna/disable", json!({})).await;
    assert_eq!(status("/orders").await, 401);
    assert_eq!(server.post("/users/anna/invite", json!({})).await.status, 409);
    assert_eq!(server.sign_in("anna", PASSWORD).await.status, 401);
    server.post("/users/anna/enable", json!({})).await;
    assert_eq!(status("/orders").await, 401, "the session before stays ended");
    assert_eq!(server.sign_in("anna", PASSWORD).await.status, 201);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_person_is_forgotten_and_the_story_stays() {
    let server = Server::start().await.with_catalog().await;
    let anna = server.sign_up("anna", &["sales"], &["S1"]).await;
    let order = send(server.by(&anna, Method::POST, "/orders").json(&crate::support::submission())).await.body;
    assert_eq!(send(server.request(Method::DELETE, "/users/anna")).await.status, 204);
    assert_eq!(send(server.by(&anna, Method::GET, "/me")).await.status, 401);
    assert_eq!(server.sign_in("anna", PASSWORD).await.status, 401);
    let story = server.get(&format!("/orders/{}/timeline", order["number"].as_str().unwrap())).await.body;
    assert_eq!(story["items"][0]["actor"], "user:anna");
    let again: Value = server.post("/users", json!({ "name": "anna", "roles": ["sales"] })).await.body;
    assert_eq!(again["type"], "urn:mortise:problem:conflict");
    server.running.shutdown().await;
}
