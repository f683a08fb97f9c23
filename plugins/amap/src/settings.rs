//! What does an admin set for a connection to AMap?

use serde::Deserialize;

/// The settings, as the manifest's schema describes them.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Settings {
    pub base_url: String,
    /// City of addresses that name none.
    pub default_city: String,
    /// How many places a person is offered where an address is vague; 0: none, which saves a request.
    pub candidates: u8,
    /// How long a found address is remembered; 0: not at all.
    pub cache_days: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self { base_url: "https://restapi.amap.com".into(), default_city: String::new(), candidates: 5, cache_days: 30 }
    }
}
