//! Settings: command line over environment over file over defaults.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use mortise_domain::publisher::SignaturePolicy;
use mortise_runtime::fetch::Sources;
use serde::Deserialize;

mod access;

pub use access::AccessConfig;

/// A compilation that takes longer is given up.
const COMPILE_TIME: Duration = Duration::from_mins(2);

/// Settings as they are written: on the command line, in `MORTISE_*` variables, or in the file.
#[derive(Debug, Clone, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Folder of database, keys, compiled plugins and attachments [default: ./data]
    #[arg(long, env = "MORTISE_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// Address and port to listen at [default: 127.0.0.1:8080]
    #[arg(long, env = "MORTISE_LISTEN", global = true)]
    pub listen: Option<SocketAddr>,
    /// Where people reach the server, such as https://mortise.example.com; with https, cookies are sent by it alone
    #[arg(long, env = "MORTISE_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,
    /// Proxies in front of the server, by address; they are believed when they say in X-Forwarded-For who asks
    #[arg(long, env = "MORTISE_PROXIES", global = true, value_delimiter = ',')]
    pub proxies: Option<Vec<IpAddr>>,
    /// Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME [default: sqlite:DATA/mortise.db]
    #[arg(long, env = "MORTISE_DATABASE", global = true, hide_env_values = true)]
    pub database: Option<String>,
    /// Key of the stored credentials, 64 hex digits [default: DATA/secret.key, made on first start]
    #[arg(skip)]
    pub secret_key: Option<String>,
    /// Form of the log on standard error [default: text]
    #[arg(long, env = "MORTISE_LOG_FORMAT", global = true)]
    pub log_format: Option<LogFormat>,
    /// What is logged, such as `info` or `mortise_pipeline=debug,info` [default: info]
    #[arg(long, env = "MORTISE_LOG", global = true)]
    pub log: Option<String>,
    /// Most bytes of an attached file [default: 52428800]
    #[arg(long, env = "MORTISE_ATTACHMENT_BYTES", global = true)]
    pub attachment_bytes: Option<u64>,
    /// Most bytes of a plugin's file [default: 67108864]
    #[arg(long, env = "MORTISE_PLUGIN_BYTES", global = true)]
    pub plugin_bytes: Option<usize>,
    /// What to do about plugins that no trusted publisher has signed: required, warn or off [default: warn]
    #[arg(long, env = "MORTISE_PLUGIN_SIGNATURES", global = true)]
    pub plugin_signatures: Option<SignaturePolicy>,
    /// Where plugin files may be fetched from; only in the file.
    #[arg(skip)]
    pub plugin_sources: Option<Sources>,
    /// Seconds that the compilation of a plugin may take [default: 120]
    #[arg(long, env = "MORTISE_COMPILE_SECONDS", global = true)]
    pub compile_seconds: Option<u64>,
    /// Bytes of memory of all running plugins together [default: half of the machine's]
    #[arg(long, env = "MORTISE_GUEST_BYTES", global = true)]
    pub guest_bytes: Option<u64>,
    /// Days that the records of delivery attempts are kept [default: 90]
    #[arg(long, env = "MORTISE_ATTEMPT_DAYS", global = true)]
    pub attempt_days: Option<u32>,
    /// Bounds and pauses of the work; only in the file.
    #[arg(skip)]
    pub pipeline: Option<mortise_pipeline::Config>,
    /// Times and costs of signing in; only in the file.
    #[arg(skip)]
    pub access: Option<AccessConfig>,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Settings in force.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of database, keys, compiled plugins and attachments.
    pub data: PathBuf,
    /// Where to listen; port 0: any free one.
    pub listen: SocketAddr,
    /// Where people reach the server; none: where it listens.
    pub public_url: Option<String>,
    /// Proxies that are believed when they say who asks.
    pub proxies: Vec<IpAddr>,
    /// URL of the database.
    pub database: String,
    /// Key of the stored credentials, hex; none: the file `secret.key`.
    pub secret_key: Option<SecretText>,
    /// Form of the log.
    pub log_format: LogFormat,
    /// What is logged.
    pub log: String,
    /// Most bytes of an attached file.
    pub attachment_bytes: u64,
    /// Most bytes of a plugin's file.
    pub plugin_bytes: usize,
    /// What to do about plugins that no trusted publisher has signed.
    pub plugin_signatures: SignaturePolicy,
    /// Where plugin files may be fetched from.
    pub plugin_sources: Sources,
    /// How long the compilation of a plugin may take.
    pub compile_time: Duration,
    /// Memory of all running plugins together, in bytes; none: half of the machine's.
    pub guest_bytes: Option<u64>,
    /// Days that the records of delivery attempts are kept.
    pub attempt_days: u32,
    /// Bounds and pauses of the work.
    pub pipeline: mortise_pipeline::Config,
    /// Times and costs of signing in.
    pub access: AccessConfig,
}

pub use mortise_domain::secret::Secret as SecretText;

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {0} cannot be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// The file is no configuration.
    #[error("the configuration file {0} is not valid: {1}")]
    Invalid(PathBuf, String),
}

impl Settings {
    /// Reads a TOML file, or a JSON file where its name ends so.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable(path.into(), error))?;
        let invalid = |error: String| ConfigError::Invalid(path.into(), error);
        if path.extension().is_some_and(|end| end == "json") {
            serde_json::from_str(&text).map_err(|error| invalid(error.to_string()))
        } else {
            toml::from_str(&text).map_err(|error| invalid(error.to_string()))
        }
    }

    /// These settings, and those of `below` where these are silent.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            data: self.data.or(below.data),
            listen: self.listen.or(below.listen),
            public_url: self.public_url.or(below.public_url),
            proxies: self.proxies.or(below.proxies),
            database: self.database.or(below.database),
            secret_key: self.secret_key.or(below.secret_key),
            log_format: self.log_format.or(below.log_format),
            log: self.log.or(below.log),
            attachment_bytes: self.attachment_bytes.or(below.attachment_bytes),
            plugin_bytes: self.plugin_bytes.or(below.plugin_bytes),
            plugin_signatures: self.plugin_signatures.or(below.plugin_signatures),
            plugin_sources: self.plugin_sources.or(below.plugin_sources),
            compile_seconds: self.compile_seconds.or(below.compile_seconds),
            guest_bytes: self.guest_bytes.or(below.guest_bytes),
            attempt_days: self.attempt_days.or(below.attempt_days),
            pipeline: self.pipeline.or(below.pipeline),
            access: self.access.or(below.access),
        }
    }
}

impl From<Settings> for Config {
    fn from(settings: Settings) -> Self {
        let data = settings.data.unwrap_or_else(|| "data".into());
        let database = settings.database.unwrap_or_else(|| format!("sqlite:{}", data.join("mortise.db").display()));
        Self {
            data,
            listen: settings.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            public_url: settings.public_url,
            proxies: settings.proxies.unwrap_or_default(),
            database,
            secret_key: settings.secret_key.map(SecretText::new),
            log_format: settings.log_format.unwrap_or_default(),
            log: settings.log.unwrap_or_else(|| "info".into()),
            attachment_bytes: settings.attachment_bytes.unwrap_or(50 << 20),
            plugin_bytes: settings.plugin_bytes.unwrap_or(64 << 20),
            plugin_signatures: settings.plugin_signatures.unwrap_or_default(),
            plugin_sources: settings.plugin_sources.unwrap_or_default(),
            compile_time: settings.compile_seconds.map_or(COMPILE_TIME, Duration::from_secs),
            guest_bytes: settings.guest_bytes,
            attempt_days: settings.attempt_days.unwrap_or(90),
            pipeline: settings.pipeline.unwrap_or_else(work),
            access: settings.access.unwrap_or_default(),
        }
    }
}

/// The bounds of the work, with the server's own for an orderly end.
fn work() -> mortise_pipeline::Config {
    mortise_pipeline::Config { shutdown_ms: 10_000, ..Default::default() }
}

impl Config {
    /// Defaults in this folder, at a free port: what tests start.
    pub fn in_folder(data: &Path) -> Self {
        let settings = Settings { data: Some(data.into()), ..Settings::default() };
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..settings.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_setting_wins() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mortise.toml");
        let text = "listen = '0.0.0.0:9000'\ndata = '/var/lib/mortise'\nplugin-signatures = 'required'\n\
                    [plugin-sources]\nprivate = ['registry.corp']\n";
        std::fs::write(&file, text).unwrap();
        let line = Settings { data: Some("here".into()), ..Settings::default() };
        let config = Config::from(line.over(Settings::read(&file).unwrap()));
        assert_eq!((config.listen.port(), config.database.as_str()), (9000, "sqlite:here/mortise.db"));
        assert_eq!(config.plugin_signatures, SignaturePolicy::Required);
        assert_eq!(
            (config.plugin_sources.private, config.plugin_sources.timeout_ms),
            (vec!["registry.corp".into()], 60_000)
        );
        std::fs::write(&file, "lissten = 1").unwrap();
        assert!(Settings::read(&file).unwrap_err().to_string().contains("unknown field `lissten`"));
    }
}
