//! The guests: one that behaves, one that does not, and a file that keeps the compiler busy.

use std::path::Path;
use std::sync::Arc;

use mortise_runtime::{Registry, Runtime, RuntimeConfig};
use serde_json::json;
use wasm_encoder::{ComponentSection, CustomSection};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::ports;

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace")
}

pub async fn loaded(origin: &str) -> (Arc<Runtime>, Arc<Registry>) {
    let folders = [root().join("examples/hello-pricing"), root().join("host/runtime/tests/guests/misbehaving")];
    let options = mortise_devkit::Options { guests: Some(root().join("target/guests")), ..Default::default() };
    let packed = mortise_devkit::build_and_pack_all(&folders, &options, &mut |_| {}).expect("the guests build");
    let read = |at: usize| std::fs::read(&packed[at].file).expect("the guest is there");
    let runtime = ports::runtime(RuntimeConfig::new([1; 32]));
    let registry = ports::connected(&runtime, read(0)).await;
    let proven = runtime.prove(read(1).into()).await.expect("a plugin");
    let connection = json!({
        "name": "bad", "plugin": proven.hash(), "settings": { "upstream": origin },
        "grant": { "http": [origin], "private": [origin], "kv-bytes": 10_000 },
        "limits": { "cpu-ms": 1_000, "concurrency": 64 },
    });
    let connection = serde_json::from_value(connection).expect("a connection");
    registry.load(Arc::new(connection), &proven).await.expect("it loads");
    (runtime, registry)
}

/// A pricing plugin of many functions of middling size: some seconds of work for the compiler.
pub fn intricate() -> Vec<u8> {
    let body = "(local.set 0 (i32.add (local.get 0) (i32.mul (local.get 0) (i32.const 7))))".repeat(200);
    let functions = format!("(func (param i32) {body})").repeat(6_000);
    let text = format!(
        r#"(module
            (memory (export "memory") 1)
            {functions}
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            (func (export "mortise:plugin/pricing@1.0.0#price") (param i32) (result i32) unreachable))"#
    );
    let mut module = wat::parse_str(text).expect("a module");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit/v1")).expect("the contract");
    let world = resolve.select_world(&[package], Some("pricing-plugin")).expect("its world");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).expect("its types");
    let mut bytes = ComponentEncoder::default().module(&module).expect("a module").encode().expect("a component");
    let text = json!({ "zh": "文", "en": "text" });
    let manifest = json!({
        "name": "p", "version": "1.0.0", "publisher": "us", "contract": "1.0", "title": text, "description": text,
    });
    let data = manifest.to_string().into_bytes();
    CustomSection { name: "mortise:manifest".into(), data: data.into() }.append_to_component(&mut bytes);
    bytes
}
