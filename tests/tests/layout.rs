//! The house stands as `host/ARCHITECTURE.md` draws it: who may depend on whom, where heavy libraries live, how long files are.

#![expect(clippy::unwrap_used, reason = "a tree that cannot be read is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap()
}

/// First folder, and for the host its crate: `host/store`, `plugins`, `sdk`, `examples`, `tests`.
fn home(package: &Package) -> String {
    let path = package.manifest_path.as_std_path().strip_prefix(root()).unwrap().to_owned();
    let mut parts = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let first = parts.next().unwrap();
    // Guests that exist to misbehave live beside the sandbox's tests. They speak to the host without the SDK where that is the
    // point of the test.
    if path.to_string_lossy().contains("/guests/") {
        return "guests".into();
    }
    if first == "host" { format!("host/{}", parts.next().unwrap()) } else { first }
}

fn dependencies(package: &Package, kinds: &[DependencyKind]) -> BTreeSet<String> {
    package
        .dependencies
        .iter()
        .filter(|dependency| kinds.contains(&dependency.kind))
        .map(|dependency| dependency.name.clone())
        .collect()
}

#[test]
fn arrows_point_down() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("host/domain", &[][..]),
        ("host/store", &["host/domain"]),
        ("host/runtime", &["host/domain"]),
        ("host/pipeline", &["host/domain"]),
        ("host/devkit", &["host/domain", "host/runtime"]),
        ("host/server", &["host/domain", "host/store", "host/runtime", "host/pipeline", "host/devkit"]),
        ("sdk", &["sdk"]),
        ("plugins", &["sdk"]),
        ("guests", &["sdk"]),
    ]);
    let metadata = metadata();
    let homes: BTreeMap<String, String> =
        metadata.packages.iter().map(|package| (package.name.to_string(), home(package))).collect();
    for package in &metadata.packages {
        let from = home(package);
        let Some(allowed) = allowed.get(from.as_str()) else { continue };
        for dependency in dependencies(package, &[DependencyKind::Normal, DependencyKind::Build]) {
            let Some(to) = homes.get(&dependency) else { continue };
            assert!(
                allowed.contains(&to.as_str()),
                "{from} depends on {to} ({dependency}): arrows point down, see host/ARCHITECTURE.md"
            );
        }
    }
}

#[test]
fn siblings_never_meet_not_even_in_tests() {
    let siblings = ["host/store", "host/runtime", "host/pipeline"];
    let metadata = metadata();
    let homes: BTreeMap<String, String> =
        metadata.packages.iter().map(|package| (package.name.to_string(), home(package))).collect();
    for package in metadata.packages.iter().filter(|package| siblings.contains(&home(package).as_str())) {
        for dependency in
            dependencies(package, &[DependencyKind::Normal, DependencyKind::Build, DependencyKind::Development])
        {
            let to = homes.get(&dependency).map_or("", String::as_str);
            assert!(
                !siblings.contains(&to) || to == home(package),
                "{} depends on {to}: they meet only in the server and the test harness",
                home(package)
            );
        }
    }
}

#[test]
fn heavy_libraries_have_one_home() {
    let homes: [(&str, &[&str]); 10] = [
        ("sqlx", &["host/store"]),
        ("wasmtime", &["host/runtime"]),
        ("wasmtime-wasi", &["host/runtime"]),
        ("wasmtime-wasi-http", &["host/runtime"]),
        // The sandbox sends for plugins; the command line talks to the doors.
        ("reqwest", &["host/runtime", "host/server"]),
        ("axum", &["host/server"]),
        ("clap", &["host/server"]),
        ("wit-bindgen", &["sdk"]),
        ("ed25519-dalek", &["host/runtime"]),
        ("oci-client", &["host/devkit"]),
    ];
    for package in &metadata().packages {
        let from = home(package);
        if !(from.starts_with("host/") || from == "sdk" || from == "plugins") {
            continue;
        }
        let dependencies = dependencies(package, &[DependencyKind::Normal]);
        for (library, homes) in homes {
            assert!(
                !dependencies.contains(library) || homes.contains(&from.as_str()),
                "{from} uses {library}, whose home is {homes:?}"
            );
        }
    }
}

#[test]
fn the_host_knows_no_example_and_no_test() {
    let metadata = metadata();
    let outside: BTreeSet<String> = metadata
        .packages
        .iter()
        .filter(|package| ["examples", "tests", "plugins", "guests"].contains(&home(package).as_str()))
        .map(|package| package.name.to_string())
        .collect();
    for package in metadata.packages.iter().filter(|package| home(package).starts_with("host/")) {
        for dependency in dependencies(package, &[DependencyKind::Normal, DependencyKind::Build]) {
            assert!(!outside.contains(&dependency), "{} depends on {dependency}", package.name);
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && name != "node_modules" && !name.starts_with('.') {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Lines before the inline tests.
fn length(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}

#[test]
fn files_answer_one_question() {
    let mut all = Vec::new();
    for top in ["host", "sdk", "plugins", "examples", "tests"] {
        sources(&root().join(top), &mut all);
    }
    let is_test = |path: &Path| {
        path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "benches")
            || path.to_string_lossy().ends_with("tests.rs")
    };
    let mut lengths = Vec::new();
    for path in &all {
        let (lines, most) = if is_test(path) { (length(path), 500) } else { (length(path), 400) };
        assert!(
            lines <= most,
            "{} has {lines} lines; split it by the question it answers (at most {most})",
            path.display()
        );
        if !is_test(path) {
            lengths.push(lines);
        }
    }
    lengths.sort_unstable();
    let at = |share: usize| lengths[(lengths.len() - 1) * share / 100];
    assert!(at(50) <= 120, "the median file has {} lines (at most 120)", at(50));
    assert!(at(90) <= 280, "a tenth of the files has more than {} lines (at most 280)", at(90));
}

#[test]
fn no_folder_module_files() {
    let mut all = Vec::new();
    for top in ["host", "sdk", "plugins", "examples", "tests"] {
        sources(&root().join(top), &mut all);
    }
    let bad: Vec<_> = all
        .iter()
        .filter(|path| path.file_name().is_some_and(|name| name == "mod.rs"))
        .filter(|path| !path.starts_with(root().join("tests/tests")))
        .collect();
    assert!(bad.is_empty(), "use foo.rs beside foo/: {bad:?}");
}

#[test]
fn the_demo_takes_arguments_through_its_alias() {
    let text = std::fs::read_to_string(root().join(".cargo/config.toml")).unwrap();
    let alias = text.lines().find(|line| line.starts_with("demo =")).unwrap();
    assert!(!alias.contains("--"), "`cargo demo -- --headless` hands its own `--` on: {alias}");
}
