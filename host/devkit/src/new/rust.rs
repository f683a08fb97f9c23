//! A project in Rust.

mod kinds;

use mortise_domain::call::Interface;

use super::named;

/// No package can be called so: Rust's own words, and what the project uses.
pub(super) const TAKEN: &str = "abstract alloc as async await become box break const continue core crate do dyn else enum extern \
                     false final fn for gen if impl in let loop macro match mod mortise-sdk move mut override priv \
                     proc-macro pub ref return self serde serde-json static std struct super test trait true try type \
                     typeof unsafe unsized use virtual where while yield";

/// Path and text of every file of the project.
pub(super) fn files(name: &str, interface: Interface) -> Vec<(String, String)> {
    let kind = kinds::of(interface);
    let mut files = vec![
        ("Cargo.toml".to_owned(), named(include_str!("rust/Cargo.toml.txt"), name)),
        ("README.md".to_owned(), named(&readme(&kind), name)),
        (".gitignore".to_owned(), "target/\n".to_owned()),
        ("manifest.json".to_owned(), named(kind.manifest, name)),
        ("src/lib.rs".to_owned(), named(kind.library, name)),
    ];
    files.extend(kind.scenarios.iter().map(|(file, text)| (format!("scenarios/{file}"), (*text).to_owned())));
    files
}

/// The manifest of the interface's template.
pub(super) fn manifest(interface: Interface) -> &'static str {
    kinds::of(interface).manifest
}

fn readme(kind: &kinds::Kind) -> String {
    let text = include_str!("rust/README.md.txt");
    text.replace("WHAT", kind.what).replace("FUNCTION", kind.function).replace("KIND", kind.interface.name())
}
