//! The upstream that exhibits of the museum visit.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// It answers every request alike, for ever.
pub struct Upstream {
    /// Scheme, host and port.
    pub origin: String,
}

impl Upstream {
    /// Starts on a free port; it ends with the test's runtime.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream));
            }
        });
        Self { origin }
    }
}

/// Tells what it was asked: method, target, the header that holds a credential, and the body.
async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let header =
        |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
    let mut body = vec![0; header("content-length:").parse().unwrap_or_default()];
    stream.read_exact(&mut body).await?;
    let asked = head.lines().next().unwrap_or_default();
    // How long the credential is, for the host blots out what would repeat it.
    let key = header("x-key:").len();
    let text = if asked.contains(" /login ") {
        r#"{"token":"t0ken-of-the-upstream"}"#.to_owned()
    } else {
        format!("{asked} | x-key of {key} bytes | {}", String::from_utf8_lossy(&body))
    };
    let length = text.len();
    let answer =
        format!("HTTP/1.1 201 Created\r\nx-answer: 42\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}");
    stream.write_all(answer.as_bytes()).await
}
