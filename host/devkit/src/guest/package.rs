//! What a plugin's folder holds, as cargo sees it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::shell;
use crate::BuildError;

/// The package in a plugin's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Package {
    /// The folder, as it was given.
    pub folder: PathBuf,
    pub name: String,
    /// Cargo's id of it, unique within its workspace.
    pub id: String,
    /// Root of its workspace.
    pub workspace: PathBuf,
    /// Target folder of its workspace.
    pub target: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Listed>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Listed {
    name: String,
    id: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Debug, Deserialize)]
struct Target {
    crate_types: Vec<String>,
}

/// The packages in these folders. Cargo is asked once per workspace.
pub(super) fn find(folders: &[PathBuf]) -> Result<Vec<Package>, BuildError> {
    let mut known: Vec<Metadata> = Vec::new();
    let mut packages: Vec<Package> = Vec::new();
    for folder in folders {
        let file = folder.join("Cargo.toml").canonicalize();
        let file = file.map_err(|error| not_a_plugin(folder, format!("its Cargo.toml cannot be read ({error})")))?;
        let package = if let Some(package) = known.iter().find_map(|metadata| metadata.package(folder, &file)) {
            package?
        } else {
            let metadata = metadata(folder, &file)?;
            let package = metadata.package(folder, &file);
            known.push(metadata);
            package.ok_or_else(|| not_a_plugin(folder, "its Cargo.toml describes a workspace, not a package"))??
        };
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    Ok(packages)
}

/// The packages, those of one workspace together.
pub(super) fn by_workspace(packages: &[Package]) -> Vec<Vec<&Package>> {
    let mut groups: Vec<Vec<&Package>> = Vec::new();
    for package in packages {
        let same = |group: &&mut Vec<&Package>| group.iter().any(|other| other.workspace == package.workspace);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(package),
            None => groups.push(vec![package]),
        }
    }
    groups
}

pub(super) fn not_a_plugin(folder: &Path, reason: impl Into<String>) -> BuildError {
    BuildError::NotAPlugin { folder: folder.to_owned(), reason: reason.into() }
}

impl Metadata {
    fn package(&self, folder: &Path, file: &Path) -> Option<Result<Package, BuildError>> {
        let listed = self.packages.iter().find(|listed| listed.manifest_path == file)?;
        let library = listed.targets.iter().any(|target| target.crate_types.iter().any(|kind| kind == "cdylib"));
        Some(if library {
            Ok(Package {
                folder: folder.to_owned(),
                name: listed.name.clone(),
                id: listed.id.clone(),
                workspace: self.workspace_root.clone(),
                target: self.target_directory.clone(),
            })
        } else {
            Err(not_a_plugin(folder, "add `[lib] crate-type = [\"cdylib\", \"rlib\"]` to its Cargo.toml"))
        })
    }
}

fn metadata(folder: &Path, file: &Path) -> Result<Metadata, BuildError> {
    let mut command = shell::command("cargo", folder);
    command.args(["metadata", "--no-deps", "--format-version=1", "--manifest-path"]).arg(file);
    let output =
        command.output().map_err(BuildError::io("`cargo` does not start: install Rust, see https://rustup.rs"))?;
    if !output.status.success() {
        return Err(not_a_plugin(folder, String::from_utf8_lossy(&output.stderr).trim()));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| not_a_plugin(folder, format!("cargo's description of it is not understood: {error}")))
}
