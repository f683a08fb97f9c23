//! The published formats: fresh, and in agreement with what is read.

use std::fs;
use std::path::PathBuf;

use mortise_devkit::manifest_schema;
use mortise_devkit::scenario::{find, parse, read, schema, value_of};
use serde_json::Value;

use crate::guests::{FOLDERS, root};

fn scenario_files() -> Vec<PathBuf> {
    let folders: Vec<PathBuf> =
        FOLDERS.iter().map(|folder| root().join(folder).join("scenarios")).filter(|folder| folder.is_dir()).collect();
    find(&folders).unwrap()
}

#[test]
fn the_committed_schema_is_fresh() {
    let file = root().join("host/devkit/scenario.schema.json");
    let committed: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(
        committed,
        schema(),
        "run `cargo run -p mortise -- plugin schema scenario > host/devkit/scenario.schema.json`"
    );
}

#[test]
fn every_scenario_that_ships_is_valid_against_it() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let files = scenario_files();
    assert!(files.len() > 40, "{files:?}");
    for file in files {
        let value = value_of(&file).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", file.display());
        read(&file).unwrap_or_else(|fault| panic!("{fault}"));
    }
}

#[test]
fn what_the_reader_refuses_the_schema_refuses() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for text in [
        "calls: {}",
        "calls: []",
        "calls: [{}]\ntitel: x",
        "calls: [{ function: 1 }]",
        "calls: [{ function: f, http: [{ request: { methode: GET } }] }]",
        "calls: [{ function: f, http: [{ request: {}, fault: explode }] }]",
        "calls: [{ function: f, http: [{ request: {}, times: often }] }]",
        "calls: [{ function: f, expect: { ok: 1 } }]",
        "calls: [{ function: f, attempt: -1 }]",
        "calls: [{ function: f }]\nrecords: { prices: [{ sku: A, price: true }] }",
        "calls: [{ function: f }]\ncredentials: { key: 1 }",
    ] {
        let value: Value = serde_saphyr::from_str(text).unwrap();
        assert!(parse(text).is_err(), "read: {text}");
        assert!(!validator.is_valid(&value), "valid: {text}");
    }
}

#[test]
fn manifests_that_ship_are_valid_against_theirs() {
    let validator = jsonschema::draft202012::new(&manifest_schema()).unwrap();
    for folder in FOLDERS {
        let value = value_of(&root().join(folder).join("manifest.json")).unwrap();
        let faults: Vec<String> = validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{folder}: {faults:#?}");
    }
    let wrong = serde_json::json!({ "name": "x", "version": "1" });
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn a_file_is_read_with_its_base_and_samples() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "_base.yaml",
        "settings: { a: 1, b: { c: 2 } }\nsamples: { one: { x: 1, y: { z: 2 } } }\ncalls: [{ function: f }]",
    );
    write(
        "own.yaml",
        "base: _base.yaml\nsettings: { b: { d: 3 } }\ncalls: [{ function: g, arguments: { $sample: one, y: { w: 3 } } }]",
    );
    write("own.json", r#"{"calls": [{"function": "h"}]}"#);
    write("circle.yaml", "base: circle.yaml");
    write("lost.yaml", "calls: [{ function: f, arguments: { $sample: two } }]");
    write("twice.yaml", "title: a\ntitle: b\ncalls: []");
    let found = find(&[folder.path().to_owned()]).unwrap();
    let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, ["circle.yaml", "lost.yaml", "own.json", "own.yaml", "twice.yaml"]);
    let own = read(&folder.path().join("own.yaml")).unwrap();
    assert_eq!(own.name, "own");
    assert_eq!(Value::Object(own.scenario.settings), serde_json::json!({ "a": 1, "b": { "c": 2, "d": 3 } }));
    assert_eq!(own.scenario.calls[0].arguments, serde_json::json!({ "x": 1, "y": { "z": 2, "w": 3 } }));
    let fault = |name: &str| read(&folder.path().join(name)).unwrap_err().problem;
    assert!(fault("circle.yaml").contains("its own base"), "{}", fault("circle.yaml"));
    assert!(fault("lost.yaml").contains("there is no sample \"two\""), "{}", fault("lost.yaml"));
    assert!(fault("twice.yaml").contains("duplicate"), "{}", fault("twice.yaml"));
    assert!(fault("none.yaml").contains("cannot be read"));
}
