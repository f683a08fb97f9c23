//! A project to begin with: it builds, and passes its scenarios, which are the same in every language. One module per language.

mod kinds;
mod python;
mod rust;
mod typescript;

use std::fs;
use std::path::{Path, PathBuf};

use mortise_domain::call::Interface;
use mortise_domain::manifest::Manifest;

use crate::{BuildError, Language, write_sdk};
use kinds::Kind;

/// The name in the templates, and its form for people.
const NAME: (&str, &str) = ("my-plugin", "My plugin");

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
    /// The contract and the SDK cannot be written.
    #[error(transparent)]
    Sdk(#[from] BuildError),
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
pub fn create(folder: &Path, name: &str, language: Language, interface: Interface) -> Result<(), NewError> {
    check(name, language)?;
    if folder.exists() && fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_some()) {
        return Err(NewError::Taken(folder.to_owned()));
    }
    for (path, text) in files(name, language, interface) {
        let file = folder.join(path);
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        written.map_err(|source| NewError::Io { file, source })?;
    }
    write_sdk(language, &folder.join("mortise"))?;
    Ok(())
}

/// Path and text of every file of a project.
fn files(name: &str, language: Language, interface: Interface) -> Vec<(String, String)> {
    let kind = kinds::of(interface);
    let mut files = match language {
        Language::Rust => rust::files(name, &kind),
        Language::TypeScript => typescript::files(name, &kind),
        Language::Python => python::files(name, &kind),
    };
    files.push(("manifest.json".to_owned(), named(kind.manifest, name)));
    files.push(("connection.json".to_owned(), named(kind.connection, name)));
    files.extend(kind.scenarios.iter().map(|(file, text)| (format!("scenarios/{file}"), (*text).to_owned())));
    files
}

fn readme(text: &str, kind: &Kind) -> String {
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
fn check(name: &str, language: Language) -> Result<(), NewError> {
    let fault = |problem: String| Err(NewError::Name { name: name.to_owned(), problem });
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) || name.ends_with('-') || name.contains("--") {
        return fault("begin with a lower-case letter, and put single hyphens between words".into());
    }
    // In TypeScript and Python the plugin's name is the name of no module.
    if language == Language::Rust && rust::TAKEN.split_ascii_whitespace().any(|taken| taken == name) {
        return fault("the language or the project itself uses it; take another".into());
    }
    let manifest = named(kinds::of(Interface::Pricing).manifest, name);
    Manifest::parse(manifest.as_bytes()).map(drop).or_else(|problem| fault(problem.message))
}
