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
use mortise_devkit::{Language, Options, build_and_pack, unit_tests};
use mortise_domain::call::Interface;
use mortise_domain::connection::Connection;

use crate::guests::{cache, root, told, waited};

/// Tools and compiled libraries are kept once for all projects.
fn options() -> Options {
    let guests = root().join("target/guests");
    Options { tools: Some(guests.join("tools")), guests: Some(guests), ..Options::default() }
}

/// With the versions of packages that this repository has.
fn build(folder: &Path) -> Vec<u8> {
    if folder.join("Cargo.toml").exists() {
        fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    }
    fs::read(build_and_pack(folder, &options(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"))).unwrap()
}

fn project(folder: &Path, language: Language, interface: Interface) {
    let name = format!("acme-{}", interface.name());
    create(folder, &name, language, interface).unwrap();
    let plugin = build(folder);
    let mut places = vec![folder.display().to_string(), root().display().to_string()];
    // The engines of the other languages name places of the machines that made them.
    places.extend((language == Language::Rust).then(|| "/.cargo/".to_owned()));
    for place in places {
        assert!(!plugin.windows(place.len()).any(|part| part == place.as_bytes()), "{place} is in the plugin");
    }
    let report = waited(check(&plugin, cache())).unwrap();
    assert!(report.fits() && report.hints.is_empty(), "{:?} {:?}", report.fault, report.hints);
    let bench = waited(Bench::new(plugin, cache())).unwrap();
    assert_eq!((&bench.manifest().name, bench.interfaces()), (&name, vec![interface]));
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
fn every_kind_builds_and_passes_outside_this_repository() {
    let place = tempfile::tempdir().unwrap();
    for interface in Interface::ALL {
        project(&place.path().join(interface.name()), Language::Rust, interface);
    }
    let folder = place.path().join(Interface::Pricing.name());
    // Its own tests, as its author runs them.
    let mut cargo = Command::new("cargo");
    let cargo = cargo.arg("test").current_dir(&folder).env("CARGO_TARGET_DIR", root().join("target/new"));
    let output = cargo.env_remove("CARGO_ENCODED_RUSTFLAGS").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// The scenarios are those of the project in Rust. Of the kinds the one that uses most of what the host offers.
#[test]
fn a_project_in_another_language_passes_the_same_scenarios() {
    let place = tempfile::tempdir().unwrap();
    for language in [Language::TypeScript, Language::Python] {
        project(&place.path().join(language.name()), language, Interface::Erp);
    }
}

#[test]
fn every_kind_passes_its_own_tests_in_every_language() {
    let place = tempfile::tempdir().unwrap();
    for (language, interface) in all() {
        let folder = place.path().join(language.name()).join(interface.name());
        create(&folder, "acme-bridge", language, interface).unwrap();
        let ran = unit_tests(&folder, &options(), &mut |_| ()).unwrap();
        assert!(ran.passed, "{}:\n{}", folder.display(), ran.output);
    }
}

/// One program of all six, with the settings that editors read.
#[test]
fn every_kind_in_typescript_has_the_right_types() {
    let place = tempfile::tempdir().unwrap();
    for interface in Interface::ALL {
        create(&place.path().join(interface.name()), "acme-bridge", Language::TypeScript, interface).unwrap();
    }
    let project = r#"{ "extends": "./erp/tsconfig.json", "include": ["*/src/index.ts"] }"#;
    fs::write(place.path().join("tsconfig.json"), project).unwrap();
    // The tools are there once a test has run.
    unit_tests(&place.path().join("erp"), &options(), &mut |_| ()).unwrap();
    let tools = fs::read_dir(root().join("target/guests/tools")).unwrap().map(|entry| entry.unwrap().path());
    let mut compilers = tools.map(|tools| tools.join("node_modules/typescript/bin/tsc")).filter(|file| file.is_file());
    let mut node = Command::new("node");
    let output = node.arg(compilers.next().unwrap()).arg("-p").arg(place.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_project_in_typescript_tests_with_what_builds_it() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("p");
    create(&folder, "acme-bridge", Language::TypeScript, Interface::Pricing).unwrap();
    let version = |file: &str, pointer: &str| -> serde_json::Value {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap().pointer(pointer).unwrap().clone()
    };
    let tools = version("mortise/sdk/typescript/tools/package.json", "/dependencies/esbuild");
    assert_eq!(version("package.json", "/devDependencies/esbuild"), tools);
}

fn all() -> impl Iterator<Item = (Language, Interface)> {
    [Language::TypeScript, Language::Python].into_iter().flat_map(|language| Interface::ALL.map(|one| (language, one)))
}

#[test]
fn nothing_of_the_machine_that_built_this_program_gets_into_a_project() {
    let place = tempfile::tempdir().unwrap();
    let folders = Language::ALL.map(|language| {
        let folder = place.path().join(language.name());
        create(&folder, "acme-bridge", language, Interface::Erp).unwrap();
        folder
    });
    let here = root().display().to_string();
    let mut folders = Vec::from(folders);
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
    assert!(seen > 120, "{seen}");
}

#[test]
fn a_project_has_a_connection_that_grants_what_the_plugin_wishes() {
    let place = tempfile::tempdir().unwrap();
    for interface in Interface::ALL {
        let folder = place.path().join(interface.name());
        create(&folder, "acme-bridge", Language::Python, interface).unwrap();
        let file = |name: &str| fs::read(folder.join(name)).unwrap();
        let connection: Connection = serde_json::from_slice(&file("connection.json")).unwrap();
        assert_eq!((connection.name.as_str(), connection.plugin.as_str()), ("acme-bridge", "acme-bridge"));
        assert!(connection.faults().is_empty(), "{:?}", connection.faults());
        let manifest: serde_json::Value = serde_json::from_slice(&file("manifest.json")).unwrap();
        assert!(jsonschema::is_valid(&manifest["settings"], &connection.settings), "{interface:?}");
        let wished = manifest["wishes"]["http"].as_array().map_or(0, Vec::len);
        let granted: Vec<_> = connection.grant.http.iter().map(|host| serde_json::json!(host)).collect();
        assert_eq!(granted, vec![connection.settings["base-url"].clone(); wished]);
    }
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
