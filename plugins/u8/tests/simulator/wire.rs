//! The plainest way to send a request to a simulated upstream. Also used by the tests of the other connectors.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use mortise_sdk::http::{HttpError, Request, Response};

/// Sends it over a connection of its own; a body makes it a `POST`.
pub fn send(request: &Request) -> Result<Response, HttpError> {
    let rest = request.url().strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let body = request.body_text().unwrap_or_default();
    let method = if request.body_text().is_some() { "POST" } else { "GET" };
    let lost = |error: std::io::Error| HttpError::UnknownOutcome(error.to_string());
    let mut stream = TcpStream::connect(host).map_err(|error| HttpError::NotSent(error.to_string()))?;
    stream.set_read_timeout(Some(Duration::from_secs(1))).map_err(lost)?;
    let length = body.len();
    let head =
        format!("{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).map_err(lost)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(lost)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let Some(end) = end else { return Err(HttpError::UnknownOutcome("no answer".into())) };
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    assert!(!head.to_lowercase().contains("chunked"), "{head}");
    Ok(Response { status, headers: Vec::new(), body: answer[end + 4..].to_vec() })
}
