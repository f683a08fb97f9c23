//! Sessions: their cookie, their end, and that nobody can hand one to somebody else.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::{PASSWORD, Person, Server, cookie, send, without};

#[tokio::test]
async fn the_cookie_is_as_strict_as_it_can_be() {
    let plain = Server::start().await;
    plain.sign_up("anna", &["sales"], &[]).await;
    let set = plain.sign_in("anna", PASSWORD).await.headers["set-cookie"].to_str().unwrap().to_owned();
    let (id, attributes) = set.split_once("; ").unwrap();
    assert!(id.starts_with("mortise=mrs_") && id.len() == 8 + 47, "{set}");
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Strict; Max-Age=604800");
    plain.running.shutdown().await;

    let secure = Server::start_with(|config| config.public_url = Some("https://m.example.com".into())).await;
    let anna = secure.sign_up("anna", &["sales"], &[]).await;
    let signed_in = secure.sign_in("anna", PASSWORD).await;
    let set = signed_in.headers["set-cookie"].to_str().unwrap();
    assert!(set.starts_with("__Host-mortise=mrs_"), "{set}");
    assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800; Secure"), "{set}");
    assert_eq!(signed_in.headers["cache-control"], "no-store");
    // Under the name that a neighbouring host could set, it counts for nothing.
    let plain = Person { cookie: anna.cookie.replace("__Host-", ""), ..anna };
    assert_eq!(send(secure.by(&plain, Method::GET, "/me")).await.status, 401);
    secure.running.shutdown().await;
}

#[tokio::test]
async fn signing_in_never_takes_an_id_over() {
    let server = Server::start().await;
    let victim = server.sign_up("anna", &["sales"], &[]).await;
    let attacker = server.sign_up("eve", &["sales"], &[]).await;
    let sign_in = |cookie: &str| {
        let body = json!({ "name": "anna", "password": PASSWORD });
        server.open(Method::POST, "/sessions").header("cookie", cookie).json(&body)
    };
    // An id that somebody made up, and one that somebody holds already.
    for planted in ["mortise=mrs_0000000000000000000000000000000000000000000", attacker.cookie.as_str()] {
        let signed_in = send(sign_in(planted)).await;
        assert_ne!(cookie(&signed_in), planted);
        let planted = Person { name: String::new(), cookie: planted.into() };
        assert_eq!(send(server.by(&planted, Method::GET, "/me")).await.status, 401, "the planted id is nobody's");
        let fresh = Person { name: String::new(), cookie: cookie(&signed_in) };
        assert_eq!(send(server.by(&fresh, Method::GET, "/me")).await.body["name"], "anna");
    }
    assert_eq!(send(server.by(&victim, Method::GET, "/me")).await.status, 200, "her other session stays");
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_session_ends_when_it_is_left_or_old() {
    let server = Server::start().await;
    let anna = server.sign_up("anna", &["sales"], &[]).await;
    let alive = async || send(server.by(&anna, Method::GET, "/me")).await.status == 200;
    for _ in 0..(7 * 24 / 6 - 1) {
        server.advance(Duration::from_hours(6));
        assert!(alive().await);
    }
    server.advance(Duration::from_hours(6));
    assert!(!alive().await, "a week is over");
    let again = server.sign_in("anna", PASSWORD).await;
    let anna = Person { cookie: cookie(&again), ..anna };
    server.advance(Duration::from_mins(8 * 60 - 1));
    assert_eq!(send(server.by(&anna, Method::GET, "/me")).await.status, 200);
    server.advance(Duration::from_mins(8 * 60 + 1));
    assert_eq!(send(server.by(&anna, Method::GET, "/me")).await.status, 401, "it was left");
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_view_that_comes_back_by_itself_is_no_use_of_a_session() {
    let server = Server::start().await.with_catalog().await;
    let anna = server.sign_up("anna", &["sales"], &["S1"]).await;
    server.advance(Duration::from_hours(7));
    let view = send(server.by(&anna, Method::GET, "/events?seconds=0")).await;
    assert_eq!(view.status, 200, "{}", view.body);
    server.advance(Duration::from_hours(2));
    assert_eq!(send(server.by(&anna, Method::GET, "/me")).await.status, 401, "she went home nine hours ago");
    server.running.shutdown().await;
}

#[tokio::test]
async fn sessions_are_seen_and_ended() {
    let server = Server::start().await;
    let anna = server.sign_up("anna", &["sales"], &[]).await;
    let other = Person { name: "anna".into(), cookie: cookie(&server.sign_in("anna", PASSWORD).await) };
    let third = Person { name: "anna".into(), cookie: cookie(&server.sign_in("anna", PASSWORD).await) };
    let bob = server.sign_up("bob", &["sales"], &[]).await;
    let listed = send(server.by(&anna, Method::GET, "/sessions")).await.body;
    let seen: Vec<_> = listed["items"].as_array().unwrap().iter().map(|item| item["current"].clone()).collect();
    assert_eq!(seen, [json!(false), json!(false), json!(true)]);
    assert_eq!(listed["items"][0]["address"], "127.0.0.1");
    let newest = &listed["items"][0]["id"];
    let path = format!("/sessions/{newest}");
    assert_eq!(send(server.by(&bob, Method::DELETE, &path)).await.status, 404, "it is not his");
    assert_eq!(send(server.by(&anna, Method::DELETE, &path)).await.status, 204);
    assert_eq!(send(server.by(&third, Method::GET, "/me")).await.status, 401);
    let ended = send(server.by(&anna, Method::DELETE, "/sessions/others")).await;
    assert_eq!(ended.body, json!({ "ended": 1 }));
    assert_eq!(send(server.by(&other, Method::GET, "/me")).await.status, 401);
    let out = send(server.by(&anna, Method::DELETE, "/sessions/current")).await;
    assert_eq!(out.headers["set-cookie"], "mortise=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    assert_eq!(send(server.by(&anna, Method::GET, "/me")).await.status, 401);
    assert_eq!(send(server.by(&bob, Method::GET, "/me")).await.status, 200);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_changed_password_ends_all_sessions_and_begins_one() {
    let server = Server::start().await;
    let anna = server.sign_up("anna", &["sales"], &[]).await;
    let change = |current: &str, new: &str| {
        server.by(&anna, Method::PUT, "/me/password").json(&json!({ "current": current, "new": new }))
    };
    let wrong = send(change("not my password", "some other password")).await;
    assert_eq!((wrong.status, &wrong.body["errors"][0]["field"]), (422, &json!("current")));
    let weak = send(change(PASSWORD, "short")).await;
    assert_eq!((weak.status, &weak.body["errors"][0]["field"]), (422, &json!("new")));
    let changed = send(change(PASSWORD, "some other password")).await;
    assert_eq!(changed.status, 201, "{}", changed.body);
    assert_eq!(send(server.by(&anna, Method::GET, "/me")).await.status, 401);
    let fresh = Person { cookie: cookie(&changed), ..anna };
    assert_eq!(send(server.by(&fresh, Method::GET, "/me")).await.status, 200);
    assert_eq!(server.sign_in("anna", PASSWORD).await.status, 401);
    assert_eq!(server.sign_in(&fresh.name, "some other password").await.status, 201);
    server.running.shutdown().await;
}

#[tokio::test]
async fn one_knows_who_one_is() {
    let server = Server::start().await.with_catalog().await;
    let anna = server.sign_up("anna", &["developer"], &["S1"]).await;
    let own = json!({ "display_name": "安娜", "email": "anna@example.com", "language": "en" });
    let changed = send(server.by(&anna, Method::PUT, "/me").json(&own)).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let me = send(server.by(&anna, Method::GET, "/me")).await.body;
    assert_eq!(me, changed.body);
    insta::assert_json_snapshot!(without(&me, "actions"), @r#"
    {
      "actor": "user:anna",
      "name": "anna",
      "display_name": "安娜",
      "email": "anna@example.com",
      "language": "en",
      "roles": [
        "developer"
      ],
      "stores": [
        "S1"
      ],
      "regions": [],
      "scope": {
        "read_only": false,
        "nouns": null
      },
      "actions": "…",
      "expires_at": "2026-02-07T08:00:00Z"
    }
    "#);
    assert_eq!((&me["actions"]["plugins.install"], me["actions"].get("orders.read")), (&json!("all"), None));
    // Roles are not one's own to change.
    let wish = json!({ "display_name": "A", "email": null, "language": "zh", "roles": ["admin"] });
    assert_eq!(send(server.by(&anna, Method::PUT, "/me").json(&wish)).await.status, 422);
    let token = server.get("/me").await.body;
    assert_eq!((&token["actor"], &token["name"], &token["roles"]), (&json!("admin"), &json!(null), &json!(["admin"])));
    let tokens_have_none = server.get("/sessions").await;
    assert_eq!(
        (tokens_have_none.status, &tokens_have_none.body["type"]),
        (409, &json!("urn:mortise:problem:conflict"))
    );
    server.running.shutdown().await;
}
