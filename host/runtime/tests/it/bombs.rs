//! Files that are small to hand in and vast to work on: refused before the compiler or the settings check begin with them.

use std::time::Duration;

use mortise_runtime::inspect;
use serde_json::{Value, json};

use crate::files::{component, encoded, manifest, packed, with_manifest};
use crate::harness::{Host, connection};

const MOST: usize = 64 << 20;

fn refusal(file: &[u8]) -> String {
    inspect(file, MOST).unwrap_err().to_string()
}

async fn unproven(file: Vec<u8>) -> String {
    Host::new().runtime.prove(file.into()).await.unwrap_err().to_string()
}

/// A pricing plugin with these items in its core module beside what it needs.
fn pricing(items: &str) -> Vec<u8> {
    with_manifest(&encoded(
        "pricing-plugin",
        &format!(
            r#"(module
                {items}
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
                (func (export "mortise:plugin/pricing@1.0.0#price") (param i32) (result i32) unreachable))"#
        ),
    ))
}

#[test]
fn components_within_components() {
    // Each instantiates the one before it twice: forty of them are 2^40 instances once they are written out.
    let mut text = "(component $c0 (core module $m) (core instance (instantiate $m)))".to_owned();
    for at in 1..40 {
        let before = at - 1;
        text += &format!(
            "(component $c{at} (alias outer 1 $c{before} (component $b)) (instance (instantiate $b)) (instance (instantiate $b)))"
        );
    }
    insta::assert_snapshot!(refusal(&component(&format!("(component {text} (instance (instantiate $c39)))"))), @"the component has more than 200000 parts once the components inside it are written out as often as they are instantiated: its developer instantiates fewer components within components");
}

#[tokio::test]
async fn many_instances_and_memories() {
    let many = "(core instance (instantiate $m))".repeat(60);
    let file = crate::files::exporting_with("mortise:plugin/pricing@1.0.0", "price", &many);
    insta::assert_snapshot!(unproven(file).await, @"the component cannot be compiled for this host: The component transitively contains 61 core module instances, which exceeds the configured maximum of 50 in the pooling allocator; its developer keeps within these bounds, or builds it again with a current toolchain");
    insta::assert_snapshot!(refusal(&component(&format!("(component (core module $m) {})", "(core instance (instantiate $m))".repeat(5_000)))), @"the file is not a valid component (at byte 32: instances count exceeds limit of 4096): build it again with a current toolchain");
    insta::assert_snapshot!(unproven(pricing(r#"(memory (export "memory") 65536)"#)).await, @"the component cannot be compiled for this host: module memory does not fit in pooling allocator requirements: memory index 0 is unsupported in this pooling allocator configuration: memory has a minimum byte size of 4294967296 which exceeds the limit of 0x40000000 bytes; its developer keeps within these bounds, or builds it again with a current toolchain");
    insta::assert_snapshot!(unproven(pricing(r#"(memory (export "memory") 5000)"#)).await, @"the component cannot be instantiated: it wants 327680000 bytes of memory when it begins, 268435456 is the most: its developer has it begin with less");
    insta::assert_snapshot!(unproven(pricing(r#"(memory (export "memory") 1) (table 9000000 funcref)"#)).await, @"the component cannot be compiled for this host: module table does not fit in pooling allocator requirements: table index 0 has a minimum element size of 9000000 which exceeds the limit of 1048576; its developer keeps within these bounds, or builds it again with a current toolchain");
}

#[test]
fn types_and_imports_without_end() {
    let deep: String = (1..150).map(|at| format!("(type $t{at} (list $t{}))", at - 1)).collect();
    insta::assert_snapshot!(refusal(&component(&format!("(component (type $t0 u8) {deep})"))), @"the file is not a valid component (at byte 247: type nesting is too deep): build it again with a current toolchain");
    let functions: String = (0..20_000).map(|at| format!(r#"(export "f{at}" (func))"#)).collect();
    let file = component(&format!(r#"(component (import "mortise:plugin/context@1.0.0" (instance {functions})))"#));
    insta::assert_snapshot!(refusal(&file), @"the component imports `mortise:plugin/context@1.0.0#f0`, which this host does not offer: plugins may import the interfaces of `wit/v1`, WASI 0.2 and `wasi:http/outgoing-handler`, nothing else");
    let imports: String = (0..20_000).map(|at| format!(r#"(import "wasi:io/x{at}@0.2.0" (instance))"#)).collect();
    insta::assert_snapshot!(refusal(&component(&format!("(component {imports})"))), @"the file is not a valid component (at byte 129850: instances count exceeds limit of 4096): build it again with a current toolchain");
}

#[tokio::test]
async fn a_start_that_goes_wrong() {
    let starting =
        |start: &str| pricing(&format!(r#"(memory (export "memory") 1) (func $start (export "_initialize") {start})"#));
    insta::assert_snapshot!(unproven(starting("unreachable")).await, @"the component cannot be instantiated: it crashes when it begins (wasm trap: wasm `unreachable` instruction executed): its developer looks at what it does then");
    insta::assert_snapshot!(unproven(starting("(call $start)")).await, @"the component cannot be instantiated: it crashes when it begins (wasm trap: call stack exhausted): its developer looks at what it does then");
    insta::assert_snapshot!(unproven(starting("(loop $l (drop (memory.grow (i32.const 100))) (br $l))")).await, @"the component cannot be instantiated: it wants 268763136 bytes of memory when it begins, 268435456 is the most: its developer has it begin with less");
}

#[tokio::test]
async fn a_compilation_that_takes_long_is_not_waited_for() {
    let host = Host::with(|config| {
        config.cache_dir = None;
        config.compile_time = Duration::from_millis(1);
    });
    let functions = "(func (drop (i32.const 0)))".repeat(50_000);
    let slow = pricing(&format!(r#"(memory (export "memory") 1) {functions}"#));
    let told = host.runtime.prove(slow.clone().into()).await.unwrap_err().to_string();
    insta::assert_snapshot!(told, @"the component cannot be compiled within 0 s: its developer builds in release mode and splits very large functions; `compile-seconds` is the bound");
    // Its place is still taken.
    let told = host.runtime.prove(slow.into()).await.unwrap_err().to_string();
    insta::assert_snapshot!(told, @"other components are still being compiled after 0 s: try again later");
}

fn with_schema(schema: &Value) -> Vec<u8> {
    let manifest = manifest("1.0").replacen('{', &format!(r#"{{ "settings": {schema},"#), 1);
    packed(&wat::parse_str("(component)").unwrap(), &manifest)
}

#[test]
fn settings_schemas() {
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "$ref": "#" }))), @"manifest: settings: `#` refers to itself: write the parts out");
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "$ref": "https://elsewhere.example/schema" }))), @"manifest: settings: `https://elsewhere.example/schema` refers to nothing in this schema: use a pointer such as `#/$defs/part`");
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "properties": { "a": { "$dynamicRef": "#a" } } }))), @"manifest: settings: `$dynamicRef` is not known here: refer to a part by `$ref` and a pointer, such as `#/$defs/part`");
    // Each part is made of the next one twice.
    let mut parts = serde_json::Map::new();
    for at in 0..40 {
        let next = json!({ "$ref": format!("#/$defs/p{}", at + 1) });
        parts.insert(format!("p{at}"), json!({ "allOf": [next, next] }));
    }
    parts.insert("p40".into(), json!({ "type": "object" }));
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "$defs": parts, "$ref": "#/$defs/p0" }))), @"manifest: settings: the schema has more than 1048576 bytes or 200 levels once its references are resolved: refer less often to large parts");
    // Defaults within defaults.
    let own = json!({ "$ref": "#", "default": {} });
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "properties": { "a": own, "b": own } }))), @"manifest: settings: `#` refers to itself: write the parts out");
    let patterns: Vec<Value> = (0..300).map(|_| json!({ "pattern": "a" })).collect();
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "anyOf": patterns }))), @"manifest: settings: the schema has too many or too long patterns: at most 200, of 1000 bytes each");
    let mut chain = serde_json::Map::new();
    for at in 0..1_000 {
        chain.insert(format!("p{at}"), json!({ "$ref": format!("#/$defs/p{}", at + 1) }));
    }
    chain.insert("p1000".into(), json!({}));
    assert!(refusal(&with_schema(&json!({ "$defs": chain, "$ref": "#/$defs/p0" }))).contains("levels"));
    let long = manifest("1.0").replace("文", &"文".repeat(400_000));
    insta::assert_snapshot!(refusal(&packed(&wat::parse_str("(component)").unwrap(), &long)), @"manifest: size: 2400153 bytes, the most is 1048576: shorten it");
}

#[tokio::test]
async fn patterns_cost_no_more_than_their_length() {
    let host = Host::new();
    let schema =
        json!({ "type": "object", "properties": { "a": { "type": "string", "pattern": "^(\\p{L}{100}){100}$" } } });
    let manifest = manifest("1.0").replacen('{', &format!(r#"{{ "settings": {schema},"#), 1);
    let component = encoded(
        "pricing-plugin",
        r#"(module
            (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            (func (export "mortise:plugin/pricing@1.0.0#price") (param i32) (result i32) unreachable))"#,
    );
    let proven = host.runtime.prove(packed(&component, &manifest).into()).await.unwrap();
    let error = host.registry.load(connection("wide", &proven, |_| {}), &proven).await.unwrap_err();
    insta::assert_snapshot!(error, @r#"the plugin's settings schema cannot be used: "^(\\p{L}{100}){100}$" is not a "regex"; its developer corrects `settings` in the manifest"#);
}
