//! Guests, built once for all tests, each on a bench of its own.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use mortise_devkit::bench::{Bench, Cache};
use mortise_devkit::play::{Verdict, play};
use mortise_devkit::report;
use mortise_devkit::scenario::{Found, parse};
use mortise_devkit::{Options, build_and_pack_all};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Folders below the root.
pub const FOLDERS: [&str; 7] = [
    "examples/hello-pricing",
    "host/runtime/tests/guests/misbehaving",
    "plugins/tiered-pricing",
    "plugins/order-rules",
    "plugins/u8",
    "plugins/amap",
    "plugins/wecom",
];

#[expect(clippy::unnecessary_wraps, reason = "so it is asked for")]
pub fn cache() -> Option<Cache> {
    Some(Cache { folder: root().join("target/guests/test-cache"), key: [7; 32] })
}

pub fn file(folder: &str) -> Vec<u8> {
    static FILES: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let folders: Vec<PathBuf> = FOLDERS.iter().map(|folder| root().join(folder)).collect();
        let packed = build_and_pack_all(&folders, &Options::default(), &mut |_| ()).unwrap();
        packed.into_iter().map(|packed| packed.file).collect()
    });
    let at = FOLDERS.iter().position(|known| *known == folder).unwrap();
    std::fs::read(&files[at]).unwrap()
}

/// The bench of a guest; one engine for each.
pub fn bench(folder: &'static str) -> Arc<Bench> {
    static BENCHES: OnceLock<Vec<OnceLock<Arc<Bench>>>> = OnceLock::new();
    let benches = BENCHES.get_or_init(|| FOLDERS.iter().map(|_| OnceLock::new()).collect());
    let at = FOLDERS.iter().position(|known| *known == folder).unwrap();
    Arc::clone(benches[at].get_or_init(|| Arc::new(waited(Bench::new(file(folder), cache())).unwrap())))
}

pub fn misbehaving() -> Arc<Bench> {
    bench("host/runtime/tests/guests/misbehaving")
}

/// Waits for something on a clock that runs.
pub fn waited<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

pub fn found(text: &str) -> Found {
    let scenario = parse(text).unwrap_or_else(|fault| panic!("{fault}"));
    Found { file: "test.yaml".into(), name: "test".into(), scenario }
}

/// Plays a scenario of the guest that follows scripts.
pub fn played(text: &str) -> Verdict {
    play(&misbehaving(), &found(text)).unwrap()
}

/// What a person reads of it, without styles and without what differs from run to run.
pub fn told(verdict: &Verdict) -> String {
    let text = report::verdict(&verdict.clone().settled(), false);
    let mut plain = String::new();
    let mut escape = false;
    for letter in text.chars() {
        match (escape, letter) {
            (false, '\u{1b}') => escape = true,
            (true, 'm') => escape = false,
            (true, _) => {}
            (false, letter) => plain.push(letter),
        }
    }
    // Memory and bytes are the guest's own matter.
    let lines = plain.lines().map(|line| line.split("  cpu ").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}
