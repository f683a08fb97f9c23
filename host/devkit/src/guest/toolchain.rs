//! Finding a compiler with a standard library for guests.
//!
//! In this order: the active toolchain has it; rustup adds it, where that is allowed; it is compiled from the sources that
//! come with a toolchain, the active one's or Debian's.

use std::env;
use std::path::{Path, PathBuf};

use super::{Step, shell};
use crate::BuildError;

/// What guests are compiled for: no ambient imports at all.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "rust-web-src", "cargo-web"];

/// A compiler that can build guests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Toolchain {
    pub cargo: PathBuf,
    pub rustc: PathBuf,
    /// The standard library is compiled along, from its sources.
    pub from_source: bool,
    /// Folder with `wasm-component-ld` and `rust-lld`; none: both are on PATH.
    pub linker: Option<PathBuf>,
}

/// One installation of the compiler.
#[derive(Debug, Clone)]
struct Installation {
    cargo: PathBuf,
    rustc: PathBuf,
    sysroot: PathBuf,
}

impl Installation {
    fn of(cargo: &str, rustc: &str, folder: &Path) -> Option<Self> {
        let sysroot = shell::output(shell::command(rustc, folder).args(["--print", "sysroot"]))?;
        shell::output(shell::command(cargo, folder).arg("--version"))?;
        Some(Self { cargo: cargo.into(), rustc: rustc.into(), sysroot: sysroot.into() })
    }

    fn has_library(&self) -> bool {
        self.sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir()
    }

    fn has_sources(&self) -> bool {
        self.sysroot.join("lib/rustlib/src/rust/library/std").is_dir()
    }

    fn into_toolchain(self, from_source: bool, linker: Option<PathBuf>) -> Toolchain {
        Toolchain { cargo: self.cargo, rustc: self.rustc, from_source, linker }
    }
}

/// Finds a compiler for the package in this folder, which may name a toolchain of its own.
pub(super) fn find(folder: &Path, progress: &mut dyn FnMut(Step)) -> Result<Toolchain, BuildError> {
    let active = Installation::of("cargo", "rustc", folder);
    let mut attempt = None;
    if let Some(active) = &active {
        if !active.has_library() {
            attempt = add_by_rustup(folder, progress);
        }
        if active.has_library() {
            return Ok(active.clone().into_toolchain(false, linker(Some(active), None)?));
        }
    }
    let debian = || Installation::of("/usr/bin/cargo", "/usr/bin/rustc", folder);
    let sourced = |found: Option<Installation>| found.filter(Installation::has_sources);
    let found = if let Some(found) = sourced(active.clone()).or_else(|| sourced(debian())) {
        found
    } else {
        attempt = install_from_debian(folder, progress).or(attempt);
        sourced(debian()).ok_or_else(|| missing(attempt))?
    };
    let linker = linker(active.as_ref(), Some(&found))?;
    Ok(found.into_toolchain(true, linker))
}

/// Asks rustup, unless that is forbidden. Answers why it did not work.
fn add_by_rustup(folder: &Path, progress: &mut dyn FnMut(Step)) -> Option<String> {
    if env::var_os("RUSTUP_AUTO_INSTALL").is_some_and(|value| value == "0") || shell::on_path("rustup").is_none() {
        return None;
    }
    progress(Step::Installing { command: format!("rustup target add {TARGET}") });
    shell::run(shell::command("rustup", folder).args(["target", "add", TARGET])).err()
}

/// Installs Debian's packages where that is possible. Answers why it did not work; none: it was not tried, or it worked.
fn install_from_debian(folder: &Path, progress: &mut dyn FnMut(Step)) -> Option<String> {
    let is_root = shell::output(shell::command("id", folder).arg("-u")).is_some_and(|id| id == "0");
    if shell::on_path("apt-get").is_none() || !is_root {
        return None;
    }
    progress(Step::Installing { command: debian_command() });
    let mut install = shell::command("apt-get", folder);
    install.env("DEBIAN_FRONTEND", "noninteractive").args(["install", "--yes", "--no-install-recommends"]);
    let first = shell::run(install.args(DEBIAN_PACKAGES));
    if first.is_ok() {
        return None;
    }
    // A machine that has never looked at its package lists does not know the packages yet.
    let again = shell::run(shell::command("apt-get", folder).arg("update")).and_then(|()| shell::run(&mut install));
    again.err()
}

fn missing(attempt: Option<String>) -> BuildError {
    let command = if shell::on_path("rustup").is_some() && shell::on_path("apt-get").is_none() {
        format!("rustup target add {TARGET}")
    } else {
        debian_command()
    };
    BuildError::NoStandardLibrary { command, attempt }
}

fn debian_command() -> String {
    format!("apt-get install {}", DEBIAN_PACKAGES.join(" "))
}

/// Where the linker that makes components is. Debian's compiler has half of it, so the active toolchain is asked first.
fn linker(active: Option<&Installation>, found: Option<&Installation>) -> Result<Option<PathBuf>, BuildError> {
    let mut searched = Vec::new();
    for installation in active.into_iter().chain(found) {
        let hosts = installation.sysroot.join("lib/rustlib");
        let folders = hosts.read_dir().into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
        for folder in folders.filter(|folder| folder.is_dir()) {
            if folder.join("wasm-component-ld").is_file() && folder.join("rust-lld").is_file() {
                return Ok(Some(folder));
            }
            searched.push(folder);
        }
    }
    let complete = shell::on_path("wasm-component-ld").is_some()
        && (shell::on_path("rust-lld").is_some() || shell::on_path("wasm-ld").is_some());
    if complete { Ok(None) } else { Err(BuildError::NoLinker { searched }) }
}
