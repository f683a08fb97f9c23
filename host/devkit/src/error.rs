//! What can go wrong on the bench, and what to do about it.

use std::io;
use std::path::PathBuf;

use mortise_domain::manifest::ManifestFault;

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// No compiler on this machine can build guests.
    #[error(
        "no Rust standard library for plugins (wasm32-unknown-unknown) was found{}: run `{command}` and build again",
        after_attempt(.attempt.as_deref())
    )]
    NoStandardLibrary {
        /// What installs it.
        command: String,
        /// Why installing it here and now did not work, where that was tried.
        attempt: Option<String>,
    },
    /// The linker that makes components is missing.
    #[error(
        "the linker `wasm-component-ld` (with `rust-lld` beside it) was not found in {}: it comes with a toolchain that \
         rustup installs; run `rustup toolchain install stable`, or put both on PATH",
        list(.searched)
    )]
    NoLinker {
        /// Where it was looked for.
        searched: Vec<PathBuf>,
    },
    /// A program that builds plugins of this language is missing.
    #[error("`{tool}` was not found; plugins in {language} need it: run `{command}` and build again")]
    NoTool {
        /// The program.
        tool: &'static str,
        /// The language.
        language: &'static str,
        /// What installs it.
        command: String,
    },
    /// It is there, and too old.
    #[error("`{tool}` is {found}; plugins in {language} need {least} or later: install that and build again")]
    OldTool {
        /// The program.
        tool: &'static str,
        /// The language.
        language: &'static str,
        /// Its version.
        found: String,
        /// The oldest that does.
        least: &'static str,
    },
    /// The tools of a language cannot be fetched.
    #[error("the tools for this language cannot be fetched: {reason}; run `{command}` and build again")]
    Fetch {
        /// What fetches them.
        command: String,
        /// Why it did not work.
        reason: String,
    },
    /// The folder holds no package that yields a component.
    #[error("{} is no plugin: {reason}", .folder.display())]
    NotAPlugin {
        /// The folder.
        folder: PathBuf,
        /// What is missing, and how to add it.
        reason: String,
    },
    /// The compiler found mistakes.
    #[error("the plugin does not compile:\n{output}")]
    Compile {
        /// What the compiler said.
        output: String,
    },
    /// A program did not start or a file could not be used.
    #[error("{what}")]
    Io {
        /// What was being done.
        what: String,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// The component was built, its manifest does not go with it.
    #[error("{} cannot be packed", .folder.display())]
    Pack {
        /// The plugin's folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: PackError,
    },
}

impl BuildError {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// Why a file is no packed plugin, or cannot become one.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Not WebAssembly, or cut off.
    #[error("the file is damaged or no WebAssembly (at byte {offset}: {reason}): build it again or fetch it anew")]
    Damaged {
        /// Where reading stopped.
        offset: u64,
        /// What was wrong there.
        reason: String,
    },
    /// WebAssembly, but a module.
    #[error("the file is a core module, not a component: build it with `mortise plugin build`")]
    NotAComponent,
    /// There is no manifest inside.
    #[error("the component has no manifest inside: pack it with `mortise plugin pack`")]
    NoManifest,
    /// There is a manifest already.
    #[error("the component has a manifest already: pack the one that the compiler made")]
    AlreadyPacked,
    /// The manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestFault),
}

fn after_attempt(attempt: Option<&str>) -> String {
    attempt.map_or_else(String::new, |reason| format!(" and installing it failed ({reason})"))
}

fn list(folders: &[PathBuf]) -> String {
    folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
}
