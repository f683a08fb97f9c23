//! `mortise rules`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::{Value, json};

use super::remote::{Remote, items, segment, text};
use super::say;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the sets of rules: approval_routes, and the connections that judge orders
    List,
    /// Print the rules in force, or those of a version, as JSON
    Show {
        /// Name of the set
        set: String,
        /// Number of the version
        #[arg(long)]
        version: Option<i64>,
    },
    /// List the versions of a set
    Versions {
        /// Name of the set
        set: String,
    },
    /// Check a file with rules and keep nothing
    Check {
        /// Name of the set
        set: String,
        /// JSON file with the whole content, such as `show` prints it
        file: PathBuf,
    },
    /// Keep a file with rules as a draft
    Draft {
        /// Name of the set
        set: String,
        /// JSON file with the whole content
        file: PathBuf,
        /// What it is for
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Try a version on past orders and say what it would have done otherwise
    Try {
        /// Name of the set
        set: String,
        /// Number of the version
        version: i64,
        /// At most so many orders, those received last
        #[arg(long, default_value_t = 300)]
        orders: u32,
    },
    /// Put a version in force at once
    Publish {
        /// Name of the set
        set: String,
        /// Number of the version
        version: i64,
        /// Its revision that was looked at; `versions` names those that were changed after they were kept
        #[arg(long, default_value_t = 1)]
        revision: i64,
    },
    /// Go back to what was in force before
    Rollback {
        /// Name of the set
        set: String,
    },
}

impl Command {
    pub async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        match self {
            Self::List => {
                let sets = remote.get("/rules").await?;
                items(&sets).try_for_each(|set| {
                    let in_force = set.get("in_force").and_then(Value::as_i64);
                    let version =
                        in_force.map_or("not published yet".to_owned(), |version| format!("version {version}"));
                    say(format!("{}  {version}  {}", text(set, "/name"), text(set, "/title/en")))
                })
            }
            Self::Show { set, version: None } => print(&remote.get(&path(&set, "")).await?),
            Self::Show { set, version: Some(version) } => {
                print(&remote.get(&path(&set, &format!("/versions/{version}"))).await?)
            }
            Self::Versions { set } => versions(&remote.get(&path(&set, "")).await?),
            Self::Check { set, file } => check(remote, &set, &file).await,
            Self::Draft { set, file, note } => {
                let body = json!({ "content": content(&file)?, "note": note });
                let drafted = remote.post(&path(&set, "/versions"), &body).await?;
                say(format!("version {} of {set} is kept as a draft", drafted["version"]))?;
                faults(&drafted)
            }
            Self::Try { set, version, orders } => try_on(remote, &set, version, orders).await,
            Self::Publish { set, version, revision } => {
                let body = json!({ "revision": revision });
                remote.post(&path(&set, &format!("/versions/{version}/publish")), &body).await?;
                say(format!("version {version} of {set} is in force"))
            }
            Self::Rollback { set } => {
                let view = remote.post(&path(&set, "/rollback"), &json!({})).await?;
                say(format!("version {} of {set} is in force again", view["in_force"]))
            }
        }
    }
}

fn path(set: &str, rest: &str) -> String {
    format!("/rules/{}{rest}", segment(set))
}

fn content(file: &Path) -> anyhow::Result<Value> {
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} is no JSON", file.display()))
}

fn print(view: &Value) -> anyhow::Result<()> {
    say(serde_json::to_string_pretty(view.get("content").unwrap_or(&Value::Null))?)
}

fn versions(view: &Value) -> anyhow::Result<()> {
    let all = view.get("versions").and_then(Value::as_array).into_iter().flatten();
    all.into_iter().try_for_each(|one| {
        let (state, by, note) = (text(one, "/state"), text(one, "/created_by"), text(one, "/note"));
        let revision = one["revision"].as_i64().filter(|revision| *revision > 1);
        let revision = revision.map(|revision| format!(" (revision {revision})")).unwrap_or_default();
        say(format!("{}  {state}{revision}  {by}  {note}", one["version"]).trim_end())
    })
}

/// The faults of an answer, a line each.
fn faults(answer: &Value) -> anyhow::Result<()> {
    let all = answer.get("faults").and_then(Value::as_array).into_iter().flatten();
    all.into_iter().try_for_each(|fault| {
        let place = match (fault["line"].as_u64(), fault["column"].as_u64()) {
            (Some(line), Some(column)) => format!(":{line}:{column}"),
            _ => String::new(),
        };
        let weight = if fault["prevents"] == false { "doubt" } else { "error" };
        say(format!("  {weight}  {}{place}: {}", text(fault, "/field"), text(fault, "/message/en")))
    })
}

async fn check(remote: &Remote, set: &str, file: &Path) -> anyhow::Result<()> {
    let checked = remote.post(&path(set, "/check"), &json!({ "content": content(file)? })).await?;
    faults(&checked)?;
    if checked["publishable"] != true {
        bail!("{} cannot be published as it is", file.display());
    }
    say(format!("{} can be published", file.display()))
}

async fn try_on(remote: &Remote, set: &str, version: i64, orders: u32) -> anyhow::Result<()> {
    let begun = remote.post(&path(set, &format!("/versions/{version}/try")), &json!({ "orders": orders })).await?;
    let trial = path(set, &format!("/trials/{}", begun["id"]));
    let mut shown = begun;
    while text(&shown, "/state") == "running" {
        tokio::time::sleep(Duration::from_millis(300)).await;
        shown = remote.get(&trial).await?;
    }
    let result = &shown["result"];
    say(format!("{} of {} orders: {}", shown["done"], shown["total"], text(result, "/summary/en")))?;
    for one in result.get("differences").and_then(Value::as_array).into_iter().flatten() {
        let said = |part: &str| {
            let rules = one[part]["rules"].as_array().into_iter().flatten().filter_map(Value::as_str);
            format!("{} ({})", text(&one[part], "/outcome"), rules.collect::<Vec<_>>().join(", "))
        };
        say(format!("  {}  was {}, would be {}", text(one, "/number"), said("was"), said("now")))?;
    }
    match text(&shown, "/state") {
        "done" => Ok(()),
        state => bail!("the trial is {state}: {}", text(result, "/fault/en")),
    }
}
