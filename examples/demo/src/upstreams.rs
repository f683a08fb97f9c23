//! The simulated upstreams as a process of their own: it lives on when the host is killed.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::child::Child;
use crate::folder::Folder;
use crate::host::client;

/// How long a request that times out is held before its connection closes.
pub const HANG_MS: i64 = 800;
/// How long after that it may still be done.
pub const LATE_COMMIT_MS: i64 = 800;
/// How long an undisturbed answer takes, where the simulator can be told.
const LATENCY_MS: i64 = 15;

/// The upstreams.
#[derive(Debug)]
pub struct Upstreams {
    child: Child,
    client: Client,
    pub url: String,
    pub log: PathBuf,
}

impl Upstreams {
    pub async fn start(
        program: &Path,
        folder: &Folder,
        addresses: &Path,
        log: PathBuf,
        keys: bool,
    ) -> anyhow::Result<Self> {
        let config = folder.join("upstreams.json");
        // The map's own limit would only slow the load down; the robot's 20 a minute stay.
        let settings = json!({ "hang_ms": HANG_MS, "late_commit_ms": LATE_COMMIT_MS, "slow_ms": 200, "amap_per_second": 0,
                "biz_id_dedupe": keys, "u8_own_numbers": !keys });
        std::fs::write(&config, settings.to_string())?;
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0"]).arg("--addresses").arg(addresses);
        command.arg("--log").arg(&log).arg("--config").arg(&config);
        let words = folder.join("upstreams.log");
        let mut child = Child::start(command, &words, Stdio::piped())?;
        let output = child.output().context("the upstreams have no output")?;
        let mut lines = BufReader::new(output).lines();
        let first = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await;
        let url = first.ok().and_then(Result::ok).flatten();
        let url = url.with_context(|| format!("the upstreams did not start; see {}", words.display()))?;
        let upstreams = Self { child, client: client()?, url, log };
        // Older simulators do not know it; then answers come at once.
        let _known = upstreams.post("/config", &json!({ "latency_ms": LATENCY_MS })).await;
        Ok(upstreams)
    }

    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.control(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.control(Method::POST, path, Some(body)).await
    }

    /// From now on this share of all requests fails.
    pub async fn disturb(&self, rate: f64) -> anyhow::Result<()> {
        self.post("/chaos", &json!({ "rate": rate, "seed": crate::chance::below(1 << 32) })).await.map(drop)
    }

    /// Deliveries that the upstreams are handling now and whose caller still waits.
    pub async fn deliveries_in_flight(&self) -> anyhow::Result<usize> {
        let flight = self.get("/inflight").await?;
        let since = crate::chance::now_ms() - HANG_MS;
        let requests = flight.get("requests").and_then(Value::as_array).cloned().unwrap_or_default();
        let waits = |request: &&Value| {
            let path = request.get("path").and_then(Value::as_str).unwrap_or_default();
            let begun = request.get("since_ms").and_then(Value::as_i64).unwrap_or_default();
            is_delivery(path) && begun > since
        };
        Ok(requests.iter().filter(waits).count())
    }

    /// Fails where they have ended by themselves.
    pub fn check(&mut self) -> anyhow::Result<()> {
        match self.child.ended()? {
            Some(status) => bail!("the upstreams ended by themselves ({status}); see upstreams.log"),
            None => Ok(()),
        }
    }

    pub async fn end(&mut self) {
        self.child.end().await;
    }

    async fn control(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let mut request = self.client.request(method, format!("{}/__sim{path}", self.url));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.context("the upstreams do not answer")?;
        let status = response.status();
        let text = response.text().await?;
        ensure!(status.is_success(), "the upstreams refuse {path}: {text}");
        serde_json::from_str(&text).with_context(|| format!("the upstreams' answer to {path} is no JSON"))
    }
}

/// Is this a request of a delivery (or its look-up), not of an order's evaluation?
pub fn is_delivery(path: &str) -> bool {
    ["saleorder", "oughtreceive", "consignment", "webhook/send", "message/send"].iter().any(|part| path.contains(part))
}
