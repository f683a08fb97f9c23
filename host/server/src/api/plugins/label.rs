//! A plugin in a line: for views of what uses it.

use mortise_store::InstalledPlugin;
use serde::Serialize;
use utoipa::ToSchema;

/// Which plugin it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PluginLabel {
    /// SHA-256 of its file, hex.
    pub digest: String,
    /// Its name; empty: it is not installed any more.
    pub name: String,
    /// Its version; empty: it is not installed any more.
    pub version: String,
    /// Is it installed?
    pub installed: bool,
}

impl PluginLabel {
    /// The plugin of this digest among those that are installed.
    pub fn of(plugins: &[InstalledPlugin], digest: &str) -> Self {
        let found = plugins.iter().find(|plugin| plugin.digest == digest);
        Self {
            digest: digest.to_owned(),
            name: found.map(|plugin| plugin.manifest.name.clone()).unwrap_or_default(),
            version: found.map(|plugin| plugin.manifest.version.clone()).unwrap_or_default(),
            installed: found.is_some(),
        }
    }
}
