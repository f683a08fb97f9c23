//! `mortise plugin`.

mod author;
mod check;
mod conformance;
mod dev;
mod inspect;
mod new;
mod run;
mod test;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use mortise_devkit::{Options, Step, build_and_pack_all};
use reqwest::Method;
use serde_json::Value;

use super::remote::{Remote, items, text};
use super::say;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a project for a new plugin: it builds, and passes its scenarios
    New(new::Arguments),
    /// Build plugins from their folders, each to one file
    Build {
        /// Folders with Cargo.toml, manifest.json and src/lib.rs
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
    /// Say what a plugin file is, what it wishes for, and whether it fits
    Check(check::Arguments),
    /// Call one function of a plugin in the sandbox, without a server
    Run(Box<run::Arguments>),
    /// Play a plugin's scenarios in the sandbox, without a server
    Test(test::Arguments),
    /// Build, test and replace a plugin in the running server, now and after every change of a file
    Dev(dev::Arguments),
    /// Print what is in a plugin file, as JSON
    Inspect(inspect::Arguments),
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
                    let request = remote.request(Method::POST, "/plugins").header("content-type", "application/wasm");
                    let installed = remote.send(request.body(bytes)).await;
                    say(line(&installed.with_context(|| format!("{} was not installed", file.display()))?))?;
                }
                Ok(())
            }
            Self::New(arguments) => arguments.run(),
            Self::Dev(arguments) => arguments.run(&remote()?).await,
            Self::Inspect(arguments) => arguments.run(),
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
            Self::List => items(&remote()?.get("/plugins").await?).try_for_each(|plugin| say(line(plugin))),
        }
    }
}

/// Progress goes to standard error; where it is closed, the work goes on.
fn tell(step: Step) {
    let _ = match step {
        Step::Installing { command } => writeln!(std::io::stderr(), "installing: {command}"),
        Step::Waiting => writeln!(std::io::stderr(), "waiting for another build"),
        Step::Compiling { package } => writeln!(std::io::stderr(), "compiling {package}"),
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
