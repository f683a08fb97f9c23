//! Building plugins: Rust packages to WebAssembly components.

use std::path::{Path, PathBuf};

use crate::BuildError;

mod cargo;
mod package;
mod shell;
mod toolchain;

use package::Package;

/// How to build. The default suits nearly everyone.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where compiled guests go; none: `guests` in the target folder of the plugin's workspace. All guests of a machine should
    /// share one, so that their standard library is compiled once.
    pub guests: Option<PathBuf>,
    /// Use the dependencies in `Cargo.lock` as they are.
    pub locked: bool,
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

/// Builds these folders, those of one workspace in one go. Answers in the order of the folders.
pub fn build_guests(
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
    let place = |built: &Built| packages.iter().position(|package: &Package| package.folder == built.folder);
    built.sort_by_key(place);
    Ok(built)
}
