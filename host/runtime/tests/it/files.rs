//! Files that are no plugins: each is refused with what was found, what was expected, what to do.

use std::time::Duration;

use mortise_runtime::inspect;
use wasm_encoder::{ComponentSection, CustomSection};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{PackageId, Resolve, Type, TypeDefKind, TypeOwner};

use crate::harness::{Host, fetching, hello, root};

const MOST: usize = 64 << 20;

/// A component of the contract's world from the text of its core module.
pub fn encoded(world: &str, core: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit/v1")).unwrap();
    encoded_in(&resolve, package, world, core)
}

pub fn encoded_in(resolve: &Resolve, package: PackageId, world: &str, core: &str) -> Vec<u8> {
    let mut module = wat::parse_str(core).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

pub fn manifest(contract: &str) -> String {
    let text = r#"{ "zh": "文", "en": "text" }"#;
    format!(
        r#"{{ "name": "p", "version": "1.0.0", "publisher": "us", "contract": "{contract}", "title": {text}, "description": {text} }}"#
    )
}

pub fn packed(component: &[u8], manifest: &str) -> Vec<u8> {
    let section = CustomSection { name: "mortise:manifest".into(), data: manifest.as_bytes().into() };
    let mut bytes = component.to_vec();
    section.append_to_component(&mut bytes);
    bytes
}

pub fn with_manifest(component: &[u8]) -> Vec<u8> {
    packed(component, &manifest("1.0"))
}

pub fn component(text: &str) -> Vec<u8> {
    with_manifest(&wat::parse_str(text).unwrap())
}

fn refusal(file: &[u8]) -> String {
    inspect(file, MOST).unwrap_err().to_string()
}

fn exporting(interface: &str, function: &str) -> Vec<u8> {
    exporting_with(interface, function, "")
}

/// A component with this export, and more of what it has.
pub fn exporting_with(interface: &str, function: &str, more: &str) -> Vec<u8> {
    component(&format!(
        r#"(component
            (core module $m (func (export "f") (result i32) (i32.const 0)))
            (core instance $i (instantiate $m))
            {more}
            (func $f (result u32) (canon lift (core func $i "f")))
            (instance $x (export "{function}" (func $f)))
            (export "{interface}" (instance $x)))"#
    ))
}

#[test]
fn words_are_shared_by_interfaces_without_functions() {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit/v1")).unwrap();
    let mut shared = 0;
    for (name, interface) in &resolve.packages[package].interfaces {
        for (word, id) in &resolve.interfaces[*interface].types {
            let TypeDefKind::Type(Type::Id(original)) = resolve.types[*id].kind else { continue };
            let TypeOwner::Interface(home) = resolve.types[original].owner else { continue };
            if home == *interface {
                continue;
            }
            let home = &resolve.interfaces[home];
            assert!(home.functions.is_empty(), "`{name}` takes `{word}` from `{:?}`: move it to `types`", home.name);
            shared += 1;
        }
    }
    assert!(shared > 20, "the words are still found: {shared}");
}

#[test]
fn a_good_file_is_understood() {
    let found = inspect(&hello(), MOST).unwrap();
    assert_eq!(found.interfaces, [mortise_domain::call::Interface::Pricing]);
    assert_eq!((found.manifest.name.as_str(), found.wasi, found.wasi_http), ("hello-pricing", false, false));
    let sends = inspect(&fetching(), MOST).unwrap();
    assert_eq!((sends.wasi, sends.wasi_http), (true, true));
    assert_eq!(found.hash.len(), 64);
}

#[test]
fn what_is_no_component() {
    insta::assert_snapshot!(refusal(b""), @r#"the file is not WebAssembly: it begins with no byte at all, a component begins with `\0asm`; hand in the `.wasm` file that `mortise plugin build` wrote"#);
    insta::assert_snapshot!(refusal(b"PK\x03\x04rest of an archive"), @r#"the file is not WebAssembly: it begins with `504b030472657374`, a component begins with `\0asm`; hand in the `.wasm` file that `mortise plugin build` wrote"#);
    insta::assert_snapshot!(refusal(&wat::parse_str("(module)").unwrap()), @"the file is a core WebAssembly module, not a component: build it with `mortise plugin build`, or turn it into a component with `wasm-tools component new`");
    insta::assert_snapshot!(inspect(&hello(), 1000).unwrap_err().to_string().replace(&hello().len().to_string(), "N"), @"the file has N bytes, the most is 1000: build in release mode and strip debug information, or raise `plugin-bytes`");
    insta::assert_snapshot!(refusal(&wat::parse_str("(component)").unwrap()), @"the component has no manifest (custom section `mortise:manifest`): pack it with `mortise plugin build`, which puts `manifest.json` into it");
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let file = hello();
    for at in (8..file.len()).step_by(file.len() / 150) {
        assert!(inspect(&file[..at], MOST).is_err(), "{at}");
    }
    insta::assert_snapshot!(refusal(&file[..2000]), @"the file ends at byte 2000 in the middle of a section: it was cut off on the way; copy it again");
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
fn another_world_or_another_contract() {
    insta::assert_snapshot!(refusal(&exporting("acme:shop/pricing@1.0.0", "price")), @"the component exports `acme:shop/pricing@1.0.0`, none of the contract's interfaces (`erp`, `inventory`, `geocoder`, `pricing`, `notifier`, `order-policy`): implement one of them for a world of `wit/v1`");
    insta::assert_snapshot!(refusal(&component("(component)")), @"the component exports nothing, none of the contract's interfaces (`erp`, `inventory`, `geocoder`, `pricing`, `notifier`, `order-policy`): implement one of them for a world of `wit/v1`");
    insta::assert_snapshot!(refusal(&exporting("mortise:plugin/pricing@1.7.0", "price")), @"the plugin was built for contract 1.7.0, which is newer than what this host speaks, 1.0 to 1.0: upgrade the host, or build the plugin with an SDK for contract 1.0");
    insta::assert_snapshot!(refusal(&packed(&wat::parse_str("(component)").unwrap(), &manifest("2.0"))), @"the plugin was built for contract 2.0, which is newer than what this host speaks, 1.0 to 1.0: upgrade the host, or build the plugin with an SDK for contract 1.0");
    insta::assert_snapshot!(refusal(&exporting("mortise:plugin/pricing@0.9.0", "price")), @"the plugin was built for contract 0.9.0, which is older than what this host speaks, 1.0 to 1.0: install a newer version of the plugin, or have its developer build it again with an SDK for contract 1.0");
    insta::assert_snapshot!(refusal(&exporting("mortise:plugin/pricing", "price")), @"the plugin was built for contract 0, which is older than what this host speaks, 1.0 to 1.0: install a newer version of the plugin, or have its developer build it again with an SDK for contract 1.0");
    let old = inspect(&packed(&wat::parse_str("(component)").unwrap(), &manifest("0.9")), MOST).unwrap_err();
    insta::assert_snapshot!(format!("{}\n{}", old.text().zh, old.text().en), @"
    插件按接口约定 0.9 构建，本主机已不再支持，只支持 1.0 至 1.0：请开发者用接口约定 1.0 的 SDK 重新构建插件，或安装插件的新版本
    the plugin was built for contract 0.9, which is older than what this host speaks, 1.0 to 1.0: install a newer version of the plugin, or have its developer build it again with an SDK for contract 1.0
    ");
    let twice = packed(&component("(component)"), &manifest("1.0"));
    insta::assert_snapshot!(refusal(&twice), @"the component has 2 manifests (custom sections `mortise:manifest`): pack the component that the compiler made, once, with `mortise plugin build`");
    let future = manifest("1.9").replace("\"name\"", "\"new-field\": 1, \"name\"");
    insta::assert_snapshot!(refusal(&packed(&wat::parse_str("(component)").unwrap(), &future)), @"the plugin was built for contract 1.9, which is newer than what this host speaks, 1.0 to 1.0: upgrade the host, or build the plugin with an SDK for contract 1.0");
    insta::assert_snapshot!(refusal(&packed(&wat::parse_str("(component)").unwrap(), "{")), @"manifest: line 1 column 1: EOF while parsing an object at line 1 column 1");
}

#[test]
fn missing_functions_and_foreign_imports() {
    insta::assert_snapshot!(refusal(&exporting("mortise:plugin/pricing@1.0.0", "quote")), @"the interface `mortise:plugin/pricing@1.0.0` lacks the function `price`; it has `quote`: build the plugin against `wit/v1` of this host");
    let foreign = component(r#"(component (import "acme:db/query@1.0.0" (instance (export "run" (func)))))"#);
    insta::assert_snapshot!(refusal(&foreign), @"the component imports `acme:db/query@1.0.0`, which this host does not offer: plugins may import the interfaces of `wit/v1`, WASI 0.2 and `wasi:http/outgoing-handler`, nothing else");
    let called =
        component(r#"(component (import "wasi:http/incoming-handler@0.2.0" (instance (export "handle" (func)))))"#);
    insta::assert_snapshot!(refusal(&called), @"the component imports `wasi:http/incoming-handler@0.2.0`, which this host does not offer: plugins may import the interfaces of `wit/v1`, WASI 0.2 and `wasi:http/outgoing-handler`, nothing else");
    let later = component(r#"(component (import "wasi:http/types@0.3.0" (instance)))"#);
    insta::assert_snapshot!(refusal(&later), @"the component imports `wasi:http/types@0.3.0`, which this host does not offer: plugins may import the interfaces of `wit/v1`, WASI 0.2 and `wasi:http/outgoing-handler`, nothing else");
    // One plugin cannot call another, not even for its types alone: those stand in `types`.
    let another = component(r#"(component (import "mortise:plugin/geocoder@1.0.0" (instance)))"#);
    insta::assert_snapshot!(refusal(&another), @"the component imports `mortise:plugin/geocoder@1.0.0`, which this host does not offer: plugins may import the interfaces of `wit/v1`, WASI 0.2 and `wasi:http/outgoing-handler`, nothing else");
    let unknown = component(r#"(component (import "mortise:plugin/context@1.0.0" (instance (export "root" (func)))))"#);
    insta::assert_snapshot!(refusal(&unknown), @"the component imports `mortise:plugin/context@1.0.0#root`, which this host does not offer: plugins may import the interfaces of `wit/v1`, WASI 0.2 and `wasi:http/outgoing-handler`, nothing else");
}

#[tokio::test]
async fn a_function_of_another_type() {
    let host = Host::new();
    let error = host.runtime.prove(exporting("mortise:plugin/pricing@1.0.0", "price").into()).await.unwrap_err();
    insta::assert_snapshot!(error, @"the function `price` of `pricing` does not have the type of the contract: expected 1-tuple, found 0-tuple; build the plugin against `wit/v1` of this host");
}

fn spinning() -> Vec<u8> {
    with_manifest(&encoded(
        "pricing-plugin",
        r#"(module
            (memory (export "memory") 1)
            (func $spin (loop $l (br $l)))
            (func (export "_initialize") (call $spin))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            (func (export "mortise:plugin/pricing@1.0.0#price") (param i32) (result i32) unreachable))"#,
    ))
}

#[tokio::test]
async fn a_start_that_never_ends() {
    // On a machine that has other things to do, its CPU time takes as long as it takes.
    let host = Host::with(|config| config.proof_time = Duration::from_hours(1));
    insta::assert_snapshot!(host.runtime.prove(spinning().into()).await.unwrap_err(), @"the component cannot be instantiated: it has not begun after 2000 ms of CPU: its developer looks for an endless loop in what it does when it begins");
}

#[tokio::test]
async fn a_start_that_takes_too_long() {
    // Long before its CPU time is used up.
    let host = Host::with(|config| config.proof_time = Duration::from_millis(10));
    insta::assert_snapshot!(host.runtime.prove(spinning().into()).await.unwrap_err(), @"the component cannot be instantiated: it does not begin within 0.01 seconds: its developer looks at what it does when it begins");
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
