//! Files that are no plugins: each is refused with what was found, what was expected, what to do.

use mortise_runtime::inspect;
use wasm_encoder::{ComponentSection, CustomSection};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::harness::{Host, hello, root};

const MOST: usize = 64 << 20;

/// A component of the contract's world from the text of its core module.
pub fn encoded(world: &str, core: &str) -> Vec<u8> {
    let mut module = wat::parse_str(core).unwrap();
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit/v1")).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

fn manifest(contract: &str) -> String {
    let text = r#"{ "zh": "文", "en": "text" }"#;
    format!(
        r#"{{ "name": "p", "version": "1.0.0", "publisher": "us", "contract": "{contract}", "title": {text}, "description": {text} }}"#
    )
}

fn packed(component: &[u8], manifest: &str) -> Vec<u8> {
    let section = CustomSection { name: "mortise:manifest".into(), data: manifest.as_bytes().into() };
    let mut bytes = component.to_vec();
    section.append_to_component(&mut bytes);
    bytes
}

pub fn with_manifest(component: &[u8]) -> Vec<u8> {
    packed(component, &manifest("1.0"))
}

fn component(text: &str) -> Vec<u8> {
    with_manifest(&wat::parse_str(text).unwrap())
}

fn refusal(file: &[u8]) -> String {
    inspect(file, MOST).unwrap_err().to_string()
}

fn exporting(interface: &str, function: &str) -> Vec<u8> {
    component(&format!(
        r#"(component
            (core module $m (func (export "f") (result i32) (i32.const 0)))
            (core instance $i (instantiate $m))
            (func $f (result u32) (canon lift (core func $i "f")))
            (instance $x (export "{function}" (func $f)))
            (export "{interface}" (instance $x)))"#
    ))
}

#[test]
fn a_good_file_is_understood() {
    let found = inspect(&hello(), MOST).unwrap();
    assert_eq!(found.interfaces, [mortise_domain::call::Interface::Pricing]);
    assert_eq!((found.manifest.name.as_str(), found.wasi), ("hello-pricing", false));
    assert_eq!(found.hash.len(), 64);
}

#[test]
fn what_is_no_component() {
    insta::assert_snapshot!(refusal(b""), @"");
    insta::assert_snapshot!(refusal(b"PK\x03\x04rest of an archive"), @"");
    insta::assert_snapshot!(refusal(&wat::parse_str("(module)").unwrap()), @"");
    insta::assert_snapshot!(inspect(&hello(), 1000).unwrap_err().to_string().replace(&hello().len().to_string(), "N"), @"");
    insta::assert_snapshot!(refusal(&wat::parse_str("(component)").unwrap()), @"");
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let file = hello();
    for at in (8..file.len()).step_by(file.len() / 150) {
        assert!(inspect(&file[..at], MOST).is_err(), "{at}");
    }
    insta::assert_snapshot!(refusal(&file[..2000]), @"");
}

#[test]
fn damaged_files_never_panic() {
    let file = hello();
    for at in (8..file.len()).step_by(file.len() / 400) {
        let mut damaged = file.clone();
        damaged[at] ^= 0x55;
        let _ = inspect(&damaged, MOST);
    }
}

#[test]
fn another_world_or_a_newer_contract() {
    insta::assert_snapshot!(refusal(&exporting("acme:shop/pricing@1.0.0", "price")), @"");
    insta::assert_snapshot!(refusal(&component("(component)")), @"");
    insta::assert_snapshot!(refusal(&exporting("mortise:plugin/pricing@1.7.0", "price")), @"");
    insta::assert_snapshot!(refusal(&packed(&wat::parse_str("(component)").unwrap(), &manifest("2.0"))), @"");
    let future = manifest("1.9").replace("\"name\"", "\"new-field\": 1, \"name\"");
    insta::assert_snapshot!(refusal(&packed(&wat::parse_str("(component)").unwrap(), &future)), @"");
    insta::assert_snapshot!(refusal(&packed(&wat::parse_str("(component)").unwrap(), "{")), @"");
}

#[test]
fn missing_functions_and_foreign_imports() {
    insta::assert_snapshot!(refusal(&exporting("mortise:plugin/pricing@1.0.0", "quote")), @"");
    let foreign = component(r#"(component (import "acme:db/query@1.0.0" (instance (export "run" (func)))))"#);
    insta::assert_snapshot!(refusal(&foreign), @"");
    let sockets =
        component(r#"(component (import "wasi:http/outgoing-handler@0.2.0" (instance (export "handle" (func)))))"#);
    insta::assert_snapshot!(refusal(&sockets), @"");
    let unknown = component(r#"(component (import "mortise:plugin/context@1.0.0" (instance (export "root" (func)))))"#);
    insta::assert_snapshot!(refusal(&unknown), @"");
}

#[tokio::test]
async fn a_function_of_another_type() {
    let host = Host::new();
    let error = host.runtime.prove(exporting("mortise:plugin/pricing@1.0.0", "price").into()).await.unwrap_err();
    insta::assert_snapshot!(error, @"");
}

#[tokio::test]
async fn a_start_that_never_ends() {
    let host = Host::new();
    let file = with_manifest(&encoded(
        "pricing-plugin",
        r#"(module
            (memory (export "memory") 1)
            (func $spin (loop $l (br $l)))
            (func (export "_initialize") (call $spin))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            (func (export "mortise:plugin/pricing@1.0.0#price") (param i32) (result i32) unreachable))"#,
    ));
    insta::assert_snapshot!(host.runtime.prove(file.into()).await.unwrap_err(), @"");
}

#[tokio::test]
async fn the_cache_is_authenticated() {
    let folder = tempfile::tempdir().unwrap();
    let cached = || std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let host = |key: [u8; 32]| {
        Host::with(|config| {
            config.cache_dir = Some(folder.path().to_owned());
            config.cache_key = key.into();
        })
    };
    host([1; 32]).runtime.prove(hello().into()).await.unwrap();
    let file = cached().pop().unwrap();
    let genuine = std::fs::read(&file).unwrap();
    let mut forged = genuine.clone();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    std::fs::write(&file, &forged).unwrap();
    // Compiled anew and written again.
    host([1; 32]).runtime.prove(hello().into()).await.unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), genuine);
    // Another key does not trust it.
    host([2; 32]).runtime.prove(hello().into()).await.unwrap();
    assert_ne!(std::fs::read(&file).unwrap(), genuine);
    std::fs::write(&file, b"short").unwrap();
    host([1; 32]).runtime.prove(hello().into()).await.unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), genuine);
}
