//! `mortise user`, `mortise token`, and what `mortise serve` shows at the first start.

use std::process::Stdio;

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::support::{PASSWORD, Server, send};

/// The program, without the settings of whoever runs the tests.
fn mortise() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mortise"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MORTISE_")) {
        command.env_remove(name);
    }
    command.kill_on_drop(true);
    command
}

/// What it says to the server of the test: standard output, or standard error where it fails.
async fn says(server: &Server, arguments: &[&str]) -> Result<String, String> {
    let mut command = mortise();
    command.arg("--server").arg(&server.running.url).arg("--data").arg(server.folder.path()).args(arguments);
    let output = command.output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().trim_end().to_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

#[tokio::test]
async fn users_by_command() {
    let server = Server::start().await.with_catalog().await;
    let invited =
        says(&server, &["user", "invite", "anna", "--roles", "sales,finance", "--stores", "S1", "--language", "en"]);
    let invited = invited.await.unwrap();
    let (link, words) = invited.split_once('\n').unwrap();
    assert_eq!(words, "anna sets the password there, once, until 2026-02-03T08:00:00Z");
    assert_eq!(
        says(&server, &["user", "list"]).await.unwrap(),
        "admin  invited  admin    Admin\nanna  invited  finance,sales  S1  anna"
    );
    assert_eq!(server.accept(link.split_once('#').unwrap().1, PASSWORD).await.status, 201);
    let changed = says(&server, &["user", "roles", "anna", "operator"]).await.unwrap();
    assert_eq!(changed, "anna  active  operator  S1  anna");
    assert_eq!(server.get("/users/anna").await.body["language"], "en", "all else stays");
    assert_eq!(says(&server, &["user", "disable", "anna"]).await.unwrap(), "anna  disabled  operator  S1  anna");
    assert_eq!(says(&server, &["user", "enable", "anna"]).await.unwrap(), "anna  active  operator  S1  anna");
    assert!(says(&server, &["user", "invite", "anna"]).await.unwrap().starts_with("http://"));
    let without = says(&server, &["user", "invite", "bob"]).await.unwrap_err();
    assert_eq!(without, "mortise: there is no user bob; to create one, say what they are with --roles");
    let again = says(&server, &["user", "invite", "anna", "--roles", "admin"]).await.unwrap_err();
    assert_eq!(again, "mortise: anna exists already; change the roles with `mortise user roles anna …`");
    let unknown = says(&server, &["user", "roles", "anna", "boss"]).await.unwrap_err();
    assert!(unknown.contains("known are: admin, operator, supervisor, finance, sales, developer"), "{unknown}");
    server.running.shutdown().await;
}

#[tokio::test]
async fn tokens_by_command() {
    let server = Server::start().await;
    let token =
        says(&server, &["token", "create", "till", "--roles", "sales", "--read-only", "--nouns", "orders"]).await;
    let token = token.unwrap();
    assert_eq!(send(server.with_token(&token, reqwest::Method::GET, "/orders")).await.status, 200);
    let listed = says(&server, &["token", "list"]).await.unwrap();
    assert_eq!(
        listed,
        "admin  admin    machine  until revoked  used 2026-01-31T08:00:00Z\n\
         till  sales  read-only,orders  machine  until revoked  used 2026-01-31T08:00:00Z"
    );
    assert_eq!(says(&server, &["token", "revoke", "till"]).await.unwrap(), "till: revoked");
    assert_eq!(send(server.with_token(&token, reqwest::Method::GET, "/orders")).await.status, 401);
    let unknown = says(&server, &["token", "revoke", "nobodys"]).await.unwrap_err();
    assert_eq!(unknown, "mortise: there is no token \"nobodys\"; see `mortise token list`");
    server.running.shutdown().await;
}

#[tokio::test]
async fn the_first_start_shows_the_link_and_logs_it_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = mortise();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path());
    let mut serve = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(serve.stdout.take().unwrap()).lines();
    let words = lines.next_line().await.unwrap().unwrap();
    assert!(words.starts_with("Nobody has signed in yet. The admin sets a password here, once, until "), "{words}");
    let link = lines.next_line().await.unwrap().unwrap();
    let (page, key) = link.split_once('#').unwrap();
    let url = page.strip_suffix("/invite").unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let accept = client.post(format!("{url}/api/v1/invites/accept")).json(&json!({ "key": key, "password": PASSWORD }));
    let accepted = send(accept).await;
    assert_eq!((accepted.status, &accepted.body["name"]), (201, &json!("admin")), "{}", accepted.body);
    serve.kill().await.unwrap();
    let log = serve.wait_with_output().await.unwrap().stderr;
    let log = String::from_utf8(log).unwrap();
    assert!(log.contains("the server listens") && !log.contains(key), "{log}");
}
