//! `mortise delivery`.

use std::time::Duration;

use clap::Subcommand;
use mortise_domain::instant::Instant;
use serde_json::{Value, json};

use super::remote::{Remote, items, text};
use super::say;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// What waits for each connection
    Queues,
    /// Try deliveries again now, and show how far that is
    Replay {
        /// Their ids
        #[arg(conflicts_with = "since")]
        ids: Vec<i64>,
        /// All that wait for a person or fail and were caused since, such as 2026-01-31T00:00:00+08:00
        #[arg(long)]
        since: Option<Instant>,
        /// With --since: only those at this connection
        #[arg(long, requires = "since")]
        connection: Option<String>,
    },
}

impl Command {
    pub async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        match self {
            Self::Queues => items(&remote.get("/queues").await?).try_for_each(|queue| say(line(queue))),
            Self::Replay { ids, since, connection } => {
                let order = match since {
                    Some(since) => json!({ "since": since, "connection": connection }),
                    None => json!({ "ids": ids }),
                };
                let begun = remote.post("/deliveries/replay", &order).await?;
                follow(remote, begun.get("job").cloned().unwrap_or_default()).await
            }
        }
    }
}

/// Shows the job until all its deliveries have been looked at.
async fn follow(remote: &Remote, mut job: Value) -> anyhow::Result<()> {
    while text(&job, "/ended_at").is_empty() {
        say(progress(&job))?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        job = remote.get(&format!("/deliveries/replays/{}", number(&job, "id"))).await?;
    }
    say(progress(&job))
}

fn number(value: &Value, field: &str) -> i64 {
    value.get(field).and_then(Value::as_i64).unwrap_or_default()
}

fn progress(job: &Value) -> String {
    let of = |field: &str| number(job, field);
    format!(
        "replay {}: {} of {} made due, {} passed over, {} left",
        of("id"),
        of("replayed"),
        of("total"),
        of("passed_over"),
        of("left")
    )
}

fn line(queue: &Value) -> String {
    let of = |field: &str| number(queue, field);
    let paused = match text(queue, "/paused/reason") {
        "" => String::new(),
        reason => format!("  paused: {reason}"),
    };
    format!(
        "{}  {} pending ({} due, {} failing)  {} blocked  {} wait for a person{paused}",
        text(queue, "/connection"),
        of("pending"),
        of("due"),
        of("failing"),
        of("blocked"),
        of("waiting")
    )
}
