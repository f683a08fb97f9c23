//! Who vouches for a plugin, and whether it may be used without.

use mortise_domain::connection::Connection;
use mortise_domain::ports::StoreError;
use mortise_domain::publisher::{PublisherKey, SignaturePolicy, Standing};
use mortise_domain::text::Text;
use mortise_runtime::Inspection;

use super::{BringUpError, Connections};

impl Connections {
    /// What is done about plugins that no trusted key vouches for.
    pub fn policy(&self) -> SignaturePolicy {
        self.policy
    }

    /// How an installed plugin stands by these keys.
    pub async fn standing(&self, digest: &str, keys: &[PublisherKey]) -> Result<Standing, StoreError> {
        let found = self.inspection(digest).await?;
        Ok(found.map_or_else(damaged, |found| found.signatures.standing(&found.manifest.publisher, keys)))
    }

    /// May the connection's plugin be used?
    pub(super) async fn admit(&self, connection: &Connection, keys: &[PublisherKey]) -> Result<(), BringUpError> {
        // A disabled connection calls nobody, and a policy that admits all needs no look at the file.
        if !connection.enabled || self.policy != SignaturePolicy::Required {
            return Ok(());
        }
        let digest = &connection.plugin;
        let Some(found) = self.inspection(digest).await? else {
            // Told better where it is loaded: not installed, or no plugin.
            return Ok(());
        };
        let publisher = &found.manifest.publisher;
        let standing = found.signatures.standing(publisher, keys);
        if self.policy.admits(&standing) {
            return Ok(());
        }
        Err(BringUpError::Untrusted(standing.objection(publisher).unwrap_or_default()))
    }

    /// What people are told about a plugin that is used nevertheless.
    pub(super) fn objection(&self, found: &Inspection, keys: &[PublisherKey]) -> Option<Text> {
        let publisher = &found.manifest.publisher;
        self.policy.objection(&found.signatures.standing(publisher, keys), publisher)
    }
}

/// Of a file that cannot be read any more.
fn damaged() -> Standing {
    Standing::Unreadable { detail: "the file is damaged".into() }
}
