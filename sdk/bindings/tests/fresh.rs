//! What stands in the SDKs is what the contract says.

use std::path::Path;

#[test]
fn the_words_of_the_sdks_are_those_of_the_contract() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    for (file, expected) in mortise_bindings::files(&root).unwrap() {
        let found = std::fs::read_to_string(&file).unwrap_or_default();
        // Not `assert_eq`: thousands of lines help nobody.
        assert!(found == expected, "{} is out of date: run `cargo run -p mortise-bindings`", file.display());
    }
}
