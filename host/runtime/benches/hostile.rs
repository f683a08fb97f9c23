//! How long the others wait while guests misbehave: calls of another plugin, and HTTP requests to the same process, with and
//! without each kind of hostile guest beside them. Everything shares one executor with as many threads as there are cores, as in the
//! server.
//!
//! `cargo bench -p mortise-runtime --bench hostile`

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a measurement that cannot be made ends the program")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mortise_domain::call::{Answer, CallContext, Request};
use mortise_domain::failure::Failure;
use mortise_domain::place::PlaceQuery;
use mortise_domain::ports::plugins::Plugins;
use mortise_runtime::Registry;
use serde_json::{Value, json};
use tokio::runtime::Builder;

#[path = "hostile/doors.rs"]
mod doors;
#[path = "hostile/guests.rs"]
mod guests;
#[path = "call/ports.rs"]
mod ports;
#[path = "call/question.rs"]
mod question;

/// How long each kind is measured.
const LENGTH: Duration = Duration::from_secs(4);
/// A fraction of how often the server is asked.
const PAUSE: Duration = Duration::from_millis(2);

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

fn script(steps: &Value) -> Request {
    let query = PlaceQuery { text: steps.to_string(), city: String::new(), country: String::new(), attributes: vec![] };
    Request::Locate { query }
}

/// So many tasks that call the hostile guest again and again.
fn assail(
    registry: &Arc<Registry>,
    count: usize,
    steps: &Value,
    stop: &Arc<AtomicBool>,
) -> Vec<tokio::task::JoinHandle<u64>> {
    let one = |_| {
        let (registry, steps, stop) = (Arc::clone(registry), steps.clone(), Arc::clone(stop));
        tokio::spawn(async move {
            let mut calls = 0;
            while !stop.load(Ordering::Relaxed) {
                let called = registry.call("bad", script(&steps), context()).await;
                // What is refused before it begins is no attack.
                assert!(!matches!(called.result, Err(Failure::Unauthorized { .. })), "{called:?}");
                calls += 1;
                tokio::task::yield_now().await;
            }
            calls
        })
    };
    (0..count).map(one).collect()
}

#[derive(Default)]
struct Waits(Vec<Duration>);

impl Waits {
    fn told(&mut self) -> String {
        self.0.sort_unstable();
        let at = |share: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a rank"
            )]
            let rank = (share * (self.0.len() - 1) as f64) as usize;
            self.0[rank].as_secs_f64() * 1e3
        };
        format!("{:>8.3} {:>8.3} {:>8.3}", at(0.5), at(0.99), at(1.0))
    }
}

/// One line of the table.
async fn measure(name: &str, registry: &Arc<Registry>, doors: &doors::Doors, count: usize, steps: &Value) {
    let stop = Arc::new(AtomicBool::new(false));
    let guests = assail(registry, count, steps, &stop);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (mut calls, mut requests) = (Waits::default(), Waits::default());
    // What was waited before is of another line.
    drop(doors.waits());
    let begun = Instant::now();
    let request = question::asked(5);
    while begun.elapsed() < LENGTH {
        tokio::time::sleep(PAUSE).await;
        let asked = Instant::now();
        let called = registry.call("prices", request.clone(), context()).await;
        assert!(matches!(called.result, Ok(Answer::Priced(_))), "{called:?}");
        calls.0.push(asked.elapsed());
        requests.0.extend(doors.waits());
    }
    stop.store(true, Ordering::Relaxed);
    let mut attacks = 0;
    for guest in guests {
        attacks += guest.await.expect("an attack that goes on");
    }
    println!("{name:<34} {attacks:>7}   {}   {}", calls.told(), requests.told());
}

fn main() {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let executor = Builder::new_multi_thread().worker_threads(cores).enable_all().build().expect("an executor");
    let table = executor.spawn(table(cores));
    executor.block_on(table).expect("a table");
}

/// Measures from inside the executor: the one that blocks on it has a thread of its own.
async fn table(cores: usize) {
    let doors = doors::Doors::open().await;
    let (runtime, registry) = guests::loaded(&doors.origin).await;
    println!("milliseconds, {cores} cores                             a call of another plugin      GET /healthz");
    println!(
        "{:<34} {:>7}   {:>8} {:>8} {:>8}   {:>8} {:>8} {:>8}",
        "hostile guests beside", "calls", "p50", "p99", "max", "p50", "p99", "max"
    );
    let run = |flood: Value| json!([flood]);
    let loops = run(json!({ "do": "loop" }));
    measure("none", &registry, &doors, 0, &loops).await;
    measure("endless loops, one per core", &registry, &doors, cores, &loops).await;
    measure("endless loops, 16 per core", &registry, &doors, 16 * cores, &loops).await;
    let memory = run(json!({ "do": "memory" }));
    measure("memory bomb", &registry, &doors, 1, &memory).await;
    measure("memory bombs, one per core", &registry, &doors, cores, &memory).await;
    let both = format!("{cores} loops and a memory bomb");
    let stop = Arc::new(AtomicBool::new(false));
    let beside = assail(&registry, cores, &loops, &stop);
    measure(&both, &registry, &doors, 1, &memory).await;
    stop.store(true, Ordering::Relaxed);
    for guest in beside {
        guest.await.expect("a loop that goes on");
    }
    let write = run(json!({ "do": "flood", "with": "memory", "bytes": 48 << 20 }));
    measure("48 MiB written, one per core", &registry, &doors, cores, &write).await;
    measure(
        "calls of the clock, one per core",
        &registry,
        &doors,
        cores,
        &run(json!({ "do": "flood", "with": "clock" })),
    )
    .await;
    measure("key-value writes, 4 per core", &registry, &doors, 4 * cores, &run(json!({ "do": "flood", "with": "kv" })))
        .await;
    let empty = run(json!({ "do": "many-empty", "entries": 170_000 }));
    measure("answers of 170,000 entries", &registry, &doors, cores, &empty).await;
    let line = run(json!({ "do": "flood", "with": "line", "bytes": 8 << 20 }));
    measure("log lines of 8 MiB", &registry, &doors, cores, &line).await;
    let signed = run(json!({ "do": "flood", "with": "signatures", "times": 4, "bytes": 8 << 20 }));
    measure("signatures over 8 MiB", &registry, &doors, cores, &signed).await;
    let deep = run(json!({ "do": "stack" }));
    measure("stack overflows", &registry, &doors, cores, &deep).await;
    let url = format!("{}/big", doors.origin);
    let big =
        json!({ "do": "send", "method": "GET", "url": url, "headers": [], "body": null, "basic": false, "times": 1 });
    measure("answers of 7 MiB from an upstream", &registry, &doors, cores, &run(big)).await;
    let compiled = tokio::spawn(async move { runtime.prove(guests::intricate().into()).await.map(drop) });
    measure("a compilation", &registry, &doors, 0, &loops).await;
    compiled.await.expect("it ends").expect("a plugin");
}
