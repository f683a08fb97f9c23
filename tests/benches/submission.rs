//! Orders per second through submission, with every plugin in its sandbox and no upstream, against the bare transaction that
//! writes the same rows in multi-row statements with the same durability. The shares that are printed are of this one run.
//!
//! `cargo bench -p mortise-tests --bench submission`, on both engines; with `sqlite` or `postgres` behind `--` on one.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot be made ends the program")]

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use mortise_tests::Engine;

#[path = "load/bare.rs"]
mod bare;
#[path = "load/company.rs"]
mod company;
#[path = "load/rows.rs"]
mod rows;

use bare::Bare;
use company::{LINES, median, submit};

const ROUND: Duration = Duration::from_secs(2);
const ROUNDS: usize = 5;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    println!("orders of {LINES} lines per second: bare transaction, ours, share (median of {ROUNDS} rounds)");
    for (name, engine) in [("sqlite", Engine::Sqlite), ("postgres", Engine::Postgres)] {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            measure(name, engine).await;
        }
    }
}

async fn measure(name: &str, engine: Engine) {
    let house = Arc::new(company::open(engine).await);
    let next = Arc::new(AtomicU32::new(0));
    let mut numbers = Vec::new();
    for _ in 0..50 {
        numbers.push(submit(&house, &next).await);
    }
    let bare = Arc::new(Bare::after(engine, &house.database, &numbers).await);
    for callers in [1, 8] {
        let (mut bares, mut ours, mut shares) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let one = rate(callers, || {
                let bare = Arc::clone(&bare);
                async move { bare.write().await }
            })
            .await;
            let other = rate(callers, || {
                let (house, next) = (Arc::clone(&house), Arc::clone(&next));
                async move { drop(submit(&house, &next).await) }
            })
            .await;
            bares.push(one);
            ours.push(other);
            shares.push(other / one);
        }
        println!(
            "{name:<9} {callers} caller(s): {:>7.0} {:>7.0}  {:>4.0} %",
            median(bares),
            median(ours),
            median(shares) * 100.0
        );
    }
    let bare = Arc::into_inner(bare).unwrap();
    bare.close().await;
    Arc::into_inner(house).unwrap().close().await;
}

/// How often so many callers do it in a second.
async fn rate<F: Future<Output = ()> + Send>(callers: usize, work: impl Fn() -> F) -> f64 {
    let begun = Instant::now();
    let call = async || {
        let mut done = 0_u32;
        while begun.elapsed() < ROUND {
            work().await;
            done += 1;
        }
        done
    };
    let done = futures::future::join_all((0..callers).map(|_| call())).await;
    f64::from(done.iter().sum::<u32>()) / begun.elapsed().as_secs_f64()
}
