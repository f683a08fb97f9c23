//! What must be built first: the host, the simulated upstreams, and the plugins.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, ensure};
use mortise_devkit::{Options, Packed, Step as Stage, build_and_pack_all};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;

use crate::folder::project;
use crate::screen::{Screen, Step};

const PLUGINS: [&str; 5] = ["tiered-pricing", "u8", "amap", "wecom", "order-rules"];

/// The programs.
#[derive(Debug)]
pub struct Programs {
    pub host: PathBuf,
    pub upstreams: PathBuf,
}

/// Builds host and upstreams as the demo itself was built: optimised or not. Where a folder is given, takes them from there.
pub async fn programs(screen: &Screen, folder: Option<&Path>) -> anyhow::Result<Programs> {
    let step = screen.step("Build the host and the upstreams");
    if let Some(folder) = folder {
        let given = |name: &str| {
            let path = folder.join(name);
            ensure!(path.is_file(), "there is no program {}; leave --programs out to have it built", path.display());
            Ok(path)
        };
        let programs = Programs { host: given("mortise")?, upstreams: given("mortise-upstreams")? };
        step.done("given");
        return Ok(programs);
    }
    // One by one: built together, their shared libraries get other features and would be compiled once more.
    let host = program(&step, "mortise").await?;
    let upstreams = program(&step, "mortise-upstreams").await?;
    step.done("ready");
    Ok(Programs { host, upstreams })
}

async fn program(step: &Step, package: &str) -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.args(["build", "--package", package]);
    command.arg("--message-format=json-render-diagnostics").current_dir(project());
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    // Cargo's own variables are about the demo's build.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_MANIFEST_PATH"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().context("cargo cannot be started; is Rust installed?")?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let complaints = tokio::spawn(async move {
        let mut text = String::new();
        if let Some(mut stderr) = stderr {
            let _length = stderr.read_to_string(&mut text).await;
        }
        text
    });
    let mut executables: HashMap<String, PathBuf> = HashMap::new();
    if let Some(stdout) = stdout {
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next_line().await? {
            let Ok(message) = serde_json::from_str::<Value>(&line) else { continue };
            let name = message.pointer("/target/name").and_then(Value::as_str).unwrap_or_default();
            step.note(name.to_owned());
            if let Some(path) = message.get("executable").and_then(Value::as_str) {
                executables.insert(name.to_owned(), path.into());
            }
        }
    }
    let status = child.wait().await?;
    let complaints = complaints.await.unwrap_or_default();
    ensure!(status.success(), "{package} could not be built:\n{complaints}");
    executables.remove(package).with_context(|| format!("cargo built no program {package:?}:\n{complaints}"))
}

/// Builds the five plugins; the first time the guest toolchain and its standard library too.
pub async fn plugins(screen: &Screen) -> anyhow::Result<HashMap<String, PathBuf>> {
    let step = screen.step("Build the plugins");
    let folders: Vec<PathBuf> = PLUGINS.iter().map(|name| project().join("plugins").join(name)).collect();
    let told = step.clone();
    let teller = screen.clone();
    let build = move || {
        let mut tell = |stage: Stage| match stage {
            Stage::Installing { command } => teller.say(&format!("  installing what guests need: {command}")),
            Stage::Waiting => told.note("waiting for another build"),
            Stage::Compiling { package } => told.note(package),
            Stage::Working { package, what } => told.note(format!("{package}: {what}")),
            Stage::Packed { file, .. } => told.note(name_of(&file)),
        };
        build_and_pack_all(&folders, &Options::default(), &mut tell)
    };
    let packed = tokio::task::spawn_blocking(build).await.context("the build of the plugins broke off")??;
    let sizes: u64 = packed.iter().filter_map(|one| std::fs::metadata(&one.file).ok()).map(|meta| meta.len()).sum();
    step.done(&format!("{} plugins, {} kB", packed.len(), sizes / 1_000));
    Ok(packed.into_iter().map(|Packed { file, manifest, .. }| (manifest.name, file)).collect())
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
