//! The first token: made by the first start, for the command line and for machines.

use mortise_domain::access::{Places, Role, Roles, Scope};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::Chance;
use mortise_domain::secret::Secret;
use mortise_store::{NewToken, Store};

use crate::folder::{Folder, FolderError, read_private, remove, write_private};
use crate::keys::{KeyKind, generate, hash};

/// The first token could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FirstTokenError {
    /// Of the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Of the file.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// Makes the token `admin` where no token exists, and writes it to the data folder. Answers whether it was made.
pub async fn make_first(store: &Store, folder: &Folder, chance: &dyn Chance) -> Result<bool, FirstTokenError> {
    if !store.tokens().await?.is_empty() {
        return Ok(false);
    }
    let file = folder.admin_token();
    // The file comes first: a start that was cut off between the two goes on with it, and nobody is locked out.
    let left = read_private(&file)?.filter(|text| text.starts_with(KeyKind::Token.prefix())).map(Secret::new);
    let token = left.clone().unwrap_or_else(|| generate(KeyKind::Token, chance));
    if left.is_none() {
        write_private(&file, token.expose())?;
    }
    let new = NewToken {
        name: "admin".into(),
        roles: Roles::from([Role::Admin]),
        scope: Scope::default(),
        places: Places::default(),
        owner: None,
        created_by: "host".into(),
        hash: hash(token.expose()),
        expires_at: Instant::NEVER,
    };
    match store.create_token(&new).await {
        Ok(_) => Ok(true),
        // Another node was faster; its folder has the token that counts.
        Err(StoreError::Conflict(_)) => remove(&file).map(|()| false).map_err(FirstTokenError::from),
        Err(error) => Err(error.into()),
    }
}
