//! `mortise connection`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

use super::remote::{Remote, items, text};
use super::{plugin, read_secret, say};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create a connection, or replace the one of the same name
    Put {
        /// JSON file with the connection; `plugin` may be a digest, a name, or name@version
        file: PathBuf,
    },
    /// List connections with their health
    List,
    /// Credentials of a connection
    #[command(subcommand)]
    Credential(Credential),
}

#[derive(Debug, Subcommand)]
pub enum Credential {
    /// Fill a slot with the value from standard input
    Set {
        /// Name of the connection
        name: String,
        /// Name of the slot
        slot: String,
    },
}

impl Command {
    pub async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        match self {
            Self::Put { file } => {
                let bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
                let mut body: Value =
                    serde_json::from_slice(&bytes).with_context(|| format!("{} is no JSON", file.display()))?;
                let name = text(&body, "/name").to_owned();
                let digest = plugin::digest(remote, text(&body, "/plugin")).await?;
                let fields = body.as_object_mut().context("the file must hold one JSON object")?;
                fields.insert("plugin".into(), digest.into());
                let request = remote.request(Method::PUT, &format!("/connections/{name}"));
                let known = items(&remote.get("/connections").await?).any(|row| text(row, "/name") == name);
                let request = if known { request.header("if-match", "*") } else { request };
                let stored = remote.send(request.json(&body)).await?;
                match text(&stored, "/fault/en") {
                    "" => say(format!("{name}: in force")),
                    fault => say(format!("{name}: stored, but not in force: {fault}")),
                }
            }
            Self::List => {
                let status = remote.get("/status").await?;
                let rows = status.get("connections").and_then(Value::as_array);
                rows.into_iter().flatten().try_for_each(|row| say(line(row)))
            }
            Self::Credential(Credential::Set { name, slot }) => {
                let value = read_secret()?;
                let path = format!("/connections/{name}/credentials/{slot}");
                remote.put(&path, &json!({ "value": value.expose() })).await?;
                say(format!("{name}: {slot} is filled"))
            }
        }
    }
}

/// A connection's health in a line.
pub fn line(status: &Value) -> String {
    let missing = status.get("missing_credentials").and_then(Value::as_array).into_iter().flatten();
    let missing: Vec<&str> = missing.filter_map(Value::as_str).collect();
    let why = [text(status, "/fault/en"), &missing.join(", ")].join(" ");
    format!("{}  {}  {}", text(status, "/name"), text(status, "/health"), why.trim()).trim_end().to_owned()
}
