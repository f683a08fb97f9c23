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
    insta::assert_snapshot!(refusal(&component(&format!("(component {text} (instance (instantiate $c39)))"))), @"");
}

#[tokio::test]
async fn many_instances_and_memories() {
    let many = "(core instance (instantiate $m))".repeat(60);
    let file = crate::files::exporting_with("mortise:plugin/pricing@1.0.0", "price", &many);
    insta::assert_snapshot!(unproven(file).await, @"");
    insta::assert_snapshot!(refusal(&component(&format!("(component (core module $m) {})", "(core instance (instantiate $m))".repeat(5_000)))), @"");
    insta::assert_snapshot!(unproven(pricing(r#"(memory (export "memory") 65536)"#)).await, @"");
    insta::assert_snapshot!(unproven(pricing(r#"(memory (export "memory") 2000)"#)).await, @"");
    insta::assert_snapshot!(unproven(pricing(r#"(memory (export "memory") 1) (table 200000 funcref)"#)).await, @"");
    insta::assert_snapshot!(unproven(pricing(r#"(memory (export "memory") 1) (table 9000000 funcref)"#)).await, @"");
}

#[test]
fn types_and_imports_without_end() {
    let deep = format!("{}u8{}", "(list ".repeat(150), ")".repeat(150));
    insta::assert_snapshot!(refusal(&component(&format!("(component (type {deep}))"))), @"");
    let functions: String = (0..20_000).map(|at| format!(r#"(export "f{at}" (func))"#)).collect();
    let file = component(&format!(r#"(component (import "mortise:plugin/context@1.0.0" (instance {functions})))"#));
    insta::assert_snapshot!(refusal(&file), @"");
    let imports: String = (0..20_000).map(|at| format!(r#"(import "wasi:io/x{at}@0.2.0" (instance))"#)).collect();
    insta::assert_snapshot!(refusal(&component(&format!("(component {imports})"))), @"");
}

#[test]
fn functions_that_keep_the_compiler_busy() {
    let large = format!(r#"(memory (export "memory") 1) (func {})"#, "(drop (i32.const 0))".repeat(400_000));
    insta::assert_snapshot!(refusal(&pricing(&large)).replace(|c: char| c.is_ascii_digit(), "9"), @"");
    let locals = "(local i32)".repeat(40_000);
    let branches = "(block (br_if 0 (i32.const 1)))".repeat(1_000);
    let joined = format!(r#"(memory (export "memory") 1) (func {locals} {branches})"#);
    insta::assert_snapshot!(refusal(&pricing(&joined)), @"");
}

#[tokio::test]
async fn a_start_that_goes_wrong() {
    let starting =
        |start: &str| pricing(&format!(r#"(memory (export "memory") 1) (func $start (export "_initialize") {start})"#));
    insta::assert_snapshot!(unproven(starting("unreachable")).await, @"");
    insta::assert_snapshot!(unproven(starting("(call $start)")).await, @"");
    insta::assert_snapshot!(unproven(starting("(loop $l (drop (memory.grow (i32.const 100))) (br $l))")).await, @"");
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
    insta::assert_snapshot!(told, @"");
    // Its place is still taken.
    let told = host.runtime.prove(slow.into()).await.unwrap_err().to_string();
    insta::assert_snapshot!(told, @"");
}

fn with_schema(schema: &Value) -> Vec<u8> {
    let manifest = manifest("1.0").replacen('{', &format!(r#"{{ "settings": {schema},"#), 1);
    packed(&wat::parse_str("(component)").unwrap(), &manifest)
}

#[test]
fn settings_schemas() {
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "$ref": "#" }))), @"");
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "$ref": "https://elsewhere.example/schema" }))), @"");
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "properties": { "a": { "$dynamicRef": "#a" } } }))), @"");
    // Each part is made of the next one twice.
    let mut parts = serde_json::Map::new();
    for at in 0..40 {
        let next = json!({ "$ref": format!("#/$defs/p{}", at + 1) });
        parts.insert(format!("p{at}"), json!({ "allOf": [next, next] }));
    }
    parts.insert("p40".into(), json!({ "type": "object" }));
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "$defs": parts, "$ref": "#/$defs/p0" }))), @"");
    // Defaults within defaults.
    let own = json!({ "$ref": "#", "default": {} });
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "properties": { "a": own, "b": own } }))), @"");
    let patterns: Vec<Value> = (0..300).map(|_| json!({ "pattern": "a" })).collect();
    insta::assert_snapshot!(refusal(&with_schema(&json!({ "anyOf": patterns }))), @"");
    let mut chain = serde_json::Map::new();
    for at in 0..1_000 {
        chain.insert(format!("p{at}"), json!({ "$ref": format!("#/$defs/p{}", at + 1) }));
    }
    chain.insert("p1000".into(), json!({}));
    assert!(refusal(&with_schema(&json!({ "$defs": chain, "$ref": "#/$defs/p0" }))).contains("levels"));
    let long = manifest("1.0").replace("文", &"文".repeat(400_000));
    insta::assert_snapshot!(refusal(&packed(&wat::parse_str("(component)").unwrap(), &long)), @"");
}

#[tokio::test]
async fn patterns_cost_no_more_than_their_length() {
    let host = Host::new();
    let schema =
        json!({ "type": "object", "properties": { "a": { "type": "string", "pattern": "^(\\w{100}){100}$" } } });
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
    insta::assert_snapshot!(error, @"");
}
