//! Talking to the running server.

use std::time::Duration;

use anyhow::{Context as _, bail};
use mortise_domain::secret::Secret;
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde_json::Value;

use crate::config::Config;
use crate::folder::{Folder, read_private};

/// The running server.
pub struct Remote {
    url: String,
    token: Secret,
    client: reqwest::Client,
}

impl Remote {
    /// The server at this address, or at the one it would listen at. The token is `MORTISE_TOKEN` or the data folder's.
    pub fn new(server: Option<&str>, config: &Config) -> anyhow::Result<Self> {
        let url =
            server.map_or_else(|| format!("http://{}", config.listen), |url| url.trim_end_matches('/').to_owned());
        if !url.starts_with("http://") && !url.starts_with("https://") {
            bail!("--server {url:?} has no scheme; write http://{url}");
        }
        let token = match std::env::var("MORTISE_TOKEN") {
            Ok(token) => token,
            Err(_) => read_private(&Folder::at(&config.data).admin_token())?.with_context(|| {
                format!(
                    "there is no token: {} does not exist; start the server once, give its folder with --data, or set MORTISE_TOKEN (`mortise doctor` tells what to do if it was lost)",
                    Folder::at(&config.data).admin_token().display()
                )
            })?,
        };
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(150)).build()?;
        Ok(Self { url, token: Secret::new(token), client })
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A request to an address below `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(self.token.expose())
    }

    /// Sends, and reads the JSON of the answer; null where it has none.
    pub async fn send(&self, request: RequestBuilder) -> anyhow::Result<Value> {
        let response = self.answer(request).await?;
        let body = response.bytes().await?;
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).map_err(|_| self.stranger())
    }

    /// Sends; a problem becomes an error that says what to do.
    pub async fn answer(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let response = request.send().await.with_context(|| {
            format!(
                "the server does not answer at {}; start it with `mortise serve`, or say where it is with --server",
                self.url
            )
        })?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let problem: Value = response.json().await.unwrap_or_default();
        if !problem.get("type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("urn:mortise:")) {
            return Err(self.stranger().context(format!("the answer has status {}", status.as_u16())));
        }
        let text = |name: &str| problem.get(name).and_then(Value::as_str).unwrap_or_default();
        let mut lines = vec![format!("{} ({}): {}", text("title"), status.as_u16(), text("detail"))];
        for error in problem.get("errors").and_then(Value::as_array).into_iter().flatten() {
            let part = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
            lines.push(format!("  {}: {}", part("field"), part("message")));
        }
        lines.push(text("remedy").to_owned());
        bail!("{}", lines.join("\n").trim_end())
    }

    /// The answer is none of ours.
    fn stranger(&self) -> anyhow::Error {
        anyhow::anyhow!("what answers at {} is no Mortise; say where yours is with --server", self.url)
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send(self.request(Method::GET, path)).await
    }

    /// `PUT`.
    pub async fn put(&self, path: &str, body: &impl Serialize) -> anyhow::Result<Value> {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// `POST`.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> anyhow::Result<Value> {
        self.send(self.request(Method::POST, path).json(body)).await
    }
}

/// A text of a JSON object; empty where it has none.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A text as a part of an address.
pub fn segment(text: &str) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// The entries of a list.
pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.get("items").and_then(Value::as_array).into_iter().flatten()
}
