//! `mortise connection`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use mortise_domain::instant::Instant;
use reqwest::Method;
use serde_json::{Value, json};

use super::remote::{Remote, items, segment, text};
use super::{plugin, read_secret, say};

mod lifecycle;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create a connection, or replace the one of the same name
    Put {
        /// JSON file with the connection, such as examples/first-order/amap.json; `plugin` may be a digest, a name, or name@version
        file: PathBuf,
    },
    /// List connections with their health
    List,
    /// Let a connection rest: nothing of it is called, what is to be done there waits
    Pause {
        /// Name of the connection
        name: String,
        /// Why; whoever waits for it reads it
        #[arg(long)]
        reason: String,
        /// When it works again by itself; when it is resumed where it is missing
        #[arg(long)]
        until: Option<Instant>,
    },
    /// Let a paused connection work again
    Resume {
        /// Name of the connection
        name: String,
    },
    /// Close the breakers of a connection: it is called again at once
    CloseBreakers {
        /// Name of the connection
        name: String,
    },
    /// Credentials of a connection
    #[command(subcommand)]
    Credential(Credential),
    #[command(flatten)]
    Lifecycle(lifecycle::Command),
}

#[derive(Debug, Subcommand)]
pub enum Credential {
    /// Fill a slot; the value is asked for at a terminal, or read from standard input
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
            Self::Put { file } => put(remote, &file).await,
            Self::List => {
                let status = remote.get("/status").await?;
                let rows = status.get("connections").and_then(Value::as_array);
                rows.into_iter().flatten().try_for_each(|row| say(line(row)))
            }
            Self::Lifecycle(command) => command.run(remote).await,
            Self::Pause { name, reason, until } => {
                let order = match until {
                    Some(until) => json!({ "reason": reason, "until": until }),
                    None => json!({ "reason": reason }),
                };
                operate(remote, &name, "pause", &order).await
            }
            Self::Resume { name } => operate(remote, &name, "resume", &json!({})).await,
            Self::CloseBreakers { name } => operate(remote, &name, "breaker", &json!({ "state": "closed" })).await,
            Self::Credential(Credential::Set { name, slot }) => {
                let value = read_secret(&format!("{slot} of {name}"))?;
                let path = format!("/connections/{name}/credentials/{slot}");
                remote.put(&path, &json!({ "value": value.expose() })).await?;
                say(format!("{name}: {slot} is filled"))
            }
        }
    }
}

/// Does something with a connection and shows how it is doing then.
async fn operate(remote: &Remote, name: &str, what: &str, order: &Value) -> anyhow::Result<()> {
    say(line(&remote.post(&format!("/connections/{}/{what}", segment(name)), order).await?))
}

async fn put(remote: &Remote, file: &Path) -> anyhow::Result<()> {
    let shown = file.display();
    let bytes = std::fs::read(file).with_context(|| format!("{shown} cannot be read"))?;
    let mut body: Value = serde_json::from_slice(&bytes).with_context(|| format!("{shown} is no JSON"))?;
    let fields = body.as_object_mut().with_context(|| format!("{shown} must hold one JSON object"))?;
    for field in ["name", "plugin"] {
        if !fields.get(field).is_some_and(Value::is_string) {
            bail!("{shown}: `{field}` is missing, or no text; examples/first-order/amap.json shows a whole connection");
        }
    }
    let name = text(&body, "/name").to_owned();
    let digest = plugin::digest(remote, text(&body, "/plugin")).await?;
    body["plugin"] = digest.into();
    let path = format!("/connections/{}", segment(&name));
    let request = remote.request(Method::PUT, &path);
    let known = items(&remote.get("/connections").await?).any(|row| text(row, "/name") == name);
    let request = if known { request.header("if-match", "*") } else { request };
    let stored = remote.send(request.json(&body)).await?;
    match text(&stored, "/fault/en") {
        "" => say(format!("{name}: in force"))?,
        fault => say(format!("{name}: stored, but not in force: {fault}"))?,
    }
    let status = remote.get(&format!("{path}/status")).await?;
    lacks(&status).iter().try_for_each(|lack| say(format!("  {lack}")))
}

/// What keeps calls of the connection from working that was not refused: empty slots, wishes that are not granted.
pub fn lacks(status: &Value) -> Vec<String> {
    let all = |field: &str| status.get(field).and_then(Value::as_array).into_iter().flatten();
    let name = text(status, "/name");
    let slots = all("missing_credentials").filter_map(Value::as_str);
    let slots = slots.map(|slot| format!("lacks a credential: mortise connection credential set {name} {slot}"));
    slots.chain(all("ungranted").map(ungranted)).collect()
}

/// A wish that is not granted, in a line.
pub fn ungranted(wish: &Value) -> String {
    let (field, value) = (text(wish, "/field"), text(wish, "/value"));
    format!("is not granted {value} in {field}: calls that need it fail")
}

/// A connection's health in a line.
pub fn line(status: &Value) -> String {
    let missing = status.get("missing_credentials").and_then(Value::as_array).into_iter().flatten();
    let missing: Vec<&str> = missing.filter_map(Value::as_str).collect();
    let failing = status.get("failing").and_then(Value::as_array).into_iter().flatten();
    let failing: Vec<&str> = failing.map(|function| text(function, "/text/en")).collect();
    let paused = match text(status, "/paused/reason") {
        "" => String::new(),
        reason => format!("by {}: {reason}", text(status, "/paused/by")),
    };
    let why = [text(status, "/fault/en"), &paused, &missing.join(", "), &failing.join("; ")].join(" ");
    format!("{}  {}  {}", text(status, "/name"), text(status, "/health"), why.trim()).trim_end().to_owned()
}
