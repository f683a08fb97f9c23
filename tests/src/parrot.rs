//! An upstream that says every credential again, wherever it can: in the body, in headers, in redirects, in errors.

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

/// A hostile upstream on loopback.
pub struct Parrot {
    /// Where it answers.
    pub origin: String,
}

impl Parrot {
    /// Starts one; it ends with the test.
    pub async fn start(token: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let handed_out = token.to_owned();
        let app = Router::new().fallback(async move |request: Request| answer(&handed_out, request).await);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { origin }
    }
}

async fn answer(token: &str, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    match parts.uri.path() {
        "/login" => {
            let answer =
                json!({ "data": { "token": token, "expires": 7200 }, "hint": format!("use {token}"), "old": token });
            ([("x-token", token.to_owned())], axum::Json(answer)).into_response()
        }
        "/half/login" => {
            let whole = json!({ "data": { "token": token, "expires": 7200 } }).to_string();
            whole[..whole.len() - 12].to_owned().into_response()
        }
        // As U8 hands out its tokens, and WeCom its own.
        "/system/token" => {
            let said = said(&parts.headers, &parts.uri, &body);
            let answer = json!({ "errcode": "0", "errmsg": said, "token": { "id": token, "expiresIn": 7200 } });
            axum::Json(answer).into_response()
        }
        path => {
            let said = said(&parts.headers, &parts.uri, &body);
            let first = parts.headers.get("x-key").map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
            let key = first.unwrap_or_default();
            let status = match path {
                "/redirect" => StatusCode::FOUND,
                "/error" => StatusCode::INTERNAL_SERVER_ERROR,
                "/refuse" => StatusCode::UNAUTHORIZED,
                _ => StatusCode::OK,
            };
            let mut response = (status, said).into_response();
            let headers = response.headers_mut();
            let basic = format!("Basic {}", STANDARD.encode(format!("user:{key}")));
            for (name, value) in [("x-echo", key.clone()), ("set-cookie", format!("session={key}")), ("x-basic", basic)]
            {
                headers.insert(name, value.parse().unwrap());
            }
            if status == StatusCode::FOUND {
                let location = format!("https://elsewhere.example/?key={key}");
                headers.insert(header::LOCATION, location.parse().unwrap());
            }
            response
        }
    }
}

/// All that came, in several ways of writing.
fn said(headers: &HeaderMap, uri: &Uri, body: &Bytes) -> String {
    let mut said = format!("{uri}\n{}\n", String::from_utf8_lossy(body));
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let percent: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
        let unicode: String = value.chars().map(|character| format!("\\u{:04x}", u32::from(character))).collect();
        let ways = [
            value.clone(),
            STANDARD.encode(&value),
            STANDARD.encode(format!("{name}: {value}")),
            serde_json::Value::from(value.as_str()).to_string(),
            json!(json!({ "header": value }).to_string()).to_string(),
            percent.replace('%', "%25"),
            percent,
            hex,
            unicode,
        ];
        for way in ways {
            said += &format!("{name} {way}\n");
        }
    }
    said
}
