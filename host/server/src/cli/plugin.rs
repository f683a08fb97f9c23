//! `mortise plugin`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::Subcommand;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use mortise_devkit::{Options, Step, build_and_pack_all};
use reqwest::Method;
use serde_json::Value;

use super::remote::{Remote, items, text};
use super::say;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build plugins from their folders, each to one file
    Build {
        /// Folders with manifest.json and Cargo.toml, package.json or pyproject.toml
        #[arg(required = true)]
        folders: Vec<PathBuf>,
    },
    /// Install plugins from their files
    Install {
        /// Files, one plugin each
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// List installed plugins
    List,
}

impl Command {
    pub async fn run(self, remote: &dyn Fn() -> anyhow::Result<Remote>) -> anyhow::Result<()> {
        match self {
            Self::Build { folders } => {
                build_and_pack_all(&folders, &Options::default(), &mut tell)?;
                Ok(())
            }
            Self::Install { files } => {
                let remote = remote()?;
                for file in files {
                    let bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
                    let shown = waiting(&file, bytes.len());
                    let request = remote.request(Method::POST, "/plugins").header("content-type", "application/wasm");
                    let installed = remote.send(request.body(bytes)).await;
                    shown.finish_and_clear();
                    say(line(&installed.with_context(|| format!("{} was not installed", file.display()))?))?;
                }
                Ok(())
            }
            Self::List => items(&remote()?.get("/plugins").await?).try_for_each(|plugin| say(line(plugin))),
        }
    }
}

/// Something that moves while the host compiles: plugins with a whole language inside take it some seconds. Where nobody looks at
/// a terminal, it is not drawn.
fn waiting(file: &Path, bytes: usize) -> ProgressBar {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let bar = ProgressBar::new_spinner();
    // The template is a constant; should it not parse, the spinner shows itself alone.
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.set_message(format!("{name}: the host compiles and checks {}", HumanBytes(bytes as u64)));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// Progress goes to standard error; where it is closed, the work goes on.
fn tell(step: Step) {
    let _ = match step {
        Step::Installing { command } => writeln!(std::io::stderr(), "installing: {command}"),
        Step::Waiting => writeln!(std::io::stderr(), "waiting for another build"),
        Step::Compiling { package } => writeln!(std::io::stderr(), "compiling {package}"),
        Step::Working { package, what } => writeln!(std::io::stderr(), "{package}: {what}"),
        Step::Packed { file, bytes } => writeln!(std::io::stdout(), "{}  {bytes} bytes", file.display()),
    };
}

fn line(plugin: &Value) -> String {
    let interfaces = plugin.get("interfaces").and_then(Value::as_array).into_iter().flatten();
    let interfaces: Vec<&str> = interfaces.filter_map(Value::as_str).collect();
    format!(
        "{}  {} {}  {}",
        text(plugin, "/digest"),
        text(plugin, "/manifest/name"),
        text(plugin, "/manifest/version"),
        interfaces.join(" ")
    )
}

/// The digest of an installed plugin by digest, `name` (the newest) or `name@version`.
pub async fn digest(remote: &Remote, wanted: &str) -> anyhow::Result<String> {
    if wanted.len() == 64 && wanted.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(wanted.to_owned());
    }
    let (name, version) = wanted.split_once('@').map_or((wanted, None), |(name, version)| (name, Some(version)));
    let plugins = remote.get("/plugins").await?;
    let fits = |plugin: &&Value| {
        text(plugin, "/manifest/name") == name
            && version.is_none_or(|version| text(plugin, "/manifest/version") == version)
    };
    let found = items(&plugins).find(fits);
    let found = found.with_context(|| format!("no plugin {wanted:?} is installed; see `mortise plugin list`"))?;
    Ok(text(found, "/digest").to_owned())
}
