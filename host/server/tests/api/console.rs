//! The web console is served as it was built, and lets nothing else in.

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, ETAG, IF_NONE_MATCH};
use reqwest::{Response, StatusCode};

use crate::support::Server;

async fn page(server: &Server, path: &str) -> Response {
    let url = format!("{}{path}", server.running.url);
    server.client.get(url).header(ACCEPT, "text/html,*/*").send().await.unwrap()
}

/// The number by which the answer's page may style itself, from its policy.
fn nonce(answer: &Response) -> String {
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned()
}

#[tokio::test]
async fn every_page_gets_a_policy_and_a_number_of_its_own() {
    let server = Server::start().await;
    let expected = if mortise::console::is_built() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let mut nonces = Vec::new();
    for path in ["/", "/orders/SO-1", "/anything"] {
        let answer = page(&server, path).await;
        assert_eq!(answer.status(), expected, "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let nonce = nonce(&answer);
        let text = answer.text().await.unwrap();
        assert!(text.contains(&format!("nonce=\"{nonce}\"")) && !text.contains("MORTISE-NONCE"), "{text}");
        nonces.push(nonce);
    }
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "a number came twice: {nonces:?}");
    server.running.shutdown().await;
}

#[tokio::test]
async fn programs_are_told_by_problems_and_not_by_pages() {
    let server = Server::start().await;
    for (path, accept) in [("/orders", "*/*"), ("/api/v1/nothing", "text/html"), ("/assets/nothing.js", "text/html")] {
        let url = format!("{}{path}", server.running.url);
        let answer = server.client.get(url).header(ACCEPT, accept).send().await.unwrap();
        assert_ne!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{path}");
    }
    let posted =
        server.client.post(format!("{}/", server.running.url)).header(ACCEPT, "text/html").send().await.unwrap();
    assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
    server.running.shutdown().await;
}

#[tokio::test]
async fn files_are_compressed_and_kept_for_ever() {
    let server = Server::start().await;
    if !mortise::console::is_built() {
        // What is left out cannot be served; `cargo verify` builds it.
        return server.running.shutdown().await;
    }
    let text = page(&server, "/").await.text().await.unwrap();
    let script = text.split("src=\"/").nth(1).unwrap().split('"').next().unwrap();
    let url = format!("{}/{script}", server.running.url);
    let get = |encoding: &'static str| server.client.get(&url).header(ACCEPT_ENCODING, encoding).send();
    let whole = get("identity").await.unwrap();
    assert_eq!(whole.headers()["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(whole.headers()["cache-control"], "public, max-age=31536000, immutable");
    let tag = whole.headers()[ETAG].clone();
    let length = whole.bytes().await.unwrap().len();
    for (asked, given) in [("gzip, deflate, br", "br"), ("gzip;q=1.0, deflate", "gzip")] {
        let answer = get(asked).await.unwrap();
        assert_eq!(
            (&answer.headers()["content-encoding"], &answer.headers()["vary"]),
            (&given.parse().unwrap(), &"Accept-Encoding".parse().unwrap())
        );
        let small = answer.bytes().await.unwrap().len();
        assert!(small * 2 < length, "{asked}: {small} of {length} bytes");
    }
    let known = server.client.get(&url).header(IF_NONE_MATCH, tag).send().await.unwrap();
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    assert!(known.bytes().await.unwrap().is_empty());
    server.running.shutdown().await;
}
