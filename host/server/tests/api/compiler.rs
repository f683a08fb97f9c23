//! Compilation in a process of its own: a component that keeps the compiler busy ends that process, and nothing else.

use std::time::{Duration, Instant};

use mortise::{Config, Outside, Running};
use mortise_runtime::RuntimeConfig;
use reqwest::Client;
use serde_json::{Value, json};
use wasm_encoder::{ComponentSection, CustomSection};

async fn start(change: impl FnOnce(&mut RuntimeConfig) + Send + 'static) -> (tempfile::TempDir, Running) {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Box::new(|bounds: &mut RuntimeConfig| {
        bounds.compiler = Some(env!("CARGO_BIN_EXE_mortise").into());
        change(bounds);
    });
    let outside = Outside { workers: false, sandbox, ..Outside::default() };
    let running = mortise::start_in(Config::in_folder(folder.path()), outside).await.unwrap();
    (folder, running)
}

/// Hands a plugin in; answers status and what is told.
async fn install(running: &Running, file: Vec<u8>) -> (u16, String) {
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/api/v1/plugins", running.url)).bearer_auth(&running.token);
    let answer = request.header("content-type", "application/wasm").body(file).send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    (status, body["detail"].as_str().unwrap_or_default().to_owned())
}

/// A component with these functions in its core module. Its `price` has another type than the contract's.
fn component(functions: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
            (core module $m {functions} (func (export "f") (result i32) (i32.const 0)))
            (core instance $i (instantiate $m))
            (func $f (result u32) (canon lift (core func $i "f")))
            (instance $x (export "price" (func $f)))
            (export "mortise:plugin/pricing@1.0.0" (instance $x)))"#
    );
    let mut bytes = wat::parse_str(text).unwrap();
    let text = json!({ "zh": "文", "en": "text" });
    let manifest = json!({
        "name": "p", "version": "1.0.0", "publisher": "us", "contract": "1.0", "title": text, "description": text,
    });
    let data = manifest.to_string().into_bytes();
    CustomSection { name: "mortise:manifest".into(), data: data.into() }.append_to_component(&mut bytes);
    bytes
}

/// A few kilobytes that take minutes: variables that change in loops within loops.
fn loops_within_loops() -> Vec<u8> {
    let (variables, depth) = (400, 1_500);
    let sets: String =
        (0..variables).map(|at| format!("(local.set {at} (i32.add (local.get {at}) (i32.const 1)))")).collect();
    let locals = "(local i32)".repeat(variables);
    let (open, close) = ("(loop ".repeat(depth), "(br_if 0 (local.get 0)))".repeat(depth));
    component(&format!("(func {locals} {open}{sets}{close})"))
}

#[tokio::test(flavor = "multi_thread")]
async fn code_of_another_process_runs_here() {
    let (_folder, running) = start(|_| ()).await;
    // Compiled, loaded, instantiated, and only then found to have the wrong type.
    let (status, told) = install(&running, component("")).await;
    assert_eq!(status, 422);
    insta::assert_snapshot!(told, @"the function `price` of `pricing` does not have the type of the contract: expected 1-tuple, found 0-tuple; build the plugin against `wit/v1` of this host");
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_takes_too_long_is_given_up() {
    let (_folder, running) = start(|bounds| bounds.compile_time = Duration::from_secs(2)).await;
    let begun = Instant::now();
    let (status, told) = install(&running, loops_within_loops()).await;
    assert_eq!(status, 422);
    insta::assert_snapshot!(told, @"the component cannot be compiled within 2 s: its developer builds in release mode and splits very large functions; `compile-seconds` is the bound");
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
    // The compiler has ended with it: the next component has the only place.
    assert!(install(&running, component("")).await.1.contains("does not have the type"));
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_takes_too_much_memory_is_given_up() {
    let (_folder, running) = start(|bounds| bounds.compiler_bytes = 160 << 20).await;
    let body = "(local.set 0 (i32.add (local.get 0) (i32.const 7)))".repeat(400_000);
    let (status, told) = install(&running, component(&format!("(func (param i32) {body})"))).await;
    assert_eq!(status, 422);
    // By which signal it ends is the allocator's affair.
    assert!(told.contains("the compiler broke down over it"), "{told}");
    assert!(told.contains("it may use 167772160 bytes of memory"), "{told}");
    running.shutdown().await;
}
