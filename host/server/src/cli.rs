//! The command line. `serve` is the server; what changes things talks to the running server, so that there is one way in.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use mortise_domain::secret::Secret;

use crate::config::{Config, ConfigError, Settings};

mod backup;
mod catalog;
mod compile;
mod connection;
mod delivery;
mod doctor;
mod lead;
mod order;
mod plugin;
mod publisher;
mod remote;
mod rules;
mod serve;
mod token;
mod user;

/// Hosts business integrations as sandboxed WebAssembly plugins.
#[derive(Debug, Parser)]
#[command(name = "mortise", version, max_term_width = 120)]
pub struct Cli {
    /// File with settings, TOML or JSON; the names are those of the options
    #[arg(long, env = "MORTISE_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
    /// The running server, for commands that talk to it [default: the address of --listen]
    #[arg(long, env = "MORTISE_SERVER", global = true)]
    server: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve,
    /// Make, try, sign, publish, inspect and install plugins
    #[command(subcommand)]
    Plugin(plugin::Command),
    /// Decide whose signatures on plugins count
    #[command(subcommand)]
    Publisher(publisher::Command),
    /// Configure connections
    #[command(subcommand)]
    Connection(connection::Command),
    /// Find orders, take them back
    #[command(subcommand)]
    Order(order::Command),
    /// See what waits, try it again
    #[command(subcommand)]
    Delivery(delivery::Command),
    /// Check, try, publish and roll back rules and approval routes
    #[command(subcommand)]
    Rules(rules::Command),
    /// Fill the standing data
    #[command(subcommand)]
    Catalog(catalog::Command),
    /// Import leads
    #[command(subcommand)]
    Lead(lead::Command),
    /// People who sign in
    #[command(subcommand)]
    User(user::Command),
    /// API tokens of machines
    #[command(subcommand)]
    Token(token::Command),
    /// Bring the database to this version's schema without starting the server
    Migrate,
    /// Write all that is kept to a new folder, while the server goes on; the secret key is not in it
    Backup(backup::Place),
    /// Fill an empty database and data folder from a backup; what was under way is looked up before it is sent
    Restore(backup::Place),
    /// Check the installation and say what to do
    Doctor,
    /// Print the OpenAPI document
    Openapi,
    /// Print the page of who may do what
    Access,
    /// Compile a component from standard input to standard output; the server starts this by itself
    #[command(hide = true)]
    CompileComponent(compile::Bounds),
}

impl Cli {
    /// Does what was asked.
    pub async fn run(self) -> anyhow::Result<()> {
        let config = self.configuration()?;
        let server = self.server;
        let remote = || remote::Remote::new(server.as_deref(), &config);
        match self.command {
            Command::Serve => serve::serve(config).await,
            Command::Plugin(command) => command.run(&config, &remote).await,
            Command::Publisher(command) => command.run(&remote()?).await,
            Command::Connection(command) => command.run(&remote()?).await,
            Command::Order(command) => command.run(&remote()?).await,
            Command::Delivery(command) => command.run(&remote()?).await,
            Command::Rules(command) => command.run(&remote()?).await,
            Command::Catalog(command) => command.run(&remote()?).await,
            Command::Lead(command) => command.run(&config, server.as_deref()).await,
            Command::User(command) => command.run(&remote()?).await,
            Command::Token(command) => command.run(&remote()?).await,
            Command::Migrate => serve::migrate(&config).await,
            Command::Backup(place) => backup::backup(&config, place).await,
            Command::Restore(place) => backup::restore(&config, place).await,
            Command::Doctor => doctor::examine(&config, &remote).await,
            Command::Openapi => say(crate::api::openapi().to_pretty_json()?),
            Command::Access => say(crate::api::access::document().trim_end()),
            Command::CompileComponent(bounds) => compile::run(bounds),
        }
    }

    fn configuration(&self) -> Result<Config, ConfigError> {
        let file = self.config.as_deref().map(Settings::read).transpose()?.unwrap_or_default();
        // Keys are not given on the command line: others would see them in the list of processes.
        let environment = Settings { secret_key: std::env::var("MORTISE_SECRET_KEY").ok(), ..Settings::default() };
        Ok(self.settings.clone().over(environment).over(file).into())
    }
}

/// A line on standard output.
fn say(line: impl AsRef<str>) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{}", line.as_ref())?;
    Ok(())
}

/// A secret: asked for at a terminal, where it is not shown and ends with Enter; otherwise standard input without the end of its
/// line.
fn read_secret(what: &str) -> anyhow::Result<Secret> {
    if std::io::stdin().is_terminal() {
        write!(std::io::stderr(), "{what} (is not shown): ")?;
        return Ok(Secret::new(zeroize::Zeroizing::new(rpassword::read_password()?).as_str()));
    }
    let mut text = zeroize::Zeroizing::new(String::new());
    std::io::Read::read_to_string(&mut std::io::stdin(), &mut text)?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}
