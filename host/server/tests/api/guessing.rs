//! Guessing passwords is slow, and tells nothing.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, PASSWORD, Server, key, send};

async fn from(server: &Server, address: &str, name: &str, password: &str) -> Answer {
    let request = server.open(Method::POST, "/sessions").header("x-forwarded-for", address);
    send(request.json(&json!({ "name": name, "password": password }))).await
}

/// A server behind a proxy, so that tests come from where they like.
async fn proxied() -> Server {
    Server::start_with(|config| config.proxies = vec!["127.0.0.1".parse().unwrap()]).await
}

#[tokio::test]
async fn each_wrong_pair_has_one_answer_and_costs_one_look() {
    let server = Server::start().await;
    server.sign_up("anna", &["sales"], &[]).await;
    server.sign_up("gone", &["sales"], &[]).await;
    server.post("/users/gone/disable", json!({})).await;
    server.post("/users", json!({ "name": "invited", "roles": ["sales"] })).await;
    let mut answers = Vec::new();
    for (name, password) in
        [("anna", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD), ("invited", ""), ("not a name", "x")]
    {
        let before = server.running.app.access.passwords.compared();
        let answer = server.sign_in(name, password).await;
        let looks = server.running.app.access.passwords.compared() - before;
        // The same work whoever it is: the time tells as little as the words.
        assert_eq!((answer.status, looks), (401, 1), "{name}");
        assert!(answer.headers.get("set-cookie").is_none());
        answers.push(answer.body);
    }
    insta::assert_json_snapshot!(answers[0], @r#"
    {
      "type": "urn:mortise:problem:wrong-password",
      "title": "The name or the password is wrong",
      "status": 401,
      "detail": "There is no user who may come in with this name and this password.",
      "remedy": "Type both again. Whoever has forgotten the password asks an admin for a new invitation."
    }
    "#);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    server.running.shutdown().await;
}

#[tokio::test]
async fn an_account_is_locked_for_longer_and_longer() {
    let server = proxied().await;
    server.sign_up("anna", &["sales"], &[]).await;
    for name in ["anna", "nobody"] {
        for (at, address) in (1..=6).map(|at| (at, format!("198.51.100.{at}"))) {
            assert_eq!(from(&server, &address, name, "wrong").await.status, 401, "{at}");
        }
        // From anywhere, and with the right password too; whether or not there is such an account.
        let before = server.running.app.access.passwords.compared();
        let locked = from(&server, "203.0.113.1", name, PASSWORD).await;
        assert_eq!((locked.status, &locked.headers["retry-after"]), (429, &"5".parse().unwrap()), "{}", locked.body);
        assert_eq!(server.running.app.access.passwords.compared(), before);
    }
    server.advance(Duration::from_secs(5));
    assert_eq!(from(&server, "203.0.113.1", "anna", "wrong").await.status, 401);
    let longer = from(&server, "203.0.113.1", "anna", PASSWORD).await;
    assert_eq!((longer.status, &longer.headers["retry-after"]), (429, &"10".parse().unwrap()));
    // Others are not concerned.
    server.sign_up("bob", &["sales"], &[]).await;
    assert_eq!(from(&server, "203.0.113.1", "bob", PASSWORD).await.status, 201);
    server.advance(Duration::from_secs(10));
    assert_eq!(from(&server, "203.0.113.1", "anna", PASSWORD).await.status, 201);
    // The right password has cleared the account.
    for _ in 0..5 {
        assert_eq!(from(&server, "203.0.113.1", "anna", "wrong").await.status, 401);
    }
    assert_eq!(from(&server, "203.0.113.1", "anna", PASSWORD).await.status, 201);
    server.running.shutdown().await;
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_locked() {
    let server = proxied().await;
    server.sign_up("anna", &["sales"], &[]).await;
    for at in 0..41 {
        assert_eq!(from(&server, "198.51.100.9", &format!("user{at}"), "spring 2026!").await.status, 401, "{at}");
        // Somebody's own right password does not wash the address clean.
        if at == 20 {
            assert_eq!(from(&server, "198.51.100.9", "anna", PASSWORD).await.status, 201);
        }
    }
    assert_eq!(from(&server, "198.51.100.9", "anna", PASSWORD).await.status, 429);
    assert_eq!(from(&server, "198.51.100.8", "anna", PASSWORD).await.status, 201);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_new_invitation_unlocks() {
    let server = Server::start().await;
    server.sign_up("anna", &["sales"], &[]).await;
    for _ in 0..6 {
        server.sign_in("anna", "wrong").await;
    }
    assert_eq!(server.sign_in("anna", PASSWORD).await.status, 429);
    let invited = server.post("/users/anna/invite", json!({})).await;
    assert_eq!(server.accept(&key(&invited), "some other password").await.status, 201);
    assert_eq!(server.sign_in("anna", "some other password").await.status, 201);
    server.running.shutdown().await;
}

#[tokio::test]
async fn an_open_screen_is_no_place_to_guess() {
    let server = Server::start().await;
    let anna = server.sign_up("anna", &["sales"], &[]).await;
    let guess = || {
        let body = json!({ "current": "wrong", "new": "some other password" });
        server.by(&anna, Method::PUT, "/me/password").json(&body)
    };
    for _ in 0..6 {
        assert_eq!(send(guess()).await.status, 422);
    }
    assert_eq!(send(guess()).await.status, 429);
    server.running.shutdown().await;
}
