//! A project to begin with: it builds, and passes its scenarios. One module per language.

mod rust;

use std::fs;
use std::path::{Path, PathBuf};

use mortise_domain::call::Interface;
use mortise_domain::manifest::Manifest;

/// The name in the templates, and its form for people.
const NAME: (&str, &str) = ("my-plugin", "My plugin");

/// A language in which plugins are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Rust.
    Rust,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::Rust];

    /// As it is written on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
        }
    }

    /// Path and text of every file of a project.
    fn files(self, name: &str, interface: Interface) -> Vec<(String, String)> {
        match self {
            Self::Rust => rust::files(name, interface),
        }
    }

    /// Names that no package of the language can have.
    fn taken(self) -> &'static str {
        match self {
            Self::Rust => rust::TAKEN,
        }
    }
}

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
pub fn create(folder: &Path, name: &str, language: Language, interface: Interface) -> Result<(), NewError> {
    check(name, language)?;
    if folder.exists() && fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_some()) {
        return Err(NewError::Taken(folder.to_owned()));
    }
    for (path, text) in language.files(name, interface) {
        let file = folder.join(path);
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        written.map_err(|source| NewError::Io { file, source })?;
    }
    Ok(())
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
    if language.taken().split_ascii_whitespace().any(|taken| taken == name) {
        return fault(format!("the language ({}) or the project itself uses it; take another", language.name()));
    }
    let manifest = named(rust::manifest(Interface::Pricing), name);
    Manifest::parse(manifest.as_bytes()).map(drop).or_else(|problem| fault(problem.message))
}
