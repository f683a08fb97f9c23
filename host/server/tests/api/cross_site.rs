//! What other sites' pages can make a browser send changes nothing.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, Server, send};

/// A change that would be seen.
fn change(server: &Server, person: &Person) -> RequestBuilder {
    let own = json!({ "display_name": "changed", "email": null, "language": "zh" });
    server.open(Method::PUT, "/me").header("cookie", &person.cookie).json(&own)
}

async fn display_name(server: &Server, person: &Person) -> Value {
    send(server.by(person, Method::GET, "/me")).await.body["display_name"].clone()
}

fn is_refused(answer: &Answer) -> bool {
    answer.status == 403 && answer.body["type"] == "urn:mortise:problem:cross-site"
}

#[tokio::test]
async fn a_change_by_cookie_needs_both_proofs() {
    let server = Server::start().await;
    let anna = server.sign_up("anna", &["sales"], &[]).await;
    let own_host = server.running.url.clone();
    let with = |headers: &[(&str, &str)]| {
        headers.iter().fold(change(&server, &anna), |r, (name, value)| r.header(*name, *value))
    };
    let own = ("x-requested-with", "mortise");
    for headers in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("x-requested-with", "XMLHttpRequest"), ("sec-fetch-site", "same-origin")],
        &[own, ("sec-fetch-site", "cross-site")],
        &[own, ("sec-fetch-site", "same-site")],
        &[own, ("sec-fetch-site", "none")],
        &[own, ("origin", "https://evil.example")],
        &[own, ("origin", "null")],
        // The browser's word counts before an origin that looks right.
        &[own, ("sec-fetch-site", "cross-site"), ("origin", &own_host)],
    ] {
        let answer = send(with(headers)).await;
        assert!(is_refused(&answer), "{headers:?}: {}", answer.body);
    }
    assert_eq!(display_name(&server, &anna).await, "anna");
    for headers in [&[own][..], &[own, ("sec-fetch-site", "same-origin")], &[own, ("origin", &own_host)]] {
        let answer = send(with(headers)).await;
        assert_eq!(answer.status, 200, "{headers:?}: {}", answer.body);
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in() {
    let server = Server::start().await;
    server.sign_up("eve", &["sales"], &[]).await;
    let sign_in = || server.open(Method::POST, "/sessions");
    let body = json!({ "name": "eve", "password": PASSWORD });
    // What a form can send is no JSON.
    let form = send(sign_in().header("content-type", "text/plain").body(body.to_string())).await;
    assert_eq!((form.status, form.headers.get("set-cookie")), (415, None));
    let script = send(sign_in().header("origin", "https://evil.example").json(&body)).await;
    assert!(is_refused(&script) && script.headers.get("set-cookie").is_none(), "{}", script.body);
    assert_eq!(send(sign_in().json(&body)).await.status, 201);
    server.running.shutdown().await;
}

#[tokio::test]
async fn no_other_origin_may_read_or_preflight() {
    let server = Server::start().await;
    let anna = server.sign_up("anna", &["sales"], &[]).await;
    let preflight = server.open(Method::OPTIONS, "/me").header("origin", "https://evil.example");
    let preflight = send(preflight.header("access-control-request-method", "PUT")).await;
    let read = send(server.by(&anna, Method::GET, "/me").header("origin", "https://evil.example")).await;
    assert_eq!(preflight.status, 405);
    for answer in [preflight, read] {
        assert!(
            answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")),
            "{:?}",
            answer.headers
        );
        assert_eq!(answer.headers["cross-origin-resource-policy"], "same-origin");
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_token_needs_no_proof_and_a_cookie_beside_it_counts_for_nothing() {
    let server = Server::start().await;
    let anna = server.sign_up("anna", &["sales"], &[]).await;
    let request = server.request(Method::PUT, "/company").header("cookie", &anna.cookie);
    let company = server.get("/company").await.body;
    let answer = send(request.header("sec-fetch-site", "cross-site").json(&company)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let wrong = server.open(Method::GET, "/me").header("cookie", &anna.cookie).bearer_auth("mrt_wrong");
    assert_eq!(send(wrong).await.status, 401, "a wrong token is not made good by a cookie");
    // One kind does not pass for the other.
    let token_as_cookie = server.open(Method::GET, "/me").header("cookie", format!("mortise={}", server.running.token));
    assert_eq!(send(token_as_cookie).await.status, 401);
    let id = anna.cookie.split_once('=').unwrap().1;
    assert_eq!(send(server.with_token(id, Method::GET, "/me")).await.status, 401);
    server.running.shutdown().await;
}
