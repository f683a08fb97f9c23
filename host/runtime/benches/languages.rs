//! What the same plugin costs in each language, as the table of `sdk/README.md` has it.
//!
//! `cargo bench -p mortise-runtime --bench languages`

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a measurement that cannot be made ends the program")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use mortise_devkit::{Options, build_and_pack};
use mortise_domain::call::{Answer, CallContext, Called};
use mortise_domain::ports::plugins::Plugins as _;
use mortise_runtime::{Registry, RuntimeConfig};
use tokio::runtime::{Builder, Runtime};

#[path = "call/ports.rs"]
mod ports;
#[path = "call/question.rs"]
mod question;

const LANGUAGES: [(&str, &str); 3] =
    [("Rust", "hello-pricing"), ("TypeScript", "hello-pricing-typescript"), ("Python", "hello-pricing-python")];
/// Calls of which the mean is told, after some that warm up.
const ROUNDS: u32 = 400;
const WARM_UP: u32 = 20;

fn main() {
    let executor = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("an executor");
    println!("| language | file | compiled | compile | start | call, 1 line | call, 50 lines | memory |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (language, name) in LANGUAGES {
        let file = std::fs::read(built(name)).expect("the plugin is there");
        let cache = tempfile::tempdir().expect("a folder");
        let config = RuntimeConfig { cache_dir: Some(cache.path().to_owned()), ..RuntimeConfig::new([1; 32]) };
        let (compile, _) = prepared(&executor, &config, &file);
        // As after a start of the host: what was compiled is read.
        let (start, registry) = prepared(&executor, &config, &file);
        let (one, memory) = called(&registry, 1);
        let (fifty, _) = called(&registry, 50);
        println!(
            "| {language} | {} | {} | {compile:.1?} | {start:.1?} | {one:.1?} | {fifty:.1?} | {} |",
            megabytes(file.len() as u64),
            megabytes(size(cache.path())),
            megabytes(memory),
        );
    }
}

fn built(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace");
    let guests = root.join("target/guests");
    let options = Options { tools: Some(guests.join("tools")), guests: Some(guests), ..Default::default() };
    build_and_pack(&root.join("examples").join(name), &options, &mut |_| {}).expect("the plugin builds")
}

/// A new runtime with the plugin ready to be called, and the CPU time that this took: the machine may have other things to do.
fn prepared(executor: &Runtime, config: &RuntimeConfig, file: &[u8]) -> (Duration, Arc<Registry>) {
    let runtime = ports::runtime(config.clone());
    let before = cpu();
    let registry = executor.block_on(ports::connected(&runtime, file.to_vec()));
    (cpu().saturating_sub(before), registry)
}

/// CPU time of this process so far, in steps of 10 ms.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    // The name, in brackets, may hold anything.
    let fields = stat.rsplit_once(") ").expect("fields").1.split(' ');
    let ticks: u64 = fields.skip(11).take(2).map(|field| field.parse::<u64>().expect("ticks")).sum();
    Duration::from_millis(ticks * 10)
}

/// The CPU time of a call, and the most memory that one took.
fn called(registry: &Registry, lines: u32) -> (Duration, u64) {
    let request = question::asked(lines);
    let local = Builder::new_current_thread().enable_all().build().expect("an executor");
    let (mut before, mut memory) = (Duration::ZERO, 0);
    for round in 0..WARM_UP + ROUNDS {
        if round == WARM_UP {
            before = running();
        }
        let Called { result, record } = local.block_on(registry.call("prices", request.clone(), context()));
        assert!(matches!(result, Ok(Answer::Priced(_))));
        memory = memory.max(record.memory);
    }
    (running().saturating_sub(before) / ROUNDS, memory)
}

/// CPU time of the threads that there are, to the nanosecond.
fn running() -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").expect("Linux");
    let stats = threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok());
    Duration::from_nanos(stats.filter_map(|stat| stat.split(' ').next()?.parse::<u64>().ok()).sum())
}

fn context() -> CallContext {
    CallContext {
        call_id: "01JJ0000000000000000000000".into(),
        idempotency_key: String::new(),
        attempt: 1,
        locale: "zh-CN".into(),
        trace_parent: String::new(),
        deadline: None,
        send_until: None,
    }
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("the cache");
    entries.filter_map(|entry| entry.ok()?.metadata().ok()).map(|metadata| metadata.len()).sum()
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{:02} MB", bytes / 1_000_000, bytes % 1_000_000 / 10_000)
}
