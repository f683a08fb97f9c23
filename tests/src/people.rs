//! People who come in, as far as secrets let them in: what is shown to them once must be found nowhere afterwards.

use serde_json::{Value, json};

use crate::House;

/// A person with a session, an open invitation and a token. Answers their secrets by name; only the answers that are meant to
/// show one are not among what the house has heard.
pub async fn come_in(house: &House, password: &str) -> Vec<(&'static str, String)> {
    let admin = &house.running.token;
    let first = house.running.first_link.clone().unwrap();
    let first = key(first.url.expose());
    let wish = json!({ "name": "anna", "display_name": "安娜", "roles": ["admin", "sales"], "stores": ["sh-01"] });
    let invited = shown(house, "/users", Some(admin), &wish).await.1;
    let used = key(invited["link"].as_str().unwrap());
    let by_invitation = shown(house, "/invites/accept", None, &json!({ "key": used, "password": password })).await.0;
    let by_password = shown(house, "/sessions", None, &json!({ "name": "anna", "password": password })).await.0;
    let again = shown(house, "/users/anna/invite", Some(admin), &json!({})).await.1;
    let open = key(again["link"].as_str().unwrap());
    let wish = json!({ "name": "annas", "roles": ["admin"], "owner": "anna" });
    let token = shown(house, "/tokens", Some(admin), &wish).await.1;
    let token = token["token"].as_str().unwrap().to_owned();
    let session = by_password.unwrap();
    come_and_go(house, &session, &token).await;
    misspelt(house, &session, &open, password).await;
    vec![
        ("password", password.to_owned()),
        ("session by invitation", by_invitation.unwrap()),
        ("session", session),
        ("token", token),
        ("invitation, first", first),
        ("invitation, used", used),
        ("invitation, open", open),
    ]
}

fn key(link: &str) -> String {
    link.split_once('#').unwrap().1.to_owned()
}

/// A POST whose answer shows a secret: its session, and its body.
async fn shown(house: &House, path: &str, token: Option<&str>, body: &Value) -> (Option<String>, Value) {
    let request = house.request("POST", &format!("/api/v1{path}")).json(body);
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let response = request.send().await.unwrap();
    assert_eq!(response.status().as_u16(), 201, "{path}");
    let set = response.headers().get("set-cookie").map(|set| set.to_str().unwrap().to_owned());
    let session = set.and_then(|set| Some(set.split(';').next()?.split_once('=')?.1.to_owned()));
    (session, response.json().await.unwrap())
}

/// What somebody who has come in asks, by the cookie and by the token.
async fn come_and_go(house: &House, session: &str, token: &str) {
    for path in ["/me", "/sessions", "/orders", "/users", "/users/anna", "/tokens", "/audit", "/people"] {
        let address = format!("/api/v1{path}");
        let cookie = format!("mortise={session}");
        let heard = house.hear(house.request("GET", &address).header("cookie", cookie)).await;
        assert_eq!(heard.status, 200, "{path}");
        house.hear(house.request("GET", &address).bearer_auth(token)).await;
    }
    let own = json!({ "display_name": "Anna", "email": "anna@example.com", "language": "en" });
    let change = house.request("PUT", "/api/v1/me").header("cookie", format!("mortise={session}")).json(&own);
    let refused = house.hear(change.try_clone().unwrap()).await;
    let changed = house.hear(change.header("x-requested-with", "mortise")).await;
    assert_eq!((refused.status, changed.status), (403, 200));
}

/// Secrets where they do not belong.
async fn misspelt(house: &House, session: &str, key: &str, password: &str) {
    for secret in [session, key] {
        for address in [format!("/invite?{secret}"), format!("/{secret}"), format!("/api/v1/me?session={secret}")] {
            house.hear(house.request("GET", &address)).await;
            house.hear(house.request("GET", &address).bearer_auth(secret)).await;
            house.hear(house.request("GET", &address).header("cookie", format!("mortise={secret}; mortise=x"))).await;
        }
    }
    let by_session = |method: &str, path: &str, body: Value| {
        let request = house.request(method, &format!("/api/v1{path}")).header("cookie", format!("mortise={session}"));
        request.header("x-requested-with", "mortise").json(&body)
    };
    let open = |path: &str, body: Value| house.request("POST", &format!("/api/v1{path}")).json(&body);
    for request in [
        // In the field of the name, as people do.
        open("/sessions", json!({ "name": password, "password": "anna" })),
        open("/sessions", json!({ "name": "anna", "password": password, "again": password })),
        open("/sessions", json!({ "name": "anna", "password": [password] })),
        open("/sessions", json!({ "name": "anna", "password": { password: 1 } })),
        open("/sessions", json!(password)),
        open("/invites/look", json!({ "key": key })),
        open("/invites/look", json!({ "key": [key] })),
        open("/invites/accept", json!({ "key": key, "password": "short" })),
        open("/invites/accept", json!({ "key": format!("{key}x"), "password": password })),
        open("/invites/accept", json!({ "key": password, "password": key })),
        by_session("PUT", "/me/password", json!({ "current": "wrong one, sorry", "new": format!("{password}!") })),
        by_session("PUT", "/me/password", json!({ "current": password, "new": "short" })),
        by_session("PUT", "/me/password", json!({ "current": password, "new": [password] })),
    ] {
        let heard = house.hear(request).await;
        assert!(matches!(heard.status, 200 | 401 | 404 | 422), "{}: {}", heard.asked, heard.status);
    }
}
