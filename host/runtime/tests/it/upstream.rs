//! An upstream on loopback that does what its path says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: HeaderMap,
    pub body: String,
}

pub struct Upstream {
    pub origin: String,
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Upstream {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let app = Router::new().fallback(answer).with_state(Arc::clone(&seen));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { origin: format!("http://{address}"), port: address.port(), seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn last(&self) -> Seen {
        self.seen().pop().unwrap()
    }
}

async fn answer(State(seen): State<Arc<Mutex<Vec<Seen>>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, 1 << 24).await.unwrap();
    let body = String::from_utf8_lossy(&body).into_owned();
    let target = parts.uri.to_string();
    let got = Seen { method: parts.method.to_string(), target: target.clone(), headers: parts.headers, body };
    seen.lock().unwrap().push(got.clone());
    let query = parts.uri.query().unwrap_or_default().to_owned();
    match parts.uri.path() {
        "/login" => axum::Json(
            json!({ "data": { "token": "canary-token-9a7e", "expires": 7200 }, "again": "canary-token-9a7e" }),
        )
        .into_response(),
        "/redirect" => {
            let to = percent_encoding::percent_decode_str(query.trim_start_matches("to=")).decode_utf8().unwrap();
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to.into_owned())]).into_response()
        }
        "/round" => (StatusCode::FOUND, [(header::LOCATION, "/round")]).into_response(),
        "/slow" => {
            tokio::time::sleep(Duration::from_secs(5)).await;
            "late".into_response()
        }
        "/big" => Body::from(vec![b'x'; query.parse().unwrap()]).into_response(),
        "/status" => (StatusCode::from_u16(query.parse().unwrap()).unwrap(), "a page").into_response(),
        "/gzip" => ([(header::CONTENT_ENCODING, "gzip")], "not really").into_response(),
        "/parrot" => parrot(&got).into_response(),
        "/drip" => drip(&got).into_response(),
        "/half/login" => r#"{ "data": { "token": "canary-token-9a7e", "exp"#.into_response(),
        "/refused/login" => (
            StatusCode::BAD_REQUEST,
            axum::Json(json!({ "data": { "token": "canary-token-9a7e" }, "why": "too many" })),
        )
            .into_response(),
        _ => format!("{} {} {}", got.method, got.target, got.body).into_response(),
    }
}

/// Says the credential again, byte by byte.
fn drip(seen: &Seen) -> Body {
    let secret = format!("before {} after", seen.headers["x-key"].to_str().unwrap()).into_bytes();
    let bytes = secret.into_iter().map(|byte| Ok::<_, std::convert::Infallible>(Bytes::copy_from_slice(&[byte])));
    Body::from_stream(futures::stream::iter(bytes))
}

/// Says the credential again in every way it knows.
fn parrot(seen: &Seen) -> Response {
    let secret = seen.headers["x-key"].to_str().unwrap();
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let some: String =
        secret.bytes().map(|byte| if byte == b'a' { "%61".into() } else { char::from(byte).to_string() }).collect();
    let unicode: String = secret.bytes().map(|byte| format!("\\u{:04x}", u32::from(byte))).collect::<Vec<_>>().concat();
    let body = [
        secret.to_owned(),
        STANDARD.encode(secret),
        STANDARD.encode(format!("user:{secret}")),
        STANDARD.encode(format!("u:{secret}:tail")),
        STANDARD.encode(format!("xy{secret}")),
        URL_SAFE_NO_PAD.encode(format!("{{\"k\":\"{secret}\"}}")),
        percent,
        some,
        unicode,
        hex::encode(secret),
        hex::encode_upper(secret),
        serde_json::to_string(secret).unwrap().replace('-', "\\u002d"),
        serde_json::to_string(&secret.replace('-', "\\u002d")).unwrap(),
        secret.bytes().map(|byte| format!("%25{byte:02x}")).collect::<Vec<_>>().concat(),
        STANDARD.encode(secret).replace('Y', "Y\r\n "),
        hex::encode(secret).replace("61", "61\n"),
    ]
    .join("\n");
    let header = secret.to_owned();
    ([("x-parrot", header.clone()), ("set-cookie", format!("session={header}"))], body).into_response()
}
