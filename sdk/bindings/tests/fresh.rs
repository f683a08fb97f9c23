//! What stands in the SDKs is what the contract says.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn the_words_of_the_sdks_are_those_of_the_contract() {
    for (file, expected) in mortise_bindings::files(&root()).unwrap() {
        let found = std::fs::read_to_string(&file).unwrap_or_default();
        // Not `assert_eq`: thousands of lines help nobody.
        assert!(found == expected, "{} is out of date: run `cargo run -p mortise-bindings`", file.display());
        let lines = found.lines().count();
        assert!(lines <= 400, "{} has {lines} lines: teach `sdk/bindings` to split it", file.display());
    }
    let strays = mortise_bindings::strays(&root()).unwrap();
    assert!(strays.is_empty(), "nothing writes {strays:?} any more: run `cargo run -p mortise-bindings`");
}
