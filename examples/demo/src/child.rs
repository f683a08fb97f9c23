//! Programs that the demo starts: they end with it.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

/// How long a program may take to end in an orderly way.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts a program whose words go to a log file. Ctrl-C reaches the demo alone, which then ends the program.
pub fn start(mut command: Command, log: &Path, output: Stdio) -> anyhow::Result<Child> {
    let file = File::options().create(true).append(true).open(log);
    let file = file.with_context(|| format!("the log {} cannot be written", log.display()))?;
    let name = command.as_std().get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(output).stderr(file).process_group(0).kill_on_drop(true);
    command.spawn().with_context(|| format!("{name} cannot be started"))
}

/// Asks the program to end, and insists after a while.
pub async fn end(child: &mut Child) {
    if let Some(pid) = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)) {
        // It may have ended already.
        let _told = kill_process(pid, Signal::TERM);
    }
    if tokio::time::timeout(PATIENCE, child.wait()).await.is_err() {
        let _told = child.kill().await;
    }
}
