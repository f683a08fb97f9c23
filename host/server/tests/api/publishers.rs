//! Publishers' keys, and what follows from them for plugins: refused, marked, told in the audit trail.

use mortise_domain::publisher::SignaturePolicy;
use mortise_runtime::{SigningKey, inspect, sign};
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

/// Particulars of the changes of publishers in the audit trail, oldest first.
async fn trail(server: &Server) -> Vec<Value> {
    let told = server.get("/audit?action=publishers.change").await.body;
    let entries = told["items"].as_array().unwrap().iter().rev();
    entries.map(|entry| json!([entry["actor"], entry["outcome"], entry["detail"]])).collect()
}

#[tokio::test]
async fn keys_come_and_go() {
    let server = Server::start().await;
    let (ann, path) = (pair(1), "/publishers/%E7%94%B2%2Fb");
    let body = json!({ "public_key": ann.public().to_pem().unwrap() });
    let trusted = server.put(path, body.clone()).await;
    insta::assert_json_snapshot!(trusted.body, @r#"
    {
      "publisher": "甲/b",
      "id": "236c79a936837526e7b8746a",
      "public_key": "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAiojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=\n-----END PUBLIC KEY-----\n",
      "trusted_at": "2026-01-31T08:00:00Z",
      "trusted_by": "admin",
      "revoked_at": null,
      "revoked_by": null
    }
    "#);
    assert_eq!((trusted.status, server.put(path, body.clone()).await.status), (201, 200));
    assert_eq!(server.get("/publishers").await.body["items"], json!([trusted.body]));
    let key = format!("{path}/keys/{}", ann.public().id());
    assert_eq!(send(server.request(Method::DELETE, &key)).await.status, 204);
    assert_eq!(server.get("/publishers").await.body["items"][0]["revoked_by"], "admin");
    insta::assert_json_snapshot!(server.put(path, body.clone()).await.body, @r#"
    {
      "type": "urn:mortise:problem:conflict",
      "title": "The request conflicts with what is there",
      "status": 409,
      "detail": "the key 236c79a936837526e7b8746a of 甲/b was revoked at 2026-01-31T08:00:00Z: ask the publisher for another one, or say that it is to be trusted again"
    }
    "#);
    let again = json!({ "public_key": body["public_key"], "restore": true });
    assert_eq!(server.put(path, again).await.body["revoked_at"], Value::Null);
    insta::assert_json_snapshot!(server.put(path, json!({ "public_key": "ssh-ed25519 AAAA" })).await.body["errors"], @r#"
    [
      {
        "field": "public_key",
        "message": "this is no Ed25519 public key in PEM form (it begins with `-----BEGIN PUBLIC KEY-----`): use the `.pub` file that `mortise plugin keygen` wrote"
      }
    ]
    "#);
    assert_eq!(send(server.request(Method::DELETE, "/publishers/acme/keys/0a")).await.status, 404);
    let detail = json!({ "key": ann.public().id() });
    let trail = trail(&server).await;
    let done: Vec<_> = trail.iter().filter(|entry| entry[1] == "done").collect();
    assert_eq!(*done[0], json!(["admin", "done", detail]));
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
    insta::assert_snapshot!(told.join("\n"), @"
    unsigned: the file carries no signature: ask its publisher acme for a signed one
    unknown key: the file is signed with the key dd57fa12b16a3d33f545a35a, which nobody here has trusted: compare it with what its publisher acme tells you, then trust it with `mortise publisher trust acme --key FILE`
    another publisher's key: the manifest names the publisher acme, but the key 0a4c04e8cdaae38617c52317 belongs to others: get the file from acme, or trust the key for acme too if both are the same
    changed: the signature with the key 236c79a936837526e7b8746a does not fit the file: it was changed after signing, or the signature is another file's; fetch it anew from its publisher acme
    revoked: the key 236c79a936837526e7b8746a of acme was revoked at 2026-01-31T08:00:00Z: ask the publisher for a file that is signed with a present key
    ");
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
    insta::assert_json_snapshot!(mark().await, @r#"
    {
      "state": "unknown",
      "keys": [
        "236c79a936837526e7b8746a"
      ],
      "admitted": true,
      "warning": {
        "zh": "文件的签名密钥 236c79a936837526e7b8746a 在此未被信任：向发布者 acme 核对该密钥后，用 `mortise publisher trust acme --key 文件` 信任它",
        "en": "the file is signed with the key 236c79a936837526e7b8746a, which nobody here has trusted: compare it with what its publisher acme tells you, then trust it with `mortise publisher trust acme --key FILE`"
      }
    }
    "#);
    trust(&server, "acme", &ann).await;
    insta::assert_json_snapshot!(mark().await, @r#"
    {
      "state": "trusted",
      "publisher": "acme",
      "key": "236c79a936837526e7b8746a",
      "admitted": true,
      "warning": null
    }
    "#);
    revoke(&server, "acme", &ann).await;
    let revoked = mark().await;
    assert_eq!((&revoked["state"], &revoked["admitted"]), (&json!("revoked"), &json!(true)));
    assert_eq!(server.get("/plugins").await.body["items"][0]["signature"], revoked);
    assert_eq!(send(server.request(Method::DELETE, &path)).await.status, 204);
    let plugins = trail(&server).await.into_iter().map(|entry| entry[2]["plugins"].clone()).collect::<Vec<_>>();
    assert_eq!(plugins, [json!([format!("p 1.0.0 {digest}: trusted")]), json!([format!("p 1.0.0 {digest}: revoked")])]);
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
        let answer = server.post("/plugins/fetch", body.clone()).await;
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
    insta::assert_snapshot!(told.join("\n"), @r#"
    invalid: source: "u8.wasm" names no plugin: write oci://HOST/REPOSITORY:TAG, or an address that begins with https://
    invalid: source: "oci://ghcr.io/../../etc/passwd" names no plugin: invalid reference format; write oci://HOST/REPOSITORY:TAG or …@sha256:DIGEST
    invalid: source: "https://…" names no plugin: an address must not hold a user name or password
    unfetched-plugin: `http://127.0.0.1:1` is not HTTPS: others could change the file on the way; use https, or name the host in `plugin-sources.plain-http`
    unfetched-plugin: `https://127.0.0.1:1` lies at 127.0.0.1, this machine itself: if that is meant, name the host in `plugin-sources.private`
    unfetched-plugin: `https://[::ffff:a9fe:a9fe]` lies at ::ffff:169.254.169.254, a cloud's metadata service: files are never fetched from there
    unfetched-plugin: `https://127.0.0.1:1` lies at 127.0.0.1, this machine itself: if that is meant, name the host in `plugin-sources.private`
    invalid: digest: must be the SHA-256 of the file, 64 hex digits
    invalid: tag: is not known here; known are: source or digest
    "#);
    server.running.shutdown().await;
}

/// A trial runs a plugin too, and whoever may try says nothing about credentials.
#[tokio::test]
async fn no_trial_goes_around_a_policy_or_a_grant() {
    let server = required().await;
    let digest = keep(&server, &plugin("acme")).await;
    let connection = json!({ "name": "p", "plugin": digest, "settings": {}, "enabled": false });
    let stored = server.put("/connections/p", connection).await;
    assert_eq!(stored.status, 201, "{}", stored.body);
    let shadow = async |body: Value| server.post("/connections/p/upgrade/shadow", body).await;
    let tried = shadow(json!({})).await;
    assert!(tried.status == 422 && tried.body.to_string().contains("requires signatures"), "{}", tried.body);
    let reveal = shadow(json!({ "approve": [{ "field": "grant.reveal", "value": "key" }] })).await;
    assert_eq!((reveal.status, &reveal.body["errors"][0]["field"]), (422, &json!("approve[0]")), "{}", reveal.body);
    server.running.shutdown().await;
}
