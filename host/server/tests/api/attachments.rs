//! Files of orders.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

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

/// What a client leaves half-way is removed at once, what a killed process left later.
#[tokio::test]
async fn files_without_rows_do_not_stay() {
    let server = Server::start().await.with_catalog().await;
    let number = server.post("/orders", submission()).await.body["number"].as_str().unwrap().to_owned();
    let folder = server.folder.path().join("attachments");
    let left = || std::fs::read_dir(&folder).unwrap().count();
    let stream = half(&server, &number).await;
    until(|| left() == 1).await;
    drop(stream);
    until(|| left() == 0).await;

    assert_eq!(attach(&server, &number, "a.pdf", "application/pdf", b"%PDF-1.7").await.status, 201);
    let known = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let now = std::time::SystemTime::UNIX_EPOCH + Duration::from_micros(server.running.app.now().0.try_into().unwrap());
    let write = |name: &str, hours: u64| {
        let path = folder.join(name);
        std::fs::write(&path, "x").unwrap();
        std::fs::File::options()
            .append(true)
            .open(&path)
            .unwrap()
            .set_modified(now - Duration::from_hours(hours))
            .unwrap();
    };
    let chance = "0123456789abcdef0123456789abcdef";
    write(known.file_name().unwrap().to_str().unwrap(), 99);
    write(&format!("1-{chance}"), 25);
    write(&format!("99-{chance}"), 25);
    write(&format!("2-{chance}"), 23);
    write("notes.txt", 99);
    assert_eq!(mortise::files::sweep(&server.running.app).await.unwrap(), 2);
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let known = known.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(names, [known, format!("2-{chance}"), "notes.txt".to_owned()]);
    server.running.shutdown().await;
}

/// Where nobody knows whether the row was written, the file must not be missing from it.
#[tokio::test]
async fn a_file_stays_where_its_row_may_be_there() {
    let server = Server::start().await.with_catalog().await;
    let number = server.post("/orders", submission()).await.body["number"].as_str().unwrap().to_owned();
    let folder = server.folder.path().join("attachments");
    let left = || std::fs::read_dir(&folder).unwrap().count();
    let mut stream = half(&server, &number).await;
    until(|| left() == 1).await;
    server.running.app.store.close().await;
    stream.write_all(REST.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!((std::str::from_utf8(&answer).unwrap(), left()), ("HTTP/1.1 503", 1));
    drop(stream);
    server.running.shutdown().await;
}

const REST: &str = "whole\r\n--cut--\r\n";

/// Sends the first part of an upload.
async fn half(server: &Server, number: &str) -> tokio::net::TcpStream {
    let mut stream = tokio::net::TcpStream::connect(server.running.url.trim_start_matches("http://")).await.unwrap();
    let part = "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\
                content-type: application/pdf\r\n\r\nhalf";
    let request = format!(
        "POST /api/v1/orders/{number}/attachments HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: multipart/form-data; boundary=cut\r\ncontent-length: {}\r\n\r\n{part}",
        server.running.token,
        part.len() + REST.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn until(holds: impl Fn() -> bool) {
    let mut looks = 0;
    while !holds() {
        assert!(looks < 500, "waited in vain");
        looks += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
