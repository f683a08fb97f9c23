//! `mortise user`, `mortise token`, and how `mortise serve` hands over the first link.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

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
async fn operations_by_command() {
    let server = Server::start().await.with_catalog().await;
    let number = server.post("/orders", crate::support::submission()).await.body["number"].as_str().unwrap().to_owned();
    server.running.app.store.index_orders(10).await.unwrap();
    let found = says(&server, &["order", "find", "甲公司", "P1", "--state", "held"]).await.unwrap();
    assert_eq!(found, format!("{number}  held  C1  S1  2026-01-31T08:00:00Z"));
    let cancelled = says(&server, &["order", "cancel", &number, "--reason", "twice"]).await.unwrap();
    assert_eq!(cancelled, format!("{number}: cancelled; 0 deliveries take back what was exported"));
    let again = says(&server, &["order", "cancel", &number, "--reason", "twice"]).await.unwrap_err();
    assert!(again.contains("is cancelled and cannot be cancelled any more"), "{again}");
    let replayed = says(&server, &["delivery", "replay", "--since", "2026-01-01T00:00:00Z"]).await.unwrap();
    assert_eq!(replayed, "replay 1: 0 of 0 made due, 0 passed over, 0 left");
    assert_eq!(says(&server, &["delivery", "queues"]).await.unwrap(), "", "no connections, no queues");
    let unknown = says(&server, &["connection", "pause", "u8", "--reason", "month's end"]).await.unwrap_err();
    assert!(unknown.contains("There is no connection \"u8\"."), "{unknown}");
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

/// A file with this text, in the server's folder.
fn file(server: &Server, text: &str) -> String {
    let path = server.folder.path().join("given.json");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_import_says_what_it_has_done() {
    let server = Server::start().await;
    let import = async |text: &str| says(&server, &["catalog", "import", &file(&server, text)]).await;
    let example = include_str!("../../../../examples/first-order/catalog.json");
    assert_eq!(
        import(example).await.unwrap(),
        "company First Order Ltd (CNY, Asia/Shanghai, zh-CN)\n1 region\n1 store\n1 warehouse\n1 customer\n1 product\n\
         price list standard published as version 1"
    );
    assert!(import("{}").await.unwrap().ends_with("there is nothing in it"));
    for text in ["[]", "{\"shops\": []}"] {
        assert!(import(text).await.unwrap_err().contains("is no catalog"), "{text}");
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_connection_without_a_plugin_is_told_where_it_lacks_it() {
    let server = Server::start().await;
    let put = async |text: &str| says(&server, &["connection", "put", &file(&server, text)]).await.unwrap_err();
    for (text, field) in [("{\"name\": \"amap\"}", "plugin"), ("{\"plugin\": \"amap\"}", "name")] {
        let told = put(text).await;
        assert!(told.contains(&format!("`{field}` is missing, or no text")), "{told}");
    }
    assert!(put("[]").await.contains("must hold one JSON object"));
    let unknown = put("{\"name\": \"amap\", \"plugin\": \"amap\"}").await;
    assert_eq!(unknown, "mortise: no plugin \"amap\" is installed; see `mortise plugin list`");
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_doctor_tells_what_every_order_would_be_held_for() {
    let server = Server::start().await;
    let arguments = ["--server", &server.running.url, "--data", server.folder.path().to_str().unwrap(), "doctor"];
    let examined = mortise().args(arguments).output().await.unwrap();
    let told = String::from_utf8(examined.stdout).unwrap();
    assert!(!examined.status.success() && !told.contains("all is well"), "{told}");
    assert!(
        told.contains(
            "✗ no enabled connection serves pricing, inventory, geocoder, erp: orders will be held; make one each with \
             `mortise connection put`, as examples/first-order does"
        ),
        "{told}"
    );
    std::fs::remove_file(server.folder.path().join("admin.token")).unwrap();
    let examined = mortise().args(arguments).output().await.unwrap();
    let told = String::from_utf8(examined.stdout).unwrap();
    assert!(
        told.contains("sign in as an admin and make one, as `mortise access` tells under \"A lost token\""),
        "{told}"
    );
    server.running.shutdown().await;
}

#[tokio::test]
async fn an_address_that_is_no_mortise_is_told() {
    let server = Server::start().await;
    let ask = async |url: &str| {
        let mut command = mortise();
        command.env("MORTISE_TOKEN", "mrt_x").args(["--server", url, "plugin", "list"]);
        String::from_utf8(command.output().await.unwrap().stderr).unwrap()
    };
    let address = server.running.url.strip_prefix("http://").unwrap();
    let told = ask(address).await;
    assert_eq!(told.trim_end(), format!("mortise: --server {address:?} has no scheme; write http://{address}"));
    let stranger = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", stranger.local_addr().unwrap());
    let router = axum::Router::new();
    let serving = tokio::spawn(async move { axum::serve(stranger, router).await });
    let told = ask(&url).await;
    assert!(told.contains(&format!("what answers at {url} is no Mortise")), "{told}");
    serving.abort();
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_credential_in_a_pipe_is_not_asked_for() {
    let server = Server::start().await;
    let set = format!(
        "{} --server {} --data {} connection credential set erp key",
        env!("CARGO_BIN_EXE_mortise"),
        server.running.url,
        server.folder.path().display()
    );
    let piped =
        tokio::process::Command::new("sh").args(["-c", &format!("printf s3cr3t | {set}")]).output().await.unwrap();
    let told = String::from_utf8(piped.stderr).unwrap();
    assert!(told.contains("erp") && !told.contains("is not shown"), "no such connection, and no question: {told}");
    server.running.shutdown().await;
}

/// `mortise serve` in this folder, with what it prints.
fn serve(folder: &Path) -> (Child, Lines<BufReader<ChildStderr>>) {
    let mut command = mortise();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
    let mut serve = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(serve.stderr.take().unwrap()).lines();
    (serve, lines)
}

/// What it logs until a line has these words.
async fn until(lines: &mut Lines<BufReader<ChildStderr>>, words: &str) -> String {
    let mut log = String::new();
    while !log.contains(words) {
        log += &lines.next_line().await.unwrap().unwrap_or_else(|| panic!("it ended: {log}"));
    }
    log
}

#[tokio::test]
async fn the_first_link_lies_in_a_private_file_where_nobody_sits_at_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("setup.link");
    let (mut first, mut lines) = serve(folder.path());
    let mut log = until(&mut lines, "nobody has a password yet").await;
    let link = std::fs::read_to_string(&file).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let (page, key) = link.split_once('#').unwrap();
    let url = page.strip_suffix("/invite").unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_eq!(send(client.get(page)).await.status, 200, "the link leads to a page");
    let accept = client.post(format!("{url}/api/v1/invites/accept")).json(&json!({ "key": key, "password": PASSWORD }));
    let accepted = send(accept).await;
    assert_eq!((accepted.status, &accepted.body["name"]), (201, &json!("admin")), "{}", accepted.body);
    first.start_kill().unwrap();
    while let Some(line) = lines.next_line().await.unwrap() {
        log += &line;
    }
    let printed = first.wait_with_output().await.unwrap().stdout;
    assert!(log.contains("the server listens") && !log.contains(key), "{log}");
    assert_eq!(String::from_utf8(printed).unwrap(), "");
    let (mut second, mut lines) = serve(folder.path());
    until(&mut lines, "the server listens").await;
    // Its work is done, and it goes.
    for _ in 0..500 {
        if !file.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!file.exists());
    second.kill().await.unwrap();
}

#[tokio::test]
async fn rules_by_command() {
    let server = Server::start().await.with_catalog().await;
    assert_eq!(says(&server, &["rules", "list"]).await.unwrap(), "approval_routes  not published yet  Approval routes");
    let shown = says(&server, &["rules", "show", "approval_routes"]).await.unwrap();
    let mut routes: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(routes["routes"][0]["approvers"], json!(["supervisor", "finance"]));
    let file = server.folder.path().join("routes.json");
    let path = file.to_str().unwrap().to_owned();
    routes["routes"][0]["approvers"] = json!(["boss"]);
    std::fs::write(&file, routes.to_string()).unwrap();
    let refused = says(&server, &["rules", "check", "approval_routes", &path]).await.unwrap_err();
    assert!(refused.ends_with("cannot be published as it is"), "{refused}");
    routes["routes"][0]["approvers"] = json!(["finance"]);
    std::fs::write(&file, routes.to_string()).unwrap();
    assert!(says(&server, &["rules", "check", "approval_routes", &path]).await.unwrap().ends_with("can be published"));
    let kept = says(&server, &["rules", "draft", "approval_routes", &path, "--note", "one suffices"]).await.unwrap();
    assert_eq!(kept, "version 1 of approval_routes is kept as a draft");
    let tried = says(&server, &["rules", "try", "approval_routes", "1"]).await.unwrap();
    assert!(tried.starts_with("0 of 0 orders"), "{tried}");
    let body = json!({ "content": routes, "note": "one suffices" });
    assert_eq!(server.put("/rules/approval_routes/versions/1", body).await.status, 200);
    let unseen = says(&server, &["rules", "publish", "approval_routes", "1"]).await.unwrap_err();
    assert!(unseen.contains("changed since it was looked at"), "{unseen}");
    let versions = says(&server, &["rules", "versions", "approval_routes"]).await.unwrap();
    assert_eq!(versions, "1  draft (revision 2)  admin  one suffices");
    let published = says(&server, &["rules", "publish", "approval_routes", "1", "--revision", "2"]).await.unwrap();
    assert_eq!(published, "version 1 of approval_routes is in force");
    let versions = says(&server, &["rules", "versions", "approval_routes"]).await.unwrap();
    assert_eq!(versions, "2  retired  host\n1  published (revision 2)  admin  one suffices");
    let back = says(&server, &["rules", "rollback", "approval_routes"]).await.unwrap();
    assert_eq!(back, "version 2 of approval_routes is in force again");
    let nothing = says(&server, &["rules", "rollback", "approval_routes"]).await.unwrap_err();
    assert!(nothing.contains("nothing was in force before"), "{nothing}");
    server.running.shutdown().await;
}
