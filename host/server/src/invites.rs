//! Invitations: the links by which people set a password, and the first of all.

use std::time::Duration;

use mortise_domain::access::{Role, Roles};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::Chance;
use mortise_domain::secret::Secret;
use mortise_domain::user::{Language, Profile, User};
use mortise_store::Store;

use crate::access::Site;
use crate::keys::{KeyKind, generate, hash};

/// The name of the first user.
const FIRST: &str = "admin";

/// A link that is shown once.
#[derive(Debug, Clone)]
pub struct Link {
    /// The whole address.
    pub url: Secret,
    /// Until when.
    pub expires_at: Instant,
}

/// Invites a user by a new link, which voids the one before. The key stands behind the `#`, which browsers send to nobody: it is
/// in no log and in no `Referer`.
pub async fn invite(
    store: &Store,
    site: &Site,
    chance: &dyn Chance,
    user: &User,
    (actor, expires_at): (&str, Instant),
) -> Result<Link, StoreError> {
    let key = generate(KeyKind::Invite, chance);
    store.invite(user.id, &hash(key.expose()), actor, expires_at).await?;
    Ok(Link { url: Secret::new(format!("{}/invite#{}", site.url, key.expose())), expires_at })
}

/// As long as nobody has set a password, each start invites the first admin anew, so that a link that was lost or has expired
/// locks nobody out.
pub async fn first(
    store: &Store,
    site: &Site,
    chance: &dyn Chance,
    now: Instant,
    lasts: Duration,
) -> Result<Option<Link>, StoreError> {
    if store.has_passwords().await? {
        return Ok(None);
    }
    let profile = Profile {
        display_name: "Admin".into(),
        roles: Roles::from([Role::Admin]),
        language: Language::default(),
        ..Profile::default()
    };
    let user = match store.create_user(FIRST, &profile).await {
        Ok(user) => user,
        // From an earlier start, or another node.
        Err(StoreError::Conflict(_)) => match store.user(FIRST).await? {
            Some(user) if user.profile.roles.contains(&Role::Admin) && !user.disabled => user,
            // Somebody has arranged it otherwise, by the token of the data folder.
            _ => return Ok(None),
        },
        Err(error) => return Err(error),
    };
    invite(store, site, chance, &user, ("host", now.after(lasts))).await.map(Some)
}
