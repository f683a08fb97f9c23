//! The host's HTTP API, as any other caller would use it.

use std::time::Duration;

use anyhow::{Context as _, bail};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use tokio::time::{Instant, sleep};

/// How long the host may be away, as it is after a kill.
const PATIENCE: Duration = Duration::from_mins(3);
const PAUSE: Duration = Duration::from_millis(150);

/// A caller with a token.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    pub base: String,
    pub token: String,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
}

impl Reply {
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..300)
    }

    /// Is it worth asking again? The host, or its database, was away.
    const fn is_passing(&self) -> bool {
        matches!(self.status, 429 | 500 | 502 | 503 | 504)
    }

    /// What the problem says, field by field.
    pub fn problem(&self) -> String {
        self.problem_of(ToOwned::to_owned)
    }

    /// The same with the fields in other words.
    pub fn problem_of(&self, named: impl Fn(&str) -> String) -> String {
        let text = |name: &str| self.body.get(name).and_then(Value::as_str).unwrap_or_default();
        let errors = self.body.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let field = |error: &Value| {
            let part = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            format!("{}: {}", named(&part("field")), part("message"))
        };
        if errors.is_empty() {
            let detail = if text("detail").is_empty() { self.body.to_string() } else { text("detail").to_owned() };
            return format!("{} ({})", detail, self.status);
        }
        let mut faults: Vec<String> = errors.iter().take(5).map(field).collect();
        if errors.len() > faults.len() {
            faults.push(format!("and {} more fields", errors.len() - faults.len()));
        }
        faults.join("; ")
    }
}

impl Api {
    pub fn new(base: &str, token: &str) -> anyhow::Result<Self> {
        Ok(Self { client: client()?, base: base.to_owned(), token: token.to_owned() })
    }

    /// The same host for somebody else.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// A request below `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.base)).bearer_auth(&self.token)
    }

    /// Text of an address outside the API, such as `/metrics`; none where the host does not answer.
    pub async fn text(&self, path: &str) -> Option<String> {
        self.client.get(format!("{}{path}", self.base)).bearer_auth(&self.token).send().await.ok()?.text().await.ok()
    }

    /// Reads something; none: there is no such thing.
    pub async fn find(&self, path: &str) -> anyhow::Result<Option<Value>> {
        let reply = patiently(|| self.request(Method::GET, path)).await?;
        match reply.status {
            404 => Ok(None),
            _ if reply.is_success() => Ok(Some(reply.body)),
            _ => bail!("GET {path}: {}", reply.problem()),
        }
    }

    /// Reads something that is there.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.find(path).await?.with_context(|| format!("GET {path}: there is no such thing"))
    }

    /// Changes something; a refusal is an error.
    pub async fn change(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let reply = patiently(|| self.request(method.clone(), path).json(body)).await?;
        if !reply.is_success() {
            bail!("{method} {path}: {}", reply.problem());
        }
        Ok(reply.body)
    }

    /// All entries of a list, page by page.
    pub async fn all(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let mut entries = Vec::new();
        let mut cursor = String::new();
        loop {
            let query = [("limit", "500"), ("cursor", &cursor)];
            let reply = patiently(|| self.request(Method::GET, path).query(&query)).await?;
            if !reply.is_success() {
                bail!("GET {path}: {}", reply.problem());
            }
            entries.extend(reply.body.get("items").and_then(Value::as_array).cloned().unwrap_or_default());
            match reply.body.get("next").and_then(Value::as_str) {
                Some(next) => next.clone_into(&mut cursor),
                None => return Ok(entries),
            }
        }
    }
}

/// A client without a proxy, for addresses on this machine.
pub fn client() -> anyhow::Result<Client> {
    let builder =
        Client::builder().no_proxy().connect_timeout(Duration::from_secs(2)).timeout(Duration::from_secs(100));
    builder.build().context("the HTTP client cannot be made")
}

/// Sends until somebody answers.
pub async fn patiently(request: impl Fn() -> RequestBuilder) -> anyhow::Result<Reply> {
    let begun = Instant::now();
    loop {
        let outcome = once(request()).await;
        match outcome {
            Ok(reply) if !reply.is_passing() => return Ok(reply),
            Ok(reply) if begun.elapsed() > PATIENCE => {
                bail!("the host keeps answering {}: {}", reply.status, reply.problem())
            }
            Err(error) if begun.elapsed() > PATIENCE => {
                return Err(error).context("the host does not answer; see host.log");
            }
            Ok(_) | Err(_) => sleep(PAUSE).await,
        }
    }
}

async fn once(request: RequestBuilder) -> reqwest::Result<Reply> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let text = response.text().await?;
    Ok(Reply { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) })
}
