//! A project to begin with: it builds, and passes its scenarios.

mod carried;
mod kinds;

use std::fs;
use std::path::{Path, PathBuf};

use mortise_domain::call::Interface;
use mortise_domain::manifest::Manifest;

/// The name in the templates, and its form for people.
const NAME: (&str, &str) = ("my-plugin", "My plugin");

/// No package can be called so: Rust's own words, and what the project uses.
const TAKEN: &str = "abstract alloc as async await become box break const continue core crate do dyn else enum extern \
                     false final fn for gen if impl in let loop macro match mod mortise-sdk move mut override priv \
                     proc-macro pub ref return self serde serde-json static std struct super test trait true try type \
                     typeof unsafe unsized use virtual where while yield";

/// Why there is no project.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// The name does not do for a plugin or a package.
    #[error("{name:?} is no name for a plugin: {problem}")]
    Name {
        /// What was asked for.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Something is there.
    #[error("{} is not empty: name a folder that is, or that does not exist", .0.display())]
    Taken(PathBuf),
    /// It cannot be written.
    #[error("{} cannot be written", .file.display())]
    Io {
        /// What.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Writes a project of this name for this interface into the folder, which must be empty or not there.
pub fn create(folder: &Path, name: &str, interface: Interface) -> Result<(), NewError> {
    check(name)?;
    if folder.exists() && fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_some()) {
        return Err(NewError::Taken(folder.to_owned()));
    }
    for (path, text) in files(name, interface) {
        let file = folder.join(path);
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        written.map_err(|source| NewError::Io { file, source })?;
    }
    Ok(())
}

/// Path and text of every file of the project.
fn files(name: &str, interface: Interface) -> Vec<(String, String)> {
    let kind = kinds::of(interface);
    let mut files = vec![
        ("Cargo.toml".to_owned(), named(include_str!("new/rust/Cargo.toml.txt"), name)),
        ("README.md".to_owned(), named(&readme(&kind), name)),
        (".gitignore".to_owned(), "target/\n".to_owned()),
        ("manifest.json".to_owned(), named(kind.manifest, name)),
        ("src/lib.rs".to_owned(), named(kind.library, name)),
        ("mortise/Cargo.toml".to_owned(), carried::WORKSPACE.to_owned()),
    ];
    files.extend(kind.scenarios.iter().map(|(file, text)| (format!("scenarios/{file}"), (*text).to_owned())));
    files.extend(carried::FILES.iter().map(|(path, text)| (format!("mortise/{path}"), (*text).to_owned())));
    files
}

fn readme(kind: &kinds::Kind) -> String {
    let text = include_str!("new/rust/README.md.txt");
    text.replace("WHAT", kind.what).replace("FUNCTION", kind.function).replace("KIND", kind.interface.name())
}

/// The text with the project's name in it.
fn named(text: &str, name: &str) -> String {
    let title = name.replace('-', " ");
    let mut letters = title.chars();
    let title: String = letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
    text.replace(NAME.0, name).replace(NAME.1, &title)
}

/// A plugin's name that can be a package's.
fn check(name: &str) -> Result<(), NewError> {
    let fault = |problem: String| Err(NewError::Name { name: name.to_owned(), problem });
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) || name.ends_with('-') || name.contains("--") {
        return fault("begin with a lower-case letter, and put single hyphens between words".into());
    }
    if TAKEN.split_ascii_whitespace().any(|taken| taken == name) {
        return fault("Rust or the project itself uses it".into());
    }
    let manifest = named(kinds::of(Interface::Pricing).manifest, name);
    Manifest::parse(manifest.as_bytes()).map(drop).or_else(|problem| fault(problem.message))
}
