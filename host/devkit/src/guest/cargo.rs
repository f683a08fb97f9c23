//! Calling cargo. All configuration goes by arguments, so that a plugin's folder needs no files for it.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde::Deserialize;

use super::package::{Package, not_a_plugin};
use super::toolchain::{TARGET, Toolchain};
use super::{Built, Options, Step, shell};
use crate::BuildError;

/// The profile of guests. Speed of a call is worth more than some kilobytes; symbols go, messages of panics stay.
const PROFILE: &[&str] = &[
    "profile.guest.inherits=\"release\"",
    "profile.guest.opt-level=3",
    "profile.guest.lto=\"fat\"",
    "profile.guest.codegen-units=1",
    "profile.guest.panic=\"abort\"",
    "profile.guest.strip=true",
    "profile.guest.debug=false",
];

/// A small stack keeps the memory of an instance small: it is reset after every call.
const STACK: &str = "link-arg=-zstack-size=131072";

/// Builds packages of one workspace in one go.
pub(super) fn build(
    toolchain: &Toolchain,
    packages: &[&Package],
    options: &Options,
    progress: &mut dyn FnMut(Step),
) -> Result<Vec<Built>, BuildError> {
    let Some(first) = packages.first() else { return Ok(Vec::new()) };
    let guests = options.guests.clone().unwrap_or_else(|| first.target.join("guests"));
    let artifacts = run(command(toolchain, packages, first, &guests, options.locked), progress)?;
    packages
        .iter()
        .map(|package| {
            let artifact = artifacts.iter().find(|artifact| artifact.package_id == package.id);
            let found = artifact.and_then(|artifact| Some((artifact.component()?, artifact.fresh)));
            let (component, fresh) =
                found.ok_or_else(|| not_a_plugin(&package.folder, "its library did not become a component"))?;
            Ok(Built {
                folder: package.folder.clone(),
                package: package.name.clone(),
                component,
                fresh,
                target: package.target.clone(),
            })
        })
        .collect()
}

fn command(toolchain: &Toolchain, packages: &[&Package], first: &Package, guests: &Path, locked: bool) -> Command {
    let mut command = shell::command(&toolchain.cargo, &first.folder);
    command.args(["build", "--lib", "--profile", "guest", "--target", TARGET, "--target-dir"]).arg(guests);
    command.arg("--message-format=json-render-diagnostics").arg("--color=never");
    for option in PROFILE {
        command.args(["--config", option]);
    }
    command.args(["--config", &format!("target.{TARGET}.linker=\"wasm-component-ld\"")]);
    let remapped = if toolchain.from_source { Vec::new() } else { places(first, guests) };
    command.args(["--config", &format!("target.{TARGET}.rustflags={}", flags(&remapped))]);
    if toolchain.from_source {
        command.args(["-Z", "build-std=std,panic_abort"]).env("RUSTC_BOOTSTRAP", "1").env("RUSTC", &toolchain.rustc);
        // Cargo's own way, which is not stable yet. Flags that name the project's folder would be those of the standard library
        // as well, and have it compiled anew for every place.
        command.args(["-Z", "trim-paths", "--config", "profile.guest.trim-paths=\"all\""]);
    }
    if locked {
        command.arg("--locked");
    }
    for package in packages {
        command.args(["--package", &package.id]);
    }
    if let Some(linker) = &toolchain.linker {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(linker.clone()).chain(env::split_paths(&path));
        // Folders that came from PATH can be joined again.
        command.env("PATH", env::join_paths(folders).unwrap_or(path.clone()));
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the unit tests of a package. Answers whether they passed, and what they wrote.
pub(super) fn unit_tests(folder: &Path) -> Result<(bool, String), BuildError> {
    let mut command = shell::command("cargo", folder);
    command.args(["test", "--color=never"]).stdin(Stdio::null());
    let output =
        command.output().map_err(BuildError::io("`cargo` does not start: install Rust, see https://rustup.rs"))?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

/// Places of this machine and what is written instead. Messages of panics name files: where those lie is nobody's business, and the
/// same sources become the same component wherever they lie.
fn places(first: &Package, guests: &Path) -> Vec<(PathBuf, &'static str)> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let home = home.map(|home| (home, "cargo"));
    // The last that fits counts: compiled guests may lie within the workspace.
    home.into_iter().chain([(first.workspace.clone(), "plugin"), (guests.to_owned(), "target")]).collect()
}

/// Flags for guests, as a list in TOML.
fn flags(remapped: &[(PathBuf, &str)]) -> String {
    let mut flags = vec!["-C".to_owned(), STACK.to_owned()];
    flags.extend(remapped.iter().map(|(place, name)| format!("--remap-path-prefix={}={name}", place.display())));
    // A list of texts is written the same way in both.
    serde_json::Value::from(flags).to_string()
}

/// A line of cargo's machine-readable output, as far as we care.
#[derive(Debug, Deserialize)]
struct Artifact {
    package_id: String,
    filenames: Vec<PathBuf>,
    fresh: bool,
}

impl Artifact {
    fn component(&self) -> Option<PathBuf> {
        self.filenames.iter().find(|file| file.extension().is_some_and(|extension| extension == "wasm")).cloned()
    }
}

fn run(mut command: Command, progress: &mut dyn FnMut(Step)) -> Result<Vec<Artifact>, BuildError> {
    let failed = "`cargo` does not start: install Rust, see https://rustup.rs";
    let mut cargo = command.spawn().map_err(BuildError::io(failed))?;
    // Both pipes are read at once, or cargo would block on the one that is full.
    let stdout = cargo.stdout.take();
    let artifacts = thread::spawn(move || stdout.map(read_artifacts).unwrap_or_default());
    let mut said = String::new();
    for line in cargo.stderr.take().map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
        match step(&line) {
            Some(step) => progress(step),
            None => said.extend([line.as_str(), "\n"]),
        }
    }
    let status = cargo.wait().map_err(BuildError::io("the end of `cargo` cannot be awaited"))?;
    let artifacts = artifacts.join().unwrap_or_default();
    if status.success() { Ok(artifacts) } else { Err(BuildError::Compile { output: said.trim_end().to_owned() }) }
}

fn read_artifacts(stdout: impl Read) -> Vec<Artifact> {
    let lines = BufReader::new(stdout).lines().map_while(Result::ok);
    lines.filter_map(|line| serde_json::from_str(&line).ok()).collect()
}

/// What a line of cargo's chatter tells; none: it is part of an error or a warning.
fn step(line: &str) -> Option<Step> {
    let line = line.trim_start();
    if let Some(package) = line.strip_prefix("Compiling ") {
        let package = package.split(" (").next().unwrap_or(package).to_owned();
        return Some(Step::Compiling { package });
    }
    line.starts_with("Blocking waiting for file lock").then_some(Step::Waiting)
}

#[cfg(test)]
mod tests {
    use super::{Step, read_artifacts, step};

    #[test]
    fn chatter_becomes_steps() {
        let compiling = Step::Compiling { package: "core v0.0.0".to_owned() };
        assert_eq!(step("   Compiling core v0.0.0 (/usr/lib/core)"), Some(compiling));
        assert_eq!(step("    Blocking waiting for file lock on build directory"), Some(Step::Waiting));
        assert_eq!(step("error[E0425]: cannot find value"), None);
    }

    #[test]
    fn only_artifacts_count() {
        let lines = concat!(
            r#"{"reason":"build-script-executed","package_id":"a","out_dir":"/x"}"#,
            "\nnoise\n",
            r#"{"reason":"compiler-artifact","package_id":"b","filenames":["/x/b.rlib","/x/b.wasm"],"fresh":true}"#,
        );
        let artifacts = read_artifacts(lines.as_bytes());
        assert_eq!(artifacts.len(), 1);
        assert_eq!(artifacts[0].component().unwrap().to_str(), Some("/x/b.wasm"));
    }
}
