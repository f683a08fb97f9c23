//! `mortise doctor`: what is wrong with the installation, and what to do.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::bail;
use serde_json::Value;

use super::connection::{line, ungranted};
use super::remote::{Remote, text};
use super::say;
use crate::config::Config;
use crate::folder::Folder;

/// What was found.
#[derive(Default)]
struct Findings {
    /// What keeps something from working.
    faults: Vec<String>,
    /// What may be meant so.
    notes: Vec<String>,
}

/// Looks at the data folder, then asks the running server.
pub async fn examine(config: &Config, remote: &dyn Fn() -> anyhow::Result<Remote>) -> anyhow::Result<()> {
    let folder = Folder::at(&config.data);
    let mut found = Findings::default();
    if config.secret_key.is_none() {
        private(&folder.secret_key(), "start the server once, or give its folder with --data", &mut found.faults);
    }
    if std::env::var_os("MORTISE_TOKEN").is_none() {
        private(&folder.admin_token(), LOST_TOKEN, &mut found.faults);
    }
    match remote() {
        Err(error) => found.faults.push(format!("{error:#}")),
        Ok(remote) => match remote.get("/status").await {
            Err(error) => found.faults.push(format!("{error:#}")),
            Ok(status) => server(&remote, &status, &mut found)?,
        },
    }
    for note in &found.notes {
        say(format!("! {note}"))?;
    }
    for fault in &found.faults {
        say(format!("✗ {fault}"))?;
    }
    match (found.faults.len(), found.notes.len()) {
        (0, 0) => say("✓ all is well"),
        (0, notes) => say(format!("✓ nothing is broken; {notes} to look at if not meant so")),
        (faults, _) => bail!("{faults} to look at"),
    }
}

fn server(remote: &Remote, status: &Value, found: &mut Findings) -> anyhow::Result<()> {
    say(format!("✓ mortise {} at {} ({})", text(status, "/version"), remote.url(), text(status, "/database")))?;
    let all = |of: &Value, field: &str| of.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    for connection in all(status, "connections") {
        match text(&connection, "/health") {
            "ready" | "disabled" => say(format!("✓ connection {}", line(&connection)))?,
            _ => found.faults.push(format!("connection {}", line(&connection))),
        }
        let wishes = all(&connection, "ungranted");
        let name = text(&connection, "/name");
        found.notes.extend(wishes.iter().map(|wish| format!("connection {name} {}", ungranted(wish))));
    }
    let unserved = all(status, "unserved");
    let unserved: Vec<&str> = unserved.iter().filter_map(Value::as_str).collect();
    if !unserved.is_empty() {
        found.faults.push(format!(
            "no enabled connection serves {}: orders will be held; make one each with `mortise connection put`, as \
             examples/first-order does",
            unserved.join(", ")
        ));
    }
    let count = |name: &str| status.get(name).and_then(Value::as_i64).unwrap_or(0);
    if count("open_tickets") > 0 {
        found.faults.push(format!("{} open tickets: GET /api/v1/tickets?open=true tells why", count("open_tickets")));
    }
    Ok(())
}

/// What to do without the first token. A start makes it only where no token exists.
const LOST_TOKEN: &str = "before the first start there is none: start the server, or give its folder with --data. If it was \
                          lost: set MORTISE_TOKEN to another token of an admin, or sign in as an admin and make one, as \
                          `mortise access` tells under \"A lost token\"";

fn private(path: &Path, remedy: &str, faults: &mut Vec<String>) {
    let shown = path.display();
    match std::fs::metadata(path) {
        Err(error) => faults.push(format!("{shown} cannot be read: {error}; {remedy}")),
        Ok(file) if file.permissions().mode() & 0o077 != 0 => {
            faults.push(format!("{shown} can be read by others; run: chmod 600 {shown}"));
        }
        Ok(_) => {}
    }
}
