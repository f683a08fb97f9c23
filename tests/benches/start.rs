//! How long a host takes to start with many installed plugins: from its cache of compiled components, and without it.
//!
//! `cargo bench -p mortise-tests --bench start`; another number of plugins behind `--`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot be made ends the program")]

use std::path::Path;
use std::time::{Duration, Instant};

use mortise::{Config, Running};
use serde_json::json;

const ROUNDS: usize = 7;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let count = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(200);
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), count).await;
    let mut cached: Vec<Duration> = Vec::new();
    for _ in 0..ROUNDS {
        cached.push(start(folder.path(), count).await);
    }
    cached.sort();
    std::fs::remove_dir_all(folder.path().join("cache")).unwrap();
    let compiled = start(folder.path(), count).await;
    let median = cached[ROUNDS / 2];
    println!(
        "start with {count} plugins: from the cache {median:.0?} (median of {ROUNDS}), compiling all {compiled:.1?}"
    );
    println!("the cache makes it x{:.0} faster", compiled.as_secs_f64() / median.as_secs_f64());
}

/// Installs and connects plugins that differ by a section only, so that each is compiled and loaded for itself.
async fn fill(folder: &Path, count: usize) {
    let plugin = mortise_tests::plugins::hello();
    let running = mortise::start(Config::in_folder(folder)).await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for at in 0..count {
        let mut file = plugin.clone();
        let mark = format!("{at:04}");
        // A custom section of a component: id 0, size, length of the name, name, content.
        file.extend([0, 9, 4]);
        file.extend(b"mark");
        file.extend(mark.as_bytes());
        let request = http.post(format!("{}/api/v1/plugins", running.url)).header("content-type", "application/wasm");
        let answer = request.bearer_auth(&running.token).body(file).send().await.unwrap();
        let installed: serde_json::Value = answer.json().await.unwrap();
        let name = format!("hello-{at}");
        let connection = json!({"name": name, "plugin": installed["digest"], "settings": {"base-price": "1"}});
        let request = http.put(format!("{}/api/v1/connections/{name}", running.url)).json(&connection);
        request.bearer_auth(&running.token).send().await.unwrap().error_for_status().unwrap();
    }
    running.shutdown().await;
}

async fn start(folder: &Path, count: usize) -> Duration {
    let begun = Instant::now();
    let running: Running = mortise::start(Config::in_folder(folder)).await.unwrap();
    let elapsed = begun.elapsed();
    let loaded = running.app.store.connections().await.unwrap();
    assert!(loaded.iter().all(|stored| running.app.connections.fault(&stored.connection.name).is_none()));
    assert_eq!(loaded.len(), count);
    running.shutdown().await;
    elapsed
}
