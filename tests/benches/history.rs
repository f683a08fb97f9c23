//! What a long history costs: an order among few and among a million others, and the whole story of any one of them.
//!
//! `cargo bench -p mortise-tests --bench history -- sqlite 1000000`. Filling takes minutes and some gigabytes; without
//! arguments a hundredth of it on both engines.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot be made ends the program")]

use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use mortise_domain::ids::OrderId;
use mortise_store::PageRequest;
use mortise_tests::{Engine, House};

#[path = "load/company.rs"]
mod company;
#[path = "load/grow.rs"]
mod grow;

use company::{median, submit};

/// Orders that are really made; each customer has one of them.
const MADE: u32 = 2_000;
/// As far apart as the really made ones.
const BACK: i64 = MADE as i64 * 60_000_000;
const ROUNDS: usize = 5;
const ORDERS: u32 = 300;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let total = words.iter().find_map(|word| word.parse().ok()).unwrap_or(10_000);
    let engines = [("sqlite", Engine::Sqlite), ("postgres", Engine::Postgres)];
    let named = |name: &str| words.iter().any(|word| word == name);
    let all = !engines.iter().any(|(name, _)| named(name));
    for (name, engine) in engines.into_iter().filter(|(name, _)| all || named(name)) {
        measure(name, engine, total).await;
    }
}

async fn measure(name: &str, engine: Engine, total: u32) {
    let house = company::open(engine).await;
    let next = AtomicU32::new(0);
    let mut numbers = Vec::new();
    for _ in 0..MADE {
        numbers.push(submit(&house, &next).await);
    }
    house.run_until_idle(Duration::from_hours(1)).await;
    let few = per_order(&house, &next).await;
    house.run_until_idle(Duration::from_hours(1)).await;
    let copies = (total / MADE).max(1);
    let begun = Instant::now();
    grow::grow(engine, &house.database, copies, BACK, &mut |done| {
        if done % 50 == 1 {
            println!("{name}: {} of {total} orders", done * MADE);
        }
    })
    .await;
    println!("{name}: {} orders filled in {:.0?}", (copies + 1) * MADE, begun.elapsed());
    let many = per_order(&house, &next).await;
    println!("{name}: an order costs {few:.0} us among {MADE}, {many:.0} us among {total}: x{:.2}", many / few);
    story(name, &house, copies).await;
    house.close().await;
}

/// Microseconds of one order, one after the other.
async fn per_order(house: &House, next: &AtomicU32) -> f64 {
    let mut figures = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        for _ in 0..ORDERS {
            submit(house, next).await;
        }
        figures.push(begun.elapsed().as_secs_f64() * 1e6 / f64::from(ORDERS));
    }
    median(figures)
}

/// Reads the story of orders all over the history, from the store and through the door.
async fn story(name: &str, house: &House, copies: u32) {
    let (mut store, mut door) = (Vec::new(), Vec::new());
    for at in 0..500_u32 {
        let made = at * 37 % MADE + 1;
        let copy = at * 101 % copies + 1;
        let id = OrderId(i64::from(made) + i64::from(copy) * 10_000_000);
        let begun = Instant::now();
        let page = PageRequest { limit: 100, after: None };
        let found = house.running.app.store.timeline("order", &id.to_string(), &page).await.unwrap();
        store.push(begun.elapsed().as_secs_f64() * 1e3);
        assert!(found.items.len() > 5, "{id:?} has {} entries", found.items.len());
        let number = format!("SO-{made:08}~{copy}");
        let begun = Instant::now();
        let shown = house.get(&format!("/orders/{number}")).await.ok();
        let told = house.get(&format!("/orders/{number}/timeline")).await.ok();
        door.push(begun.elapsed().as_secs_f64() * 1e3);
        assert!(shown["deliveries"].as_array().is_some_and(|all| !all.is_empty()) && told["items"].is_array());
    }
    for (what, mut figures) in [("timeline from the store", store), ("order and timeline over HTTP", door)] {
        figures.sort_by(f64::total_cmp);
        let (half, most) = (figures[figures.len() / 2], figures[figures.len() * 99 / 100]);
        println!("{name}: {what}: p50 {half:.2} ms, p99 {most:.2} ms");
    }
}
