//! Components made from the contract itself, without a compiler of guests.

use wasm_encoder::{ComponentSection, CustomSection};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve};

use crate::guests::root;

/// A component that exports every function of the contract; each of them traps.
pub fn everything() -> Vec<u8> {
    with_manifest(&of_world("plugin"))
}

pub fn of_world(world: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit/v1")).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

/// A manifest of a plugin that wishes for nothing.
pub fn manifest(change: impl FnOnce(&mut serde_json::Value)) -> String {
    let text = serde_json::json!({ "zh": "文", "en": "text" });
    let mut manifest = serde_json::json!({
        "name": "p", "version": "1.0.0", "publisher": "us", "contract": "1.0", "title": text, "description": text,
    });
    change(&mut manifest);
    manifest.to_string()
}

/// The component with this text as its manifest, unchecked.
pub fn packed(component: &[u8], manifest: &str) -> Vec<u8> {
    let section = CustomSection { name: "mortise:manifest".into(), data: manifest.as_bytes().into() };
    let mut bytes = component.to_vec();
    section.append_to_component(&mut bytes);
    bytes
}

pub fn with_manifest(component: &[u8]) -> Vec<u8> {
    packed(component, &manifest(|_| {}))
}
