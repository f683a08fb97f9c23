//! Files that are no plugins, one for each way of going wrong.

use mortise_devkit::check::check;
use serde_json::json;

use crate::contract::{everything, manifest, of_world, packed, with_manifest};
use crate::guests::{cache, file, waited};

/// A component with this text, packed.
fn text(text: &str) -> Vec<u8> {
    with_manifest(&wat::parse_str(text).unwrap())
}

/// A component that exports one function of an interface, of a type that is not the contract's.
fn exporting(interface: &str, function: &str) -> Vec<u8> {
    text(&format!(
        r#"(component
            (core module $m (func (export "f") (result i32) (i32.const 0)))
            (core instance $i (instantiate $m))
            (func $f (result u32) (canon lift (core func $i "f")))
            (instance $x (export "{function}" (func $f)))
            (export "{interface}" (instance $x)))"#
    ))
}

fn importing(name: &str) -> Vec<u8> {
    text(&format!(r#"(component (import "{name}" (instance (export "f" (func)))))"#))
}

/// A plugin with a changed manifest.
fn saying(change: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
    packed(&of_world("pricing-plugin"), &manifest(change))
}

/// Larger than a host takes; sparse, so that it costs nothing to make.
fn too_big() -> Vec<u8> {
    let mut bytes = everything();
    bytes.resize((64 << 20) + 1, 0);
    bytes
}

fn wrong_files() -> Vec<(&'static str, Vec<u8>)> {
    let hello = file("examples/hello-pricing");
    let truncated = hello[..2000].to_vec();
    let mut malformed = hello;
    malformed[9] = 0xff;
    vec![
        ("nothing", Vec::new()),
        ("not wasm", b"PK\x03\x04 an archive".to_vec()),
        ("a core module", wat::parse_str("(module)").unwrap()),
        ("truncated", truncated),
        ("malformed", malformed),
        ("too big", too_big()),
        ("no manifest", of_world("pricing-plugin")),
        ("two manifests", with_manifest(&everything())),
        ("a manifest that is no JSON", packed(&of_world("pricing-plugin"), "{")),
        ("a bad version", saying(|manifest| manifest["version"] = json!("one point two!"))),
        ("a bad contract version", saying(|manifest| manifest["contract"] = json!("one"))),
        ("a newer contract", saying(|manifest| manifest["contract"] = json!("2.0"))),
        ("an export of a newer contract", exporting("mortise:plugin/pricing@2.0.0", "price")),
        (
            "a wish without a reason",
            saying(|manifest| {
                manifest["wishes"] = json!({ "kv": { "bytes": 1024, "reason": { "zh": "", "en": "" } } });
            }),
        ),
        ("an unknown field", saying(|manifest| manifest["wish"] = json!({}))),
        ("a bad schema", saying(|manifest| manifest["settings"] = json!({ "type": "objekt" }))),
        ("another world", exporting("acme:shop/pricing@1.0.0", "price")),
        ("a missing function", exporting("mortise:plugin/pricing@1.0.0", "quote")),
        ("another type", exporting("mortise:plugin/pricing@1.0.0", "price")),
        ("an unknown import", importing("acme:shop/stock@1.0.0")),
        ("an unknown function of ours", importing("mortise:plugin/clock@1.0.0")),
        ("WASI beyond 0.2", importing("wasi:cli/stdout@0.3.0")),
    ]
}

#[test]
fn every_wrong_file_is_told_what_to_do() {
    let mut told = String::new();
    for (name, bytes) in wrong_files() {
        // A second manifest in a file that has one already.
        let bytes = if name == "two manifests" { with_manifest(&bytes) } else { bytes };
        let report = waited(check(&bytes, cache())).unwrap();
        let fault = report.fault.unwrap_or_else(|| panic!("{name} passes"));
        for (language, part) in [("en", "en"), ("zh", "zh-CN")] {
            told.push_str(&format!(
                "{name} ({language})\n  found     {}\n  expected  {}\n  do        {}\n",
                fault.found.in_locale(part),
                fault.expected.in_locale(part),
                fault.remedy.in_locale(part)
            ));
        }
    }
    insta::assert_snapshot!(told);
}
