//! Who vouches for a plugin, and what follows from it here.

use mortise_domain::publisher::Standing;
use mortise_domain::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::problem::Problem;
use crate::app::Shared;

/// Who vouches for a plugin, and what follows from it here.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignatureView {
    /// How its file stands by the keys that are trusted now.
    #[serde(flatten)]
    pub standing: Standing,
    /// May it be used? False only where `plugin-signatures` is `required`.
    pub admitted: bool,
    /// What is wrong and what to do; null: nothing, or `plugin-signatures` is `off`.
    pub warning: Option<Text>,
}

impl SignatureView {
    /// By this host's policy.
    pub fn new(app: &Shared, standing: Standing, publisher: &str) -> Self {
        let policy = app.connections.policy();
        Self { admitted: policy.admits(&standing), warning: policy.objection(&standing, publisher), standing }
    }
}

/// How all installed plugins stand at one moment: their labels and standings.
pub struct Standings(Vec<(String, Standing)>);

impl Standings {
    /// How they stand now.
    pub async fn now(app: &Shared) -> Result<Self, Problem> {
        let keys = app.store.publisher_keys().await?;
        let mut found = Vec::new();
        for plugin in app.store.plugins().await? {
            found.push((plugin.label(), app.connections.standing(&plugin.digest, &keys).await?));
        }
        Ok(Self(found))
    }

    /// Labels of the plugins that stand differently after it, with their new states.
    pub fn changes(&self, after: Self) -> Vec<String> {
        let changed = after.0.into_iter().filter(|plugin| !self.0.contains(plugin));
        changed.map(|(label, standing)| format!("{label}: {}", standing.name())).collect()
    }
}
