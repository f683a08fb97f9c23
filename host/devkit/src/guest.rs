//! Building plugins: from a folder of any of the languages to a WebAssembly component.

use std::path::{Path, PathBuf};

use crate::BuildError;

mod cargo;
mod language;
mod package;
mod script;
mod shell;
mod toolchain;
mod tools;

pub use language::Language;

/// How to build. The default suits nearly everyone.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where compiled guests go; none: `guests` in the target folder of the plugin's workspace. All guests of a machine should
    /// share one, so that their standard library is compiled once.
    pub guests: Option<PathBuf>,
    /// Use the dependencies in `Cargo.lock` as they are.
    pub locked: bool,
    /// Where the tools for TypeScript and Python are kept; none: in `MORTISE_TOOLS`, or in the user's cache.
    pub tools: Option<PathBuf>,
}

/// Something that takes time, told as it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A package or target is installed, with this command.
    Installing {
        /// The command.
        command: String,
    },
    /// Another build uses the target folder.
    Waiting,
    /// A package is compiled.
    Compiling {
        /// Name and version.
        package: String,
    },
    /// A step of a build that takes a while.
    Working {
        /// The plugin's package.
        package: String,
        /// What is done.
        what: String,
    },
    /// A plugin was written.
    Packed {
        /// Where.
        file: PathBuf,
        /// How large.
        bytes: usize,
    },
}

/// A component that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The plugin's folder, as it was given.
    pub folder: PathBuf,
    /// The package's name.
    pub package: String,
    /// The component, without its manifest yet.
    pub component: PathBuf,
    /// Nothing had changed since it was last built.
    pub fresh: bool,
    /// The target folder of the plugin's workspace.
    pub target: PathBuf,
}

/// Builds one folder. Several are built faster together: see [`build_guests`].
pub fn build_guest(folder: &Path, options: &Options, progress: &mut dyn FnMut(Step)) -> Result<Built, BuildError> {
    let built = build_guests(&[folder.to_owned()], options, progress)?;
    built.into_iter().next().ok_or_else(|| package::not_a_plugin(folder, "the build named no result"))
}

/// Builds these folders, Rust packages of one workspace in one go. Answers in the order of the folders.
pub fn build_guests(
    folders: &[PathBuf],
    options: &Options,
    progress: &mut dyn FnMut(Step),
) -> Result<Vec<Built>, BuildError> {
    // A folder that is no plugin is told before minutes are spent on the others.
    let languages = folders.iter().map(|folder| Language::of(folder)).collect::<Result<Vec<_>, _>>()?;
    let (rust, others): (Vec<_>, Vec<_>) =
        folders.iter().zip(languages).partition(|(_, language)| *language == Language::Rust);
    let rust: Vec<PathBuf> = rust.into_iter().map(|(folder, _)| folder.clone()).collect();
    let mut built = build_rust(&rust, options, progress)?;
    for (folder, language) in others {
        if !built.iter().any(|built| built.folder == *folder) {
            built.push(script::build(language, folder, options, progress)?);
        }
    }
    built.sort_by_key(|built| folders.iter().position(|folder| *folder == built.folder));
    Ok(built)
}

fn build_rust(
    folders: &[PathBuf],
    options: &Options,
    progress: &mut dyn FnMut(Step),
) -> Result<Vec<Built>, BuildError> {
    let packages = package::find(folders)?;
    let Some(first) = packages.first() else { return Ok(Vec::new()) };
    let toolchain = toolchain::find(&first.folder, progress)?;
    let mut built = Vec::with_capacity(packages.len());
    for group in package::by_workspace(&packages) {
        built.extend(cargo::build(&toolchain, &group, options, progress)?);
    }
    Ok(built)
}

/// What the unit tests of a plugin came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitTests {
    /// Did all of them pass?
    pub passed: bool,
    /// What the language's test runner wrote.
    pub output: String,
}

/// Runs the unit tests of the plugin in this folder with its language's own test runner: outside the sandbox, for its pure logic.
pub fn unit_tests(folder: &Path, options: &Options, progress: &mut dyn FnMut(Step)) -> Result<UnitTests, BuildError> {
    let (passed, output) = match Language::of(folder)? {
        Language::Rust => cargo::unit_tests(folder)?,
        language => script::unit_tests(language, folder, options, progress)?,
    };
    Ok(UnitTests { passed, output })
}
