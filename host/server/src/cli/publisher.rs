//! `mortise publisher`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

use super::remote::{Remote, items, text};
use super::say;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Trust a publisher's key: what it has signed may be installed
    Trust {
        /// The publisher, as its manifests name it
        publisher: String,
        /// Its public key, NAME.pub; compare the key's id with what the publisher tells you
        #[arg(long)]
        key: PathBuf,
        /// Trust it again although it was revoked here
        #[arg(long)]
        restore: bool,
    },
    /// List publishers' keys, revoked ones too
    List,
    /// Revoke a key: what only it has signed is trusted no more
    Revoke {
        /// The publisher
        publisher: String,
        /// The key's id; see `mortise publisher list`
        id: String,
    },
}

impl Command {
    pub async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        match self {
            Self::Trust { publisher, key, restore } => {
                let pem = std::fs::read_to_string(&key).with_context(|| format!("{} cannot be read", key.display()))?;
                let request = remote.request(Method::PUT, &at(&[&publisher])?);
                let body = json!({ "public_key": pem, "restore": restore });
                say(line(&remote.send(request.json(&body)).await?))
            }
            Self::List => items(&remote.get("/publishers").await?).try_for_each(|key| say(line(key))),
            Self::Revoke { publisher, id } => {
                remote.send(remote.request(Method::DELETE, &at(&[&publisher, "keys", &id])?)).await?;
                say(format!("{publisher}: the key {id} counts no more"))
            }
        }
    }
}

/// The address of a publisher, whose name may be anything.
fn at(parts: &[&str]) -> anyhow::Result<String> {
    let mut url = reqwest::Url::parse("http://server/publishers")?;
    url.path_segments_mut().ok().context("the name cannot be part of an address")?.extend(parts);
    Ok(url.path().to_owned())
}

fn line(key: &Value) -> String {
    let state = match text(key, "/revoked_at") {
        "" => format!("trusted since {} by {}", text(key, "/trusted_at"), text(key, "/trusted_by")),
        at => format!("REVOKED at {at} by {}", text(key, "/revoked_by")),
    };
    format!("{}  {}  {state}", text(key, "/publisher"), text(key, "/id"))
}
