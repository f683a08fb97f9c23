//! Every route of the API with every role: allowed or refused as the table says. The routes come from the router's own
//! description, so that none can be forgotten.

use mortise_domain::access::{Action, Extent, Kind, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Server, send};

struct Route {
    method: Method,
    /// With something in the place of each parameter that leads nowhere.
    path: String,
    action: Action,
}

/// All routes, and what each is according to the document.
async fn routes(server: &Server) -> Vec<Route> {
    let document = server.get("/openapi.json").await.body;
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let Some(name) = operation["x-action"].as_str() else { panic!("{method} {path} has no action") };
            routes.push(Route { method, path: filled(path), action: Action::parse(name).unwrap() });
        }
    }
    assert!(routes.len() > 60, "{}", routes.len());
    routes
}

fn filled(path: &str) -> String {
    if path == "/events" {
        // A stream of nothing, instead of one that lasts.
        return "/events?seconds=0".into();
    }
    path.split('/').map(|part| if part.starts_with('{') { "999999" } else { part }).collect::<Vec<_>>().join("/")
}

fn is_forbidden(answer: &Answer) -> bool {
    answer.status == 403 && answer.body["type"] == "urn:mortise:problem:forbidden"
}

#[tokio::test]
async fn each_role_may_what_the_table_says() {
    let server = Server::start().await.with_catalog().await;
    let routes = routes(&server).await;
    for role in Role::ALL {
        let token = server.token(&format!("a-{role}"), &[role.name()], json!({ "stores": ["S1"] })).await;
        for Route { method, path, action } in &routes {
            // An empty object is no valid body of anything that would change something.
            let request = server.with_token(&token, method.clone(), path);
            let request = if *method == Method::GET { request } else { request.json(&json!({})) };
            let answer = send(request).await;
            let what = format!("{role}: {method} {path}: {} {}", answer.status, answer.body);
            if action.kind() == Kind::Opens || action.extent(role) != Extent::No {
                assert!(!matches!(answer.status, 401 | 403 | 405 | 500..), "{what}");
            } else {
                assert!(is_forbidden(&answer), "{what}");
            }
        }
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn each_role_may_the_same_when_it_has_signed_in() {
    let server = Server::start().await.with_catalog().await;
    let routes = routes(&server).await;
    for role in Role::ALL {
        let person = server.sign_up(&format!("a-{role}"), &[role.name()], &["S1"]).await;
        let ends_itself = |route: &&Route| route.action != Action::SessionsEnd && route.action.kind() != Kind::Opens;
        for Route { method, path, action } in routes.iter().filter(ends_itself) {
            let request = server.by(&person, method.clone(), path);
            let request = if *method == Method::GET { request } else { request.json(&json!({})) };
            let answer = send(request).await;
            let refused = is_forbidden(&answer);
            assert_eq!(refused, action.extent(role) == Extent::No, "{role}: {method} {path}: {}", answer.body);
            assert!(
                refused || !matches!(answer.status, 401 | 403 | 405 | 500..),
                "{role}: {method} {path}: {}",
                answer.body
            );
        }
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn whoever_is_not_known_may_only_sign_in() {
    let server = Server::start().await;
    for Route { method, path, action } in &routes(&server).await {
        let answer = send(server.open(method.clone(), path).json(&json!({}))).await;
        if action.kind() == Kind::Opens {
            assert_eq!(answer.status, 422, "{method} {path}: {}", answer.body);
        } else {
            assert_eq!(answer.status, 401, "{method} {path}: {}", answer.body);
        }
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn figures_are_read_from_elsewhere_by_those_who_may() {
    let server = Server::start().await;
    // Behind a proxy nobody counts as this machine.
    let figures =
        || server.client.get(format!("{}/metrics", server.running.url)).header("x-forwarded-for", "203.0.113.9");
    assert_eq!(send(figures()).await.status, 401);
    for role in Role::ALL {
        let token = server.token(&format!("a-{role}"), &[role.name()], json!({})).await;
        let answer = send(figures().bearer_auth(&token)).await;
        let expected = if Action::MetricsRead.extent(role) == Extent::No { 403 } else { 200 };
        assert_eq!(answer.status, expected, "{role}");
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn pages_can_ask_for_the_table() {
    let server = Server::start().await;
    let token = server.token("bare", &["developer"], json!({})).await;
    let own: Value = send(server.with_token(&token, Method::GET, "/me")).await.body;
    let actions = own["actions"].as_object().unwrap();
    let expected = Action::ALL.iter().filter(|action| action.extent(Role::Developer) != Extent::No).count();
    assert_eq!(actions.len(), expected);
    let table = send(server.with_token(&token, Method::GET, "/access")).await.body;
    assert_eq!(table["actions"].as_array().unwrap().len(), Action::ALL.len());
    assert_eq!(table["actions"][0]["roles"]["sales"], "own");
    server.running.shutdown().await;
}
