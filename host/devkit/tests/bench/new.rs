//! A new project lies outside this repository, builds there, passes its own tests and scenarios, and would be installed.

use std::fs;
use std::path::Path;
use std::process::Command;

use mortise_devkit::bench::Bench;
use mortise_devkit::check::check;
use mortise_devkit::conformance::{probe, strays};
use mortise_devkit::new::{NewError, create};
use mortise_devkit::play::play_all;
use mortise_devkit::scenario::{find, read};
use mortise_devkit::{Language, Options, build_and_pack};
use mortise_domain::call::Interface;

use crate::guests::{cache, root, told, waited};

/// Compiled once for all projects, and with the versions that this repository has.
fn build(folder: &Path) -> Vec<u8> {
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let options = Options { guests: Some(root().join("target/guests")), ..Options::default() };
    fs::read(build_and_pack(folder, &options, &mut |_| ()).unwrap_or_else(|error| panic!("{error}"))).unwrap()
}

fn project(folder: &Path, interface: Interface) {
    create(folder, "acme-bridge", Language::Rust, interface).unwrap();
    let plugin = build(folder);
    let places = [folder.display().to_string(), "/.cargo/".to_owned()];
    for place in places {
        assert!(!plugin.windows(place.len()).any(|part| part == place.as_bytes()), "{place} is in the plugin");
    }
    let report = waited(check(&plugin, cache())).unwrap();
    assert!(report.fits() && report.hints.is_empty(), "{:?} {:?}", report.fault, report.hints);
    let bench = waited(Bench::new(plugin, cache())).unwrap();
    assert_eq!((bench.manifest().name.as_str(), bench.interfaces()), ("acme-bridge", vec![interface]));
    let files = find(&[folder.join("scenarios")]).unwrap();
    let scenarios: Vec<_> = files.iter().map(|file| read(file).unwrap_or_else(|fault| panic!("{fault}"))).collect();
    assert!(scenarios.len() >= 2);
    for verdict in play_all(&bench, &scenarios, 4).unwrap() {
        assert!(verdict.passed(), "{}", told(&verdict));
    }
    assert_eq!(strays(&[interface], &scenarios, &std::collections::BTreeMap::new()), []);
    let faults: Vec<_> = probe(&bench, &scenarios, 4).unwrap().into_iter().filter(|one| one.fault.is_some()).collect();
    assert_eq!(faults, []);
}

#[test]
#[ignore = "builds the standard library and six projects: minutes; run it when templates or the SDK change"]
fn every_kind_builds_and_passes_outside_this_repository() {
    let place = tempfile::tempdir().unwrap();
    // One after the other in one place: the standard library is built for each place anew.
    let folder = place.path().join("project");
    for interface in Interface::ALL {
        project(&folder, interface);
        fs::remove_dir_all(&folder).unwrap();
    }
    // Its own tests, as its author runs them.
    create(&folder, "acme-bridge", Language::Rust, Interface::Pricing).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let mut cargo = Command::new("cargo");
    let cargo = cargo.arg("test").current_dir(&folder).env("CARGO_TARGET_DIR", root().join("target/new"));
    let output = cargo.env_remove("CARGO_ENCODED_RUSTFLAGS").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn nothing_of_the_machine_that_built_this_program_gets_into_a_project() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("p");
    create(&folder, "acme-bridge", Language::Rust, Interface::Erp).unwrap();
    let here = root().display().to_string();
    let mut folders = vec![folder];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            assert!(!text.contains(&here), "{} names {here}", path.display());
            assert!(path.starts_with(place.path()) && !text.contains("my-plugin"), "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn what_cannot_be_made_is_told() {
    let place = tempfile::tempdir().unwrap();
    let told =
        |name: &str| create(&place.path().join("x"), name, Language::Rust, Interface::Pricing).unwrap_err().to_string();
    insta::assert_snapshot!([told("Acme"), told("acme--x"), told("async"), told(&"a".repeat(100))].join("\n"), @r#"
    "Acme" is no name for a plugin: begin with a lower-case letter, and put single hyphens between words
    "acme--x" is no name for a plugin: begin with a lower-case letter, and put single hyphens between words
    "async" is no name for a plugin: the language or the project itself uses it; take another
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is no name for a plugin: use 1 to 64 lower-case letters, digits and hyphens
    "#);
    fs::write(place.path().join("mine"), "").unwrap();
    let taken = create(place.path(), "acme", Language::Rust, Interface::Pricing);
    assert!(matches!(taken, Err(NewError::Taken(_))), "{taken:?}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}
