//! What an order of five lines costs the store, alone and in batches, on both engines.
//! PostgreSQL takes part where `DATABASE_URL` is set.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    unused_macros,
    unused_imports,
    reason = "a measurement that cannot go on says so by a panic; it uses a part of the tests' harness"
)]

#[path = "../tests/store/harness.rs"]
mod harness;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use harness::{Engine, Harness, acceptance, confirm, customer, done, everything, settled};
use mortise_domain::evaluation::Decision;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::memory::{Accepted, Deliveries, Orders};
use tokio::runtime::Runtime;

const LINES: [(&str, &str); 5] = [("A", "1"), ("B", "1"), ("C", "1"), ("D", "1"), ("E", "1")];

async fn accept(h: &Harness, size: usize) -> Vec<OrderId> {
    let batch: Vec<_> = (0..size).map(|_| acceptance(None, &LINES, h.now())).collect();
    let accepted = h.store.accept(&batch).await.unwrap();
    accepted.into_iter().map(|one| if let Accepted::New(id, _) = one { id } else { panic!("{one:?}") }).collect()
}

fn decisions(h: &Harness, ids: &[OrderId]) -> Vec<Decision> {
    ids.iter().map(|id| confirm(*id, 1, &LINES, "1000000000", h.now())).collect()
}

/// Accepted, confirmed, and all four deliveries done.
async fn life(h: &Harness, size: usize) {
    let ids = accept(h, size).await;
    h.store.decide(&decisions(h, &ids)).await.unwrap();
    loop {
        let claimed = h.store.claim(&everything(h.now(), Instant::NEVER, 200)).await.unwrap();
        if claimed.is_empty() {
            return;
        }
        let batch: Vec<_> = claimed.iter().map(|one| settled(one, done("x"), h.now())).collect();
        h.store.settle(&batch).await.unwrap();
    }
}

fn orders(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut engines = vec![Engine::Sqlite];
    if std::env::var_os("DATABASE_URL").is_some() {
        engines.push(Engine::Postgres);
    }
    for engine in engines {
        let (give, take) = tokio::sync::oneshot::channel::<Harness>();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let task = runtime.spawn(harness::run(engine, |h| async move {
            h.store.put_customers(&[customer("C1", None)]).await.unwrap();
            let _ = give.send(h);
            let _ = ended.await;
        }));
        let h = runtime.block_on(take).unwrap();
        let mut group = criterion.benchmark_group(format!("{engine:?}"));
        for size in [1, 20] {
            group.throughput(Throughput::Elements(size as u64));
            group.bench_function(BenchmarkId::new("accept", size), |b| b.to_async(&runtime).iter(|| accept(&h, size)));
            group.bench_function(BenchmarkId::new("decide", size), |b| {
                b.to_async(&runtime).iter_custom(async |rounds| {
                    let mut total = std::time::Duration::ZERO;
                    for _ in 0..rounds {
                        let ids = accept(&h, size).await;
                        let batch = decisions(&h, &ids);
                        let began = std::time::Instant::now();
                        h.store.decide(&batch).await.unwrap();
                        total += began.elapsed();
                    }
                    total
                });
            });
            group.bench_function(BenchmarkId::new("life", size), |b| b.to_async(&runtime).iter(|| life(&h, size)));
        }
        group.finish();
        let _ = end.send(());
        runtime.block_on(task).unwrap();
    }
}

criterion_group!(benches, orders);
criterion_main!(benches);
