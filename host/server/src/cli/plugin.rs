//! `mortise plugin`.

mod author;
mod check;
mod conformance;
mod dev;
mod distribution;
mod new;
mod run;
mod test;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Subcommand;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use mortise_devkit::{Options, Step, build_and_pack_all};
use reqwest::Method;
use serde_json::{Value, json};

use super::remote::{Remote, items, text};
use super::say;
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a project for a new plugin: it builds, and passes its scenarios
    New(new::Arguments),
    /// Build plugins from their folders, each to one file
    Build {
        /// Folders with manifest.json and Cargo.toml, package.json or pyproject.toml
        #[arg(required = true)]
        folders: Vec<PathBuf>,
    },
    /// Install plugins from their files, from registries or from addresses
    Install {
        /// Files, oci://HOST/REPOSITORY:TAG, or https addresses; one plugin each
        #[arg(required = true)]
        sources: Vec<String>,
        /// Let the server fetch them, by its `plugin-sources`, instead of this machine
        #[arg(long)]
        by_server: bool,
        #[command(flatten)]
        fetching: distribution::Fetching,
    },
    /// List installed plugins
    List,
    /// Remove an installed plugin; tells what depends on it
    Remove {
        /// A digest, a name (the newest version), or name@version
        plugin: String,
    },
    #[command(flatten)]
    Distribution(distribution::Command),
    /// Say what a plugin file is, what it wishes for, and whether it fits
    Check(check::Arguments),
    /// Call one function of a plugin in the sandbox, without a server
    Run(Box<run::Arguments>),
    /// Play a plugin's scenarios in the sandbox, without a server
    Test(test::Arguments),
    /// Build, test and replace a plugin in the running server, now and after every change of a file
    Dev(dev::Arguments),
    /// Show what every plugin of an interface must get right, and write beginnings of scenarios for it
    Conformance(conformance::Arguments),
    /// Print the JSON Schema of a file format
    Schema {
        /// Which
        format: Format,
    },
}

/// Formats of files that authors write.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Format {
    /// Scenario files
    Scenario,
    /// manifest.json
    Manifest,
}

impl Command {
    pub async fn run(self, config: &Config, remote: &dyn Fn() -> anyhow::Result<Remote>) -> anyhow::Result<()> {
        match self {
            Self::Build { folders } => {
                build_and_pack_all(&folders, &Options::default(), &mut tell)?;
                Ok(())
            }
            Self::Install { sources, by_server, fetching } => {
                let remote = remote()?;
                for source in sources {
                    let sent = if by_server {
                        remote.post("/plugins/fetch", &json!({ "source": source })).await
                    } else {
                        let file = fetching.read(&source, config).await?;
                        let shown = waiting(&source, file.len());
                        let request =
                            remote.request(Method::POST, "/plugins").header("content-type", "application/wasm");
                        let sent = remote.send(request.body(file)).await;
                        shown.finish_and_clear();
                        sent
                    };
                    let installed = sent.with_context(|| format!("{source} was not installed"))?;
                    say(line(&installed))?;
                    warn(&installed)?;
                }
                Ok(())
            }
            Self::List => items(&remote()?.get("/plugins").await?).try_for_each(|plugin| {
                say(line(plugin))?;
                warn(plugin)
            }),
            Self::Remove { plugin } => remove(&remote()?, &plugin).await,
            Self::Distribution(command) => command.run(config, remote).await,
            Self::New(arguments) => arguments.run(),
            Self::Dev(arguments) => arguments.run(&remote()?).await,
            Self::Check(arguments) => arguments.run().await,
            Self::Run(arguments) => arguments.run().await,
            Self::Test(arguments) => arguments.run().await,
            Self::Conformance(arguments) => arguments.run(),
            Self::Schema { format } => {
                let schema = match format {
                    Format::Scenario => mortise_devkit::scenario::schema(),
                    Format::Manifest => mortise_devkit::manifest_schema(),
                };
                say(format!("{schema:#}"))
            }
        }
    }
}

/// Something that moves while the host compiles: plugins with a whole language inside take it some seconds. Where nobody looks at
/// a terminal, it is not drawn.
fn waiting(source: &str, bytes: usize) -> ProgressBar {
    let name = source.rsplit('/').next().unwrap_or(source);
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

async fn remove(remote: &Remote, plugin: &str) -> anyhow::Result<()> {
    let path = format!("/plugins/{}", digest(remote, plugin).await?);
    let found = remote.get(&format!("{path}/dependents")).await?;
    for name in found.get("rollbacks").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        say(format!("the connection {name} cannot be rolled back to it any more"))?;
    }
    remote.send(remote.request(Method::DELETE, &path)).await?;
    say(format!("{plugin}: removed"))
}

/// What is doubtful about an installed plugin.
fn warn(plugin: &Value) -> anyhow::Result<()> {
    match text(plugin, "/signature/warning/en") {
        "" => Ok(()),
        warning => say(format!("  ! {warning}")),
    }
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
