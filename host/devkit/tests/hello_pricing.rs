//! The smallest plugin, from its folder to one file.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::fs;
use std::path::{Path, PathBuf};

use mortise_devkit::{BuildError, Options, Step, build_and_pack, build_guest, manifest_of};
use wasmparser::{Parser, Payload};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Names of what a component imports and exports.
fn interfaces(component: &[u8]) -> (Vec<String>, Vec<String>) {
    let (mut imports, mut exports, mut depth) = (Vec::new(), Vec::new(), 0);
    for payload in Parser::new(0).parse_all(component) {
        match payload.unwrap() {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 1 => {
                imports.extend(section.into_iter().map(|import| import.unwrap().name.name.to_owned()));
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                exports.extend(section.into_iter().map(|export| export.unwrap().name.name.to_owned()));
            }
            _ => {}
        }
    }
    (imports, exports)
}

#[test]
fn becomes_a_plugin_that_imports_the_contract_alone() {
    let mut steps = Vec::new();
    let folder = repository().join("examples/hello-pricing");

    let file = build_and_pack(&folder, &Options::default(), &mut |step| steps.push(step)).unwrap();

    assert!(file.ends_with("plugins/hello-pricing-0.1.0.wasm"), "{}", file.display());
    assert!(matches!(steps.last(), Some(Step::Packed { file: told, .. }) if *told == file));
    let packed = fs::read(&file).unwrap();
    assert_eq!(manifest_of(&packed).unwrap().name, "hello-pricing");
    let (imports, exports) = interfaces(&packed);
    assert!(imports.iter().all(|name| name.starts_with("mortise:plugin/")), "{imports:?}");
    assert_eq!(exports, ["mortise:plugin/pricing@1.0.0"]);
    assert!(packed.len() < 200_000, "{} bytes", packed.len());
}

#[test]
fn a_folder_that_is_no_plugin_is_told_what_it_lacks() {
    let lacks = |folder: &str| match build_guest(&repository().join(folder), &Options::default(), &mut |_| ()) {
        Err(BuildError::NotAPlugin { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    assert!(lacks("wit").contains("Cargo.toml"));
    assert!(lacks("host/domain").contains("cdylib"));
}
