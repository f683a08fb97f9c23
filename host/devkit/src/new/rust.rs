//! A project in Rust.

use super::kinds::Kind;
use super::{named, readme};

/// No package can be called so: Rust's own words, and what the project uses.
pub(super) const TAKEN: &str = "abstract alloc as async await become box break const continue core crate do dyn else enum extern \
                     false final fn for gen if impl in let loop macro match mod mortise-sdk move mut override priv \
                     proc-macro pub ref return self serde serde-json static std struct super test trait true try type \
                     typeof unsafe unsized use virtual where while yield";

/// Path and text of every file of the project, without its manifest and its scenarios.
pub(super) fn files(name: &str, kind: &Kind) -> Vec<(String, String)> {
    vec![
        ("Cargo.toml".to_owned(), named(include_str!("rust/Cargo.toml.txt"), name)),
        ("README.md".to_owned(), named(&readme(include_str!("rust/README.md.txt"), kind), name)),
        (".gitignore".to_owned(), "target/\n".to_owned()),
        ("src/lib.rs".to_owned(), named(kind.rust, name)),
    ]
}
