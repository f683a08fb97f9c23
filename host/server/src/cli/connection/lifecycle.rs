//! `mortise connection upgrade|history|rollback|enable|disable`.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::super::remote::{Remote, items, segment, text};
use super::super::{plugin, say};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Give a connection another version of its plugin; first shows what would change
    Upgrade(Upgrade),
    /// List the states that a connection has had
    History {
        /// Name of the connection
        name: String,
    },
    /// Give a connection an earlier state back: plugin, settings and grant
    Rollback {
        /// Name of the connection
        name: String,
        /// Number of the state [default: the one before]
        #[arg(long)]
        revision: Option<i64>,
    },
    /// Switch a connection on
    Enable {
        /// Name of the connection
        name: String,
    },
    /// Switch a connection off; what is to be delivered to it waits
    Disable {
        /// Name of the connection
        name: String,
    },
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command")]
pub struct Upgrade {
    /// Name of the connection
    name: String,
    /// The plugin: a digest, a name (the newest version), or name@version
    plugin: String,
    /// JSON file with the settings for it [default: the present ones]
    #[arg(long)]
    settings: Option<PathBuf>,
    /// Only show what would change
    #[arg(long)]
    check: bool,
    /// Only make the last calls again on it, without any effect, and show what differs
    #[arg(long, conflicts_with = "check")]
    shadow: bool,
    /// Grant what it newly wishes for
    #[arg(long, conflicts_with = "decline")]
    approve: bool,
    /// Grant nothing of what it newly wishes for
    #[arg(long)]
    decline: bool,
}

impl Command {
    pub async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        match self {
            Self::Upgrade(upgrade) => upgrade.run(remote).await,
            Self::History { name } => {
                let history = remote.get(&format!("{}/revisions", path(&name))).await?;
                items(&history).try_for_each(|state| say(line(state)))
            }
            Self::Rollback { name, revision } => {
                let stored =
                    remote.post(&format!("{}/rollback", path(&name)), &json!({ "revision": revision })).await?;
                in_force(&stored)
            }
            Self::Enable { name } => in_force(&remote.post(&format!("{}/enable", path(&name)), &json!({})).await?),
            Self::Disable { name } => {
                remote.post(&format!("{}/disable", path(&name)), &json!({})).await?;
                say(format!("{name}: off; what is to be delivered to it waits"))
            }
        }
    }
}

fn path(name: &str) -> String {
    format!("/connections/{}", segment(name))
}

fn in_force(stored: &Value) -> anyhow::Result<()> {
    let (name, revision) = (text(stored, "/name"), stored.get("revision").cloned().unwrap_or_default());
    match text(stored, "/fault/en") {
        "" => say(format!("{name}: in force, revision {revision}")),
        fault => say(format!("{name}: stored as revision {revision}, but not in force: {fault}")),
    }
}

fn line(state: &Value) -> String {
    let changed: Vec<&str> = strings(state, "changed").collect();
    let revision = state.get("revision").cloned().unwrap_or_default();
    let plugin = match text(state, "/plugin/name") {
        "" => format!("{} (not installed any more)", text(state, "/plugin/digest")),
        name => format!("{name} {}", text(state, "/plugin/version")),
    };
    let (at, cause, actor) = (text(state, "/at"), text(state, "/cause"), text(state, "/actor"));
    format!("{revision}  {at}  {cause} by {actor}  {plugin}  {}", changed.join(", ")).trim_end().to_owned()
}

fn strings<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a str> {
    value.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

impl Upgrade {
    async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        let Self { name, plugin, settings, check, shadow, approve, decline } = self;
        let digest = plugin::digest(remote, &plugin).await?;
        let mut body = json!({ "plugin": digest });
        if let Some(file) = settings {
            let bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            let given: Value =
                serde_json::from_slice(&bytes).with_context(|| format!("{} is no JSON", file.display()))?;
            body["settings"] = given;
        }
        let found = remote.post(&format!("{}/upgrade/check", path(&name)), &body).await?;
        show(&found)?;
        if check {
            return Ok(());
        }
        if shadow {
            return compare(&remote.post(&format!("{}/upgrade/shadow", path(&name)), &body).await?);
        }
        let wishes: Vec<Value> = found
            .get("new_wishes")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|wish| json!({ "field": text(wish, "/field"), "value": text(wish, "/value") }))
            .collect();
        match (wishes.is_empty(), approve, decline) {
            (false, true, _) => body["approve"] = wishes.into(),
            (false, _, true) => body["decline"] = wishes.into(),
            (false, ..) => {
                bail!("it wishes for more: say --approve or --decline; single wishes are decided in the API")
            }
            (true, ..) => {}
        }
        in_force(&remote.post(&format!("{}/upgrade", path(&name)), &body).await?)
    }
}

/// What came of the last calls, in lines.
fn compare(found: &Value) -> anyhow::Result<()> {
    let count = |field: &str| found.get(field).cloned().unwrap_or_default();
    let (calls, same, different) = (count("calls"), count("same"), count("different"));
    say(format!("{calls} calls made again: {same} the same, {different} different, {} unclear", count("unclear")))?;
    for one in found.get("differences").and_then(Value::as_array).into_iter().flatten() {
        say(format!("{} {} of {}", text(one, "/interface"), text(one, "/function"), text(one, "/at")))?;
        for which in ["present", "next"] {
            let run = one.get(which).cloned().unwrap_or_default();
            let asked = run.get("requests").and_then(Value::as_array).map_or(0, Vec::len);
            let answer = run.get("answer").cloned().unwrap_or_default();
            say(format!("  {which}: {}, {asked} requests, {answer}", text(&run, "/outcome")))?;
        }
    }
    Ok(())
}

/// What would change, in lines.
fn show(found: &Value) -> anyhow::Result<()> {
    let version = |which: &str| {
        let part = |field: &str| text(found, &format!("/{which}/{field}")).to_owned();
        format!("{} {}", part("name"), part("version"))
    };
    say(format!("{} -> {}", version("present"), version("next")))?;
    let list = |field: &str| found.get(field).and_then(Value::as_array).into_iter().flatten();
    for wish in list("new_wishes") {
        say(format!(
            "  newly wishes to {}  ({} {})",
            text(wish, "/text/en"),
            text(wish, "/field"),
            text(wish, "/value")
        ))?;
    }
    for fault in list("settings_faults") {
        say(format!("  {}: {}", text(fault, "/field"), text(fault, "/message")))?;
    }
    for (field, words) in [
        ("new_settings", "has a new setting"),
        ("dropped_settings", "has no more the setting"),
        ("missing_credentials", "lacks the credential"),
        ("new_interfaces", "newly exports"),
        ("dropped_interfaces", "exports no more"),
    ] {
        strings(found, field).try_for_each(|name| say(format!("  {words} {name}")))?;
    }
    match text(found, "/signature/warning/en") {
        "" => Ok(()),
        warning => say(format!("  ! {warning}")),
    }
}
