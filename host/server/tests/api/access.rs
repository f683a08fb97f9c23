//! Who may come in, and the form of refusals.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use mortise::Config;
use reqwest::Method;

use crate::support::{Server, send};

#[tokio::test]
async fn a_token_is_needed() {
    let server = Server::start().await;
    let url = format!("{}/api/v1/status", server.running.url);
    let none = send(server.client.get(&url)).await;
    assert_eq!(none.headers["content-type"], "application/problem+json");
    assert_eq!(none.headers["www-authenticate"], "Bearer realm=\"mortise\"");
    insta::assert_json_snapshot!(none.body, @r#"
    {
      "type": "urn:mortise:problem:unauthorized",
      "title": "A valid token or session is needed",
      "status": 401,
      "detail": "The request has neither an Authorization header nor the cookie of a session.",
      "remedy": "Sign in, or send the header Authorization: Bearer <token>. The first token is in the file admin.token of the server's data folder."
    }
    "#);
    let wrong = send(server.client.get(&url).bearer_auth("mrt_wrong")).await;
    assert_eq!(wrong.status, 401);
    assert_eq!(wrong.body["detail"], "The token is unknown, expired or revoked.");
    let basic = send(server.client.get(&url).basic_auth("admin", Some(&server.running.token))).await;
    assert_eq!(basic.body["detail"], "The Authorization header is not of the form \"Bearer <token>\".");
    assert_eq!(server.get("/status").await.status, 200);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_revoked_token_ends_within_seconds() {
    let server = Server::start().await;
    assert_eq!(server.get("/status").await.status, 200);
    let token = server.running.app.store.tokens().await.unwrap().remove(0);
    server.running.app.store.revoke_token(token.id).await.unwrap();
    server.advance(Duration::from_secs(6));
    assert_eq!(server.get("/status").await.status, 401);
    server.running.shutdown().await;
}

#[tokio::test]
async fn the_first_token_is_made_once_and_only_its_owner_reads_it() {
    let server = Server::start().await;
    let (folder, token) = (server.folder, server.running.token.clone());
    assert!(token.starts_with("mrt_") && token.len() == 47, "{token}");
    for file in ["admin.token", "secret.key"] {
        let mode = std::fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    server.running.shutdown().await;
    let again = mortise::start(Config::in_folder(folder.path())).await.unwrap();
    assert_eq!(again.token, token);
    let answer = send(server.client.get(format!("{}/api/v1/status", again.url)).bearer_auth(&token)).await;
    assert_eq!(answer.status, 200);
    again.shutdown().await;
}

#[tokio::test]
async fn a_first_start_that_was_cut_off_locks_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("admin.token"), "mrt_left_by_a_start_that_was_cut_off").unwrap();
    let running = mortise::start(Config::in_folder(folder.path())).await.unwrap();
    let request = reqwest::Client::builder().no_proxy().build().unwrap().get(format!("{}/api/v1/status", running.url));
    assert_eq!(send(request.bearer_auth("mrt_left_by_a_start_that_was_cut_off")).await.status, 200);
    running.shutdown().await;
}

#[tokio::test]
async fn what_watches_the_process_needs_no_token() {
    let server = Server::start().await;
    let open = |path: &str| server.client.get(format!("{}{path}", server.running.url));
    assert_eq!(send(open("/healthz")).await.body, "ok\n");
    assert_eq!(send(open("/readyz")).await.body, "ready\n");
    let metrics = send(open("/metrics")).await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.body.as_str().unwrap().contains("mortise_http_seconds"), "{}", metrics.body);
    // Behind a proxy everybody comes from this machine.
    assert_eq!(send(open("/metrics").header("x-forwarded-for", "203.0.113.9")).await.status, 401);
    server.running.shutdown().await;
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_every_refusal_one_form() {
    let server = Server::start().await;
    let own = send(server.request(Method::GET, "/status").header("x-request-id", "my-id_1")).await;
    assert_eq!(own.headers["x-request-id"], "my-id_1");
    let hostile = send(server.request(Method::GET, "/status").header("x-request-id", "a b<script>")).await;
    assert_eq!(hostile.headers["x-request-id"].len(), 16);
    let unknown = send(server.client.get(format!("{}/nowhere", server.running.url))).await;
    assert_eq!((unknown.status, unknown.headers["x-request-id"].len()), (404, 16));
    insta::assert_json_snapshot!(unknown.body, @r#"
    {
      "type": "urn:mortise:problem:not-found",
      "title": "There is no such thing",
      "status": 404,
      "detail": "There is no such address."
    }
    "#);
    let no_method = send(server.request(Method::DELETE, "/orders")).await;
    assert_eq!(no_method.headers["allow"], "GET, POST");
    insta::assert_json_snapshot!(no_method.body, @r#"
    {
      "type": "urn:mortise:problem:method",
      "title": "The address has no such method",
      "status": 405,
      "detail": "See the header Allow."
    }
    "#);
    insta::assert_json_snapshot!(server.get("/orders?limit=0").await.body, @r#"
    {
      "type": "urn:mortise:problem:invalid",
      "title": "The request is not valid",
      "status": 422,
      "detail": "limit: must be from 1 to 500",
      "errors": [
        {
          "field": "limit",
          "message": "must be from 1 to 500"
        }
      ],
      "remedy": "Correct the fields and send it again."
    }
    "#);
    insta::assert_json_snapshot!(server.get("/orders?colour=red").await.body, @r#"
    {
      "type": "urn:mortise:problem:invalid",
      "title": "The request is not valid",
      "status": 422,
      "detail": "colour: unknown field `colour`, expected one of `q`, `phone`, `state`, `customer`, `store`, `reference`, `sku`, `since`, `until`, `cursor`, `limit`",
      "errors": [
        {
          "field": "colour",
          "message": "unknown field `colour`, expected one of `q`, `phone`, `state`, `customer`, `store`, `reference`, `sku`, `since`, `until`, `cursor`, `limit`"
        }
      ],
      "remedy": "Correct the fields and send it again."
    }
    "#);
    insta::assert_json_snapshot!(server.get("/orders?cursor=%00").await.body, @r#"
    {
      "type": "urn:mortise:problem:malformed",
      "title": "The request cannot be read",
      "status": 400,
      "detail": "The address contains a NUL character (%00)."
    }
    "#);
    insta::assert_json_snapshot!(server.get("/orders/SO-9").await.body, @r#"
    {
      "type": "urn:mortise:problem:not-found",
      "title": "There is no such thing",
      "status": 404,
      "detail": "There is no order \"SO-9\"."
    }
    "#);
    server.running.shutdown().await;
}
