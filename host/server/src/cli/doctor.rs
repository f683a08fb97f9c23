//! `mortise doctor`: what is wrong with the installation, and what to do.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::bail;
use serde_json::Value;

use super::connection::line;
use super::remote::{Remote, text};
use super::say;
use crate::config::Config;
use crate::folder::Folder;

/// Looks at the data folder, then asks the running server.
pub async fn examine(config: &Config, remote: &dyn Fn() -> anyhow::Result<Remote>) -> anyhow::Result<()> {
    let folder = Folder::at(&config.data);
    let mut faults = Vec::new();
    if config.secret_key.is_none() {
        private(&folder.secret_key(), &mut faults);
    }
    private(&folder.admin_token(), &mut faults);
    match remote() {
        Err(error) => faults.push(format!("{error:#}")),
        Ok(remote) => match remote.get("/status").await {
            Err(error) => faults.push(format!("{error:#}")),
            Ok(status) => server(&remote, &status, &mut faults)?,
        },
    }
    for fault in &faults {
        say(format!("✗ {fault}"))?;
    }
    match faults.len() {
        0 => say("✓ all is well"),
        found => bail!("{found} to look at"),
    }
}

fn server(remote: &Remote, status: &Value, faults: &mut Vec<String>) -> anyhow::Result<()> {
    say(format!("✓ mortise {} at {} ({})", text(status, "/version"), remote.url(), text(status, "/database")))?;
    for connection in status.get("connections").and_then(Value::as_array).into_iter().flatten() {
        match text(connection, "/health") {
            "ready" | "disabled" => say(format!("✓ connection {}", line(connection)))?,
            _ => faults.push(format!("connection {}", line(connection))),
        }
    }
    let count = |name: &str| status.get(name).and_then(Value::as_i64).unwrap_or(0);
    if count("open_tickets") > 0 {
        faults.push(format!("{} open tickets: GET /api/v1/tickets?open=true tells why", count("open_tickets")));
    }
    Ok(())
}

fn private(path: &Path, faults: &mut Vec<String>) {
    let shown = path.display();
    match std::fs::metadata(path) {
        Err(error) => faults
            .push(format!("{shown} cannot be read: {error}; start the server once, or give its folder with --data")),
        Ok(file) if file.permissions().mode() & 0o077 != 0 => {
            faults.push(format!("{shown} can be read by others; run: chmod 600 {shown}"));
        }
        Ok(_) => {}
    }
}
