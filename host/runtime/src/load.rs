//! How a connection's configuration becomes what its calls need. Wish and grant meet here.

mod settings;

use std::sync::Arc;

use mortise_domain::connection::Connection;
use mortise_domain::grant::Ungranted;
use mortise_domain::ports::StoreError;
use mortise_domain::text::Text;
use tokio::sync::Semaphore;

use crate::config::{Ports, RuntimeConfig};
use crate::engine::TABLE_ELEMENTS;
use crate::http::policy::Outbound;
use crate::http::resolver::MOST_LOOKUPS;
use crate::prove::Proven;
use crate::secrets::Secrets;
use crate::state::Confines;

pub use settings::settle as settle_settings;

/// What is wrong with a field of a connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Fault {
    /// Path of the field, such as `settings.tiers[0].min`.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// Why a connection cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The settings do not fit the plugin's schema.
    #[error("the settings do not fit the plugin: {}", .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Settings {
        /// What is wrong, field by field.
        faults: Vec<Fault>,
    },
    /// The manifest's schema is itself wrong.
    #[error("the plugin's settings schema cannot be used: {0}; its developer corrects `settings` in the manifest")]
    Schema(String),
    /// A limit beyond its range.
    #[error("a limit is out of range: {0}")]
    Limit(Fault),
    /// The connection is configured for another file.
    #[error("the connection is configured for the plugin {expected}, this is {found}: load the file that it names")]
    OtherPlugin {
        /// The connection's.
        expected: String,
        /// The file's.
        found: String,
    },
    /// Its credentials cannot be read.
    #[error("the credentials cannot be read: {0}")]
    Credentials(#[source] StoreError),
    /// There is no such connection.
    #[error("no connection `{0}` is loaded")]
    Unknown(String),
}

impl LoadError {
    /// What is wrong, and what to do.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Settings { faults } => {
                let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                format!("设置与插件不符：{}；请在连接中更正", faults.join("；"))
            }
            Self::Schema(detail) => format!("插件的设置 schema 无法使用：{detail}；请开发者更正清单中的 settings"),
            Self::Limit(fault) => format!("限额超出范围：{fault}；请在连接中更正"),
            Self::OtherPlugin { expected, found } => {
                format!("连接使用的插件是 {expected}，而文件是 {found}：请加载连接所指的文件")
            }
            Self::Credentials(error) => format!("凭据无法读取：{error}"),
            Self::Unknown(name) => format!("没有已加载的连接 `{name}`"),
        };
        Text::new(zh, self.to_string())
    }
}

/// A connection whose plugin can be called.
pub(crate) struct Loaded {
    pub(crate) connection: Arc<Connection>,
    pub(crate) plugin: Arc<Proven>,
    pub(crate) confines: Arc<Confines>,
    pub(crate) permits: Arc<Semaphore>,
    /// One: its turn to use the places in reserve.
    pub(crate) reserved: Arc<Semaphore>,
    /// Wishes that are not granted.
    pub(crate) ungranted: Vec<Ungranted>,
}

impl Loaded {
    /// Decides what the connection may do. `before` is the version that it replaces.
    pub(crate) async fn new(
        connection: Arc<Connection>,
        plugin: &Arc<Proven>,
        config: &RuntimeConfig,
        ports: &Ports,
        before: Option<&Self>,
    ) -> Result<Self, LoadError> {
        // A connection names the very bytes; there is no "whichever is there".
        if connection.plugin != plugin.hash() {
            return Err(LoadError::OtherPlugin {
                expected: connection.plugin.clone(),
                found: plugin.hash().to_owned(),
            });
        }
        check_limits(&connection, config.memory_bytes)?;
        let manifest = plugin.manifest();
        // A plugin's schema may make this a matter of seconds.
        let (of, given) = (Arc::clone(plugin), connection.settings.clone());
        let settled = tokio::task::spawn_blocking(move || settle_settings(of.manifest(), &given)).await;
        let settings = settled.map_err(|error| LoadError::Schema(error.to_string()))??;
        let outbound = Outbound::new(manifest, &settings, &connection);
        let ungranted = outbound.allowed.ungranted(manifest, &settings);
        let credentials = ports.vault.credentials(&connection.name).await.map_err(LoadError::Credentials)?;
        let secrets = Secrets::new(manifest, &settings, &outbound.allowed, credentials, &*ports.chance);
        let permits = match before {
            Some(before) if before.connection.limits.concurrency == connection.limits.concurrency => {
                Arc::clone(&before.permits)
            }
            _ => Arc::new(Semaphore::new(connection.limits.concurrency as usize)),
        };
        let reserved = before.map_or_else(|| Arc::new(Semaphore::new(1)), |before| Arc::clone(&before.reserved));
        let lookups = before
            .map_or_else(|| Arc::new(Semaphore::new(MOST_LOOKUPS)), |before| Arc::clone(&before.confines.lookups));
        let confines = Arc::new(Confines {
            name: connection.name.as_str().into(),
            settings: settings.to_string().into(),
            limits: connection.limits,
            outbound,
            secrets,
            lookups,
            writing: before.map_or_else(|| Arc::new(Semaphore::new(1)), |before| Arc::clone(&before.confines.writing)),
        });
        Ok(Self { connection, plugin: Arc::clone(plugin), confines, permits, reserved, ungranted })
    }
}

fn check_limits(connection: &Connection, memory_most: u64) -> Result<(), LoadError> {
    let limits = &connection.limits;
    let upstream_timeout = connection.upstream_timeout_ms;
    if upstream_timeout > Connection::MOST_UPSTREAM_TIMEOUT_MS {
        let most = Connection::MOST_UPSTREAM_TIMEOUT_MS;
        return Err(LoadError::Limit(Fault {
            field: "upstream-timeout-ms".to_owned(),
            message: format!("{upstream_timeout} is not between 0 and {most}: choose a value in that range"),
        }));
    }
    let ranges = [
        ("memory-bytes", limits.memory_bytes, 64 << 10, memory_most),
        ("table-elements", limits.table_elements, 1, TABLE_ELEMENTS),
        ("cpu-ms", limits.cpu_ms, 1, 600_000),
        ("deadline-ms", limits.deadline_ms, 1, 3_600_000),
        ("host-call-bytes", limits.host_call_bytes, 1 << 10, 4 << 30),
        ("store-calls", u64::from(limits.store_calls), 0, 1_000_000),
        ("log-bytes", limits.log_bytes, 0, 16 << 20),
        ("http-bytes", limits.http_bytes, 0, 1 << 30),
        ("http-timeout-ms", limits.http_timeout_ms, 1, 3_600_000),
        ("concurrency", u64::from(limits.concurrency), 1, 10_000),
        ("record-bytes", limits.record_bytes, 0, 16 << 20),
    ];
    match ranges.into_iter().find(|(_, value, least, most)| value < least || value > most) {
        None => Ok(()),
        Some((name, value, least, most)) => Err(LoadError::Limit(Fault {
            field: format!("limits.{name}"),
            message: format!("{value} is not between {least} and {most}: choose a value in that range"),
        })),
    }
}
