//! The demo as people run it: `cargo demo` and nothing else. It is looked on at from outside as it tells, and ended by Ctrl-C.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long the demo may go on without a word; on a fresh machine it builds everything first.
const SILENCE: Duration = Duration::from_mins(30);
/// How long it may take to end.
const END: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(20);
/// How the line begins after which it only waits.
const WAITS: &str = "The demo keeps running";
/// Views that it offers to whoever looks on.
const VIEWS: usize = 3;

/// Runs it, follows its own words, ends it, and looks whether anything of it is left.
pub fn check() -> Result<(), String> {
    let mut demo = Demo::start()?;
    let words = demo.words()?;
    let views: Vec<&String> = words.iter().filter(|line| line.trim_start().starts_with("curl ")).collect();
    if views.len() != VIEWS {
        return Err(format!("it shows {} curl lines instead of {VIEWS}", views.len()));
    }
    for view in views {
        look(view)?;
    }
    let programs = demo.programs()?;
    if programs.len() < 2 {
        return Err(format!("host and upstreams should run below it, but {} programs do", programs.len()));
    }
    let status = demo.interrupt()?;
    if !status.success() {
        return Err(format!("it ended with {status} after Ctrl-C"));
    }
    match programs.iter().find(|id| runs(**id)) {
        Some(id) => Err(format!("its program {id} still runs after it has ended")),
        None => Ok(()),
    }
}

/// One of its views, by the very line that it prints.
fn look(line: &str) -> Result<(), String> {
    let shell = Command::new("sh").args(["-c", &format!("{line} --fail --max-time 20")]).output();
    let output = shell.map_err(|error| format!("sh does not start: {error}"))?;
    let answer = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!("{} fails: {}", line.trim(), String::from_utf8_lossy(&output.stderr).trim()));
    }
    if answer.contains(r#""items":[{"#) {
        return Ok(());
    }
    Err(format!("{} shows nothing: {}", line.trim(), answer.chars().take(200).collect::<String>()))
}

/// A demo that runs; it ends with this value.
struct Demo {
    child: Child,
    lines: Receiver<String>,
}

impl Demo {
    fn start() -> Result<Self, String> {
        // A group of its own, as a terminal gives to what is typed into it: Ctrl-C goes to the whole group.
        let mut command = Command::new("cargo");
        command.arg("demo").stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0);
        let mut child = command.spawn().map_err(|error| format!("cargo does not start: {error}"))?;
        let (teller, lines) = channel();
        if let Some(output) = child.stdout.take() {
            std::thread::spawn(move || {
                let lines = BufReader::new(output).lines().map_while(Result::ok);
                // Where nobody listens any more, the rest is read all the same: the demo must not wait for its reader.
                lines.for_each(|line| drop(teller.send(line)));
            });
        }
        Ok(Self { child, lines })
    }

    /// All that it says until it only waits.
    fn words(&self) -> Result<Vec<String>, String> {
        let mut words = Vec::new();
        loop {
            match self.lines.recv_timeout(SILENCE) {
                Ok(line) => {
                    println!("{line}");
                    words.push(line);
                }
                Err(RecvTimeoutError::Timeout) => return Err(format!("it is silent for {SILENCE:?}")),
                Err(RecvTimeoutError::Disconnected) => return Err("it ended by itself".into()),
            }
            if words.last().is_some_and(|line| line.starts_with(WAITS)) {
                return Ok(words);
            }
        }
    }

    /// Process ids of the programs that it has started. Cargo has become the demo itself.
    fn programs(&self) -> Result<Vec<u32>, String> {
        let parent = self.child.id().to_string();
        let entries = fs::read_dir("/proc").map_err(|error| format!("/proc cannot be read: {error}"))?;
        let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        Ok(ids.filter(|id| stat(*id).is_some_and(|(_, owner)| owner == parent)).collect())
    }

    /// Ctrl-C.
    fn interrupt(&mut self) -> Result<ExitStatus, String> {
        self.signal("INT")?;
        let began = Instant::now();
        while began.elapsed() < END {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                return Ok(status);
            }
            std::thread::sleep(PAUSE);
        }
        Err(format!("it still runs {END:?} after Ctrl-C"))
    }

    fn signal(&self, name: &str) -> Result<(), String> {
        // A negative number is a group.
        let status = Command::new("sh").args(["-c", &format!("kill -{name} -{}", self.child.id())]).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("kill ended with {status}")),
            Err(error) => Err(format!("sh does not start: {error}")),
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // It ends its programs too.
            let _told = self.signal("TERM");
            let _ended = self.child.wait();
        }
    }
}

/// State and parent of a process.
fn stat(id: u32) -> Option<(String, String)> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name, in brackets, may hold anything.
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.to_owned()))
}

/// Does it run? What has ended and waits for its parent to notice does not.
fn runs(id: u32) -> bool {
    stat(id).is_some_and(|(state, _)| state != "Z")
}
