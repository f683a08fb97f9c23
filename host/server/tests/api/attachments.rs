//! Files of orders.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Server, send, submission};

async fn attach(server: &Server, number: &str, name: &str, kind: &str, bytes: &[u8]) -> Answer {
    let head = format!(
        "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: {kind}\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--cut--\r\n"].concat();
    let request = server.request(Method::POST, &format!("/orders/{number}/attachments"));
    send(request.header("content-type", "multipart/form-data; boundary=cut").body(body)).await
}

#[tokio::test]
async fn files_come_back_as_they_went() {
    let server = Server::start_with(|config| config.attachment_bytes = 1_000).await.with_catalog().await;
    let number = server.post("/orders", submission()).await.body["number"].as_str().unwrap().to_owned();
    let stored = attach(&server, &number, "../授权 书.pdf", "application/pdf", b"%PDF-1.7").await;
    insta::assert_json_snapshot!(stored.body, @r#"
    {
      "id": 1,
      "name": "授权 书.pdf",
      "media_type": "application/pdf",
      "size": 8,
      "sha256": "86edbaa24831badfa0a8b04bb410141e2ee4182b6d0014493fe262a7a331c20b",
      "added_at": "2026-01-31T08:00:00Z",
      "added_by": "admin"
    }
    "#);
    let path = format!("/orders/{number}/attachments/{}", stored.body["id"]);
    let file = server.get(&path).await;
    assert_eq!((file.status, file.body), (200, json!("%PDF-1.7")));
    assert_eq!(file.headers["content-disposition"], "attachment; filename*=UTF-8''%E6%8E%88%E6%9D%83%20%E4%B9%A6.pdf");
    assert_eq!(file.headers["x-content-type-options"], "nosniff");

    let large = attach(&server, &number, "a.pdf", "application/pdf", &[0; 1_001]).await;
    assert_eq!((large.status, &large.body["detail"]), (413, &json!("The file is larger than 1000 bytes.")));
    let page = attach(&server, &number, "a.html", "text/html", b"<script>").await;
    assert_eq!((page.status, &page.body["errors"][0]["field"]), (422, &json!("file")));
    assert_eq!(attach(&server, "SO-9", "a.pdf", "application/pdf", &[0]).await.status, 404);
    // What was refused leaves nothing behind.
    let left = std::fs::read_dir(server.folder.path().join("attachments")).unwrap().count();
    assert_eq!(left, 1);
    let order = server.get(&format!("/orders/{number}")).await.body;
    assert_eq!(order["attachments"].as_array().unwrap().len(), 1);
    server.running.shutdown().await;
}
