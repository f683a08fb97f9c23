//! The host as a process of its own, which may be killed and started again on the same port and data.

mod api;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::json;
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

pub use api::{Api, client, patiently};

use crate::chance::below;
use crate::child::Child;
use crate::folder::Folder;

/// How long a start may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// The host.
#[derive(Debug)]
pub struct Host {
    program: PathBuf,
    config: PathBuf,
    data: PathBuf,
    database: Option<String>,
    log: PathBuf,
    child: Mutex<Child>,
    pub url: String,
}

impl Host {
    /// Starts it with its data in the demo's folder.
    pub async fn start(program: &Path, folder: &Folder, database: Option<&str>) -> anyhow::Result<Self> {
        let port = free_port()?;
        let config = folder.join("host.json");
        let settings = json!({
            "listen": format!("127.0.0.1:{port}"),
            "log": "info,mortise::api=warn",
            // Short leases: what a killed host had in hand is taken over after seconds.
            "pipeline": { "evaluation-lease-ms": 15_000, "lease-margin-ms": 3_000, "longest-sleep-ms": 200, "shutdown-ms": 10_000 },
        });
        std::fs::write(&config, settings.to_string())?;
        let (data, log) = (folder.join("data"), folder.join("host.log"));
        let child = spawn(program, &config, &data, database, &log)?;
        let host = Self {
            program: program.to_owned(),
            config,
            data,
            database: database.map(ToOwned::to_owned),
            log,
            child: Mutex::new(child),
            url: format!("http://127.0.0.1:{port}"),
        };
        host.ready().await?;
        Ok(host)
    }

    /// The first token; none: the database had tokens before.
    pub fn token(&self) -> Option<String> {
        std::fs::read_to_string(self.data.join("admin.token")).ok().map(|text| text.trim().to_owned())
    }

    /// SIGKILL: no chance to tidy up. Answers just before it happens (`strike` is called then) and when the process is gone.
    pub async fn kill<T>(&self, strike: impl FnOnce() -> T) -> anyhow::Result<T> {
        let mut child = self.child.lock().await;
        let moment = strike();
        child.kill().await.context("the host cannot be killed")?;
        Ok(moment)
    }

    /// Starts it again as it was.
    pub async fn restart(&self) -> anyhow::Result<()> {
        let again = spawn(&self.program, &self.config, &self.data, self.database.as_deref(), &self.log)?;
        *self.child.lock().await = again;
        self.ready().await
    }

    /// Ends it in an orderly way.
    pub async fn end(&self) {
        self.child.lock().await.end().await;
    }

    /// Fails where the host has ended by itself.
    pub async fn check(&self) -> anyhow::Result<()> {
        if let Some(status) = self.child.lock().await.ended()? {
            bail!("the host ended by itself ({status}): {}", self.last_words());
        }
        Ok(())
    }

    async fn ready(&self) -> anyhow::Result<()> {
        let client = client()?;
        let begun = Instant::now();
        loop {
            let answer = client.get(format!("{}/readyz", self.url)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            self.check().await?;
            if begun.elapsed() > PATIENCE {
                bail!("the host is not ready after {} s: {}", PATIENCE.as_secs(), self.last_words());
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    fn last_words(&self) -> String {
        let text =
            std::fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(5).collect();
        let last: Vec<&str> = lines.into_iter().rev().collect();
        format!("the last lines of {} are\n{}", self.log.display(), last.join("\n"))
    }
}

/// A free port that stays the host's while it is down between a kill and its restart: not one of those that the system gives to
/// connections by itself.
fn free_port() -> anyhow::Result<u16> {
    let mut candidates = std::iter::repeat_with(|| u16::try_from(20_000 + below(10_000)).unwrap_or_default());
    let free = candidates.by_ref().take(100).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.context("no port from 20000 to 29999 is free on 127.0.0.1")
}

fn spawn(program: &Path, config: &Path, data: &Path, database: Option<&str>, log: &Path) -> anyhow::Result<Child> {
    let mut command = Command::new(program);
    command.arg("serve").arg("--config").arg(config).arg("--data").arg(data);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MORTISE_")) {
        command.env_remove(name);
    }
    // Not on the command line, where everybody could read the password.
    if let Some(url) = database {
        command.env("MORTISE_DATABASE", url);
    }
    Child::start(command, log, Stdio::null())
}
