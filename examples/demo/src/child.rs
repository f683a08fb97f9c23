//! Programs that the demo starts: they end with it, however it ends.

use std::fs::{self, File};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{ChildStdout, Command};

/// How long a program may take to end in an orderly way.
const PATIENCE: Duration = Duration::from_secs(20);
/// The same where somebody waits at the terminal.
const HASTE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(10);
/// How the note of a process id ends; it lies beside the program's log.
const NOTE: &str = "pid";

/// A program that runs.
#[derive(Debug)]
pub struct Child(tokio::process::Child);

impl Child {
    /// Starts a program whose words go to a log file. Ctrl-C reaches the demo alone, which then ends the program.
    pub fn start(mut command: Command, log: &Path, output: Stdio) -> anyhow::Result<Self> {
        let file = File::options().create(true).append(true).open(log);
        let file = file.with_context(|| format!("the log {} cannot be written", log.display()))?;
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(output).stderr(file).process_group(0).kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("{name} cannot be started"))?;
        let child = Self(child);
        // For the next demo, in case this one is killed.
        let note = log.with_extension(NOTE);
        let id = child.0.id().unwrap_or_default();
        fs::write(&note, id.to_string()).with_context(|| format!("{} cannot be written", note.display()))?;
        Ok(child)
    }

    pub const fn output(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> std::io::Result<Option<ExitStatus>> {
        self.0.try_wait()
    }

    /// SIGKILL: no chance to tidy up. Answers when it is gone.
    pub async fn kill(&mut self) -> std::io::Result<()> {
        self.0.kill().await
    }

    /// Asks it to end, and insists after a while.
    pub async fn end(&mut self) {
        self.ask();
        if tokio::time::timeout(PATIENCE, self.0.wait()).await.is_err() {
            let _told = self.0.kill().await;
        }
    }

    fn ask(&self) {
        if let Some(pid) = self.0.id().and_then(pid) {
            // It may have ended already.
            let _told = kill_process(pid, Signal::TERM);
        }
    }
}

impl Drop for Child {
    /// Whatever ends the demo (a signal, a fault), its programs get the chance to end in an orderly way.
    fn drop(&mut self) {
        let running = |child: &mut Self| matches!(child.ended(), Ok(None));
        if running(self) {
            self.ask();
            let begun = Instant::now();
            while running(self) && begun.elapsed() < HASTE {
                std::thread::sleep(PAUSE);
            }
        }
        // What still runs now is killed as the field is dropped.
    }
}

/// Ends the programs that a demo has left running because it was killed itself. `folder` was its folder.
pub fn end_strays(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let note = entry?.path();
        if note.extension().is_none_or(|end| end != NOTE) {
            continue;
        }
        let id = fs::read_to_string(&note)?.trim().parse().unwrap_or_default();
        if let Some(pid) = pid(id)
            && works_in(id, folder)
        {
            let _told = kill_process(pid, Signal::TERM);
            let begun = Instant::now();
            while works_in(id, folder) && begun.elapsed() < HASTE {
                std::thread::sleep(PAUSE);
            }
            if works_in(id, folder) {
                let _told = kill_process(pid, Signal::KILL);
            }
        }
    }
    Ok(())
}

fn pid(id: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(id).ok()?)
}

/// Is this process one of a demo in this folder? The number may be another program's by now; its command line tells. Where the
/// system does not show command lines, none is.
fn works_in(id: u32, folder: &Path) -> bool {
    let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    let folder = folder.as_os_str().as_encoded_bytes();
    line.split(|byte| *byte == 0).any(|part| part.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper(folder: &Path) -> Child {
        fs::create_dir_all(folder).unwrap();
        let file = folder.join("data");
        fs::write(&file, "").unwrap();
        let mut command = Command::new("tail");
        command.arg("-f").arg(&file);
        Child::start(command, &folder.join("sleeper.log"), Stdio::null()).unwrap()
    }

    #[tokio::test]
    async fn programs_end_with_the_demo() {
        let folder = std::env::temp_dir().join(format!("mortise-child-{}", std::process::id()));
        let child = sleeper(&folder);
        let id = child.0.id().unwrap();
        assert_eq!(fs::read_to_string(folder.join("sleeper.pid")).unwrap(), id.to_string());
        drop(child);
        assert!(fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default().is_empty());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn what_a_killed_demo_has_left_is_ended_and_nothing_else() {
        let base = std::env::temp_dir().join(format!("mortise-stray-{}", std::process::id()));
        let (own, other) = (base.join("own"), base.join("other"));
        let (mut stray, mut stranger) = (sleeper(&own), sleeper(&other));
        // A number that has become another program's since.
        fs::copy(other.join("sleeper.pid"), own.join("old.pid")).unwrap();
        end_strays(&own).unwrap();
        assert!(!stray.0.wait().await.unwrap().success());
        assert!(stranger.ended().unwrap().is_none());
        drop((stray, stranger));
        fs::remove_dir_all(&base).unwrap();
    }
}
