//! Connections and plugins at their edges: what cannot be installed, edited or loaded.

use mortise_domain::manifest::Manifest;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Server, send, submission};

const DIGEST: &str = "00000000000000000000000000000000000000000000000000000000000000aa";

/// A plugin whose file is damaged: it is stored, and can never be loaded.
async fn damaged(server: &Server) {
    let manifest: Manifest = serde_json::from_value(json!({
        "name": "damaged", "version": "1.0.0", "publisher": "test", "contract": "1.0",
        "title": { "zh": "坏", "en": "Damaged" }, "description": { "zh": "坏", "en": "Damaged" },
        "settings": { "type": "object", "properties": { "level": { "type": "integer", "minimum": 1 } }, "additionalProperties": false },
        "credentials": [{ "slot": "key", "title": { "zh": "钥", "en": "Key" } }],
    }))
    .unwrap();
    server.running.app.store.install_plugin(DIGEST, &manifest, b"no component", "test").await.unwrap();
}

fn connection() -> Value {
    json!({ "name": "erp", "plugin": DIGEST, "settings": { "level": 1 }, "enabled": false })
}

async fn put(server: &Server, tag: Option<&str>, body: &Value) -> Answer {
    let request = server.request(Method::PUT, "/connections/erp").json(body);
    send(tag.into_iter().fold(request, |request, tag| request.header("if-match", tag))).await
}

#[tokio::test]
async fn a_file_that_is_no_plugin_is_refused() {
    let server = Server::start().await;
    let request = server.request(Method::POST, "/plugins").header("content-type", "application/wasm");
    let answer = send(request.body("no component")).await;
    assert_eq!((answer.status, &answer.body["type"]), (422, &json!("urn:mortise:problem:unusable-plugin")));
    assert_eq!(server.get("/plugins").await.body, json!({ "items": [], "next": null }));
    server.running.shutdown().await;
}

#[tokio::test]
async fn settings_of_any_depth_do_no_harm() {
    let server = Server::start().await;
    let body = format!("{{\"name\":\"erp\",\"plugin\":\"x\",\"settings\":{}", "[".repeat(100_000));
    let request = server.request(Method::PUT, "/connections/erp").header("content-type", "application/json");
    let answer = send(request.body(body)).await;
    assert_eq!((answer.status, &answer.body["type"]), (400, &json!("urn:mortise:problem:malformed")));
    server.running.shutdown().await;
}

#[tokio::test]
async fn edits_need_the_present_revision() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(put(&server, None, &connection()).await.body["errors"], @r#"
    [
      {
        "field": "plugin",
        "message": "is not installed; use the digest of an installed plugin"
      }
    ]
    "#);
    damaged(&server).await;
    // Neither nothing, nor a name, nor a part of the digest: a connection names the file's very bytes.
    for plugin in ["", "damaged", "damaged@1.0.0", &DIGEST[1..], &DIGEST.to_uppercase()] {
        let mut vague = connection();
        vague["plugin"] = json!(plugin);
        let refused = put(&server, None, &vague).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (422, &json!("plugin")), "{plugin:?}");
    }
    let mut wrong = connection();
    wrong["settings"]["level"] = json!(0);
    insta::assert_json_snapshot!(put(&server, None, &wrong).await.body["errors"], @r#"
    [
      {
        "field": "settings.level",
        "message": "0 is less than the minimum of 1; correct this field of the connection"
      }
    ]
    "#);
    let created = put(&server, None, &connection()).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let tag = created.headers["etag"].to_str().unwrap().to_owned();
    insta::assert_json_snapshot!(put(&server, None, &connection()).await.body, @r#"
    {
      "type": "urn:mortise:problem:precondition-required",
      "title": "The connection exists already",
      "status": 428,
      "detail": "connection erp exists already",
      "remedy": "To change it, send If-Match with its ETag."
    }
    "#);
    assert_eq!(put(&server, Some("7"), &connection()).await.status, 422);
    let changed = put(&server, Some(&tag), &connection()).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.headers["etag"], tag.as_str());
    insta::assert_json_snapshot!(put(&server, Some(&tag), &connection()).await.body, @r#"
    {
      "type": "urn:mortise:problem:precondition-failed",
      "title": "Somebody else has changed it",
      "status": 412,
      "detail": "connection erp was changed in the meantime: read it again and repeat the change",
      "remedy": "Read the connection again, apply your change to it, and send it with the new ETag."
    }
    "#);
    assert_eq!(put(&server, Some("*"), &connection()).await.status, 200);
    let gone = send(server.request(Method::DELETE, "/connections/erp")).await;
    assert_eq!((gone.status, server.get("/connections/erp").await.status), (204, 404));
    server.running.shutdown().await;
}

#[tokio::test]
async fn policies_out_of_range_are_refused_unless_it_is_switched_off() {
    let server = Server::start().await;
    damaged(&server).await;
    let mut wild = connection();
    wild["upstream-timeout-ms"] = json!(u64::MAX);
    wild["retry"] = json!({ "first-ms": 0, "slow-ms": 0, "ticket-after": 0 });
    assert_eq!(put(&server, None, &wild).await.status, 201);
    wild["enabled"] = json!(true);
    let refused = put(&server, Some("*"), &wild).await;
    assert_eq!(refused.status, 422);
    insta::assert_json_snapshot!(refused.body["errors"], @r#"
    [
      {
        "field": "retry.first-ms",
        "message": "0 is not between 50 and 3600000: choose a value in that range"
      },
      {
        "field": "retry.slow-ms",
        "message": "0 is not between 1000 and 86400000: choose a value in that range"
      },
      {
        "field": "retry.ticket-after",
        "message": "0 is not between 1 and 1000: choose a value in that range"
      },
      {
        "field": "upstream-timeout-ms",
        "message": "18446744073709551615 is not between 0 and 3600000: choose a value in that range"
      }
    ]
    "#);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_connection_that_cannot_be_loaded_is_reported_and_holds_orders() {
    let server = Server::start().await.with_catalog().await;
    damaged(&server).await;
    let mut enabled = connection();
    enabled["enabled"] = json!(true);
    let refused = put(&server, None, &enabled).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (422, &json!("plugin")), "{}", refused.body);
    // As another node, or an older version of the host, may have left it.
    let app = &server.running.app;
    app.store.put_connection(&serde_json::from_value(enabled).unwrap(), None).await.unwrap();
    app.refresh().await.unwrap();
    let status = server.get("/connections/erp/status").await.body;
    assert_eq!(status["health"], "broken");
    insta::assert_json_snapshot!(status["fault"], @r#"
    {
      "zh": "文件不是 WebAssembly：开头为 `6e6f20636f6d706f`，组件应以 `\\0asm` 开头；请提交 `mortise plugin build` 生成的 .wasm 文件",
      "en": "the file is not WebAssembly: it begins with `6e6f20636f6d706f`, a component begins with `\\0asm`; hand in the `.wasm` file that `mortise plugin build` wrote"
    }
    "#);
    assert_eq!(server.get("/status").await.body["connections"], json!([status]));
    let order = server.post("/orders", submission()).await.body;
    assert_eq!(order["state"], "held");
    let text = order["holds"].to_string();
    assert!(text.contains("erp could not be loaded"), "the hold names the connection: {text}");
    let told = order["holds"][0]["text"]["zh"].as_str().unwrap();
    assert!(told.contains(status["fault"]["zh"].as_str().unwrap()), "in both languages: {text}");
    assert_eq!(put(&server, Some("*"), &connection()).await.status, 200);
    assert_eq!(server.get("/connections/erp/status").await.body["health"], "disabled");
    server.running.shutdown().await;
}

#[tokio::test]
async fn credentials_are_written_and_never_read() {
    let server = Server::start().await;
    damaged(&server).await;
    put(&server, None, &connection()).await;
    let slot = "/connections/erp/credentials/key";
    assert_eq!(server.put(slot, json!({ "value": "s3cr3t-value" })).await.status, 204);
    let listed = server.get("/connections/erp/credentials").await.body;
    insta::assert_json_snapshot!(listed, @r#"
    {
      "items": [
        {
          "slot": "key",
          "title": {
            "zh": "钥",
            "en": "Key"
          },
          "required": false,
          "captured": false,
          "filled_at": "2026-01-31T08:00:00Z",
          "expires_at": null
        }
      ],
      "next": null
    }
    "#);
    insta::assert_json_snapshot!(server.put("/connections/erp/credentials/other", json!({ "value": "x" })).await.body["errors"], @r#"
    [
      {
        "field": "slot",
        "message": "is not known to the plugin; known are: key"
      }
    ]
    "#);
    let everything = [server.get("/connections").await.body, server.get("/status").await.body];
    assert!(!format!("{everything:?}").contains("s3cr3t-value"));
    for file in ["mortise.db", "mortise.db-wal"] {
        let bytes = std::fs::read(server.folder.path().join(file)).unwrap();
        assert!(!bytes.windows(12).any(|part| part == b"s3cr3t-value"), "{file}");
    }
    server.running.shutdown().await;
}
