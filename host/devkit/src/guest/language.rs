//! The languages in which plugins are written.

use std::path::Path;

use super::package::not_a_plugin;
use crate::BuildError;

/// The language of a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// A package of cargo.
    Rust,
    /// A package of npm; plain JavaScript too.
    TypeScript,
    /// A project with a `pyproject.toml`.
    Python,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rust, Self::TypeScript, Self::Python];

    /// In lower case, as it is given to commands and stands in paths.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::TypeScript => "typescript",
            Self::Python => "python",
        }
    }

    /// The file by which a folder of this language is recognised.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::TypeScript => "package.json",
            Self::Python => "pyproject.toml",
        }
    }

    /// The language of the plugin in this folder.
    pub fn of(folder: &Path) -> Result<Self, BuildError> {
        Self::ALL.into_iter().find(|language| folder.join(language.file()).is_file()).ok_or_else(|| {
            let files = Self::ALL.map(Self::file).join(", ");
            not_a_plugin(folder, format!("it has none of {files}; `mortise plugin new` makes a project to begin with"))
        })
    }
}
