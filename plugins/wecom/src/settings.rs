//! What does an admin set for a connection to WeCom?

use serde::Deserialize;

/// The settings, as the manifest's schema describes them.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Settings {
    pub base_url: String,
    pub channel: Channel,
    pub format: Format,
    /// Of the company, for the application.
    pub corp_id: String,
    /// Of the application.
    pub agent_id: u32,
    /// Members whom a robot calls by name in urgent messages, and to whom an application writes where a message names nobody.
    pub recipients: Vec<String>,
    /// How long the application drops a message that is the same as one before.
    pub duplicate_seconds: u32,
}

/// Through what is sent?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    #[default]
    Robot,
    App,
}

/// How does a message look?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    #[default]
    Markdown,
    Text,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: "https://qyapi.weixin.qq.com".into(),
            channel: Channel::Robot,
            format: Format::Markdown,
            corp_id: String::new(),
            agent_id: 0,
            recipients: Vec::new(),
            duplicate_seconds: 1800,
        }
    }
}

impl Settings {
    /// Bytes that a message may have.
    pub fn most_bytes(&self) -> usize {
        match (self.channel, self.format) {
            (Channel::Robot, Format::Markdown) => 4096,
            _ => 2048,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.trim_end_matches('/'))
    }
}
