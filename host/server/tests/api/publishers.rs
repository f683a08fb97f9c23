//! Publishers' keys, and what follows from them for plugins: refused, marked, told in stories.

use mortise_domain::instant::Instant;
use mortise_domain::publisher::SignaturePolicy;
use mortise_runtime::{SigningKey, inspect, sign};
use mortise_store::NewToken;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::support::{Answer, Server, send};

/// A file that is a plugin by its looks; it is never compiled here.
fn plugin(publisher: &str) -> Vec<u8> {
    let text = r#"(component
        (core module $m (func (export "f") (result i32) (i32.const 0)))
        (core instance $i (instantiate $m))
        (func $f (result u32) (canon lift (core func $i "f")))
        (instance $x (export "price" (func $f)))
        (export "mortise:plugin/pricing@1.0.0" (instance $x)))"#;
    let text_of = json!({ "zh": "定价", "en": "Pricing" });
    let manifest = json!({
        "name": "p", "version": "1.0.0", "publisher": publisher, "contract": "1.0", "title": text_of, "description": text_of,
    });
    mortise_devkit::pack(&wat::parse_str(text).unwrap(), &manifest.to_string()).unwrap()
}

fn pair(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Zeroizing::new([seed; 32]))
}

async fn trust(server: &Server, publisher: &str, key: &SigningKey) -> Answer {
    let body = json!({ "public_key": key.public().to_pem().unwrap() });
    server.put(&format!("/publishers/{publisher}"), body).await
}

async fn revoke(server: &Server, publisher: &str, key: &SigningKey) -> u16 {
    let path = format!("/publishers/{publisher}/keys/{}", key.public().id());
    send(server.request(Method::DELETE, &path)).await.status
}

async fn install(server: &Server, file: Vec<u8>) -> Answer {
    send(server.request(Method::POST, "/plugins").header("content-type", "application/wasm").body(file)).await
}

/// Puts it where an installed plugin is, as an older host or another policy may have.
async fn keep(server: &Server, file: &[u8]) -> String {
    let digest = hex::encode(Sha256::digest(file));
    let manifest = inspect(file, usize::MAX).unwrap().manifest;
    server.running.app.store.install_plugin(&digest, &manifest, file, "test").await.unwrap();
    digest
}

async fn required() -> Server {
    Server::start_with(|config| config.plugin_signatures = SignaturePolicy::Required).await
}

async fn story(server: &Server, path: &str) -> Vec<Value> {
    let told = server.get(path).await.body;
    told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| json!([entry["event"], entry["actor"], entry["data"]]))
        .collect()
}

#[tokio::test]
async fn only_admins_decide() {
    let server = Server::start().await;
    let hash = Sha256::digest(b"mrt_operator").into();
    let token = NewToken { name: "till".into(), role: "operator".into(), hash, expires_at: Instant::NEVER };
    server.running.app.store.create_token(&token).await.unwrap();
    let url = |path: &str| format!("{}/api/v1{path}", server.running.url);
    let ask = |method: Method, path: &str| server.client.request(method, url(path)).bearer_auth("mrt_operator");
    let refused = send(ask(Method::GET, "/publishers")).await;
    insta::assert_json_snapshot!(refused.body, @"");
    for request in [
        ask(Method::PUT, "/publishers/acme").json(&json!({ "public_key": "x" })),
        ask(Method::DELETE, "/publishers/acme/keys/0a"),
        ask(Method::GET, "/publishers/acme/timeline"),
        ask(Method::POST, "/plugins").json(&json!({ "source": "oci://ghcr.io/acme/u8:1" })),
    ] {
        assert_eq!(send(request).await.status, 403);
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn keys_come_and_go() {
    let server = Server::start().await;
    let (ann, path) = (pair(1), "/publishers/%E7%94%B2%2Fb");
    let body = json!({ "public_key": ann.public().to_pem().unwrap() });
    let trusted = server.put(path, body.clone()).await;
    insta::assert_json_snapshot!(trusted.body, @"");
    assert_eq!((trusted.status, server.put(path, body.clone()).await.status), (201, 200));
    assert_eq!(server.get("/publishers").await.body["items"], json!([trusted.body]));
    let key = format!("{path}/keys/{}", ann.public().id());
    assert_eq!(send(server.request(Method::DELETE, &key)).await.status, 204);
    assert_eq!(server.get("/publishers").await.body["items"][0]["revoked_by"], "admin");
    insta::assert_json_snapshot!(server.put(path, body.clone()).await.body, @"");
    let again = json!({ "public_key": body["public_key"], "restore": true });
    assert_eq!(server.put(path, again).await.body["revoked_at"], Value::Null);
    insta::assert_json_snapshot!(server.put(path, json!({ "public_key": "ssh-ed25519 AAAA" })).await.body["errors"], @"");
    assert_eq!(send(server.request(Method::DELETE, "/publishers/acme/keys/0a")).await.status, 404);
    let id = json!({ "key": ann.public().id() });
    let (trusted, revoked) =
        (json!(["publisher.key-trusted", "admin", id]), json!(["publisher.key-revoked", "admin", id]));
    assert_eq!(story(&server, &format!("{path}/timeline")).await, [trusted.clone(), revoked, trusted]);
    server.running.shutdown().await;
}

#[tokio::test]
async fn where_signatures_are_required_others_are_refused_before_they_are_compiled() {
    let server = required().await;
    let (ann, bob) = (pair(1), pair(2));
    let mut changed = sign(&plugin("acme"), &ann).unwrap();
    let last = changed.len() - 20;
    // Within the manifest's description.
    changed[last] ^= 1;
    trust(&server, "acme", &ann).await;
    trust(&server, "others", &bob).await;
    let mut told = Vec::new();
    for (name, file) in [
        ("unsigned", plugin("acme")),
        ("unknown key", sign(&plugin("acme"), &pair(3)).unwrap()),
        ("another publisher's key", sign(&plugin("acme"), &bob).unwrap()),
        ("changed", changed),
    ] {
        let answer = install(&server, file).await;
        assert_eq!(
            (answer.status, &answer.body["type"]),
            (422, &json!("urn:mortise:problem:untrusted-plugin")),
            "{name}"
        );
        told.push(format!("{name}: {}", answer.body["detail"].as_str().unwrap()));
    }
    revoke(&server, "acme", &ann).await;
    let signed = sign(&plugin("acme"), &ann).unwrap();
    told.push(format!("revoked: {}", install(&server, signed.clone()).await.body["detail"].as_str().unwrap()));
    insta::assert_snapshot!(told.join("\n"), @"");
    assert_eq!(server.get("/plugins").await.body["items"], json!([]), "nothing is kept");
    let again = json!({ "public_key": ann.public().to_pem().unwrap(), "restore": true });
    server.put("/publishers/acme", again).await;
    // Signed as it must be; that it is no plugin after all is found by the next check.
    assert_eq!(install(&server, signed).await.body["type"], "urn:mortise:problem:unusable-plugin");
    server.running.shutdown().await;
}

#[tokio::test]
async fn otherwise_they_are_marked_and_every_change_is_told() {
    let server = Server::start().await;
    let ann = pair(1);
    let digest = keep(&server, &sign(&plugin("acme"), &ann).unwrap()).await;
    let path = format!("/plugins/{digest}");
    let mark = async || server.get(&path).await.body["signature"].clone();
    insta::assert_json_snapshot!(mark().await, @"");
    trust(&server, "acme", &ann).await;
    insta::assert_json_snapshot!(mark().await, @"");
    revoke(&server, "acme", &ann).await;
    let revoked = mark().await;
    assert_eq!((&revoked["state"], &revoked["admitted"]), (&json!("revoked"), &json!(true)));
    assert_eq!(server.get("/plugins").await.body["items"][0]["signature"], revoked);
    assert_eq!(send(server.request(Method::DELETE, &path)).await.status, 204);
    let told = story(&server, &format!("{path}/timeline")).await;
    let states: Vec<String> =
        told.iter().map(|entry| format!("{} {}", entry[0], entry[2]["signature"]["state"])).collect();
    insta::assert_snapshot!(states.join("\n"), @"");
    assert!(told[1][2]["warning"]["zh"].as_str().unwrap().contains("撤销"), "{}", told[1]);
    server.running.shutdown().await;
}

#[tokio::test]
async fn where_nobody_asks_nothing_is_said() {
    let server = Server::start_with(|config| config.plugin_signatures = SignaturePolicy::Off).await;
    keep(&server, &plugin("acme")).await;
    let mark = server.get("/plugins").await.body["items"][0]["signature"].clone();
    assert_eq!(mark, json!({ "state": "unsigned", "admitted": true, "warning": null }));
    server.running.shutdown().await;
}

#[tokio::test]
async fn sources_that_are_not_allowed() {
    let server = Server::start().await;
    let install = async |body: Value| {
        let answer = server.post("/plugins", body.clone()).await;
        assert_eq!(answer.status, 422, "{body}");
        let detail = answer.body["detail"].as_str().unwrap().to_owned();
        format!("{}: {detail}", answer.body["type"].as_str().unwrap().rsplit(':').next().unwrap())
    };
    let told = [
        install(json!({ "source": "u8.wasm" })).await,
        install(json!({ "source": "oci://ghcr.io/../../etc/passwd" })).await,
        install(json!({ "source": "https://ann:s3cr3t@ghcr.io/u8.wasm" })).await,
        install(json!({ "source": "http://127.0.0.1:1/u8.wasm" })).await,
        install(json!({ "source": "https://127.0.0.1:1/u8.wasm" })).await,
        install(json!({ "source": "https://[::ffff:169.254.169.254]/u8.wasm" })).await,
        install(json!({ "source": "oci://127.0.0.1:1/u8:1.0" })).await,
        install(json!({ "source": "oci://ghcr.io/acme/u8", "digest": "abc" })).await,
        install(json!({ "source": "oci://ghcr.io/acme/u8", "tag": "1" })).await,
    ];
    assert!(!told.concat().contains("s3cr3t"));
    insta::assert_snapshot!(told.join("\n"), @"");
    server.running.shutdown().await;
}
