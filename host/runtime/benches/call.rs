//! What one call of a pricing plugin costs: ours, bare wasmtime with the same settings, a warm instance, native code, and a
//! JSON webhook on loopback. The ratios that are printed at the end are of this one run.
//!
//! `cargo bench -p mortise-runtime --bench call`

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a measurement that cannot be made ends the program")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use criterion::Criterion;
use mortise_domain::call::{Answer, CallContext};
use mortise_domain::ports::plugins::Plugins;
use mortise_runtime::RuntimeConfig;
use tokio::runtime::{Builder, Runtime};

#[path = "call/bare.rs"]
mod bare;
#[path = "call/native.rs"]
mod native;
#[path = "call/ports.rs"]
mod ports;
#[path = "call/question.rs"]
mod question;
#[path = "call/webhook.rs"]
mod webhook;

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

fn hello() -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace");
    let folder = root.join("examples/hello-pricing");
    let options = mortise_devkit::Options { guests: Some(root.join("target/guests")), ..Default::default() };
    let file = mortise_devkit::build_and_pack(&folder, &options, &mut |_| {});
    std::fs::read(file.expect("the guest builds")).expect("the guest is there")
}

/// Calls in a second by so many threads, each with an executor of its own.
fn throughput(threads: usize, call: &(dyn Fn(&Runtime) + Sync)) -> f64 {
    let done = AtomicU64::new(0);
    let length = Duration::from_millis(1500);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let executor = Builder::new_current_thread().enable_all().build().expect("an executor");
                let begun = Instant::now();
                while begun.elapsed() < length {
                    (0..50).for_each(|_| call(&executor));
                    done.fetch_add(50, Ordering::Relaxed);
                }
            });
        }
    });
    let calls = u32::try_from(done.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
    f64::from(calls) / length.as_secs_f64()
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    let executor = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("an executor");
    let file = hello();
    let runtime = ports::runtime(RuntimeConfig::new([1; 32]));
    let registry = executor.block_on(ports::connected(&runtime, file.clone()));
    let bare = bare::Bare::new(&file);
    let hook = executor.block_on(webhook::start());
    let mut means: BTreeMap<(u32, &str), f64> = BTreeMap::new();
    for lines in [1, 50] {
        let request = question::asked(lines);
        let mut measure = |name: &'static str, run: &mut dyn FnMut()| {
            // The mean over rounds of our own, beside criterion's report, to have the ratios.
            criterion.bench_function(&format!("{name}/{lines}"), |bencher| bencher.iter(&mut *run));
            let begun = Instant::now();
            let mut rounds = 0_u32;
            while begun.elapsed() < Duration::from_secs(1) {
                run();
                rounds += 1;
            }
            means.insert((lines, name), begun.elapsed().as_secs_f64() * 1e6 / f64::from(rounds));
        };
        let local = Builder::new_current_thread().enable_all().build().expect("an executor");
        measure("ours", &mut || {
            let called = local.block_on(registry.call("prices", request.clone(), context()));
            assert!(matches!(called.result, Ok(Answer::Priced(_))));
        });
        measure("bare", &mut || local.block_on(bare.fresh(&request)));
        let mut warm = local.block_on(bare.warm());
        measure("warm", &mut || local.block_on(warm.price(&request)));
        measure("native", &mut || native::answer(&request));
        measure("webhook", &mut || executor.block_on(hook.price(&request)));
    }
    criterion.final_summary();
    println!("\nmicroseconds per call, and how many times bare wasmtime with the same settings");
    for lines in [1, 50] {
        let unit = means[&(lines, "bare")];
        for name in ["native", "warm", "bare", "ours", "webhook"] {
            let mean = means[&(lines, name)];
            println!("{lines:>3} lines  {name:<8} {mean:>9.2}  x{:.2}", mean / unit);
        }
    }
    for lines in [1, 50] {
        let request = question::asked(lines);
        let ours = |executor: &Runtime| {
            let called = executor.block_on(registry.call("prices", request.clone(), context()));
            assert!(called.result.is_ok());
        };
        let bare = |executor: &Runtime| executor.block_on(bare.fresh(&request));
        for (name, call) in [("ours", &ours as &(dyn Fn(&Runtime) + Sync)), ("bare", &bare)] {
            let (one, two) = (throughput(1, call), throughput(2, call));
            println!(
                "{lines:>3} lines  {name}: one thread {one:>9.0} calls/s, two {two:>9.0} calls/s, x{:.2}",
                two / one
            );
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS unknown");
    println!("of the whole process, with both engines: {resident}");
}
