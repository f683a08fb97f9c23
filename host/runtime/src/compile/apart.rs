//! Compilation in a process of its own: what it takes too much of ends it, and nothing else.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::Bytes;
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::lower_priority;
use crate::config::RuntimeConfig;
use crate::engine;
use crate::prove::ProveError;

/// Most bytes of machine code, and of what the compiler says instead.
const CODE: u64 = 1 << 30;
const WORDS: u64 = 4 << 10;

/// What the process of its own does: reads a component, writes its machine code. `memory_bytes` is the host's own setting, on
/// which the code depends; it may use `bytes` of memory and `seconds` of CPU.
pub fn compile_apart(
    mut input: impl Read,
    mut output: impl Write,
    memory_bytes: u64,
    bytes: u64,
    seconds: u64,
) -> Result<(), String> {
    lower_priority();
    for (resource, most) in [(Resource::Data, bytes), (Resource::Cpu, seconds), (Resource::Core, 0)] {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        setrlimit(resource, limit).map_err(|error| format!("the compiler cannot be confined: {error}"))?;
    }
    let mut component = Vec::new();
    input.read_to_end(&mut component).map_err(|error| error.to_string())?;
    // No call is made here.
    let config = RuntimeConfig { memory_bytes, calls: 1, ..RuntimeConfig::new([0; 32]) };
    let engine = engine::build(&config).map_err(|error| format!("{error:#}"))?;
    let code = engine.precompile_component(&component).map_err(|error| format!("{error:#}"))?;
    output.write_all(&code).and_then(|()| output.flush()).map_err(|error| error.to_string())
}

/// Has the program compile, and ends it when the time is over.
pub(super) async fn run(
    program: &Path,
    config: &RuntimeConfig,
    component: Bytes,
    limit: Duration,
) -> Result<Vec<u8>, ProveError> {
    let bounds = [config.memory_bytes, config.compiler_bytes, limit.as_secs().max(1)];
    let mut child = Command::new(program)
        .arg("compile-component")
        .args(bounds.map(|bound| bound.to_string()))
        // It needs none of our secrets.
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| ProveError::Interrupted(format!("the compiler cannot be started: {error}")))?;
    let finished = tokio::time::timeout(limit, finish(&mut child, &component)).await;
    let (status, code, words) = finished
        .map_err(|_| ProveError::Slow { seconds: limit.as_secs() })?
        .map_err(|error| ProveError::Interrupted(error.to_string()))?;
    if status.success() {
        Ok(code)
    } else {
        Err(ProveError::Compile(last_words(status, &words, config.compiler_bytes)))
    }
}

async fn finish(child: &mut Child, component: &[u8]) -> std::io::Result<(ExitStatus, Vec<u8>, Vec<u8>)> {
    let pipe = || std::io::Error::other("the compiler has no pipes");
    let mut stdin = child.stdin.take().ok_or_else(pipe)?;
    let mut stdout = child.stdout.take().ok_or_else(pipe)?.take(CODE);
    let mut stderr = child.stderr.take().ok_or_else(pipe)?.take(WORDS);
    let (mut code, mut words) = (Vec::new(), Vec::new());
    let hand_over = async {
        // A compiler that ends early does not read to the end; its status tells why.
        drop(stdin.write_all(component).await);
        drop(stdin);
    };
    let ((), read, said) = tokio::join!(hand_over, stdout.read_to_end(&mut code), stderr.read_to_end(&mut words));
    read.and(said)?;
    Ok((child.wait().await?, code, words))
}

/// Why it ended without code.
fn last_words(status: ExitStatus, words: &[u8], bytes: u64) -> String {
    let words = String::from_utf8_lossy(words);
    let words = words.trim().trim_start_matches("mortise: ");
    if status.code().is_some() && !words.is_empty() {
        return words.to_owned();
    }
    format!("the compiler broke down over it ({status}); it may use {bytes} bytes of memory")
}
