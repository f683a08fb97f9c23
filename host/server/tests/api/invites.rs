//! From the first start to the first sign-in.

use std::time::Duration;

use mortise::Config;
use reqwest::Method;
use serde_json::json;

use crate::support::{PASSWORD, Person, Server, cookie, key, send};

#[tokio::test]
async fn the_first_link_leads_to_the_orders() {
    let server = Server::start().await;
    let link = server.running.first_link.clone().unwrap();
    let (page, key) = link.url.expose().split_once('#').unwrap();
    assert_eq!(page, format!("{}/invite", server.running.url));
    let looked = send(server.open(Method::POST, "/invites/look").json(&json!({ "key": key }))).await;
    insta::assert_json_snapshot!(looked.body, @r#"
    {
      "name": "admin",
      "display_name": "Admin",
      "language": "zh",
      "has_password": false,
      "expires_at": "2026-02-03T08:00:00Z"
    }
    "#);
    let accepted = server.accept(key, PASSWORD).await;
    assert_eq!((accepted.status, &accepted.body["actor"]), (201, &json!("user:admin")), "{}", accepted.body);
    let admin = Person { name: "admin".into(), cookie: cookie(&accepted) };
    assert_eq!(send(server.by(&admin, Method::GET, "/orders")).await.body["items"], json!([]));
    let again = server.accept(key, "another horse battery").await;
    assert_eq!((again.status, &again.body["type"]), (404, &json!("urn:mortise:problem:void-invite")));
    let signed_in = server.sign_in("admin", PASSWORD).await;
    assert_eq!(signed_in.status, 201, "{}", signed_in.body);
    server.running.shutdown().await;
}

#[tokio::test]
async fn each_start_shows_a_link_until_somebody_has_a_password() {
    let server = Server::start().await;
    let (folder, first) = (server.folder, server.running.first_link.clone().unwrap());
    server.running.shutdown().await;
    let mut config = Config::in_folder(folder.path());
    (config.access.password_memory_kib, config.access.password_passes) = (64, 1);
    let again = mortise::start(config.clone()).await.unwrap();
    let second = again.first_link.clone().unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let accept = |url: &str, link: &mortise::invites::Link| {
        let key = link.url.expose().split_once('#').unwrap().1.to_owned();
        client.post(format!("{url}/api/v1/invites/accept")).json(&json!({ "key": key, "password": PASSWORD }))
    };
    assert_eq!(send(accept(&again.url, &first)).await.status, 404, "the newer link voids the older");
    assert_eq!(send(accept(&again.url, &second)).await.status, 201);
    again.shutdown().await;
    let third = mortise::start(config).await.unwrap();
    assert!(third.first_link.is_none());
    third.shutdown().await;
}

#[tokio::test]
async fn an_invitation_expires_and_weak_passwords_leave_it_as_it_is() {
    let server = Server::start().await;
    let invited = server.post("/users", json!({ "name": "anna", "roles": ["sales"] })).await;
    let key = key(&invited);
    insta::assert_json_snapshot!(server.accept(&key, "anna123456").await.body["errors"], @r#"
    [
      {
        "field": "password",
        "message": "begins with the name or e-mail address of the account; choose another"
      }
    ]
    "#);
    server.advance(Duration::from_hours(72));
    assert_eq!(server.accept(&key, PASSWORD).await.status, 404);
    assert_eq!(server.sign_in("anna", PASSWORD).await.status, 401);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_and_older_sessions_end() {
    let server = Server::start().await;
    let anna = server.sign_up("anna", &["sales"], &[]).await;
    let invited = server.post("/users/anna/invite", json!({})).await;
    // Until the link is used, the present password holds.
    assert_eq!(send(server.by(&anna, Method::GET, "/me")).await.status, 200);
    assert_eq!(server.accept(&key(&invited), "some other password").await.status, 201);
    assert_eq!(send(server.by(&anna, Method::GET, "/me")).await.status, 401);
    assert_eq!(server.sign_in("anna", PASSWORD).await.status, 401);
    assert_eq!(server.sign_in(" Anna ", "some other password").await.status, 201);
    server.running.shutdown().await;
}

#[tokio::test]
async fn links_and_keys_are_in_no_table() {
    let server = Server::start().await;
    let anna = server.sign_up("anna", &["sales"], &[]).await;
    let invited = server.post("/users/anna/invite", json!({})).await;
    let token = server.token("till", &["sales"], json!({})).await;
    let session = anna.cookie.split_once('=').unwrap().1.to_owned();
    let secrets = [key(&invited), token, session, PASSWORD.to_owned()];
    for file in ["mortise.db", "mortise.db-wal"] {
        let bytes = std::fs::read(server.folder.path().join(file)).unwrap();
        for secret in &secrets {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{file} has {secret}");
        }
    }
    let trail = server.get("/audit?limit=500").await.body.to_string();
    assert!(secrets.iter().all(|secret| !trail.contains(secret.as_str())), "{trail}");
    server.running.shutdown().await;
}
